"""Properties of the compiler over made catalogues, and the certificate that anyone can check."""

import copy
import importlib.util
import itertools
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from bench.made import made_documents
from hypothesis import assume, given
from hypothesis import strategies as st

from onewindow.domain.bundle import BundleRefused, NothingSupplies, Report, certify_bundle, compile_bundle, hitting
from onewindow.domain.bundle.highs import least_by_solver
from onewindow.domain.bundle.hitting import Weights, fewest, least
from onewindow.domain.catalogue import build_catalogue, read_catalogue
from onewindow.domain.catalogue.model import Catalogue

ROOT = Path(__file__).resolve().parents[2]
Documents = dict[str, list[dict[str, Any]]]


@st.composite
def small(draw: st.DrawFn) -> Documents:
    """A catalogue small enough to be compiled many times."""
    seed, services = draw(st.integers(0, 10**6)), draw(st.integers(1, 5))
    return made_documents(seed, services=services, elements=draw(st.integers(24, 40)), resources=draw(st.integers(1, 20)))


def compiled(documents: Documents, **more: Any) -> Report | None:
    try:
        return compile_bundle(build_catalogue(documents), "event0", with_alone=False, **more)
    except BundleRefused:
        return None


def effort(documents: Documents, report: Report) -> float:
    efforts = {row["id"]: row["effort"] for row in documents["elements"]}
    return float(sum(efforts[field.element] for field in report.form))


