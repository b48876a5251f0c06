"""The plan frozen in a case: the report it was filed under, what was settled with it, and what may open when."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from onewindow.domain.bundle.report import EvidenceWay
from onewindow.domain.catalogue.model import Catalogue
from onewindow.modules.cases.awaited import Awaited, frozen
from onewindow.modules.cases.forms import Settled
from onewindow.modules.cases.matter import Rules, producers

FINISHED = frozenset({"done", "skipped"})


@dataclass(frozen=True, slots=True)
class NodePlan:
    """One node of the frozen plan. Unit: working days."""

    id: str
    steps: tuple[tuple[str, str], ...]
    """(service, step)"""
    after: tuple[str, ...]
    limit_days: float
    earliest_day: float


@dataclass(frozen=True, slots=True)
class TaskSeed:
    """A task to be written at filing."""

    node: str
    service: str
    step: str
    kind: str
    organisation: str
    limit_days: float


class TaskLike(Protocol):
    node: str
    service: str
    state: str


@dataclass(frozen=True)
class CasePlan:
    """Reads Case.plan: the report's own JSON with `needs`, `later`, `uploads`, `ruled_out`, `consents_given` and
    `promises` beside it."""

    document: Mapping[str, Any]

    @cached_property
    def nodes(self) -> tuple[NodePlan, ...]:
        return tuple(
            NodePlan(
                id=row["id"],
                steps=tuple((step.rpartition(".")[0], step.rpartition(".")[2]) for step in row["steps"]),
                after=tuple(row["after"]),
                limit_days=row["limit_days"],
                earliest_day=row["earliest_day"],
            )
            for row in self.document["nodes"]
        )

    @cached_property
    def critical(self) -> frozenset[str]:
        return frozenset(self.document["critical_path"])

    @cached_property
    def evidence(self) -> tuple[EvidenceWay, ...]:
        return tuple(
            EvidenceWay(row["service"], row["requirement"], row["way"], row["type"], row["by"]) for row in self.document["evidence"]
        )

    @cached_property
    def waits_for(self) -> Mapping[str, tuple[str, ...]]:
        return producers(self.evidence, self.document["services"])

    @property
    def needs(self) -> Mapping[str, Sequence[str]]:
        """{service: the elements it may see}."""
        return self.document["needs"]  # type: ignore[no-any-return]  # the compiler wrote it

    @property
    def later(self) -> Sequence[str]:
        """Elements that come with the outputs of the case's own services."""
        return self.document["later"]  # type: ignore[no-any-return]  # the compiler wrote it

    @property
    def uploads(self) -> Mapping[str, Sequence[Sequence[str]]]:
        """{evidence type: [[service, requirement]]}."""
        return self.document["uploads"]  # type: ignore[no-any-return]  # the compiler wrote it

    @property
    def unavailable(self) -> frozenset[str]:
        return frozenset(self.document["unavailable"])

    def types_shown_to(self, services: Iterable[str]) -> frozenset[str]:
        """Return the uploaded types that some of the services require."""
        wanted = set(services)
        return frozenset(kind for kind, rows in self.uploads.items() if any(service in wanted for service, _ in rows))

    def last_steps(self, service: str) -> frozenset[str]:
        """Return the steps of a service that nothing in it follows, as frozen."""
        return frozenset(self.document["last_steps"][service])

    def waiting_on(self, services: Iterable[str]) -> frozenset[str]:
        """Return the services that wait for any of these, directly or through others."""
        producing = set(services)
        return frozenset(service for service, before in self.waits_for.items() if producing & set(before))


class PlanDocument(dict[str, Any]):
    """A plan with its JSON text, of which the report's part is written once for all matters that are alike."""

    def __init__(self, report: Mapping[str, Any], report_text: str, own: Mapping[str, Any]) -> None:
        super().__init__({**report, **own})
        self.json_text = f"{report_text[:-1]}, {json.dumps(own)[1:]}"


