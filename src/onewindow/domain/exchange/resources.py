"""What a department says of a data resource it keeps, and what of it is asked and granted.

Source: the format `onewindow-data-resources/1`; share types and the limit to answer after the State Council's rules on sharing
government data (docs/sources.md#data-sharing).
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from onewindow.domain.catalogue.model import Text, type_names
from onewindow.domain.errors import DomainError, Said, Sentences
from onewindow.domain.exchange.problems import COMMON, is_id, is_name, saying

SHARING = ("unconditional", "conditional", "none")
CYCLES: Mapping[str, int | None] = {
    "live": 1, "daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366, "irregular": None,
}  # fmt: skip
"""How often the owner brings a resource up to date, in days; irregular: nobody promised a day."""
LEVELS = ("general", "important", "core")
"""Classification of a field. Source: Data Security Law, article 21."""
SUBJECTS = (
    "people", "business", "property", "construction", "environment", "health", "social-security", "education",
    "transport", "safety", "finance", "justice", "services", "other",
)  # fmt: skip
LANGUAGES = ("zh", "en", "ru")
MEASURES = ("completeness", "timeliness", "validity")
DECISION_LIMIT_DAYS = 10
"""Working days within which an owner answers a request."""

_ADDRESS = re.compile(r"(https?://|/)[^\s\"'<>]+")


REASONS = {
    **COMMON,
    "title": "It has no title; write one, in Chinese at least.",
    "sharing": "There is no share type “{value}”; choose among {choices}.",
    "subject": "There is no subject “{value}”; choose among {choices}.",
    "cycle": "There is no update cycle “{value}”; choose among {choices}.",
    "law": "What is shared on conditions, or not at all, names the law that says so.",
    "measure": "There is no measure {value}; choose among {choices}.",
    "fields": "It has no field.",
    "twice": "The field {value} stands there twice.",
    "name": "The field “{value}” needs a name of letters, digits and hyphens.",
    "type": "The field {field} has no type “{value}”; choose among {choices}.",
    "level": "The field {field} has no level “{value}”; choose among {choices}.",
    "element": "The dictionary has no element {value}.",
    "downloads": "Only an open data set has downloads.",
    "open-sharing": "An open data set is shared without conditions.",
    "open-fields": "An open data set holds nothing personal or classified, but has {value}.",
    "address": "“{value}” is no address; write /… or https://…",
    "taken": "There is a resource of this id; choose another one, or change that one.",
    "other-owner": "Another organisation has registered it.",
    "lineage": "It is derived from {value}, which nobody registered.",
    "itself": "It cannot be derived from itself.",
}
say = saying(REASONS)


def refused(resource: str, *problems: Said) -> "DescriptionRefused":
    """Return the refusal with all its problems."""
    return DescriptionRefused(resource=resource, problems=Sentences(problems))


class DescriptionRefused(DomainError):
    """A data resource is not described so that others could use it."""

    code = "description-refused"
    template = "The data resource {resource} was not taken: {problems}"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `element`: the dictionary's, where it is one; personal: it says something about a person."""

    name: str
    title: Text
    type: str
    element: str | None = None
    personal: bool = False
    level: str = "general"


@dataclass(frozen=True, slots=True)
class Download:
    """Where an open data set is to be had."""

    url: str
    media_type: str
    title: Text


@dataclass(frozen=True, slots=True)
class Description:
    """One version of a data resource as its owner describes it. `targets`: measure → per cent that the owner promises."""

    id: str
    organisation: str
    title: Text
    description: Text
    subject: str
    sharing: str
    legal_basis: tuple[str, ...]
    update_cycle: str
    keys: tuple[str, ...]
    fields: tuple[Field, ...]
    derived_from: tuple[str, ...] = ()
    open: bool = False
    downloads: tuple[Download, ...] = ()
    targets: Mapping[str, int] | None = None

    @property
    def names(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields)

    @property
    def personal(self) -> bool:
        return any(field.personal for field in self.fields)

    def document(self) -> dict[str, Any]:
        """Return it as JSON keeps it; `read` gives the same again."""
        return {
            "id": self.id,
            "organisation": self.organisation,
            "title": dict(self.title),
            "description": dict(self.description),
            "subject": self.subject,
            "sharing": self.sharing,
            "legal_basis": list(self.legal_basis),
            "update_cycle": self.update_cycle,
            "keys": list(self.keys),
            "fields": [
                {"name": f.name, "title": dict(f.title), "type": f.type, "element": f.element, "personal": f.personal, "level": f.level}
                for f in self.fields
            ],
            "derived_from": list(self.derived_from),
            "open": self.open,
            "downloads": [{"url": d.url, "media_type": d.media_type, "title": dict(d.title)} for d in self.downloads],
            "targets": dict(self.targets or {}),
        }


