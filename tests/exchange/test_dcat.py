"""The export of the demo city's data resources is DCAT-AP 3.0.1 as its own shapes understand it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF

from onewindow.domain.exchange.dcat import DCAT, Entry, export_dcat
from onewindow.domain.exchange.resources import read
from tests.catalogue.test_cpsv import violations

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@cache
def described() -> list[dict[str, Any]]:
    """What stands in the files of the whole city."""
    files = sorted((ROOT / "scenarios").glob("*/data-resources.yaml"))
    return [row for file in files for row in yaml.safe_load(file.read_text(encoding="utf-8"))["resources"]]


def exported(form: str, *, only: str = "", **changes: Any) -> str:
    entries = [Entry(read(document), 1, NOW, NOW) for document in described() if only in ("", document["id"])]
    named: Mapping[str, Mapping[str, str]] = {"natural-resources": {"zh": "自然资源局", "en": "Natural Resources Bureau"}}
    given: dict[str, Any] = {"publisher": {"zh": "云江市人民政府"}, "organisations": named, "base": "https://city.example", **changes}
    return export_dcat(entries, form=form, **given)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    from tests.conftest import REFERENCE_DATA

    file = REFERENCE_DATA / "dcat-ap" / "shacl" / "dcat-ap-SHACL.ttl"
    if not file.is_file():
        pytest.skip("reference data is absent: dcat-ap/shacl")
    return Graph().parse(file)


def test_the_official_shapes_find_no_violation_and_do_find_what_is_wrong(shapes: Graph) -> None:
    graph = Graph().parse(data=exported("turtle"), format="turtle")
    assert set(Graph().parse(data=exported("jsonld"), format="json-ld")) == set(graph), "both forms say the same"
    assert violations(graph, shapes) == []
    graph = Graph().parse(data=exported("turtle", only="property-register"), format="turtle")
    register = URIRef("https://city.example/id/dataset/property-register")
    graph.remove((register, DCTERMS.title, None))
    graph.remove((None, RDF.type, DCTERMS.Frequency))
    assert set(violations(graph, shapes)) == {f"{register} {DCTERMS.title}", f"{register} {DCTERMS.accrualPeriodicity}"}


def _node(name: str) -> URIRef:
    return URIRef(f"https://city.example/id/dataset/{name}")


def test_a_data_set_tells_its_owner_its_law_where_it_comes_from_and_where_to_get_it() -> None:
    graph = Graph().parse(data=exported("turtle"), format="turtle")
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == len(described()) > 40
    assert (_node("commercial-premises"), DCTERMS.source, _node("property-register")) in graph
    owner = graph.value(_node("property-register"), DCTERMS.publisher)
    assert Literal("Natural Resources Bureau", lang="en") in set(graph.objects(owner))
    (rights,) = graph.objects(_node("lease-register"), DCTERMS.accessRights)
    assert str(rights).endswith("/NON_PUBLIC")
    (got,) = graph.objects(_node("one-things"), DCAT.distribution)
    assert graph.value(got, DCAT.accessURL) == URIRef("https://city.example/api/v1/events")
