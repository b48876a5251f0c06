"""The owner of a register puts it right: what rests on it is asked again wherever it still runs, and nowhere else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from onewindow.domain import events
from onewindow.modules.cases import handlers, jobs, models, selectors, services
from onewindow.modules.exchange import services as exchange
from onewindow.modules.exchange.models import Correction
from onewindow.plumbing import clock
from onewindow.plumbing.models import AuditEntry
from tests.cases.conftest import Registers, prepare
from tests.cases.test_handlers import work
from tests.cases.town import CITY, LIU, WANG

pytestmark = pytest.mark.django_db
Filing = Callable[..., models.Case]
OLD, NEW = "胜利路 88 号", "胜利路 90 号"


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch, now: datetime) -> list[datetime]:
    """The moment that everybody sees, to be moved on."""
    moment = [now]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


def disputed(now: datetime, typed: str = NEW) -> UUID:
    """Return a draft whose address its applicant says is not right."""
    draft = prepare(now)
    info = services.dispute_prefill(draft_id=draft, element="address", note="门牌换了", actor=WANG, now=now)
    services.save_elements(draft_id=draft, values={"address": typed}, version=info.version, actor=WANG, now=now)
    return draft


def filed(draft: UUID, now: datetime) -> models.Case:
    found = services.file_case(draft_id=draft, idempotency_key=str(uuid4()), declared=True, actor=WANG, now=now)
    return models.Case.objects.get(pk=found.case_id)


def mend(town: Registers, matter: UUID, now: datetime, *, outcome: str = "corrected") -> Correction:
    """Let the city answer, which has put its register right."""
    town.records["property-register"]["P-1"] = {"address": NEW, "floor-area": 126}
    row = Correction.objects.get(matter=matter)
    exchange.answer_correction(correction_id=row.pk, outcome=outcome, sentence="已更正。", actor=CITY, now=now)
    return row


def held(case: models.Case) -> dict[str, tuple[Any, str]]:
    rows = case.values.filter(superseded_at=None, element__in=["address", "floor-area"])
    return {row.element: (row.value, row.source_kind) for row in rows}


def told(case: models.Case) -> list[str]:
    codes = ("register-mended", "value-renewed", "value-checked", "value-differs", "source-silent")
    return [row.code for row in case.timeline.filter(code__in=codes)]


def test_what_rests_on_a_register_that_was_put_right_is_asked_again_wherever_it_still_runs(
    file: Filing, town: Registers, time: list[datetime], django_capture_on_commit_callbacks: Any
) -> None:
    now = time[0]
    over, others, running = file(), file(actor=LIU), file()
    services.withdraw(case_id=over.pk, actor=WANG, now=now)
    case, open_draft = filed(disputed(now), now), prepare(now)
    wrong = disputed(now, typed="胜利路 19 号")
    work(now, django_capture_on_commit_callbacks)
    town.asked.clear()
    time[0] = now = now + timedelta(days=1)

    town.down.add("property-register")
    row = mend(town, case.pk, now)
    work(now, django_capture_on_commit_callbacks)
    assert [told(one) for one in (case, running, over, others)] == [["register-mended", "source-silent"]] * 2 + [[]] * 2
    assert held(running)["address"] == (OLD, "resource"), "what it said before stands until it says something else"
    town.down.clear()
    time[0] = now = now + timedelta(minutes=2)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.fetch_arrivals(now=now)

    assert held(running) == {"address": (NEW, "resource"), "floor-area": (126, "resource")}
    assert told(running) == ["register-mended", "source-silent", "value-renewed", "value-renewed"]
    assert running.values.get(element="address", superseded_at__isnull=False).value == OLD, "what stood there is kept"
    assert held(case) == {"address": (NEW, "typed"), "floor-area": (126, "resource")}
    assert case.values.get(element="address", superseded_at=None).note.keys() == {"checked"}, "both say the same: nothing is disputed"
    assert sorted(told(case)) == ["register-mended", "source-silent", "value-checked", "value-renewed"]
    assert [held(one)["address"] for one in (over, others)] == [(OLD, "resource")] * 2, "what is over, and other people's, is not touched"
    assert {"cases.ask-again"} == set(
        AuditEntry.objects.filter(subject_id=str(running.pk), action="cases.ask-again").values_list("action", flat=True)
    )

    for draft, asked in ((open_draft, {"address", "floor-area"}), (wrong, {"floor-area"})):
        assert selectors.draft_page(draft_id=draft, actor=WANG).refresh_due
        assert set(services.refresh_prefill(draft_id=draft, actor=WANG, now=now).fetched) == asked
    assert "address" in models.Draft.objects.get(pk=wrong).disputed, "another dispute waits for its own answer"

    before, questions = models.TimelineEntry.objects.count(), len(town.asked)
    about = {"matter": row.matter, "resource": row.resource, "element": row.element}
    handlers.ask_a_mended_register(events.RegisterAnswered(at=row.raised_at, correction_id=row.pk, outcome="corrected", **about))
    with django_capture_on_commit_callbacks(execute=True):
        jobs.fetch_arrivals(now=now + timedelta(minutes=2))
    assert (models.TimelineEntry.objects.count(), len(town.asked)) == (before, questions), "told twice, it is done once"


def test_a_draft_shows_what_the_register_says_now_and_is_not_disputed_any_more(
    town: Registers, time: list[datetime], django_capture_on_commit_callbacks: Any
) -> None:
    now = time[0]
    draft, stands = disputed(now), disputed(now)
    time[0] = now = now + timedelta(hours=1)
    mend(town, stands, now, outcome="stands")
    work(now, django_capture_on_commit_callbacks)
    assert [row.disputed.keys() for row in models.Draft.objects.all()] == [{"address"}] * 2
    assert not selectors.draft_page(draft_id=draft, actor=WANG).refresh_due, "an owner who stands by it has changed nothing"
    mend(town, draft, now)
    work(now, django_capture_on_commit_callbacks)
    services.refresh_prefill(draft_id=draft, actor=WANG, now=now)
    page = selectors.draft_page(draft_id=draft, actor=WANG)
    assert {line.element: line.value for line in page.prefilled if line.element == "address"} == {"address": NEW}
    assert "address" not in {line.element for line in page.fields}