def read(document: Mapping[str, Any], *, elements: Collection[str] | None = None) -> Description:
    """Return a description from what somebody wrote. `elements`: those of the dictionary; None: they are not checked.

    Raises: DescriptionRefused with every problem.
    """
    try:
        described = _read(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise refused(_shown(document), say("format", what=f"{type(error).__name__} {error}")) from None
    if problems := list(_problems(described, elements)):
        raise refused(described.id, *problems)
    return described


def _shown(document: object) -> str:
    return str(document.get("id", "?"))[:80] if isinstance(document, Mapping) else "?"


def _read(document: Mapping[str, Any]) -> Description:
    return Description(
        id=str(document["id"]),
        organisation=str(document["organisation"]),
        title=_text(document["title"]),
        description=_text(document.get("description") or {}),
        subject=str(document.get("subject", "other")),
        sharing=str(document["sharing"]),
        legal_basis=tuple(str(title).strip() for title in document.get("legal_basis", ()) if str(title).strip()),
        update_cycle=str(document.get("update_cycle", "irregular")),
        keys=_names(document.get("keys", ())),
        fields=tuple(_field(row) for row in document["fields"]),
        derived_from=_names(document.get("derived_from", ())),
        open=bool(document.get("open", False)),
        downloads=tuple(
            Download(str(row["url"]), str(row.get("media_type", "application/json")), _text(row.get("title") or {}))
            for row in document.get("downloads", ())
        ),
        targets={str(name): int(value) for name, value in (document.get("targets") or {}).items()},
    )


def _field(row: Mapping[str, Any]) -> Field:
    name, element = str(row["name"]), row.get("element")
    return Field(
        name=name,
        title=_text(row.get("title") or {}),
        type=str(row.get("type", "string")),
        element=str(element) if element else None,
        personal=bool(row.get("personal", False)),
        level=str(row.get("level", "general")),
    )


def _text(value: Any) -> dict[str, str]:
    return {language: str(value[language]).strip() for language in LANGUAGES if str(value.get(language, "")).strip()}


def _names(value: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(name) for name in value))


def _problems(described: Description, elements: Collection[str] | None) -> Iterable[Said]:
    if not is_id(described.id):
        yield say("id")
    if not described.title:
        yield say("title")
    for what, value, choices in (
        ("sharing", described.sharing, SHARING),
        ("subject", described.subject, SUBJECTS),
        ("cycle", described.update_cycle, CYCLES),
    ):
        if value not in choices:
            yield say(what, value=value, choices=list(choices))
    if described.sharing != "unconditional" and not described.legal_basis:
        yield say("law")
    if unknown := sorted(set(described.targets or {}) - set(MEASURES)):
        yield say("measure", value=unknown, choices=MEASURES)
    yield from _problems_of_fields(described, elements)
    yield from _problems_of_open_ones(described)


def _problems_of_fields(described: Description, elements: Collection[str] | None) -> Iterable[Said]:
    names = [field.name for field in described.fields]
    if not names:
        yield say("fields")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        yield say("twice", value=twice)
    for field in described.fields:
        if not is_name(field.name.replace("_", "-").lower()):
            yield say("name", value=field.name)
        if field.type not in type_names:
            yield say("type", field=field.name, value=field.type, choices=type_names)
        if field.level not in LEVELS:
            yield say("level", field=field.name, value=field.level, choices=LEVELS)
        if field.element and elements is not None and field.element not in elements:
            yield say("element", value=field.element)


def _problems_of_open_ones(described: Description) -> Iterable[Said]:
    if not described.open:
        if described.downloads:
            yield say("downloads")
        return
    if described.sharing != "unconditional":
        yield say("open-sharing")
    if closed := [field.name for field in described.fields if field.personal or field.level != "general"]:
        yield say("open-fields", value=closed)
    if wrong := [item.url for item in described.downloads if not _ADDRESS.fullmatch(item.url)]:
        yield say("address", value=wrong[0][:80])
