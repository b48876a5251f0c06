"""The catalogue as CPSV-AP 3.2, in RDF. Needs no database.

Source: Core Public Service Vocabulary Application Profile 3.2.0. Every code-list concept and place is typed, as its shapes demand.
"""

from collections.abc import Mapping
from functools import cache
from urllib.parse import quote

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, ORG, RDF, SKOS, XSD

from onewindow.domain.catalogue.cpsv_words import CONCEPTS, DEFAULT_BASE, HANDLED_BY, TIME_LIMIT
from onewindow.domain.catalogue.model import (
    Catalogue,
    Event,
    EvidenceType,
    Fee,
    LegalBasis,
    Organisation,
    PublicService,
    Requirement,
    Text,
)

CV = Namespace("http://data.europa.eu/m8g/")
CPSV = Namespace("http://purl.org/vocab/cpsv#")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
CHINA = URIRef("http://publications.europa.eu/resource/authority/country/CHN")
YUAN = URIRef("http://publications.europa.eu/resource/authority/currency/CNY")

TAGS = {"zh": "zh-Hans", "en": "en", "ru": "ru"}
FORMS = {"turtle": "turtle", "jsonld": "json-ld"}


def export_cpsv(catalogue: Catalogue, *, form: str, base: str = DEFAULT_BASE) -> str:
    """Return the catalogue in `turtle` or `jsonld`; `base` begins the address of every object."""
    graph = as_graph(catalogue, base=base)
    if form == "jsonld":
        context = {prefix: str(namespace) for prefix, namespace in graph.namespaces() if prefix in _PREFIXES}
        return graph.serialize(format="json-ld", context=context, auto_compact=True, indent=2, ensure_ascii=False) + "\n"
    return graph.serialize(format=FORMS[form])


_PREFIXES: Mapping[str, object] = {
    "cv": CV, "cpsv": CPSV, "dct": DCTERMS, "eli": ELI, "foaf": FOAF, "org": ORG, "skos": SKOS, "xsd": XSD,
}  # fmt: skip


def as_graph(catalogue: Catalogue, *, base: str = DEFAULT_BASE) -> Graph:
    """Return the catalogue as RDF statements."""
    graph = Graph()
    for prefix, namespace in _PREFIXES.items():
        graph.bind(prefix, str(namespace), override=True)
    writer = _Writer(graph, catalogue, base if base.endswith(("/", "#", ":")) else base + "/")
    for organisation in catalogue.organisations.values():
        writer.organisation(organisation)
    for evidence_type in catalogue.evidence_types.values():
        writer.evidence_type(evidence_type)
    for service in catalogue.services.values():
        writer.service(service)
    for event in catalogue.events.values():
        writer.event(event)
    return graph


