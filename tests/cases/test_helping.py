"""Help at the window: the officer fills in beside the person, both are recorded, and the person's own code sends it."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.cases import errors, models, selectors
from onewindow.modules.cases import services as cases
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity import services as people
from onewindow.modules.identity.identification import TooManyTries
from onewindow.modules.identity.models import Assistance, Organisation, Post, User
from onewindow.plumbing import accesses, clock, courier
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from tests.cases.conftest import Registers, prepare
from tests.cases.town import LIU, WANG

EVENT = "open-a-restaurant"
ABOUT = {"zh": "开餐馆", "en": "Open a restaurant"}
HALL = {"zh": "政务大厅", "en": "Service hall", "ru": "Зал"}
PHONE = "13800000001"


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[courier.Letter]:
    sent: list[courier.Letter] = []

    def carry(*, letter: courier.Letter, now: datetime) -> None:
        assert now
        sent.append(letter)

    monkeypatch.setattr(courier, "_registered", [carry])
    return sent


@pytest.fixture
def clerk(town: Registers, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Somebody at the window, with a clock that stands still."""
    monkeypatch.setattr(clock, "now", lambda: now)
    Organisation.objects.update_or_create(id="hall", defaults={"name": HALL})
    user = User.objects.create(username="clerk", display_name={"zh": "赵小雪"})
    Post.objects.create(user=user, organisation_id="hall", roles=["window"], title={"zh": "三号窗口", "en": "Window 3"})
    return identity.actor_of(user.pk)


def begin(clerk: Actor, letters: list[courier.Letter], now: datetime, contact: str = PHONE) -> Actor:
    """Let the person of a phone agree, and return the officer as the one who helps them."""
    offer = people.offer_help(contact=contact, matter=EVENT, about=ABOUT, actor=clerk, now=now)
    key = people.begin_help(offer=offer, code=letters[-1].values["code"], actor=clerk, now=now)
    helper = identity.helping_as(clerk.known_id, key)
    assert helper is not None
    return helper


def test_the_officer_fills_in_the_person_confirms_and_both_stand_in_every_record(
    clerk: Actor, letters: list[courier.Letter], now: datetime
) -> None:
    other = prepare(now, actor=WANG)
    helper = begin(clerk, letters, now)
    assert (letters[0].template, letters[0].to, letters[0].values["office"]) == ("help-code", PHONE, "政务大厅")
    draft = prepare(now, actor=helper)
    page = selectors.draft_page(draft_id=draft, actor=helper)
    assert [row.id for row in selectors.my_drafts(actor=helper)] == [draft]
    with pytest.raises(NotFound):
        selectors.draft_page(draft_id=other, actor=helper)
    with pytest.raises(Forbidden):
        cases.save_elements(draft_id=other, values={}, version=1, actor=helper, now=now)

    filing = {"draft_id": draft, "declared": True, "actor": helper, "now": now}
    with pytest.raises(errors.NotConfirmed):
        cases.file_case(**filing, idempotency_key=str(uuid4()))
    cases.ask_to_confirm(draft_id=draft, actor=helper, now=now)
    asked = letters[-1]
    assert (asked.template, asked.to) == ("help-confirm", PHONE)
    with pytest.raises(people.HelpCodeWrong):
        cases.confirm_filing(draft_id=draft, code="12345", actor=helper, now=now)
    cases.confirm_filing(draft_id=draft, code=asked.values["code"], actor=helper, now=now)
    changed = {"values": {"seats": 40}, "version": page.version, "actor": helper, "now": now + timedelta(seconds=9)}
    cases.save_elements(draft_id=draft, **changed)
    with pytest.raises(errors.NotConfirmed):
        cases.file_case(**filing, idempotency_key=str(uuid4()))
    cases.ask_to_confirm(draft_id=draft, actor=helper, now=now)
    cases.confirm_filing(draft_id=draft, code=letters[-1].values["code"], actor=helper, now=now)
    filed = cases.file_case(**filing, idempotency_key=str(uuid4()))

    case = models.Case.objects.get(pk=filed.case_id)
    assert (case.applicant, case.channel, case.assistance) == (WANG.id, "counter", helper.assistance)
    told = next(row for row in selectors.case_page(case_id=case.pk, actor=WANG, now=now).timeline if row.code == "filled-in-with-help")
    assert (told.values["office"]["zh"], told.values["post"]["zh"], told.actor_name["zh"]) == ("政务大厅", "三号窗口", "赵小雪")
    for entry in AuditEntry.objects.filter(subject_id__in=[str(draft), str(case.pk)], actor_id=clerk.id):
        assert (entry.details["on_behalf_of"], entry.details["assistance"]) == (str(WANG.id), str(helper.assistance))
        assert entry.organisation == "hall"
    looked = [row for row in selectors.who_looked(actor=WANG).lines if row.what == "cases.draft"]
    assert [(row.organisation, row.office["zh"], row.purpose) for row in looked] == [("hall", "三号窗口", "assistance")]
    assert selectors.case_page(case_id=case.pk, actor=helper, now=now).reference == filed.reference
    assert selectors.receipt(case_id=case.pk, language="zh", status_page="x", actor=helper, now=now).content[:4] == b"%PDF"
    assert not selectors.my_cases(actor=helper)
    for act in (cases.withdraw,):
        with pytest.raises(Forbidden):
            act(case_id=case.pk, actor=helper, now=now)

    assert Assistance.objects.get().ends_at == now + timedelta(minutes=10), "filed: some minutes for the receipt"

    people.end_help(actor=helper, now=now)
    assert identity.helping_as(clerk.known_id, f"help:{helper.assistance}") is None
    assert "138" not in json.dumps([row.details for row in AuditEntry.objects.all()])


