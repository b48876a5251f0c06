"""Why no shorter form can do: the compiler's certificate in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onewindow.domain.bundle import certify_bundle
from onewindow.domain.catalogue.model import Catalogue, Text
from onewindow.domain.catalogue.names import split
from onewindow.web.composer.document import Document
from onewindow.web.composer.pages import with_event


@dataclass(frozen=True, slots=True)
class Need:
    """One cut: of these fields the service must be told at least one, whatever the registers give."""

    service: Text
    fields: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """The form, what proves it, and the certificate itself for a checker of one's own."""

    minimal: bool
    form: tuple[Text, ...]
    known: tuple[Text, ...]
    registers: tuple[Text, ...]
    needs: tuple[Need, ...]
    certificate: Mapping[str, Any]


def proof(release: int, document: Document) -> Proof:
    """Prove the form of a One Thing as it is being composed, nothing switched off.

    Raises: CatalogueRefused, BundleRefused.
    """
    own = with_event(release, document)
    written = certify_bundle(own, next(iter(own.events)))
    return Proof(
        minimal=written["minimal"],
        form=tuple(_element(own, name) for name in written["form"]),
        known=tuple(_element(own, name) for name in written["known"]),
        registers=tuple(own.resources[split(row["id"])[1]].name for row in written["resources"]),
        needs=tuple(_need(own, cut) for cut in written["cuts"]),
        certificate=written,
    )


def _element(own: Catalogue, name: str) -> Text:
    return own.elements[split(name)[1]].name or {"en": name}


def _need(own: Catalogue, cut: Mapping[str, Any]) -> Need:
    return Need(own.services[cut["service"]].name, tuple(_element(own, name) for name in cut["elements"]))