class _Writer:
    """Adds one object after another to a graph."""

    def __init__(self, graph: Graph, catalogue: Catalogue, base: str) -> None:
        self.graph, self.catalogue, self.base = graph, catalogue, base

    # --- the objects ---

    def organisation(self, organisation: Organisation) -> None:
        node = self.node("organisation", organisation.id)
        self.typed(node, CV.PublicOrganisation, ORG.Organization)
        self.texts(node, SKOS.prefLabel, organisation.name)
        self.graph.add((node, DCTERMS.identifier, Literal(organisation.id)))
        self.graph.add((node, DCTERMS.spatial, self.place(organisation.region)))

    def evidence_type(self, evidence_type: EvidenceType) -> None:
        node = self.node("evidence-type", evidence_type.id)
        self.typed(node, CV.EvidenceType)
        self.graph.add((node, DCTERMS.identifier, Literal(evidence_type.id)))
        self.texts(node, DCTERMS.title, evidence_type.name)
        self.graph.add((node, CV.evidenceTypeClassification, self.concept("evidence", _evidence_class(evidence_type))))

    def service(self, service: PublicService) -> None:
        node = self.node("service", service.id)
        self.typed(node, CPSV.PublicService)
        self.graph.add((node, DCTERMS.identifier, Literal(service.id)))
        self.texts(node, DCTERMS.title, service.name)
        self.texts(node, DCTERMS.description, self.description(service))
        self.graph.add((node, CV.hasCompetentAuthority, self.node("organisation", service.organisation)))
        self.graph.add((node, DCTERMS.type, self.concept("service-kind", service.kind)))
        for audience in service.audience:
            self.graph.add((node, DCTERMS.audience, self.concept("audience", audience)))
        for channel in service.channels:
            self.graph.add((node, CV.hasChannel, self.channel(service, channel)))
        for requirement in service.evidence:
            self.graph.add((node, CV.holdsRequirement, self.requirement(service, requirement)))
        for name in sorted({name for requirement in service.evidence for name in requirement.any_of}):
            self.graph.add((node, CV.hasInputType, self.evidence_node(name)))
        for name in service.produces:
            self.graph.add((node, CPSV.produces, self.output(service, name)))
        for fee in service.fees:
            self.graph.add((node, CV.hasCost, self.cost(service, fee)))
        for basis in service.legal_basis:
            self.graph.add((node, CV.hasLegalResource, self.legal_resource(basis)))

    def event(self, event: Event) -> None:
        node = self.node("event", event.id)
        self.typed(node, CV.Event, CV.BusinessEvent if event.kind == "business" else CV.LifeEvent)
        self.graph.add((node, DCTERMS.identifier, Literal(event.id)))
        self.texts(node, DCTERMS.title, event.name)
        self.graph.add((node, DCTERMS.type, self.concept("event-kind", event.kind)))
        for name in event.services:
            service = self.node("service", name)
            self.graph.add((node, CV.hasRelatedService, service))
            self.graph.add((service, CV.isGroupedBy, node))

    # --- their parts ---

    def requirement(self, service: PublicService, requirement: Requirement) -> URIRef:
        node = self.node("requirement", f"{service.id}.{requirement.id}")
        self.typed(node, CV.Requirement)
        self.graph.add((node, DCTERMS.identifier, Literal(f"{service.id}.{requirement.id}")))
        self.texts(node, DCTERMS.title, requirement.name)
        self.graph.add((node, DCTERMS.type, self.concept("requirement", "conditional" if requirement.when else "always")))
        for place, name in enumerate(requirement.any_of, start=1):
            way = self.node("evidence-list", f"{service.id}.{requirement.id}.{place}")  # each list by itself fulfils the requirement
            self.typed(way, CV.EvidenceTypeList)
            self.graph.add((way, DCTERMS.identifier, Literal(f"{service.id}.{requirement.id}.{place}")))
            self.graph.add((way, CV.specifiesEvidenceType, self.evidence_node(name)))
            self.graph.add((node, CV.hasEvidenceTypeList, way))
        return node

    def evidence_node(self, name: str) -> URIRef:
        """Return the type; within a role it is the plain one, whose own address stands in the catalogue."""
        return self.node("evidence-type", name.rpartition(".")[2])

    def output(self, service: PublicService, name: str) -> URIRef:
        plain = name.rpartition(".")[2]
        described = self.catalogue.evidence_types.get(plain)
        node = self.node("output", f"{service.id}.{plain}")
        self.typed(node, CV.Output)
        self.graph.add((node, DCTERMS.identifier, Literal(f"{service.id}.{plain}")))
        self.texts(node, DCTERMS.title, described.name if described else {"en": plain})
        self.graph.add((node, DCTERMS.type, self.concept("evidence", _evidence_class(described) if described else "document")))
        return node

    def cost(self, service: PublicService, fee: Fee) -> URIRef:
        node = self.node("cost", f"{service.id}.{fee.id}")
        self.typed(node, CV.Cost)
        self.graph.add((node, DCTERMS.identifier, Literal(f"{service.id}.{fee.id}")))
        self.texts(node, DCTERMS.description, fee.name)
        self.graph.add((node, CV.currency, YUAN))
        self.typed(YUAN, SKOS.Concept)
        self.graph.add((node, CV.isDefinedBy, self.node("organisation", service.organisation)))
        if fee.fen is not None:
            self.graph.add((node, CV.hasValue, Literal(fee.fen / 100, datatype=XSD.double)))
        return node

    def channel(self, service: PublicService, name: str) -> URIRef:
        node = self.node("channel", f"{service.id}.{name}")
        self.typed(node, CV.Channel)
        self.graph.add((node, DCTERMS.identifier, Literal(f"{service.id}.{name}")))
        self.graph.add((node, DCTERMS.type, self.concept("channel", name)))
        return node

    def legal_resource(self, basis: LegalBasis) -> URIRef:
        title, article = basis.get("title", ""), basis.get("article", "")
        node = self.node("law", f"{title} {article}".strip())
        self.typed(node, ELI.LegalResource)
        self.graph.add((node, ELI.title, Literal(f"{title} {article}".strip(), lang=TAGS["zh"])))
        if url := basis.get("url"):
            self.graph.add((node, FOAF.page, page := URIRef(quote(url, safe=":/?#[]@!$&'()*+,;=%~-._"))))
            self.typed(page, FOAF.Document)
        return node

    def description(self, service: PublicService) -> Text:
        """Return what the guide says of the service, or else who handles it and within which limit."""
        given = service.guide.get("description")
        if isinstance(given, Mapping) and given:
            return {language: str(text) for language, text in given.items() if language in TAGS}
        organisation = self.catalogue.organisations[service.organisation].name
        days = _longest(service)
        texts = {}
        for language, name in service.name.items():
            by = organisation.get(language) or next(iter(organisation.values()))
            # Working days: `processingTime` is a duration of calendar days and would claim too little.
            limit = TIME_LIMIT[language].format(days=f"{days:g}") if days else ""
            texts[language] = HANDLED_BY[language].format(service=name, organisation=by) + limit
        return texts

    # --- nodes and statements ---

    def node(self, kind: str, key: str) -> URIRef:
        return URIRef(f"{self.base}{kind}/{quote(key, safe='')}")

    def typed(self, node: URIRef, *classes: URIRef) -> None:
        for its_class in classes:
            self.graph.add((node, RDF.type, its_class))

    def texts(self, node: URIRef, predicate: URIRef, texts: Text) -> None:
        for language, text in texts.items():
            self.graph.add((node, predicate, Literal(text, lang=TAGS[language])))

    def concept(self, scheme: str, key: str) -> URIRef:
        node = self.node(f"code/{scheme}", key)
        if (node, RDF.type, SKOS.Concept) not in self.graph:
            self.typed(node, SKOS.Concept)
            self.texts(node, SKOS.prefLabel, CONCEPTS.get(f"{scheme}/{key}", {"en": key}))
            self.graph.add((node, SKOS.notation, Literal(key)))
        return node

    def place(self, region: str | None) -> URIRef:
        node = CHINA if region is None else self.node("region", region)
        self.typed(node, DCTERMS.Location)
        if region is not None:
            self.graph.add((node, DCTERMS.identifier, Literal(region)))
        return node


def _evidence_class(evidence_type: EvidenceType) -> str:
    return "licence" if evidence_type.licence else "document"


def _longest(service: PublicService) -> float:
    """Return the longest path through the service's own steps. Unit: working days."""
    steps = {step.id: step for step in service.steps}

    @cache
    def ends(key: str) -> float:
        return steps[key].limit_days + max((ends(other) for other in steps[key].after if other in steps), default=0)

    return max(map(ends, steps), default=0)
