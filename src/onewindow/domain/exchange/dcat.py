"""The catalogue of data resources as DCAT-AP 3.0.1, in RDF. Needs no database.

Source: DCAT Application Profile for data portals in Europe, 3.0.1; frequencies, themes and access rights from the Publications Office.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, SKOS, XSD

from onewindow.domain.catalogue.cpsv import FORMS, TAGS
from onewindow.domain.catalogue.model import Text
from onewindow.domain.exchange.resources import Description, Download

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
AUTHORITY = "http://publications.europa.eu/resource/authority/"
MEDIA = "http://www.iana.org/assignments/media-types/"

_PREFIXES: Mapping[str, object] = {
    "dcat": DCAT, "dcatap": DCATAP, "dct": DCTERMS, "eli": ELI, "foaf": FOAF, "skos": SKOS, "xsd": XSD,
}  # fmt: skip
_THEMES = {
    "people": "SOCI", "business": "ECON", "property": "REGI", "construction": "REGI", "environment": "ENVI", "health": "HEAL",
    "social-security": "SOCI", "education": "EDUC", "transport": "TRAN", "safety": "JUST", "finance": "ECON", "justice": "JUST",
    "services": "GOVE", "other": "GOVE",
}  # fmt: skip
_THEME_NAMES = {
    "SOCI": "Population and society", "ECON": "Economy and finance", "REGI": "Regions and cities", "ENVI": "Environment",
    "HEAL": "Health", "EDUC": "Education, culture and sport", "TRAN": "Transport", "JUST": "Justice, legal system and public safety",
    "GOVE": "Government and public sector",
}  # fmt: skip
_FREQUENCIES = {
    "live": "UPDATE_CONT", "daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "quarterly": "QUARTERLY", "yearly": "ANNUAL",
    "irregular": "IRREG",
}  # fmt: skip
_TITLE = {"zh": "数据资源目录", "en": "Catalogue of data resources", "ru": "Каталог ресурсов данных"}
_ABOUT = {
    "zh": "本市各部门登记的数据资源。",
    "en": "The data resources that the departments of the city keep.",
    "ru": "Ресурсы данных, которые ведут ведомства города.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A published version of a resource, with its days."""

    described: Description
    number: int
    first_at: datetime
    published_at: datetime


def export_dcat(entries: Iterable[Entry], *, publisher: Text, organisations: Mapping[str, Text], form: str, base: str) -> str:
    """Return the resources in `turtle` or `jsonld`. `base` begins every address; `publisher`: who runs the catalogue."""
    graph = as_graph(entries, publisher=publisher, organisations=organisations, base=base)
    if form == "jsonld":
        context = {prefix: str(namespace) for prefix, namespace in _PREFIXES.items()}
        return graph.serialize(format="json-ld", context=context, auto_compact=True, indent=2, ensure_ascii=False) + "\n"
    return graph.serialize(format=FORMS[form])


def as_graph(entries: Iterable[Entry], *, publisher: Text, organisations: Mapping[str, Text], base: str) -> Graph:
    """Return the resources as RDF statements."""
    graph = Graph()
    for prefix, namespace in _PREFIXES.items():
        graph.bind(prefix, str(namespace), override=True)
    writer = _Writer(graph, base.rstrip("/") + "/", organisations)
    writer.catalogue(publisher, list(entries))
    return graph


