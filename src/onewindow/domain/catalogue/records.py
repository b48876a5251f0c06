"""One mapping of a catalogue file, read key by key: wrong types and unknown keys become problems, reading goes on."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from onewindow.domain.catalogue.model import Condition, LegalBasis, Text
from onewindow.domain.catalogue.problems import Problem, did_you_mean
from onewindow.domain.catalogue.text import Parsed
from onewindow.domain.conditions import faults

Path = tuple[str | int, ...]
languages = ("zh", "en", "ru")


class Notes:
    """Where problems are gathered while files are read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.troubled: set[tuple[str, Path]] = set()

    def add(self, source: Parsed, path: Path, code: str, message: str, remedy: str) -> None:
        self.troubled.add((source.file, path[:2]))
        self.problems.append(Problem(source.file, source.line(path), code, message, remedy))


def described(value: object) -> str:
    """Return a value as a problem names it.

    >>> described(True), described("x" * 60)[-3:], described([1])
    ('true', 'x…”', 'a list')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"“{value[:40]}{'…' if len(value) > 40 else ''}”"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a list" if isinstance(value, list) else "a mapping"


class Record:
    """A mapping with its place. `noun` says what it is, for messages."""

    __slots__ = ("asked", "broken", "notes", "noun", "path", "source", "value")

    def __init__(self, notes: Notes, source: Parsed, path: Path, value: dict[str, Any], noun: str) -> None:
        self.notes, self.source, self.path, self.value, self.noun = notes, source, path, value, noun
        self.asked: set[str] = set()
        self.broken: set[str] = set()

    # --- what is wrong ---

    def problem(self, key: str | int | None, code: str, message: str, remedy: str) -> None:
        self.broken.add(str(key))
        path = self.path if key is None else (*self.path, key)
        self.notes.add(self.source, path, code, f"{self.noun}: {message}", remedy)

    def wrong(self, key: str, value: object, wanted: str, remedy: str = "") -> None:
        self.problem(key, "catalogue-wrong-type", f"“{key}” must be {wanted}, not {described(value)}", remedy or f"Write {wanted}.")

    def close(self) -> None:
        """Report the keys that nobody asked for."""
        for key in self.value:
            if key not in self.asked:
                known = ", ".join(sorted(self.asked))
                remedy = did_you_mean(key, self.asked, otherwise=f"Take it away; the keys here are {known}.")
                self.problem(key, "catalogue-unknown-key", f"the key “{key}” is unknown", remedy)

    # --- single values ---

    def raw(self, key: str) -> Any:
        self.asked.add(key)
        return self.value.get(key)

    def ident(self, key: str = "id") -> str:
        """Return the id, or an empty text where there is none that can be used."""
        value = self.raw(key)
        if value is None:
            self.problem(None, "catalogue-missing-key", f"“{key}” is missing", f"Give it a “{key}”, a short text without a dot.")
        elif not isinstance(value, str):
            self.wrong(key, value, "a text", "Put it in quotes.")
        elif not value or value != value.strip() or not value.isprintable():
            self.problem(key, "catalogue-wrong-id", f"{described(value)} is no id", "Use letters, digits and hyphens.")
        elif "." in value:
            self.problem(key, "catalogue-id-with-dot", f"the id “{value}” has a dot", "Use a hyphen: the dot parts a role from an element.")
        else:
            return value
        return ""

    def text(self, key: str, default: str | None = None) -> str | None:
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, str) or not value:
            self.wrong(key, value, "a text", "Put it in quotes." if isinstance(value, int | float) else "")
            return default
        return value

    def reference(self, key: str, default: str = "") -> str:
        return self.text(key) or default

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, value, "true or false")
            return default
        return value

    def number(self, key: str, default: float = 0, *, minimum: float = 0) -> float:
        value = self.raw(key)
        if value is None:
            return default
        if not is_number(value):
            self.wrong(key, value, "a number")
            return default
        if value < minimum or value > 1e12:
            self.problem(key, "catalogue-out-of-range", f"“{key}” is {value}, below {minimum}", f"Write a number of at least {minimum}.")
            return default
        return value

    def choice(self, key: str, options: Iterable[str], default: str) -> str:
        value = self.text(key, default) or default
        known = list(options)
        if value not in known:
            remedy = did_you_mean(value, known, otherwise=f"Use one of {', '.join(known)}.")
            self.problem(key, "catalogue-unknown-value", f"“{key}” cannot be “{value}”", remedy)
            return default
        return value

    # --- composed values ---

    def list_of(self, key: str, what: str) -> list[Any]:
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.wrong(key, value, f"a list of {what}", f"Write {key}: [ … ].")
            return []
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        items = self.list_of(key, "texts")
        for index, item in enumerate(items):
            if not isinstance(item, str) or not item:
                self.broken.add(key)
                message = f"{self.noun}: “{key}” must hold texts, not {described(item)}"
                self.notes.add(self.source, (*self.path, key, index), "catalogue-wrong-type", message, "Put it in quotes.")
        return tuple(item for item in items if isinstance(item, str) and item)

    def mapping(self, key: str) -> dict[str, Any]:
        value = self.raw(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong(key, value, "a mapping", f"Write {key}: {{ … }}.")
            return {}
        return value

    def records(self, key: str, noun: str) -> list["Record"]:
        found = []
        for index, item in enumerate(self.list_of(key, f"{noun}s")):
            path = (*self.path, key, index)
            if isinstance(item, dict):
                label = f"{self.noun}, {noun} “{item.get('id', index + 1)}”"
                found.append(Record(self.notes, self.source, path, item, label))
            else:
                self.broken.add(key)
                message = f"{self.noun}: a {noun} must be a mapping, not {described(item)}"
                self.notes.add(self.source, path, "catalogue-wrong-type", message, "Write { id: …, … }.")
        return found

    def name(self, fallback: str) -> Text:
        """Return the name in its languages; without one the id is shown."""
        value = self.raw("name")
        return self.localised("name", value) if value is not None else {"en": fallback}

    def localised(self, key: str, value: object) -> Text:
        remedy = "Write {zh: …, en: …, ru: …}, at least one of them."
        if not isinstance(value, dict) or not value:
            self.wrong(key, value, "a text in zh, en or ru", remedy)
            return {}
        wrong = [language for language, text in value.items() if language not in languages or not isinstance(text, str) or not text.strip()]
        for language in wrong:
            message = f"{self.noun}: “{key}.{language}” is not a text in zh, en or ru"
            self.broken.add(key)
            self.notes.add(self.source, (*self.path, key, language), "catalogue-wrong-name", message, remedy)
        return {language: text for language, text in value.items() if language not in wrong}

    def condition(self, key: str = "when") -> Condition | None:
        value = self.raw(key)
        if value is None:
            return None
        found = faults(value)
        for fault in found:
            self.broken.add(key)
            message = f"{self.noun}: the condition “{key}” is wrong, {fault.problem}"
            self.notes.add(self.source, (*self.path, key, *fault.path), "catalogue-wrong-condition", message, fault.remedy)
        return None if found else value

    def legal_basis(self) -> tuple[LegalBasis, ...]:
        rows = []
        for row in self.records("legal_basis", "legal basis"):
            values = {key: row.text(key) for key in ("title", "article", "url")}
            row.close()
            rows.append({key: value for key, value in values.items() if value is not None})
        return tuple(rows)

    def values(self) -> tuple[Mapping[str, object], ...]:
        """Return the values of an enum: written plainly, or as {id, name}."""
        found: list[Mapping[str, object]] = []
        for index, item in enumerate(self.list_of("values", "values")):
            if isinstance(item, dict):
                row = Record(self.notes, self.source, (*self.path, "values", index), item, f"{self.noun}, value {index + 1}")
                value = row.raw("id")
                found.append({"id": value, "name": row.name(str(value))})
                row.close()
            else:
                value = item
                found.append({"id": value, "name": {"en": str(value)}})
            if value is None or isinstance(value, list | dict):
                self.wrong("values", value, "a text or a number")
        return tuple(found)


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is a finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
