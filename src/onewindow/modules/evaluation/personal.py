"""What evaluations hold about a person. They go with their case; what is counted leads to nobody."""

from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from onewindow.modules.evaluation.models import Evaluation
from onewindow.plumbing import personal
from onewindow.plumbing.exposure import Exposure, Owner, Table, rows_of


def _export(user_id: UUID) -> Iterator[personal.Part]:
    told = ("node", "subject", "organisation", "level", "indicators", "words", "given_on", "due_date", "answer")
    rows = Evaluation.objects.filter(case__applicant=user_id).order_by("given_on", "id")
    said = [{name: getattr(row, name) for name in told} for row in rows]
    if said:
        yield personal.Part("evaluations", said)


def _owners(ids: Collection[str]) -> Mapping[str, Owner]:
    return rows_of(ids, lambda some: Evaluation.objects.filter(pk__in=some), person="case__applicant", case="case_id")


personal.register(
    personal.Holder(
        name="evaluations",
        export=_export,
        exposure=Exposure(
            owners={"evaluation": _owners},
            tables=(
                Table(
                    Evaluation,
                    "case__applicant",
                    {"level": "matter", "words": "matter", "answer": "matter"},
                    case="case_id",
                    since="case__filed_at",
                ),
            ),
        ),
    )
)