class _Writer:
    """Adds one data set after another to a graph."""

    def __init__(self, graph: Graph, base: str, organisations: Mapping[str, Text]) -> None:
        self.graph, self.base, self.organisations = graph, base, organisations
        self.told: set[str] = set()

    def catalogue(self, publisher: Text, entries: list[Entry]) -> None:
        node = URIRef(f"{self.base}open-data/")
        self.typed(node, DCAT.Catalog)
        self.texts(node, DCTERMS.title, _TITLE)
        self.texts(node, DCTERMS.description, _ABOUT)
        self.graph.add((node, DCTERMS.publisher, self.agent("publisher", publisher)))
        self.graph.add((node, FOAF.homepage, self.typed(URIRef(f"{self.base}open-data/#page"), FOAF.Document)))
        taxonomy = self.typed(URIRef(f"{AUTHORITY}data-theme"), SKOS.ConceptScheme)
        self.graph.add((taxonomy, DCTERMS.title, Literal("Data theme", lang="en")))
        self.graph.add((node, DCAT.themeTaxonomy, taxonomy))
        self.told = {entry.described.id for entry in entries}
        if entries:
            last = max(entry.published_at for entry in entries)
            self.graph.add((node, DCTERMS.modified, self.moment(last)))
        for entry in entries:
            self.graph.add((node, DCAT.dataset, self.dataset(entry)))

    def dataset(self, entry: Entry) -> URIRef:
        it = entry.described
        node = self.node("dataset", it.id)
        self.typed(node, DCAT.Dataset)
        self.texts(node, DCTERMS.title, it.title)
        self.texts(node, DCTERMS.description, it.description or it.title)
        owner = self.agent(it.organisation, self.organisations.get(it.organisation) or {"en": it.organisation})
        statements = [
            (DCTERMS.identifier, Literal(it.id)),
            (DCTERMS.publisher, owner),
            (DCTERMS.issued, self.moment(entry.first_at)),
            (DCTERMS.modified, self.moment(entry.published_at)),
            (DCAT.version, Literal(str(entry.number))),
            (DCAT.theme, self.theme(it.subject)),
            (DCTERMS.accrualPeriodicity, self.typed(URIRef(f"{AUTHORITY}frequency/{_FREQUENCIES[it.update_cycle]}"), DCTERMS.Frequency)),
            (DCTERMS.accessRights, self.access(it)),
        ]
        for predicate, value in statements:
            self.graph.add((node, predicate, value))
        for field in it.fields:
            self.texts(node, DCAT.keyword, field.title or {"en": field.name})
        for law in it.legal_basis:
            self.graph.add((node, DCATAP.applicableLegislation, self.law(law)))
        for name in it.derived_from:
            if name in self.told:
                self.graph.add((node, DCTERMS.source, self.node("dataset", name)))
        if it.open:
            self.graph.add((node, DCAT.landingPage, self.typed(URIRef(f"{self.base}open-data/{it.id}/"), FOAF.Document)))
        for place, download in enumerate(it.downloads, start=1):
            self.graph.add((node, DCAT.distribution, self.distribution(it.id, place, download)))
        return node

    def distribution(self, name: str, place: int, download: Download) -> URIRef:
        node = self.typed(self.node("distribution", f"{name}.{place}"), DCAT.Distribution)
        address = download.url if download.url.startswith("http") else self.base + download.url.lstrip("/")
        url = URIRef(quote(address, safe=":/?#[]@!$&'()*+,;=%~-._"))
        self.graph.add((node, DCAT.accessURL, url))
        self.graph.add((node, DCAT.downloadURL, url))
        self.graph.add((node, DCAT.mediaType, self.typed(URIRef(MEDIA + quote(download.media_type)), DCTERMS.MediaType)))
        self.texts(node, DCTERMS.title, download.title)
        return node

    def agent(self, key: str, name: Text) -> URIRef:
        node = self.typed(self.node("organisation", key), FOAF.Agent)
        self.texts(node, FOAF.name, name)
        return node

    def theme(self, subject: str) -> URIRef:
        code = _THEMES.get(subject, "GOVE")
        node = self.typed(URIRef(f"{AUTHORITY}data-theme/{code}"), SKOS.Concept)
        self.graph.add((node, SKOS.prefLabel, Literal(_THEME_NAMES[code], lang="en")))
        return node

    def access(self, described: Description) -> URIRef:
        """Open, shared between departments, or shared with nobody."""
        code = "PUBLIC" if described.open else "NON_PUBLIC" if described.sharing == "none" else "RESTRICTED"
        return self.typed(URIRef(f"{AUTHORITY}access-right/{code}"), DCTERMS.RightsStatement)

    def law(self, title: str) -> URIRef:
        node = self.typed(self.node("law", title), ELI.LegalResource)
        self.graph.add((node, ELI.title, Literal(title, lang=TAGS["zh"])))
        return node

    def node(self, kind: str, key: str) -> URIRef:
        return URIRef(f"{self.base}id/{kind}/{quote(key, safe='')}")

    def typed(self, node: URIRef, its_class: URIRef) -> URIRef:
        self.graph.add((node, RDF.type, its_class))
        return node

    def texts(self, node: URIRef, predicate: URIRef, texts: Text) -> None:
        for language, text in texts.items():
            self.graph.add((node, predicate, Literal(text, lang=TAGS.get(language, language))))

    def moment(self, value: datetime) -> Literal:
        return Literal(value.isoformat(), datatype=XSD.dateTime)
