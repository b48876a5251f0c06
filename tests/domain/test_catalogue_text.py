"""Text into values: YAML 1.2 and JSON, hostile files included."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from onewindow.domain.catalogue.text import parse

plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())
values: st.SearchStrategy[Any] = st.recursive(
    plain, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)), max_leaves=12
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("yes", "yes"), ("No", "No"), ("on", "on"), ("off", "off"), ("y", "y"), ("true", True), ("False", False), ("1:30", "1:30"),
        ("0o17", 15), ("0x1F", 31), ("010", 10), ("1_000", "1_000"), ("1e3", 1000.0), (".5", 0.5), ("~", None), ("", None), ("Null", None),
        ("2024-05-17", "2024-05-17"), ("'1'", "1"), ("!!str 1", "1"), ("-0", 0), ("1.", 1.0), ("+", "+"), (".", "."), ("=", "="),
    ],
)  # fmt: skip
def test_plain_scalars_mean_what_yaml_1_2_says(written: str, meant: object) -> None:
    value = parse("a.yaml", f"key: {written}").value
    assert value == {"key": meant}
    assert type(value["key"]) is type(meant)


@given(values)
def test_json_comes_back_as_it_was_written_from_both_parsers(value: Any) -> None:
    text = json.dumps(value)
    assert parse("a.json", text).value == value
    assert parse("a.yaml", json.dumps(value, ensure_ascii=True, indent=1)).value == value or "\\ud" in text


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3", 3, "the key “a” stands twice"),
        ("a: 1\nb: [1, 2", 2, "this is not YAML"),
        ("a: 1\n\tb: 2", 2, "this is not YAML"),
        ("a: 1\n---\nb: 2", 2, "a second document"),
        ("a: !!python/object:os.system {}", 1, "means nothing here"),
        ("a: !!int x", 1, "does not fit"),
        ("a: &x [*x]", 1, "contains itself"),
        ("a: *x", 1, "there is no anchor"),
        ("a: 1\n2: b", 2, "a key must be a text"),
        ("a: " + "9" * 5000, 1, "the number is too long"),
        ("[" * 200_000, 1, "nests deeper"),
        ("{a: " * 200_000, 1, "nests deeper"),
        ("- " * 200_000, 1, "nests deeper"),
    ],
)
def test_what_is_wrong_in_the_text_is_told_with_its_line(text: str, line: int, message: str) -> None:
    parsed = parse("a.yaml", text)
    assert parsed.value is None
    assert [(problem.file, problem.line) for problem in parsed.problems] == [("a.yaml", line)]
    assert message in parsed.problems[0].message
    assert parsed.problems[0].remedy


def test_anchors_are_a_convenience_and_not_a_bomb() -> None:
    assert parse("a.yaml", "a: &x [1, 2]\nb: *x").value == {"a": [1, 2], "b": [1, 2]}
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{after}: &{after} [{', '.join([f'*{before}'] * 10)}]" for before, after in zip("abcdefgh", "bcdefghi", strict=True)]
    assert "anchors repeat more than" in parse("a.yaml", "\n".join(lines)).problems[0].message


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 1,}', "[" * 100_000, '{"a": "\\ud800"}', "{'a': 1}"])
def test_json_is_held_to_json(text: str) -> None:
    assert parse("a.json", text).problems


def test_bytes_are_utf_8_with_or_without_a_mark() -> None:
    assert parse("a.yaml", "a: 证".encode()).value == parse("a.yaml", "\ufeffa: 证".encode()).value == {"a": "证"}
    broken = parse("a.yaml", "a: 1\nb: 许可".encode("gb18030")).problems[0]
    assert (broken.line, broken.message) == (2, "the file is not UTF-8 text")


@given(st.text(alphabet="abc:-[]{}&*!'\"#|>%@` \n\t0", max_size=60))
def test_no_text_makes_the_reader_fall_over(text: str) -> None:
    parsed = parse("a.yaml", text)
    assert parsed.problems or isinstance(parsed.value, dict | list | str | int | float | bool | None)
    if not parsed.problems:
        assert list(yaml.parse(text, Loader=yaml.CSafeLoader))


def test_lines_of_json_are_known_when_they_are_needed() -> None:
    parsed = parse("a.json", '{"services":\n [\n  {"id": "a"},\n\t{"id":\n"b"}]}')
    assert [parsed.line(("services", 0)), parsed.line(("services", 1, "id")), parsed.line(("services", 7))] == [3, 4, 1]
