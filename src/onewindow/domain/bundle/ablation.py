"""Where the effect comes from: the same report with sharing, joining, parallel work or commitments switched off."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onewindow.domain.bundle.compile import plan_for
from onewindow.domain.bundle.matter import Switches
from onewindow.domain.bundle.plan import before_of
from onewindow.domain.bundle.reasons import evidence_rows, filled_rows
from onewindow.domain.bundle.report import AfterCounts, Counts
from onewindow.domain.catalogue.model import Catalogue
from onewindow.domain.catalogue.names import split
from onewindow.domain.errors import DomainError

causes: Mapping[str, Switches] = {
    "sharing": Switches(sharing=True),
    "joining": Switches(joining=True),
    "parallel": Switches(parallel=True),
    "commitments": Switches(commitments=True),
    "all": Switches(sharing=True, joining=True, parallel=True, commitments=True),
}


@dataclass(frozen=True, slots=True)
class SharingStep:
    """The counts with the first resources shared and the others not; `added` is the one that came last."""

    shared: int
    added: str | None
    after: AfterCounts | None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Ablation:
    """The full effect, the counts without each cause (None where the event is refused then), and sharing as a slider."""

    before: Counts
    full: AfterCounts
    without: Mapping[str, AfterCounts | None]
    refusals: Mapping[str, str]
    sharing: tuple[SharingStep, ...]


def ablate(catalogue: Catalogue, event_id: str, *, answers: Mapping[str, object] | None = None, held: Iterable[str] = ()) -> Ablation:
    """Compile an event once in full, once without each cause, and once for every number of shared resources.

    The slider adds the resources in use from the one that fills the most to the one that fills the least; ties by id.
    Raises: BundleRefused, ConditionWrong.
    """
    held = tuple(held)
    plan = plan_for(catalogue, event_id, answers=answers, held=held)
    without: dict[str, AfterCounts | None] = {}
    refusals: dict[str, str] = {}
    for cause, switches in causes.items():
        without[cause], refusal = _after(catalogue, event_id, answers, held, switches)
        if refusal is not None:
            refusals[cause] = refusal
    filled, used = filled_rows(plan)
    fills = Counter(split(row.source["id"])[1] for row in filled if row.source["kind"] == "resource")
    fills.update(split(row.by)[1] for row in evidence_rows(plan) if row.way == "resource" and row.by is not None)
    fills.update({instance.resource.id: 0 for instance in used.values()})
    order = sorted(fills, key=lambda ident: (-fills[ident], ident))
    sharing = []
    for number in range(len(order) + 1):
        after, refusal = _after(catalogue, event_id, answers, held, Switches(shared=frozenset(order[:number])))
        sharing.append(SharingStep(number, order[number - 1] if number else None, after, refusal))
    return Ablation(before_of(plan.matter), plan.after, without, refusals, tuple(sharing))


def _after(
    catalogue: Catalogue, event_id: str, answers: Mapping[str, object] | None, held: tuple[str, ...], switches: Switches
) -> tuple[AfterCounts | None, str | None]:
    try:
        return plan_for(catalogue, event_id, answers=answers, held=held, without=switches).after, None
    except DomainError as refusal:
        return None, str(refusal)
