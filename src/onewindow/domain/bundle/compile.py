"""The bundle compiler: from an event, answers and held licences to the report."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from onewindow.domain.bundle.matter import Switches
from onewindow.domain.bundle.plan import Plan, alone_of, before_of, plan_of
from onewindow.domain.bundle.reasons import consents_of, evidence_rows, filled_rows, form_fields
from onewindow.domain.bundle.refusals import EventBroken, UnknownEvent
from onewindow.domain.bundle.report import FeeLine, Node, Report
from onewindow.domain.bundle.universe import Universe
from onewindow.domain.catalogue.model import Catalogue, Event
from onewindow.domain.catalogue.names import Aliases
from onewindow.domain.catalogue.problems import did_you_mean
from onewindow.domain.catalogue.rules import event_rules


def compile_bundle(
    catalogue: Catalogue,
    event_id: str,
    *,
    answers: Mapping[str, object] | None = None,
    held: Iterable[str] = (),
    earlier: Report | None = None,
    with_alone: bool = True,
    without: Switches | None = None,
) -> Report:
    """Compile an event into its one form, one evidence list, one process and one bill, with the counts before and after.

    Unit: working days, fen.  Raises: BundleRefused, ConditionWrong.  Source: docs/catalogue-format.md
    """
    plan = plan_for(catalogue, event_id, answers=answers, held=held, earlier=earlier, without=without)
    return report_of(plan, answers=answers or {}, with_alone=with_alone)


def plan_for(
    catalogue: Catalogue,
    event_id: str,
    *,
    answers: Mapping[str, object] | None = None,
    held: Iterable[str] = (),
    earlier: Report | None = None,
    without: Switches | None = None,
) -> Plan:
    """Compile an event up to the plan that reports, certificates and explanations are written from.

    Raises: BundleRefused, ConditionWrong.
    """
    event = catalogue.events.get(event_id)
    if event is None:
        remedy = did_you_mean(event_id, catalogue.events, otherwise=f"The events are {', '.join(catalogue.events) or 'none'}.")
        raise UnknownEvent(event=event_id, remedy=remedy)
    universe = universe_of(catalogue, event)
    kept = tuple(field.element for field in earlier.form) if earlier is not None else ()
    return plan_of(universe, event, answers=answers or {}, held=held, switches=without or Switches(), earlier=kept)


def universe_of(catalogue: Catalogue, event: Event) -> Universe:
    """Return the elements and resources within the event's roles; made once per catalogue, which never changes.

    Raises: EventBroken, where an event was not read from checked files.
    """
    cache: dict[Any, Any] = vars(catalogue).setdefault("_universes", {})
    if "aliases" not in cache:
        cache["aliases"] = Aliases(catalogue.elements)
    if cache.get(("checked", event.id)) is not event:
        for finding in event_rules(catalogue, event, cache["aliases"]):
            raise EventBroken(event=event.id, problem=finding.message, remedy=finding.remedy)
        cache["checked", event.id] = event
    if event.roles not in cache:
        cache[event.roles] = Universe(catalogue, event.roles, cache["aliases"])
    universe: Universe = cache[event.roles]
    return universe


def report_of(plan: Plan, *, answers: Mapping[str, object], with_alone: bool) -> Report:
    """Write the report of a plan."""
    matter, process = plan.matter, plan.process
    fees = fee_lines(plan)
    filled, used = filled_rows(plan)
    return Report(
        event=matter.event.id,
        services=tuple(active.service.id for active in matter.services),
        minimal=plan.key.minimal,
        before=before_of(matter),
        alone=alone_of(plan, answers=answers) if with_alone else None,
        after=plan.after,
        form=form_fields(plan),
        filled=filled,
        evidence=evidence_rows(plan),
        nodes=_nodes(plan),
        critical_path=process.critical,
        not_joined=tuple(process.not_joined),
        open_questions=matter.open_questions,
        consents=consents_of(plan, used),
        fee_fen=sum(line.fen or 0 for line in fees),
        fees=tuple(fees),
    )


def _nodes(plan: Plan) -> tuple[Node, ...]:
    process = plan.process
    before: dict[str, list[str]] = {node: [] for node in process.members}
    for source, target in process.edges:
        before[target].append(source)
    return tuple(
        Node(node, tuple(steps), process.committed[node], tuple(before[node]), process.begins[node])
        for node, steps in process.members.items()
    )


def fee_lines(plan: Plan) -> Sequence[FeeLine]:
    """Return the one bill: a line per organisation, service and fee."""
    lines = [
        FeeLine(active.service.organisation, active.service.id, fee.id, fee.fen, fee.assessed, fee.legal_basis, value is None)
        for active in plan.matter.services
        for fee, value in active.fees
        if value is not False
    ]
    organisations = list(dict.fromkeys(line.organisation for line in lines))
    return sorted(lines, key=lambda line: organisations.index(line.organisation))