def freeze(
    rules: Rules,
    settled: Settled,
    *,
    consents: Sequence[Mapping[str, Any]] = (),
    promises: Sequence[Mapping[str, Any]] = (),
    awaited: Sequence[Awaited] = (),
    silent: frozenset[str] = frozenset(),
    confirmations: Sequence[Mapping[str, Any]] = (),
) -> PlanDocument:
    """Return the JSON a case keeps; `consents` and `promises` say what was agreed to, when and by whom.

    `awaited`: documents that registers will stand for; `silent`: the registers that are to be asked again; `confirmations`: who else
    confirmed what, and how sure it was who.
    """
    running, away = set(settled.services), {row.upload for row in awaited}
    own: dict[str, Any] = {
        "ruled_out": [service for service in rules.report.services if service not in running],
        "needs": {service: list(elements) for service, elements in settled.needs.items()},
        "later": sorted(settled.later),
        "uploads": {row.type: [list(pair) for pair in row.requirements] for row in settled.documents if row.type not in away},
        "unavailable": sorted(rules.unavailable - silent),
        "last_steps": {service: sorted(last_steps(rules.catalogue, service)) for service in rules.report.services},
        "fees_due": fees_due(rules, settled),
        "consents_given": [dict(row) for row in consents],
        "promises": [dict(row) for row in promises],
    }
    if confirmations:
        own["confirmations"] = [dict(row) for row in confirmations]
    if awaited:
        met = {(row.service, row.requirement): row for row in awaited}
        own["awaited"] = frozen(awaited)
        own["evidence"] = [
            {**line, "way": "resource", "type": found.type, "by": found.by}
            if (found := met.get((line["service"], line["requirement"]))) is not None
            else line
            for line in rules.report_json["evidence"]
        ]
    return PlanDocument(rules.report_json, rules.report_text, own)


def fees_due(rules: Rules, settled: Settled) -> list[dict[str, Any]]:
    """Return the fees of the services that apply, as {service, fee, fen, assessed}.  Unit: fen."""
    return [
        {"service": row.service, "fee": row.fee, "fen": row.fen, "assessed": row.assessed}
        for row in rules.report.fees
        if row.service in settled.services and _fee_applies(rules, settled, row.service, row.fee)
    ]


def _fee_applies(rules: Rules, settled: Settled, service: str, fee: str) -> bool:
    """A fee whose condition is still unknown is not demanded."""
    found = next((item for item in rules.catalogue.services[service].fees if item.id == fee), None)
    return found is not None and rules.verdict(found.when, settled.facts) is True


def last_steps(catalogue: Catalogue, service: str) -> set[str]:
    """Return the steps of a service that nothing in it follows."""
    steps = catalogue.services[service].steps
    return {step.id for step in steps} - {before for step in steps for before in step.after}


def seeds(rules: Rules, services: Iterable[str]) -> list[TaskSeed]:
    """Return the tasks of the services that apply, in the order of the nodes."""
    running = set(services)
    steps = {(service.id, step.id): (service, step) for service in rules.services for step in service.steps}
    found = []
    for node in rules.report.nodes:
        for name in node.steps:
            service_id, _, step_id = name.rpartition(".")
            if service_id in running:
                service, step = steps[service_id, step_id]
                limit = rules.event.commitments.get(name, step.limit_days)
                found.append(TaskSeed(node.id, service_id, step_id, step.kind, service.organisation, limit))
    return found


def ready(nodes: Iterable[NodePlan], tasks: Iterable[TaskLike]) -> frozenset[str]:
    """Return the nodes whose time has come: everything they wait for is done.

    A node in which nothing was done, because its services fell away, lets through only what has reached it.
    """
    states: dict[str, list[str]] = {}
    for task in tasks:
        states.setdefault(task.node, []).append(task.state)
    by_id = {node.id: node for node in nodes}
    reached: dict[str, bool] = {}

    def passed(name: str) -> bool:
        own = states.get(name, [])
        return all(state in FINISHED for state in own) and ("done" in own or reachable(name))

    def reachable(name: str) -> bool:
        if name not in reached:
            reached[name] = all(passed(before) for before in by_id[name].after)
        return reached[name]

    return frozenset(name for name in by_id if reachable(name))
