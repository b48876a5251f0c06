"""Who may judge, and who answers for a bad evaluation."""

from dataclasses import dataclass
from typing import Any

from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor

ANSWERING = ("supervisor", "leader")


@dataclass(frozen=True, slots=True)
class Complaint:
    """A bad evaluation: of whom, where, and whether the reader had a hand in the case."""

    organisation: str
    region: str
    took_part: bool


def _anybody_known(actor: Actor, _subject: Any) -> bool:
    return actor.kind in {"person", "officer"} and actor.id is not None


def _answers(actor: Actor, complaint: Complaint) -> bool:
    """Never whoever did a step of the case: they could tell whose it is."""
    return actor.acts_as(*ANSWERING, organisation=complaint.organisation, region=complaint.region) and not complaint.took_part


def _answering(actor: Actor, _subject: Any) -> bool:
    return actor.kind == "officer" and actor.has_role(*ANSWERING)


permissions.declare("evaluation.evaluate", says="Evaluate what was done in one's own case.", allows=_anybody_known)
permissions.declare(
    "evaluation.answer", says="Answer a bad evaluation of one's own organisation, of a case one did nothing in.", allows=_answers
)
permissions.declare("evaluation.call-backs", says="See the bad evaluations of one's own organisation, without a name.", allows=_answering)