def test_help_is_for_one_matter_an_hour_a_window_and_nobody_but_who_agreed(
    clerk: Actor, letters: list[courier.Letter], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = people.offer_help(contact=PHONE, matter=EVENT, about=ABOUT, actor=clerk, now=now)
    wrong = "000000" if letters[-1].values["code"] != "000000" else "000001"
    for code in (wrong, ""):
        with pytest.raises(people.HelpCodeWrong):
            people.begin_help(offer=offer, code=code, actor=clerk, now=now)
    late = now + timedelta(minutes=11)
    with pytest.raises(people.HelpCodeWrong):
        people.begin_help(offer=offer, code=letters[-1].values["code"], actor=clerk, now=late)
    sent = len(letters)
    unknown = people.offer_help(contact="13900000000", matter=EVENT, about=ABOUT, actor=clerk, now=now)
    assert len(letters) == sent
    with pytest.raises(people.HelpCodeWrong):
        people.begin_help(offer=unknown, code="", actor=clerk, now=now)
    with pytest.raises(Forbidden):
        people.offer_help(contact=PHONE, matter=EVENT, about=ABOUT, actor=LIU, now=now)
    for _ in range(12):
        with pytest.raises((people.HelpCodeWrong, TooManyTries)):
            people.begin_help(offer=offer, code=wrong, actor=clerk, now=now)
    with pytest.raises(TooManyTries):
        people.begin_help(offer=offer, code=letters[-1].values["code"], actor=clerk, now=now)

    helper = begin(clerk, letters, now)
    key = f"help:{helper.assistance}"
    with pytest.raises(errors.UnknownMatter):
        cases.start_draft(event_id="retire", actor=helper, now=now)
    assert identity.helping_as(LIU.known_id, key) is None
    assert identity.acting_as(clerk.known_id, key) is None, "programs with a key of the officer help nobody"
    again = begin(clerk, letters, now)
    assert identity.helping_as(clerk.known_id, key) is None, "one person at a time"
    key = f"help:{again.assistance}"
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=60))
    assert identity.helping_as(clerk.known_id, key) is None
    with pytest.raises(people.HelpOver):
        people.ask_to_confirm(mark="x", about=ABOUT, actor=again, now=now + timedelta(minutes=60))
    monkeypatch.setattr(clock, "now", lambda: now)
    Post.objects.filter(user_id=clerk.id).update(roles=["officer"])
    assert identity.helping_as(clerk.known_id, key) is None
    Post.objects.filter(user_id=clerk.id).update(roles=["window"])
    User.objects.filter(pk=WANG.id).update(is_active=False)
    assert identity.helping_as(clerk.known_id, key) is None


def test_a_code_from_the_persons_own_screen_begins_help_and_confirms_what_is_sent(
    clerk: Actor, letters: list[courier.Letter], now: datetime
) -> None:
    shown = people.make_visit_code(actor=WANG, now=now)
    key = people.begin_help_shown(code=shown, matter=EVENT, actor=clerk, now=now)
    helper = identity.helping_as(clerk.known_id, key)
    assert helper is not None
    assert helper.party == WANG.id
    draft = prepare(now, actor=helper)
    strangers = people.make_visit_code(actor=LIU, now=now)
    for code in (shown, strangers):
        with pytest.raises(people.HelpCodeWrong):
            cases.confirm_filing(draft_id=draft, code=code, actor=helper, now=now)
    own = people.make_visit_code(actor=WANG, now=now)
    cases.confirm_filing(draft_id=draft, code=own, actor=helper, now=now)
    assert cases.file_case(draft_id=draft, idempotency_key=str(uuid4()), declared=True, actor=helper, now=now).reference
    assert not letters
    with pytest.raises(people.NotHelpable):
        people.begin_help_shown(code=people.make_visit_code(actor=clerk, now=now), matter=EVENT, actor=clerk, now=now)
    account = next(part for part in people.take_along(actor=WANG, now=now) if part.name == "account")
    assert [row["matter"] for row in account.data["helped"]] == [EVENT]
    people.forget_tries(now=now + timedelta(days=2))
    assert Assistance.objects.count() == 1
    assert accesses.of_person(WANG.known_id) is not None
