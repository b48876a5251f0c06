"""The export is CPSV-AP 3.2 as its own shapes understand it."""

from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS

from onewindow.domain.catalogue import Loaded, read_catalogue
from onewindow.domain.catalogue.cpsv import CHINA, CPSV, CV, export_cpsv
from onewindow.domain.catalogue.cpsv_words import DEFAULT_BASE
from tests.catalogue.samples import FILES

SH = Namespace("http://www.w3.org/ns/shacl#")
ROOT = Path(__file__).resolve().parents[2]
FORMS = [("turtle", "turtle"), ("jsonld", "json-ld")]


def small() -> Loaded:
    return read_catalogue(FILES)


def restaurant() -> Loaded:
    folder = ROOT / "scenarios" / "restaurant" / "catalogue"
    return read_catalogue([(path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml"))])


@pytest.fixture(scope="module")
def shapes() -> Graph:
    from tests.conftest import REFERENCE_DATA

    file = REFERENCE_DATA / "cpsv-ap" / "shacl" / "cpsv-ap-SHACL.ttl"
    if not file.is_file():
        pytest.skip("reference data is absent: cpsv-ap/shacl")
    return Graph().parse(file)


def violations(graph: Graph, shapes: Graph) -> list[str]:
    import pyshacl

    _, results, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False)
    return [
        f"{results.value(row, SH.focusNode)} {results.value(row, SH.resultPath)}" for row in results.subjects(RDF.type, SH.ValidationResult)
    ]


@pytest.mark.parametrize(("form", "syntax"), FORMS)
@pytest.mark.parametrize("described", [small, restaurant])
def test_the_official_shapes_find_no_violation(described, form: str, syntax: str, shapes: Graph) -> None:
    text = export_cpsv(described().catalogue, form=form)
    assert violations(Graph().parse(data=text, format=syntax), shapes) == []


def test_the_shapes_do_find_what_is_wrong(shapes: Graph) -> None:
    graph = Graph().parse(data=export_cpsv(small().catalogue, form="turtle"), format="turtle")
    graph.remove((None, RDF.type, SKOS.Concept))
    service = URIRef(f"{DEFAULT_BASE}service/fire-check")
    graph.remove((service, DCTERMS.title, None))
    found = violations(graph, shapes)
    assert f"{service} {DCTERMS.title}" in found
    assert len(found) > 5


@pytest.mark.parametrize(("form", "syntax"), FORMS)
def test_both_forms_say_the_same(form: str, syntax: str) -> None:
    turtle = Graph().parse(data=export_cpsv(small().catalogue, form="turtle"), format="turtle")
    other = Graph().parse(data=export_cpsv(small().catalogue, form=form), format=syntax)
    assert set(other) == set(turtle)


def test_names_carry_their_language_and_services_their_authority_costs_and_event() -> None:
    graph = Graph().parse(data=export_cpsv(small().catalogue, form="turtle", base="https://city.example/id"), format="turtle")
    service = URIRef("https://city.example/id/service/register-shop")
    assert set(graph.objects(service, DCTERMS.title)) == {
        Literal("店铺登记", lang="zh-Hans"),
        Literal("Register a shop", lang="en"),
        Literal("Регистрация магазина", lang="ru"),
    }
    assert (service, CV.hasCompetentAuthority, URIRef("https://city.example/id/organisation/market")) in graph
    (cost,) = graph.objects(service, CV.hasCost)
    assert float(graph.value(cost, CV.hasValue)) == 20.5
    (event,) = graph.objects(service, CV.isGroupedBy)
    assert (event, RDF.type, CV.BusinessEvent) in graph
    assert graph.value(predicate=RDF.type, object=CPSV.PublicService) is not None


def test_an_organisation_without_a_region_is_placed_in_the_country() -> None:
    text = "organisations: [{id: a}]"
    graph = Graph().parse(data=export_cpsv(read_catalogue([("a.yaml", text)]).catalogue, form="turtle"), format="turtle")
    assert (URIRef(f"{DEFAULT_BASE}organisation/a"), DCTERMS.spatial, CHINA) in graph


def test_the_description_in_the_guide_wins_over_the_derived_one() -> None:
    text = FILES[0][1].replace("    kind: licence", "    kind: licence\n    guide: {description: {en: What inspectors look at.}}")
    graph = Graph().parse(data=export_cpsv(read_catalogue([("a.yaml", text)]).catalogue, form="turtle"), format="turtle")
    service = URIRef(f"{DEFAULT_BASE}service/fire-check")
    assert list(graph.objects(service, DCTERMS.description)) == [Literal("What inspectors look at.", lang="en")]
    derived = URIRef(f"{DEFAULT_BASE}service/register-shop")
    assert Literal("Register a shop, handled by: Market Bureau. Time limit: 4 working days.", lang="en") in set(
        graph.objects(derived, DCTERMS.description)
    )
