"""From text to plain values: YAML 1.2 (core schema) or JSON, with the line of every value, bounded in depth and in anchors."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from onewindow.domain.catalogue.problems import Problem

max_bytes = 64_000_000
max_depth = 60
max_repeated = 100_000
"""Values that anchors may repeat in one file: an alias is a convenience, not a way to write a billion values in a kilobyte."""

_core = "tag:yaml.org,2002:"
_null = frozenset(["", "~", "null", "Null", "NULL"])
_bool = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_int = re.compile(r"[-+]?[0-9]+")
_based = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_float = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_special = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

Lines = dict[tuple[int, object], int]
"""The line of a child, by the identity of its mapping or list and the key or index in it."""


@dataclass(slots=True)
class Parsed:
    """One file as plain values. `lines` knows where each child stands, for JSON only after `locate`."""

    file: str
    value: object
    lines: Lines = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    locate: Callable[[], Lines] | None = None
    first_line: int = 1

    def line(self, path: tuple[str | int, ...]) -> int:
        """Return the line where the value at a path, or else its nearest parent, stands."""
        if self.locate is not None:
            self.lines, self.locate = self.locate(), None
        line, here = self.first_line, self.value
        for step in path:
            line = self.lines.get((id(here), step), line)
            if (id(here), step) not in self.lines:
                break
            here = here[step]  # type: ignore[index]  # a list or a mapping, as the step says
        return line


class _Broken(Exception):
    def __init__(self, line: int, message: str, remedy: str) -> None:
        self.line, self.message, self.remedy = line, message, remedy
        super().__init__(message)


def parse(name: str, content: str | bytes, *, keys_as_written: bool = False) -> Parsed:
    """Read one file; what is wrong with its text stands in `problems`, and its value is then None.

    `keys_as_written`: a key of YAML that is a number or a truth by its looks is taken as text, for formats that we do not set.

    >>> parse("a.yaml", "{on: yes, at: 1:30, n: 0o17, x: ~}").value
    {'on': 'yes', 'at': '1:30', 'n': 15, 'x': None}
    >>> str(parse("a.yaml", "a: 1\\na: 2").problems[0])
    'a.yaml:2: the key “a” stands twice in one mapping. Keep one of the two.'
    >>> parse("a.yaml", "200: a\\ntrue: b", keys_as_written=True).value
    {'200': 'a', 'true': 'b'}
    """
    try:
        text = _decode(content)
        parsed = _parse_json(name, text) if name.lower().endswith(".json") else None
        return parsed or _parse_yaml(name, text, keys_as_written=keys_as_written)
    except _Broken as broken:
        return Parsed(name, None, problems=[Problem(name, broken.line, "catalogue-text", broken.message, broken.remedy)])


def _decode(content: str | bytes) -> str:
    if len(content) > max_bytes:
        raise _Broken(0, f"the file is larger than {max_bytes // 1_000_000} MB", "Split it: a catalogue may be any number of files.")
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Broken(line, "the file is not UTF-8 text", "Save it as UTF-8.") from None


# --- JSON: the fast parser first; lines are looked up only when something has to be told ---


class _Repeated(Exception):
    pass


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _Repeated
    return mapping


def _parse_json(name: str, text: str) -> Parsed | None:
    """Read strict JSON; None where YAML, which knows lines and JSON both, shall say what is wrong."""
    try:
        value = json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _Broken(error.lineno, f"this is not JSON: {error.msg}", "Mend the text at this line.") from None
    except (_Repeated, RecursionError, ValueError):
        return None
    if "\\ud" in text.lower() and not _encodable(value):
        raise _Broken(0, "a text holds half a character (\\ud800 to \\udfff alone)", "Write the whole character.")
    if _too_deep(value):
        raise _Broken(1, f"the file nests deeper than {max_depth}", "No catalogue needs that: look for a bracket that was not closed.")
    parsed = Parsed(name, value)
    parsed.locate = lambda: _lines_of_json(name, text, value)
    return parsed


def _no_constant(name: str) -> object:
    raise _Broken(0, f"this is not JSON: {name} is no value", "Write a number, or null.")


def _encodable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_deep(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(max_depth):
        level = [child for item in level for child in _children(item)]
        if not level:
            return False
    return True


def _children(value: object) -> list[Any]:
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, dict | list)]
    return [child for child in value if isinstance(child, dict | list)] if isinstance(value, list) else []


def _lines_of_json(name: str, text: str, value: object) -> Lines:
    """Read the same text again with the parser that knows lines, and carry its lines over to the values at hand."""
    try:
        twin = _parse_yaml(name, text.replace("\t", " "))
    except _Broken:
        return {}
    lines: Lines = {}
    pairs: list[tuple[Any, Any]] = [(value, twin.value)]
    while pairs:
        ours, theirs = pairs.pop()
        if isinstance(ours, dict) and isinstance(theirs, dict):
            keys: Any = ours.keys()
        elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
            keys = range(len(ours))
        else:
            continue
        for key in keys:
            if (id(theirs), key) in twin.lines:
                lines[id(ours), key] = twin.lines[id(theirs), key]
                pairs.append((ours[key], theirs[key]))
    return lines


# --- YAML: values are made straight from the parser's events, so that depth is counted before it is descended ---

Event = Any


def _parse_yaml(name: str, text: str, *, keys_as_written: bool = False) -> Parsed:
    try:
        return _Builder(name, text, keys_as_written=keys_as_written).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(part) for part in (error.context, error.problem) if part)
        begun = error.context_mark
        far = begun is not None and mark is not None and begun.line != mark.line
        remedy = f"Look at what begins in line {begun.line + 1}." if begun and far else "Mend the text at this line."
        line = min(mark.line + 1, text.count("\n") + 1) if mark else 0
        raise _Broken(line, f"this is not YAML: {what}", remedy) from None
    except (yaml.YAMLError, ValueError) as error:
        raise _Broken(0, f"this is not YAML: {' '.join(str(error).split())}", "Mend the text.") from None


class _Builder:
    """Makes plain values out of events, remembers lines, refuses repeated keys and anchors that explode."""

    def __init__(self, name: str, text: str, *, keys_as_written: bool) -> None:
        self.keys_as_written = keys_as_written
        self.next_event: Callable[[], Event] = yaml.CLoader(text).get_event
        self.parsed = Parsed(name, None)
        self.anchors: dict[str, tuple[object, int] | None] = {}
        self.repeated = 0
        self.count = 0

    def document(self) -> Parsed:
        self.next_event()
        event = self.next_event()
        if isinstance(event, DocumentStartEvent):
            self.parsed.value = self.value(self.next_event(), 1)
            self.next_event()
            event = self.next_event()
        if not isinstance(event, StreamEndEvent):
            raise _Broken(_line(event), "a second document begins here", "Put it into a file of its own.")
        return self.parsed

    def value(self, event: Event, depth: int) -> object:
        if isinstance(event, AliasEvent):
            return self.again(event)
        if event.anchor is None:
            return self.fresh(event, depth)
        before = self.count
        self.anchors[event.anchor] = None
        value = self.fresh(event, depth)
        self.anchors[event.anchor] = (value, self.count - before)
        return value

    def fresh(self, event: Event, depth: int) -> object:
        self.count += 1
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        if depth > max_depth:
            raise _Broken(_line(event), f"the file nests deeper than {max_depth}", "Look for a bracket that was not closed.")
        is_mapping = isinstance(event, MappingStartEvent)
        if event.tag not in (None, "!", f"{_core}{'map' if is_mapping else 'seq'}"):
            raise _Broken(_line(event), f"the tag {event.tag} means nothing here", "Take the tag away.")
        return self.mapping(depth) if is_mapping else self.sequence(depth)

    def again(self, event: Event) -> object:
        if event.anchor not in self.anchors:
            message = f"there is no anchor “{event.anchor}” above"
            raise _Broken(_line(event), message, "Name an anchor that stands above, or write the value out.")
        anchored = self.anchors[event.anchor]
        if anchored is None:
            raise _Broken(_line(event), f"the anchor “{event.anchor}” contains itself", "Write the value out.")
        value, size = anchored
        self.repeated += size
        self.count += size
        if self.repeated > max_repeated:
            raise _Broken(_line(event), f"anchors repeat more than {max_repeated} values", "Write the values out, or describe them once.")
        return value

    def mapping(self, depth: int) -> dict[str, object]:
        mapping: dict[str, object] = {}
        lines, own = self.parsed.lines, id(mapping)
        while not isinstance(event := self.next_event(), MappingEndEvent):
            key = str(event.value) if self.keys_as_written and isinstance(event, ScalarEvent) else self.value(event, depth + 1)
            if not isinstance(key, str):
                raise _Broken(_line(event), f"a key must be a text, not {key!r}"[:200], "Put the key in quotes.")
            if key in mapping:
                raise _Broken(_line(event), f"the key “{key}” stands twice in one mapping", "Keep one of the two.")
            lines[own, key] = _line(event)
            mapping[key] = self.value(self.next_event(), depth + 1)
        return mapping

    def sequence(self, depth: int) -> list[object]:
        items: list[object] = []
        lines, own = self.parsed.lines, id(items)
        while not isinstance(event := self.next_event(), SequenceEndEvent):
            lines[own, len(items)] = _line(event)
            items.append(self.value(event, depth + 1))
        return items


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _scalar(event: Event) -> object:
    tag, text = event.tag, str(event.value)
    if tag in (f"{_core}str", "!") or (tag is None and not event.implicit[0]):
        return text
    try:
        value = _plain(text)
    except ValueError:
        raise _Broken(_line(event), "the number is too long", "Put it in quotes if it is a code.") from None
    if tag is None:
        return value
    kinds: dict[str, Any] = {"null": type(None), "bool": bool, "int": int, "float": (int, float)}
    wanted = kinds.get(tag.removeprefix(_core))
    if wanted is None or not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise _Broken(_line(event), f"the tag {tag} does not fit “{text[:40]}”", "Take the tag away.")
    return float(value) if tag.endswith("float") and isinstance(value, int) else value


def _plain(text: str) -> object:
    """Return what a plain scalar means in the core schema of YAML 1.2."""
    if text in _null:
        return None
    if text in _bool:
        return _bool[text]
    if text[0] not in "0123456789+-.":
        return text
    if len(text) > 60 and (_int.fullmatch(text) or _based.fullmatch(text)):
        raise ValueError
    if _int.fullmatch(text):
        return int(text)
    if _based.fullmatch(text):
        return int(text, 0)
    if _float.fullmatch(text):
        return float(text)
    if _special.fullmatch(text):
        return float(text.replace(".", "").lower())
    return text
