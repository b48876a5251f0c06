"""Messages of the pages: `python tools/messages.py extract|check|compile [area …]`; an area is portal, desk, … or web.

Every folder under src/onewindow/web that has a `locale/` is an area of its own, so that two people rarely touch one file.
The area `web` itself also holds the sentences of the DomainError family, which stand in English beside the rules.
Nothing but Babel and Django's own reading of templates is needed; compiled files are made at set-up and not committed.
"""

import importlib
import io
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_javascript, extract_python
from babel.messages.mofile import write_mo

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
WEB = SOURCE / "onewindow" / "web"
RUSSIAN = "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"
LANGUAGES = {"zh_Hans": (1, "0"), "ru": (3, RUSSIAN)}
"""Language → how many forms a counted message has, and which of them serves a number."""
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Key = tuple[str, str | tuple[str, ...]]


@dataclass
class Area:
    """One folder of messages."""

    folder: Path
    found: dict[Key, list[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.folder.relative_to(WEB.parent).as_posix()

    def add(self, context: str | None, message: str | tuple[str, ...], place: str) -> None:
        self.found.setdefault((context or "", message), []).append(place)

    def file(self, language: str) -> Path:
        return self.folder / "locale" / language / "LC_MESSAGES" / "django.po"


def areas() -> list[Area]:
    """Return the areas, deepest first, so that a file belongs to the nearest."""
    own = [WEB, *(path for path in WEB.iterdir() if path.is_dir() and (path / "__init__.py").exists() and path.name != "templatetags")]
    return [Area(path) for path in sorted(own, key=lambda path: -len(path.parts))]


def collect() -> list[Area]:
    """Return all areas with everything their files and the rules say."""
    _configure_django()
    found = areas()
    for path in sorted(WEB.rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and "locale" not in path.parts:
            area = next(item for item in found if path.is_relative_to(item.folder))
            for line, context, message in _messages_of(path):
                area.add(context, message, f"{path.relative_to(SOURCE).as_posix()}:{line}")
    root = next(item for item in found if item.folder == WEB)
    for place, sentence in _sentences():
        root.add(None, sentence, place)
    return [area for area in found if area.found]


def _messages_of(path: Path) -> Iterator[tuple[int, str | None, str | tuple[str, ...]]]:
    text = path.read_text(encoding="utf-8")
    reader: Callable[..., Iterable[tuple[Any, ...]]] = extract_python
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        text, reader = templatize(text, origin=str(path)), extract_javascript
    for line, function, messages, _ in reader(io.BytesIO(text.encode()), KEYWORDS, [], {"encoding": "utf-8"}):
        found = _read(function or "gettext", messages)
        if found:
            yield line, *found


def _read(function: str, messages: object) -> tuple[str | None, str | tuple[str, ...]] | None:
    parts = [part for part in (messages if isinstance(messages, list | tuple) else [messages]) if isinstance(part, str)]
    context = parts.pop(0) if "pgettext" in function and parts else None
    if not parts or not parts[0]:
        return None
    plural = function.removeprefix("_").replace("_lazy", "") in {"ngettext", "npgettext", "ungettext"} and len(parts) > 1
    return context, (parts[0], parts[1]) if plural else parts[0]


def _sentences() -> Iterator[tuple[str, str]]:
    """Every sentence that the rules say: templates of the DomainError family, and the reasons that stand in `REASONS`."""
    from onewindow.domain.errors import DomainError

    package = importlib.import_module("onewindow")
    for info in pkgutil.walk_packages(package.__path__, "onewindow."):
        if not any(
            part in info.name for part in (".migrations", ".settings", ".wsgi", ".asgi", "__main__", "config.urls", "onewindow.web.")
        ):
            module = importlib.import_module(info.name)
            for one in _texts(getattr(module, "REASONS", None)):
                yield info.name, one
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        kind = waiting.pop()
        if kind.__module__.startswith("onewindow."):
            yield f"{kind.__module__}.{kind.__qualname__}", kind.template
            waiting.extend(kind.__subclasses__())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def extract(names: Collection[str]) -> int:
    """Bring every .po up to date; translations stay, messages no longer used go."""
    for area in _chosen(collect(), names):
        for language in LANGUAGES:
            known = _load(area, language)
            fresh = _empty(language)
            for (context, message), places in sorted(area.found.items(), key=lambda item: (str(item[0][1]), item[0][0])):
                single = message if isinstance(message, str) else message[0]
                before = known.get(single, context=context or None)
                string = before.string if before and _fits(before.string, message) else ""
                where: list[Any] = sorted({(place.rsplit(":", 1)[0], None) for place in places})
                fresh.add(message, string, locations=where, context=context or None)
            path = area.file(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                pofile.write_po(file, fresh, width=120, sort_output=False, ignore_obsolete=True)
            print(f"{path.relative_to(ROOT)}: {len(fresh)} messages")
    return 0


def _chosen(found: Iterable[Area], names: Collection[str]) -> list[Area]:
    return [area for area in found if not names or area.folder.name in names]


def _fits(string: object, message: object) -> bool:
    return isinstance(string, str) == isinstance(message, str)


def check(names: Collection[str] = ()) -> int:
    """Tell every message that lacks a translation, whose names in braces differ from the English, or that two areas say differently."""
    troubles = []
    for area in _chosen(collect(), names):
        for language in LANGUAGES:
            known = _load(area, language)
            for (context, message), places in area.found.items():
                single = message if isinstance(message, str) else message[0]
                trouble = _trouble(known.get(single, context=context or None), message, language)
                if trouble:
                    troubles.append(f"{area.file(language).relative_to(ROOT)}: {trouble}: {single!r} ({places[0]})")
    troubles += [] if names else _disagreements(collect())
    for line in troubles:
        print(line)
    print(f"{len(troubles)} messages to mend" if troubles else "Every message has its zh_Hans and ru.")
    return 1 if troubles else 0


def _disagreements(areas: Iterable["Area"]) -> Iterator[str]:
    """Yield what areas translate differently: at run time all of them are one, and the first of them speaks for all.

    Two meanings of one English word need a context each.
    """
    told: dict[tuple[str, str, str, bool], dict[str, str]] = {}
    for area in areas:
        for language in LANGUAGES:
            known = _load(area, language)
            for context, message in area.found:
                single = message if isinstance(message, str) else message[0]
                row = known.get(single, context=context or None)
                if row is not None and row.string:
                    said = row.string if isinstance(row.string, str) else " / ".join(row.string)
                    told.setdefault((language, context or "", single, isinstance(message, str)), {}).setdefault(said, area.name)
    for (language, _context, single, _plain), sayings in told.items():
        if len(sayings) > 1:
            yield f"{language}: {single!r} is said differently: " + "; ".join(f"{area}: {said}" for said, area in sayings.items())


def _trouble(row: Message | None, message: str | tuple[str, ...], language: str) -> str:
    if row is None:
        return "not extracted"
    texts = [row.string] if isinstance(row.string, str) else list(row.string or ())
    wanted = 1 if isinstance(message, str) else LANGUAGES[language][0]
    if len(texts) != wanted or not all(texts) or row.fuzzy:
        return "not translated"
    english = message if isinstance(message, str) else message[1]
    for text in texts:
        strange = _names(text) - _names(english) - (_names(message[0]) if isinstance(message, tuple) else set())
        if strange:
            return f"names {', '.join(sorted(strange))}, which the English does not"
    return ""


def _names(text: str) -> set[str]:
    """Return the names a message fills in: {name} and %(name)s."""
    return set(re.findall(r"%\((\w+)\)", text)) | set(re.findall(r"\{(\w+)\}", text))


def compile_all(names: Collection[str]) -> int:
    """Write the .mo files that Django reads."""
    for area in _chosen(areas(), names):
        for language in LANGUAGES:
            source = area.file(language)
            if source.exists():
                with source.with_suffix(".mo").open("wb") as file:
                    write_mo(file, _load(area, language))
    return 0


def _load(area: Area, language: str) -> Catalog:
    path = area.file(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language)


def _empty(language: str) -> Catalog:
    fresh = Catalog(
        locale=language, project="OneWindow", version="", copyright_holder="OneWindow maintainers", fuzzy=False, charset="utf-8"
    )
    fresh.header_comment = "# Messages of OneWindow. English is the message itself; write the translation below it."
    fresh._num_plurals, fresh._plural_expr = LANGUAGES[language]  # type: ignore[assignment]  # Babel has no other way
    return fresh


def _configure_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onewindow.config.settings_test")
    sys.path.insert(0, str(SOURCE))
    import django

    django.setup()


def main() -> int:
    acts = {"extract": extract, "check": check, "compile": compile_all}
    if len(sys.argv) < 2 or sys.argv[1] not in acts:
        print(__doc__)
        return 2
    return acts[sys.argv[1]](sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
