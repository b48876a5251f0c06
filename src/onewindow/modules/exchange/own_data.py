"""What people said about registers and asked them: handed out, and removed when its time is over."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from onewindow.modules.exchange.correction_rows import Correction
from onewindow.modules.exchange.enquiries import life
from onewindow.modules.exchange.enquiry_rows import EnquiryAnswer
from onewindow.plumbing import clock, personal
from onewindow.plumbing.exposure import Exposure, Table

HOLDER = "enquiries"
_HELD = "identity contact address enterprise matter"


def _said(person: UUID) -> Iterator[personal.Part]:
    """What somebody said is not right in registers, and what they asked, with the answers."""
    told = ("resource", "element", "said", "reference", "raised_at", "outcome", "sentence", "answered_at")
    rows = [{name: getattr(row, name) for name in told} for row in Correction.objects.filter(person=person).order_by("raised_at")]
    if rows:
        yield personal.Part("corrections", rows)
    answers = [
        {"enquiry": row.enquiry, "resource": row.resource, "obtained_at": row.obtained_at, **row.told}
        for row in EnquiryAnswer.objects.filter(person=person).order_by("obtained_at")
    ]
    if answers:
        yield personal.Part("enquiries", answers)


def _overdue(now: datetime) -> Iterator[personal.Overdue]:
    """Answers to enquiries, whose time is over."""
    for key, at in EnquiryAnswer.objects.filter(obtained_at__lte=now - life()).order_by("obtained_at").values_list("pk", "obtained_at"):
        since = clock.local_date(at)
        rule = f"answer to an enquiry kept for {life().days} days"
        yield personal.Overdue(HOLDER, "enquiry-answer", str(key), rule, since, since + life())


personal.register(
    personal.Holder(
        name=HOLDER,
        export=_said,
        holds=lambda party: Correction.objects.filter(person=party).exists(),
        let_go=lambda person, _now: EnquiryAnswer.objects.filter(person=person).delete()[0],
        overdue=_overdue,
        remove=lambda key, _now: EnquiryAnswer.objects.filter(pk=key).delete()[0],
        exposure=Exposure(
            looks={"exchange.corrections": lambda _look: set(_HELD.split())},
            tables=(
                Table(Correction, "person", {"said": _HELD, "sentence": "matter"}, since="raised_at"),
                Table(EnquiryAnswer, "person", {"told": f"{_HELD} payment"}, since="obtained_at"),
            ),
        ),
    )
)
