"""What is exported is read back as it was, whatever people wrote in it."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from onewindow.domain.catalogue.documents import FORMAT, as_json, as_yaml, digest, kind_of
from onewindow.domain.catalogue.text import parse

_texts = st.one_of(
    st.sampled_from(
        [
            "yes",
            "No",
            "on",
            "~",
            "null",
            "1e3",
            "0o17",
            "0x1F",
            "1:30",
            "-",
            "- a",
            "a: b",
            "a #b",
            " a",
            "a ",
            "2024-01-01",
            "",
            "*x",
            "&x",
            "!x",
            "a\nb",
            "街",
            "=",
            "<<",
            "1_000",
            "x'y",
            '"',
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
)
_values = st.recursive(
    st.one_of(_texts, st.booleans(), st.none(), st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False, width=32)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_texts, inner, max_size=3)),
    max_leaves=8,
)


@pytest.mark.parametrize(("write", "name"), [(as_yaml, "x.yaml"), (as_json, "x.json")])
@given(guide=st.dictionaries(_texts, _values, max_size=4))
def test_an_export_is_read_back_as_it_was(write, name, guide) -> None:
    document = {"id": "s", "guide": guide}
    read = parse(name, write({("services", "s"): document}))
    assert read.problems == []
    assert read.value == {"format": FORMAT, "services": [document]}
    assert repr(read.value["services"]) == repr([document]), "true and 1, 1.0 and 1 are different things"


@given(guide=st.dictionaries(_texts, _texts, max_size=4))
def test_readers_of_older_yaml_read_an_export_the_same_way(guide) -> None:
    document = {"id": "s", "guide": guide}
    assert yaml.safe_load(as_yaml({("services", "s"): document}))["services"] == [document]


def test_the_digest_depends_on_the_content_alone() -> None:
    one = {("elements", "a"): {"id": "a", "effort": 1}, ("parties", "p"): {"id": "p", "gives": ["a"]}}
    reordered = {("parties", "p"): {"gives": ["a"], "id": "p"}, ("elements", "a"): {"effort": 1, "id": "a"}}
    other = {**one, ("elements", "a"): {"id": "a", "effort": 2}}
    assert digest(one) == digest(reordered) != digest(other)


def test_an_unknown_kind_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="evidence_types"):
        kind_of("evidences")
