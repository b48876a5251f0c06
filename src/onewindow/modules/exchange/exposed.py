"""What a question to a register shows: what the register gives, by the catalogue. The questions themselves name who asked."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange.correction_rows import Correction
from onewindow.modules.exchange.enquiries import life
from onewindow.modules.exchange.enquiry_rows import EnquiryAnswer
from onewindow.modules.exchange.models import Consent, Query
from onewindow.plumbing import accesses, clock, personal
from onewindow.plumbing.exposure import Exposure, Look, Table


def _asked(look: Look) -> set[str]:
    release = catalogue.current_release()
    resources = catalogue.catalogue_at(release).resources if release is not None else {}
    given = {name for resource in look.detail("resources") if resource in resources for name in resources[resource].gives}
    return {catalogue.category(name) for name in given} or {"identity"}


def _said(person: UUID) -> Iterator[personal.Part]:
    """What somebody said is not right in registers, and what the owners answered."""
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
        yield personal.Overdue("exchange", "enquiry-answer", str(key), rule, since, since + life())


personal.register(
    personal.Holder(
        name="exchange",
        export=_said,  # drafts and cases tell their look-ups themselves
        let_go=lambda person, _now: EnquiryAnswer.objects.filter(person=person).delete()[0],
        overdue=_overdue,
        remove=lambda key, _now: EnquiryAnswer.objects.filter(pk=key).delete()[0],
        holds=lambda party: Correction.objects.filter(person=party).exists(),
        exposure=Exposure(
            looks={
                accesses.REGISTER: _asked,
                "exchange.corrections": lambda _look: {"identity", "contact", "address", "enterprise", "matter"},
            },
            tables=(
                Table(Query, "actor_id", {"resource": "use"}, since="at"),
                Table(
                    Correction, "person", {"said": "identity contact address enterprise matter", "sentence": "matter"}, since="raised_at"
                ),
                Table(EnquiryAnswer, "person", {"told": "identity contact address enterprise payment matter"}, since="obtained_at"),
                Table(Consent, "person", {"resource": "use"}, since="given_at"),
            ),
        ),
    )
)