def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("certify", ROOT / "docs" / "certify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


certify = checker()


# --- what more of something does ---


@given(small(), st.data())
def test_one_more_resource_never_lengthens_the_form(documents: Documents, data: st.DataObject) -> None:
    """Where evidence is met as before: a resource may also make another one reachable, whose key is then asked instead of a paper."""
    before = compiled(documents)
    names = [row["id"] for row in documents["elements"]]
    keys = data.draw(st.lists(st.sampled_from(names), max_size=2))
    gives = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
    more = documents | {"resources": [*documents["resources"], {"id": "more", "keyed_by": keys, "gives": gives}]}
    after = compiled(more)
    if before is not None:
        assume(after is not None and [row.by for row in after.evidence] == [row.by for row in before.evidence])
        assert after is not None
        assert effort(documents, after) <= effort(documents, before)
        assert (after.after.steps, after.after.days, after.before) == (before.after.steps, before.after.days, before.before)


@given(small())
def test_what_log_in_tells_never_lengthens_the_form(documents: Documents) -> None:
    before = compiled(documents)
    assume(before is not None and before.form)
    assert before is not None
    told = copy.deepcopy(documents)
    told["parties"][0]["gives"].append(before.form[0].element)
    after = compiled(told)
    assert after is not None
    if [row.by for row in after.evidence] == [row.by for row in before.evidence]:
        assert effort(documents, after) < effort(documents, before)


@given(small(), st.randoms(use_true_random=False))
def test_counts_do_not_depend_on_the_order_of_files(documents: Documents, chance: Any) -> None:
    files = [(f"{kind}{number}.json", json.dumps({kind: [row]})) for kind, rows in documents.items() for number, row in enumerate(rows)]
    one = read_catalogue(files).catalogue
    chance.shuffle(files)
    other = read_catalogue(files).catalogue
    reports = []
    for catalogue in (one, other):
        try:
            reports.append(json.dumps(compile_bundle(catalogue, "event0").as_json()))
        except BundleRefused as refusal:
            reports.append(str(refusal))
    assert reports[0] == reports[1]


@given(small(), st.booleans())
def test_every_refused_or_compiled_event_is_so_again(documents: Documents, large: bool) -> None:
    first = compiled(documents, answers={"large": large})
    assert first == compiled(documents, answers={"large": large})
    if first is not None:
        assert compiled(documents, answers={"large": large}, earlier=first) == first
        assert first.minimal
        assert (first.after.elements or 0) <= (first.before.elements or 0) + sum(row.way == "resource" for row in first.evidence) * 3
        assert first.after.days == first.after.days_parallel <= (first.before.days or 0)


@given(small())
def test_every_field_that_is_asked_is_typed_once_or_has_its_reason(documents: Documents) -> None:
    report = compiled(documents)
    if report is None:
        return
    explained = {(row.service, row.element) for row in report.filled}
    typed = {field.element: field.asked_by[0] for field in report.form}
    for service in documents["services"]:
        for ask in service["asks"]:
            place = (service["id"], ask["element"])
            assert (place in explained) is not (typed.get(ask["element"]) == service["id"]), place
    kinds = {row.source["kind"] for row in report.filled}
    assert kinds <= {"party", "answer", "held", "resource", "produced", "same-form", "not-applicable"}


# --- the certificate ---


@given(small(), st.booleans())
def test_the_certificate_of_any_bundle_checks(documents: Documents, answered: bool) -> None:
    answers = {"large": True} if answered else {}
    try:
        certificate = certify_bundle(build_catalogue(documents), "event0", answers=answers)
    except BundleRefused:
        return
    report = compiled(documents, answers=answers)
    assert report is not None
    assert certificate["form"] == [field.element for field in report.form]
    assert certify.check(json.loads(json.dumps(certificate))).startswith("Proven: event0 needs a form of")


def mutations(certificate: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Certificates that claim something false, by what was done to them."""
    found: dict[str, dict[str, Any]] = {}

    def mutated(name: str) -> dict[str, Any]:
        found[name] = copy.deepcopy(certificate)
        return found[name]

    mutated("a field less")["form"].pop()
    spare = next(row["id"] for row in certificate["askable"] if row["id"] not in certificate["form"])
    mutated("a field more")["form"].append(spare)
    mutated("a cut less")["cuts"].pop()
    mutated("a cut without elements")["cuts"][0]["elements"] = []
    mutated("a cut that is larger")["cuts"][0]["elements"].append(spare)
    without_known = mutated("a set without what is known")["cuts"][0]
    _set_closed(certificate, without_known, set(without_known["closed"]) - set(certificate["known"]))
    opened = mutated("a set that is not closed")["cuts"]
    loose = next(
        (number, row)
        for number, cut in enumerate(opened)
        for row in certificate["resources"]
        if set(row["keyed_by"]) | set(row["gives"]) <= set(cut["closed"])
        and not set(row["gives"]) & {*row["keyed_by"], *certificate["known"]}
    )
    _set_closed(certificate, opened[loose[0]], set(opened[loose[0]]["closed"]) - {loose[1]["gives"][0]})
    full = mutated("a set that holds all needs")["cuts"][0]
    everything = {name for row in certificate["resources"] for name in (*row["keyed_by"], *row["gives"])}
    _set_closed(
        certificate, full, {*full["closed"], *full["elements"], *everything, *(n for s in certificate["services"] for n in s["needs"])}
    )
    mutated("a cut of no service")["cuts"][0]["service"] = "nobody"
    mutated("less effort claimed")["costs"]["effort"] -= 1
    mutated("not minimal")["minimal"] = False
    mutated("another format")["format"] = "onewindow-certificate/2"
    mutated("a need more")["services"][0]["needs"].append("not-askable")
    mutated("an effort of nothing")["askable"][0]["effort"] = 0
    for row in mutated("dearer fields")["askable"]:
        row["effort"] = 3 if row["id"] in certificate["form"] else row["effort"]
    del mutated("no cuts")["cuts"]
    mutated("nonsense")["askable"] = "all"
    return found


def _set_closed(certificate: dict[str, Any], cut: dict[str, Any], closed: set[str]) -> None:
    """Give a cut another closed set, and the elements that go with it: only the claim itself is false then."""
    cut["closed"] = sorted(closed)
    cut["elements"] = sorted({row["id"] for row in certificate["askable"]} - closed)


def a_certificate() -> dict[str, Any]:
    return certify_bundle(build_catalogue(made_documents(3, services=6, elements=60, resources=30)), "event0")


said = {
    "a field less": "does not close",
    "a set without what is known": "lacks something that",
    "a set that is not closed": "is not closed under the resources",
    "a set that holds all needs": "lacks nothing that",
    "a cut that is larger": "are not the askable ones",
    "less effort claimed": "are not those of the form",
    "dearer fields": "are not those of the form",
    "no cuts": "not of the format",
}


@pytest.mark.parametrize("name", sorted(mutations(a_certificate())))
def test_a_certificate_that_claims_something_false_is_refused(name: str) -> None:
    with pytest.raises(certify.NotProven, match=said.get(name)):
        certify.check(mutations(a_certificate())[name])


def test_the_checker_is_one_file_that_needs_nothing_of_ours(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(a_certificate()))
    bad.write_text(json.dumps(a_certificate() | {"form": []}))
    command = [sys.executable, "-I", "-S", str(ROOT / "docs" / "certify.py")]
    runs = [subprocess.run([*command, str(path)], capture_output=True, text=True, check=False) for path in (good, bad, tmp_path / "none")]
    assert [run.returncode for run in runs] == [0, 1, 1]
    assert runs[0].stdout.startswith("Proven: ")
    assert runs[1].stderr.startswith("Not proven. The form does not close")


# --- hitting sets: three ways to the same weight ---

cuts = st.lists(st.sets(st.integers(0, 8), min_size=1, max_size=4), min_size=1, max_size=9)


def by_hand(sets: list[set[int]], weights: Weights) -> int:
    every = range(9)
    return min(
        sum(weights.total[element] for element in chosen)
        for size in range(10)
        for chosen in itertools.combinations(every, size)
        if all(set(chosen) & one for one in sets)
    )


@given(cuts, st.lists(st.integers(1, 4), min_size=9, max_size=9), st.lists(st.integers(0, 1), min_size=9, max_size=9))
def test_search_and_solver_find_the_least_weight(sets: list[set[int]], efforts: list[int], unnamed: list[int]) -> None:
    weights = Weights((efforts, [1] * 9, unnamed))
    masks = [sum(1 << element for element in one) for one in sets]
    least_weight = by_hand(sets, weights)
    hit = least(masks, weights)
    assert (weights.of(hit.chosen), hit.proven) == (least_weight, True)
    solved = least_by_solver(masks, weights)
    assert (weights.of(solved.chosen), solved.proven) == (least_weight, True)


@given(st.lists(st.sets(st.sampled_from("abcdefg"), min_size=1, max_size=3), max_size=6))
def test_fewest_names_are_the_first_by_id(sets: list[set[str]]) -> None:
    every = ["a", "b", "c", "d", "e", "f", "g"]
    right = next(chosen for size in range(8) for chosen in itertools.combinations(every, size) if all(set(chosen) & one for one in sets))
    assert fewest(sets) == set(right)


@pytest.mark.parametrize("stages", [1, 10**7])
def test_a_hard_form_goes_to_the_solver_and_costs_the_same(monkeypatch: pytest.MonkeyPatch, stages: int) -> None:
    from onewindow.domain.bundle import highs

    documents = made_documents(8, services=12, elements=120, resources=60)
    right = compiled(documents)
    assert right is not None
    monkeypatch.setattr(hitting, "max_nodes", 0)
    monkeypatch.setattr(highs, "safe_total", stages)
    solved = compiled(documents)
    assert solved is not None
    assert solved.minimal
    assert (effort(documents, solved), len(solved.form)) == (effort(documents, right), len(right.form))


def test_a_solver_out_of_time_gives_a_form_that_works_and_does_not_call_it_minimal(monkeypatch: pytest.MonkeyPatch) -> None:
    from onewindow.domain.bundle import highs

    documents = made_documents(8, services=12, elements=120, resources=60)
    right = compiled(documents)
    assert right is not None
    monkeypatch.setattr(hitting, "max_nodes", 0)
    monkeypatch.setattr(highs, "least_by_solver", lambda cuts, _: hitting.Hit(_union(cuts), False))
    certificate = certify_bundle(build_catalogue(documents), "event0")
    assert certificate["minimal"] is False
    assert effort(documents, right) <= certificate["costs"]["effort"] < 2 * effort(documents, right)
    certify.check_form(certificate, set(certificate["form"]))
    with pytest.raises(certify.NotProven):
        certify.check(certificate)


def _union(masks: list[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def test_compiling_a_plain_bundle_loads_no_solver() -> None:
    program = (
        "import sys, json; sys.path[:0] = ['src', '.'];"
        "from bench.made import made_catalogue; from onewindow.domain.bundle import compile_bundle;"
        "compile_bundle(made_catalogue(3, services=6, elements=60, resources=30), 'event0');"
        "sys.exit('scipy' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_a_need_that_nothing_supplies_is_refused_for_the_whole_event() -> None:
    documents = made_documents(3, services=6, elements=60, resources=0)
    documents["elements"].append({"id": "secret", "askable": False})
    documents["services"][0]["asks"].append({"element": "secret"})
    catalogue: Catalogue = build_catalogue(documents)
    with pytest.raises(NothingSupplies, match="“secret” \\(needed by s0\\)"):
        compile_bundle(catalogue, "event0")
