"""Acting for another at drafts and cases: what belongs to the party, to whom it opens, and nothing without a mandate that holds."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.cases import errors, models, selectors
from onewindow.modules.cases import services as cases
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.catalogue import services as catalogue_services
from onewindow.modules.identity import proofs
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity import services as people
from onewindow.modules.identity.models import Person, Tries
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Acting, Actor
from onewindow.plumbing.models import AuditEntry
from tests.cases.conftest import Registers, prepare
from tests.cases.town import LIU, RESIDENT_ID, TOWN, WANG

pytestmark = pytest.mark.django_db

LIU_NUMBER = "230000199209230354"
EVENT = "open-a-restaurant"


def known(actor: Actor, number: str, now: datetime) -> None:
    person = Person.objects.get(pk=actor.id)
    person.facts, person.number = {**person.facts, "resident-id": number}, number
    person.save()
    proofs.add(user_id=person.user_id, method="register", source="tests", now=now)


@pytest.fixture
def both(town: Registers, now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: now)
    known(WANG, RESIDENT_ID, now)
    known(LIU, LIU_NUMBER, now)
    return now


def mandate(now: datetime, *matters: str, accept: bool = True) -> UUID:
    today = clock.local_date(now)
    days = {"from_date": today, "until_date": today + timedelta(days=9)}
    to = {"receiver_name": "刘强", "receiver_number": LIU_NUMBER}
    found = people.offer_mandate(party=WANG.id or uuid4(), role="agent", **to, matters=matters, **days, actor=WANG, now=now)
    if accept:
        people.accept_mandate(mandate_id=found, actor=LIU, now=now)
    return found


def acting(found: UUID) -> Actor | None:
    return identity.acting_as(LIU.id or uuid4(), f"mandate:{found}")


def test_who_acts_for_another_files_in_their_name_and_the_audit_says_by_which_mandate(both: datetime) -> None:
    found = mandate(both, EVENT)
    liu = acting(found)
    assert liu is not None
    draft = prepare(both, actor=liu)
    filed = cases.file_case(draft_id=draft, idempotency_key="1", declared=True, actor=liu, now=both)
    case = models.Case.objects.get(pk=filed.case_id)
    assert case.applicant == WANG.id
    assert [row.reference for row in selectors.my_cases(actor=WANG)] == [case.reference]
    assert selectors.my_cases(actor=LIU) == ()
    assert selectors.case_page(case_id=case.pk, actor=liu, now=both).own
    entry = AuditEntry.objects.get(action="cases.file")
    assert (entry.actor_id, entry.details["on_behalf_of"], entry.details["mandate"]) == (LIU.id, str(WANG.id), str(found))
    people.end_mandate(mandate_id=found, actor=WANG, now=both)
    assert acting(found) is None
    with pytest.raises(NotFound):
        selectors.case_page(case_id=case.pk, actor=LIU, now=both)


def test_what_the_giver_began_the_agent_goes_on_with_and_the_agents_own_stays_out_of_sight(both: datetime) -> None:
    begun, own = prepare(both, actor=WANG), prepare(both, actor=LIU)
    liu = acting(mandate(both))
    assert liu is not None
    assert [row.id for row in selectors.my_drafts(actor=liu)] == [begun]
    with pytest.raises(NotFound):
        selectors.draft_page(draft_id=own, actor=liu)
    with pytest.raises(Forbidden):
        cases.discard_draft(draft_id=own, actor=liu, now=both)


def test_a_mandate_for_one_matter_opens_no_other(both: datetime) -> None:
    draft = prepare(both, actor=WANG)
    case = cases.file_case(draft_id=prepare(both, actor=WANG), idempotency_key="1", declared=True, actor=WANG, now=both).case_id
    liu = acting(mandate(both, "retire"))
    assert liu is not None
    assert selectors.my_drafts(actor=liu) == selectors.my_cases(actor=liu) == selectors.held(actor=liu) == ()
    for read in (lambda: selectors.draft_page(draft_id=draft, actor=liu), lambda: selectors.case_page(case_id=case, actor=liu, now=both)):
        with pytest.raises(NotFound):
            read()
    with pytest.raises(Forbidden):
        cases.withdraw(case_id=case, actor=liu, now=both)
    with pytest.raises(errors.NotInMandate):
        cases.start_draft(event_id=EVENT, actor=liu, now=both)


def test_an_enterprise_begins_nothing_that_is_a_persons(both: datetime) -> None:
    firm = Actor("person", LIU.id, on_behalf_of=Acting(uuid4(), "legal"))
    with pytest.raises(errors.NotForEnterprises):
        cases.start_draft(event_id=EVENT, actor=firm, now=both)


def test_nobody_begins_what_is_an_enterprises_in_their_own_name_or_in_a_persons(both: datetime) -> None:
    text = TOWN.replace("applicant: natural", "applicant: legal").replace(
        "  - {id: natural,", "  - {id: legal, gives: [uscc]}\n  - {id: natural,"
    )
    catalogue_services.load_catalogue(files=[("town.yaml", text)], actor=Actor.system("tests"), now=both)
    catalogue.forget_all()
    liu = acting(mandate(both))
    assert liu is not None
    for actor in (LIU, liu):
        with pytest.raises(errors.ForEnterprises):
            cases.start_draft(event_id=EVENT, actor=actor, now=both)
    firm = Actor("person", LIU.id, on_behalf_of=Acting(uuid4(), "legal"))
    assert cases.start_draft(event_id=EVENT, actor=firm, now=both).version


class Desk(RuleBasedStateMachine):
    """Offers, acceptances, ends and days in any order; a plain model knows which mandate holds. Zero leaks."""

    now: datetime
    draft: UUID

    @initialize()
    def begin(self) -> None:
        self.day, self.told = 0, {}
        Tries.objects.all().delete()  # each run of the machine has a day's offers of its own

    @rule(
        matters=st.sampled_from([(), (EVENT,), ("retire",)]),
        start=st.sampled_from([0, 0, 1]),
        length=st.integers(0, 4),
        taken=st.booleans(),
    )
    def offer(self, matters: tuple[str, ...], start: int, length: int, *, taken: bool) -> None:
        today = clock.local_date(self.now) + timedelta(days=self.day)
        days = {"from_date": today + timedelta(days=start), "until_date": today + timedelta(days=start + length)}
        to = {"receiver_name": "刘强", "receiver_number": LIU_NUMBER}
        moment = self.now + timedelta(days=self.day)
        found = people.offer_mandate(party=WANG.id or uuid4(), role="agent", **to, matters=matters, **days, actor=WANG, now=moment)
        self.told[found] = ["offered", matters, self.day + start, self.day + start + length]
        if taken:
            people.accept_mandate(mandate_id=found, actor=LIU, now=moment)
            self.told[found][0] = "accepted"

    @rule(data=st.data(), act=st.sampled_from(["accept", "end by giver", "end by receiver", "accept by giver"]))
    def act(self, data: st.DataObject, act: str) -> None:
        if not self.told:
            return
        found = data.draw(st.sampled_from(sorted(self.told)))
        state, _, _, last = self.told[found]
        moment = self.now + timedelta(days=self.day)
        actor = WANG if act.endswith("giver") else LIU
        service = people.accept_mandate if act.startswith("accept") else people.end_mandate
        try:
            service(mandate_id=found, actor=actor, now=moment)
        except DomainError:
            open_ = state in {"offered", "accepted"}
            assert act == "accept by giver" or not open_ or (act == "accept" and (state != "offered" or self.day > last))
            return
        assert act != "accept by giver"
        self.told[found][0] = "accepted" if act == "accept" else "ended"

    @rule(days=st.integers(1, 3))
    def wait(self, days: int) -> None:
        self.day += days

    @invariant()
    def nothing_is_done_without_a_mandate_that_holds(self) -> None:
        moment = self.now + timedelta(days=self.day)
        clock.now = lambda: moment  # the fixture puts it back
        for found, (state, matters, first, last) in self.told.items():
            holds = state == "accepted" and first <= self.day <= last
            liu = acting(found)
            assert (liu is not None) == holds
            reaches = holds and (not matters or EVENT in matters)
            assert reaches == self._opens(liu or Actor("person", LIU.id))

    def _opens(self, actor: Actor) -> bool:
        told = {self.draft in {row.id for row in selectors.my_drafts(actor=actor)}}
        for act in (
            lambda: selectors.draft_page(draft_id=self.draft, actor=actor),
            lambda: cases.dispute_prefill(draft_id=self.draft, element="address", undo=True, actor=actor, now=self.now),
        ):
            try:
                act()
            except (NotFound, Forbidden):
                told.add(False)
            else:
                told.add(True)
        assert len(told) == 1, "one door is open where another is shut"
        return told.pop()


@pytest.fixture
def desk(both: datetime, monkeypatch: pytest.MonkeyPatch) -> type[Desk]:
    monkeypatch.setattr(clock, "now", lambda: both)
    return type("DeskOfTheTown", (Desk,), {"now": both, "draft": prepare(both, actor=WANG)})


def test_no_act_is_done_with_a_mandate_that_is_not_accepted_ended_over_or_for_another_matter(desk: type[Desk]) -> None:
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    run_state_machine_as_test(
        desk, settings=settings(max_examples=12, stateful_step_count=10, deadline=None, suppress_health_check=checks, database=None)
    )


def test_a_service_must_be_sure_of_both_the_agent_and_the_giver(both: datetime) -> None:
    liu = acting(mandate(both))
    assert liu is not None
    assert identity.sureness(actor=liu, now=both) == 2
    proofs.add(user_id=LIU.id or uuid4(), method="window", source="tests", now=both)
    assert identity.sureness(actor=liu, now=both) == 2
    assert identity.sureness(actor=LIU, now=both) == 3
