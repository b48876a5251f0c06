"""Where a reformer stands: which One Thing, published or not yet, what they kept of it, and what the form says now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from onewindow.domain.bundle import Switches
from onewindow.domain.catalogue.model import Catalogue
from onewindow.domain.errors import NotFound
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.catalogue.selectors import DraftRow
from onewindow.plumbing.actors import Actor
from onewindow.web.composer.changes import alike
from onewindow.web.composer.document import PLACEHOLDER, Document, Draft, Trouble, empty, kept, read, slug

ACTS = ("save", "publish", "moves", "proof", "discard")


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the composer. `event_id` is empty for a One Thing that nobody has kept or published yet."""

    event_id: str
    release: int
    held: Catalogue
    published: Document | None
    kept: DraftRow | None
    own_drafts: Mapping[str, DraftRow]

    @property
    def addresses(self) -> Mapping[str, str]:
        """Return where this page and its acts are."""
        if not self.event_id:
            return {"here": reverse("composer:new"), **{act: reverse(f"composer:new-{act}") for act in ACTS if act != "discard"}}
        arguments = [self.event_id]
        return {"here": reverse("composer:event", args=arguments), **{act: reverse(f"composer:{act}", args=arguments) for act in ACTS}}


def newest_release() -> int:
    """Return the release that is composed on.

    Raises: NotFound where nothing was ever loaded.
    """
    release = catalogue.current_release()
    if release is None:
        raise NotFound(kind="release", id="1")
    return release


def find_place(actor: Actor, event_id: str, *, written: bool = False) -> Place:
    """Return the place of a One Thing that is published or that one keeps a draft of.

    `written`: a form was sent along; where its draft is gone by now, it is taken up as a new One Thing, so that nothing is lost.
    Raises: NotFound.
    """
    release = newest_release()
    drafts = {row.key: row for row in catalogue.drafts(actor) if row.kind == "events"}
    found = catalogue.documents_at(release).get(("events", event_id)) if event_id else None
    if event_id and found is None and event_id not in drafts:
        if not written:
            raise NotFound(kind="One Thing", id=event_id)
        event_id = ""
    return Place(event_id, release, catalogue.catalogue_at(release), found, drafts.get(event_id), drafts)


def current_draft(place: Place, form: QueryDict) -> Draft:
    """Return what the form says; on the first visit the reformer's own draft, else what is published."""
    if "composed" not in form:
        if place.kept:
            return _with_id(kept(place.kept.document, place.held, place.kept.based_on), place)
        return kept(place.published or empty(place.held), place.held, place.release)
    base = place.kept.document if place.kept else place.published or empty(place.held)
    started, trouble = _started(place, form)
    draft = _with_id(read(form, base, place.held, started), place)
    if trouble:
        draft = replace(draft, troubles=(*draft.troubles, trouble))
    return replace(draft, shared=None, switches=Switches()) if "reset" in form else draft


def _started(place: Place, form: QueryDict) -> tuple[int | None, Trouble | None]:
    """Return the release the page was begun on; the reformer may take up the newest one."""
    if "rebase" in form:
        return place.release, None
    text = form.get("based_on", "")
    if text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= place.release:
        return int(text), None
    sentence = gettext("This page does not say which version of the catalogue it was begun on. Open the One Thing again.")
    return place.release, Trouble("", sentence)


def _with_id(draft: Draft, place: Place) -> Draft:
    """Name a One Thing that is not published yet after its English name; a published one keeps its id for good."""
    if place.published is not None:
        return replace(draft, document={**draft.document, "id": place.event_id})
    english = draft.document.get("name", {}).get("en", "")
    ident = slug(english)
    draft = replace(draft, document={**draft.document, "id": ident or place.event_id})
    if english and not ident:
        sentence = gettext("The English name needs Latin letters or digits: the address of the One Thing is made of it.")
        return replace(draft, troubles=(*draft.troubles, Trouble("name_en", sentence)))
    return draft


def conflict(place: Place, document: Document) -> Trouble | None:
    """Say that the English name of a new One Thing is taken."""
    ident = document["id"]
    if place.published is not None or not ident:
        return None
    if ("events", ident) in catalogue.documents_at(place.release):
        return Trouble("name_en", gettext("There is a One Thing with this English name already. Open that one, or choose another name."))
    if ident != place.event_id and ident in place.own_drafts:
        return Trouble(
            "name_en", gettext("You keep a draft with this English name already. Open it from the list, or choose another name.")
        )
    return None


def free_key(place: Place) -> str:
    """Return what a draft without an English name is kept under."""
    taken = {key for kind, key in catalogue.documents_at(place.release) if kind == "events"} | set(place.own_drafts)
    number = 1
    while (key := PLACEHOLDER if number == 1 else f"{PLACEHOLDER}-{number}") in taken:
        number += 1
    return key


def stale(place: Place, draft: Draft) -> bool:
    """Return whether somebody published another version after this one was begun."""
    if place.published is None or draft.based_on in (None, place.release):
        return False
    before = catalogue.documents_at(draft.based_on or 0).get(("events", place.event_id))
    return before is None or not alike(before, place.published)
