"""People who are not of age: what a guardian files is the child's, what they may do alone a service says, and the birthday ends it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from onewindow.domain import events
from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.cases import errors, handlers, models, selectors
from onewindow.modules.cases import services as cases
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.catalogue import services as catalogue_services
from onewindow.modules.identity import identification
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity.models import Child, Guardianship, Person
from onewindow.plumbing import accesses, clock, personal
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry
from tests.cases.conftest import Registers, prepare
from tests.cases.test_acting import known
from tests.cases.town import LIU, RESIDENT_ID, TOWN, TYPED, WANG, WINDOW

pytestmark = pytest.mark.django_db

TEEN = "230000201006140420"
"""Sixteen on 14 June 2026; the world's clock stands on 13 March."""


@pytest.fixture
def family(town: Registers, now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: now)
    known(WANG, RESIDENT_ID, now)
    return now


def told(now: datetime) -> Guardianship:
    """The register has named Wang as guardian of the girl, just now."""
    child = Child.objects.filter(number=TEEN).first() or Child.objects.create(number=TEEN, name="陈雨桐")
    return Guardianship.objects.create(guardian_id=WANG.id, child=child, source="tests", told_at=now, checked_at=now)


def as_guardian(link: Guardianship) -> Actor:
    found = identity.acting_as(WANG.id or uuid4(), f"child:{link.pk}")
    assert found is not None
    return found


def girl(now: datetime) -> Actor:
    """The other citizen of the town, proven to be the girl."""
    person = Person.objects.get(pk=LIU.id)
    person.facts = {"full-name": "陈雨桐", "resident-id": TEEN}
    person.save()
    known(LIU, TEEN, now)
    return LIU


def filed(draft: UUID, actor: Actor, now: datetime) -> models.Case:
    found = cases.file_case(draft_id=draft, idempotency_key=str(draft), declared=True, actor=actor, now=now)
    return models.Case.objects.get(pk=found.case_id)


def test_what_a_guardian_files_belongs_to_the_child_and_goes_over_to_its_account(family: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    link = told(family)
    mother = as_guardian(link)
    case = filed(prepare(family, actor=mother), mother, family)
    begun = prepare(family, actor=mother)
    assert (case.applicant, case.contact_phone) == (link.child_id, "13800000001")
    assert selectors.my_cases(actor=WANG) == ()
    names = {row.element: row.value for row in models.CaseValue.objects.filter(case=case)}
    assert (names["full-name"], names["resident-id"]) == ("陈雨桐", TEEN)
    entry = AuditEntry.objects.get(action="cases.file")
    assert (entry.actor_id, entry.details["guardianship"]) == (WANG.id, str(link.pk))
    assert "mandate" not in entry.details
    with pytest.raises(NotFound):
        selectors.case_page(case_id=case.pk, actor=WANG, now=family)

    assert personal.still_held(link.child_id)
    young = girl(family)
    identification.come_home(TEEN, young.id or uuid4(), family)
    moved = events.PartyMoved(at=family, before=link.child_id, after=young.id or uuid4())
    accesses.read(
        actor=WINDOW, what="cases.case", subject_kind="case", subject_id=case.pk, persons=[link.child_id], case=case.pk, at=family
    )
    for _ in range(2):  # at least once
        handlers.hand_over(moved)
    for actor in (young, as_guardian(link)):
        assert [row.reference for row in selectors.my_cases(actor=actor)] == [case.reference]
        assert [row.id for row in selectors.my_drafts(actor=actor)] == [begun]
    assert AuditEntry.objects.filter(action="cases.hand-over").count() == 1

    assert [row.reference for line in selectors.who_looked(actor=young).lines for row in line.cases] == [case.reference]

    grown = datetime(2028, 6, 14, 1, tzinfo=family.tzinfo)
    monkeypatch.setattr(clock, "now", lambda: grown)
    Guardianship.objects.update(told_at=grown)
    assert identity.acting_as(WANG.id or uuid4(), f"child:{link.pk}") is None
    assert identity.choices(actor=WANG, now=grown) == ()
    with pytest.raises(NotFound):
        selectors.case_page(case_id=case.pk, actor=WANG, now=grown)
    with pytest.raises(Forbidden):
        cases.withdraw(case_id=case.pk, actor=WANG, now=grown)
    assert selectors.case_page(case_id=case.pk, actor=young, now=grown).own
    assert filed(begun, young, grown).applicant == young.id


def test_who_is_not_of_age_begins_and_a_guardian_files_unless_the_service_says_otherwise(family: datetime) -> None:
    young = girl(family)
    draft = prepare(family, actor=young)
    page = selectors.draft_page(draft_id=draft, actor=young)
    assert not page.ready
    assert [row.service for row in page.guardian] == ["registration", "food", "fire", "tax"]
    with pytest.raises(errors.GuardianNeeded):
        filed(draft, young, family)
    mother = as_guardian(told(family))
    seen = selectors.draft_page(draft_id=draft, actor=mother)
    assert (seen.ready, seen.guardian) == (True, ())
    case = filed(draft, mother, family)
    assert case.applicant == young.id
    with pytest.raises(errors.GuardianNeeded):
        cases.withdraw(case_id=case.pk, actor=young, now=family)
    assert selectors.case_page(case_id=case.pk, actor=young, now=family).own, "looking is theirs"

    for age, alone in ((16, False), (15, True)):
        text = TOWN.replace("    guide: {", f"    guide: {{minor_alone_from_age: {age}, ")
        catalogue_services.load_catalogue(files=[("town.yaml", text)], actor=Actor.system("tests"), now=family)
        catalogue.forget_all()
        assert (selectors.draft_page(draft_id=prepare(family, actor=young), actor=young).guardian == ()) == alone
    cases.withdraw(case_id=filed(prepare(family, actor=young), young, family).pk, actor=young, now=family)


def test_a_number_that_is_only_claimed_tells_the_age_too(family: datetime) -> None:
    person = Person.objects.get(pk=LIU.id)
    person.facts = {"phone": "13800000002"}
    person.save()
    typed = {**TYPED, "full-name": "陈雨桐", "resident-id": TEEN}
    draft = prepare(family, actor=LIU, typed=typed)
    with pytest.raises(errors.GuardianNeeded):
        filed(draft, LIU, family)
    assert filed(draft, LIU, family + timedelta(days=830)).applicant == LIU.id
