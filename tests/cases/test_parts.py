"""Several people in one matter: whoever is invited fills in and confirms their own part, and nothing is filed before they have."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from onewindow.domain.confirmations import digest
from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.cases import errors, errors_of_parts, jobs, models, selectors, services
from onewindow.modules.cases.services import parts
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.catalogue import services as catalogue_services
from onewindow.modules.identity import proofs
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Identification, Person, User
from onewindow.modules.messages.delivery import PURPOSE
from onewindow.modules.messages.models import Message
from onewindow.plumbing import clock, sealing
from onewindow.plumbing.actors import Acting, Actor
from onewindow.plumbing.models import AuditEntry
from tests import rows
from tests.cases.conftest import Registers, found_town, prepare, task
from tests.cases.town import LIU, MARKET, RESIDENT_ID, SHARED, TYPED, WANG, ident, officer

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

CHEN = Actor(kind="person", id=ident("chen"))
PAGE = "https://window.example/invitations/"


@pytest.fixture
def shared(db: None, registers: Registers, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Registers:
    """The town, where the registration wants the landlord to confirm; Liu, who is known for sure, is the landlord."""
    monkeypatch.setattr(clock, "now", lambda: now)

    def build() -> None:
        found_town(now)
        catalogue_services.load_catalogue(files=[("town.yaml", SHARED)], actor=Actor.system("tests"), now=now)
        User.objects.create(id=CHEN.id, username="chen", display_name={"zh": "陈晨"}, phone="13800000003")
        Person.objects.create(user_id=CHEN.id, facts={"full-name": "陈晨", "resident-id": "11010119900307715X", "phone": "13800000003"})
        for person in (WANG, LIU, CHEN):
            proofs.add(user_id=person.id, method="register", source="tests", now=now)  # type: ignore[arg-type]  # known in this world

    catalogue.forget_all()
    rows.once(("a town of several people", now), build)
    return registers


def written() -> list[tuple[str, dict[str, Any]]]:
    """Return (template, what is kept) of every message, oldest first."""
    found = Message.objects.filter(state="waiting").order_by("recorded_at")
    return [(row.template, json.loads(sealing.unseal(row.sealed, purpose=PURPOSE))) for row in found]


def invite(draft: UUID, now: datetime, *, name: str = "刘强", contact: str = "13800000002") -> UUID:
    return services.invite(draft_id=draft, role="landlord", name=name, contact=contact, page=PAGE, actor=WANG, now=now)


def confirm(part: UUID, now: datetime, actor: Actor = LIU) -> str:
    seen = selectors.part_page(part_id=part, actor=actor, now=now).seen
    return services.confirm_part(part_id=part, seen=seen, actor=actor, now=now)


def test_a_landlord_confirms_by_a_link_and_the_case_says_who_did_and_how_sure_that_is(shared: Registers, now: datetime) -> None:
    draft = prepare(now)
    page = selectors.draft_page(draft_id=draft, actor=WANG)
    assert (page.ready, [row.state for row in page.others], page.missing) == (False, ["missing"], ())
    assert not any("landlord" in row.element for row in (*page.fields, *page.prefilled)), "what is the landlord's to write"
    with pytest.raises(errors_of_parts.ConfirmationsMissing):
        services.file_case(draft_id=draft, idempotency_key="1", declared=True, actor=WANG, now=now)
    with pytest.raises(errors.UnknownField):
        services.save_elements(draft_id=draft, values={"landlord.owns-alone": True}, version=page.version, actor=WANG, now=now)

    part = invite(draft, now)
    ((template, letter),) = written()
    assert (template, letter["to"], letter["values"]["applicant"]) == ("part-invited", "13800000002", "王丽")
    secret = re.fullmatch(re.escape(PAGE) + r"([\w-]{40,})/", letter["values"]["link"])
    assert secret, letter
    with pytest.raises(errors_of_parts.RoleTaken):
        invite(draft, now)
    with pytest.raises(NotFound):
        selectors.invitation(secret="x" * 43, actor=LIU, now=now)
    for _ in range(2):  # a scanner of mail reads it, and nothing is taken
        told = selectors.invitation(secret=secret[1], actor=LIU, now=now)
    assert (told.applicant_name, told.taken, told.open) == ({"zh": "王丽"}, False, True)
    assert models.Part.objects.get().person is None
    with pytest.raises(errors_of_parts.OwnInvitation):
        services.take_part(part_id=part, secret=secret[1], actor=WANG, now=now)
    services.take_part(part_id=part, secret=secret[1], actor=LIU, now=now)
    services.take_part(part_id=part, secret=secret[1], actor=LIU, now=now)
    for act in (
        lambda: services.take_part(part_id=part, secret=secret[1], actor=CHEN, now=now),
        lambda: selectors.invitation(secret=secret[1], actor=CHEN, now=now),
        lambda: selectors.part_page(part_id=part, actor=CHEN, now=now),
        lambda: selectors.draft_page(draft_id=draft, actor=LIU),
        lambda: services.confirm_part(part_id=part, seen="", actor=WANG, now=now),
    ):
        with pytest.raises((Forbidden, NotFound)):
            act()

    mine = selectors.part_page(part_id=part, actor=LIU, now=now)
    shown = {row.element: row.value for row in mine.values}
    told_of = {"address": "胜利路 88 号", "trade-name": TYPED["trade-name"], "landlord.full-name": "刘强"}
    assert shown == {**told_of, "landlord.resident-id": RESIDENT_ID, "landlord.owns-alone": None}, "and nothing else of the matter"
    assert ([row.element for row in mine.fields], mine.missing) == (["landlord.owns-alone"], ("landlord.owns-alone",))
    with pytest.raises(errors.ValuesMissing):
        services.confirm_part(part_id=part, seen=mine.seen, actor=LIU, now=now)
    for forged, refusal in (("trade-name", errors.UnknownField), ("landlord.full-name", errors.ReadOnlyField)):
        with pytest.raises(refusal):
            services.save_part(part_id=part, values={forged: "x"}, actor=LIU, now=now)
    services.save_part(part_id=part, values={"landlord.owns-alone": "true"}, actor=LIU, now=now)
    with pytest.raises(errors_of_parts.ConfirmedAnew):
        services.confirm_part(part_id=part, seen=mine.seen, actor=LIU, now=now)
    hash_of = confirm(part, now)
    kept = models.Part.objects.get()
    assert (kept.state, kept.level, kept.digest, digest(kept.confirmed)) == ("confirmed", 2, hash_of, hash_of)
    entry = AuditEntry.objects.get(action="cases.confirm-part")
    assert (entry.details["digest"], entry.details["level"], entry.actor_id) == (hash_of, 2, LIU.id)

    page = selectors.draft_page(draft_id=draft, actor=WANG)
    assert (page.ready, page.others[0].confirmed_level) == (True, 2)
    assert not any("landlord" in row.element for row in (*page.fields, *page.prefilled))
    filed = services.file_case(draft_id=draft, idempotency_key="2", declared=True, actor=WANG, now=now)
    _the_filed_case(filed, part, hash_of, now)


def _the_filed_case(filed: services.Filed, part: UUID, hash_of: str, now: datetime) -> None:
    """The case keeps the confirmation for those whom it concerns, and it cannot be changed behind the landlord's back."""
    for reader, sees in ((WANG, True), (MARKET, True), (officer("fire", "fire"), False)):
        told = selectors.confirmed_by(case_id=filed.case_id, actor=reader, now=now)
        assert [(row.person_name, row.level, row.at, row.digest) for row in told] == ([({"zh": "刘强"}, 2, now, hash_of)] if sees else [])
    values = {row.element: row.value for row in selectors.case_page(case_id=filed.case_id, actor=WANG, now=now).values}
    assert (values["landlord.owns-alone"], values["landlord.resident-id"]) == (True, "110101********2316"), "not the applicant's to read"
    with pytest.raises(DomainError, match="filed as case"):
        services.take_back_confirmation(part_id=part, actor=LIU, now=now)
    mine = selectors.part_page(part_id=part, actor=LIU, now=now)
    assert mine.case == selectors.part_rows.PartCase(filed.reference, "filed", now, None)
    assert (mine.open, len(mine.values), mine.fields) == (False, 5, ())
    assert [(row.case is not None, row.waits) for row in selectors.my_parts(actor=LIU, now=now)] == [(True, False)]
    with pytest.raises(NotFound):
        selectors.case_page(case_id=filed.case_id, actor=LIU, now=now)
    case = models.Case.objects.get(pk=filed.case_id)
    accept = task(case, "registration.accept").pk
    items = [{"kind": "element", "id": "address", "sentence": "请更正。"}]
    with pytest.raises(errors_of_parts.ConfirmedByOther):
        services.request_correction(task_id=accept, items=items, due_days=5, actor=MARKET, now=now)
    landlord_at_the_desk = Actor("officer", LIU.id, "market", frozenset({"officer"}))
    with pytest.raises(Forbidden):
        services.accept(task_id=accept, actor=landlord_at_the_desk, now=now)
    taken_along = {part.name: part.data for part in identity.take_along(actor=LIU, now=now)}
    assert taken_along[f"part-{part}"]["confirmed"]["own"]
    others = json.dumps([row.data for row in identity.take_along(actor=WANG, now=now)], cls=DjangoJSONEncoder)
    assert "landlord.resident-id" not in others, "the landlord's number is not the applicant's to take along"


def test_what_changes_after_it_was_confirmed_is_confirmed_again_and_both_are_told(shared: Registers, now: datetime) -> None:
    draft = prepare(now)
    part = invite(draft, now)
    assert [row.waits for row in selectors.my_parts(actor=LIU, now=now)] == [True], "found by the telephone, without the link"
    assert selectors.my_parts(actor=CHEN, now=now) == ()
    with pytest.raises(NotFound):
        services.take_part(part_id=part, actor=CHEN, now=now)
    services.take_part(part_id=part, actor=LIU, now=now)
    services.save_part(part_id=part, values={"landlord.owns-alone": "false"}, actor=LIU, now=now)
    confirm(part, now)
    version = selectors.draft_page(draft_id=draft, actor=WANG).version
    unseen = services.save_elements(draft_id=draft, values={"seats": 40}, version=version, actor=WANG, now=now)
    assert selectors.draft_page(draft_id=draft, actor=WANG).ready, "the landlord never saw the number of seats"
    Message.objects.all().delete()
    services.save_elements(draft_id=draft, values={"trade-name": "新灶台"}, version=unseen.version, actor=WANG, now=now)
    assert sorted((kind, kept["to"]) for kind, kept in written()) == [
        ("part-reopened", "13800000002"),
        ("part-reopened-own", "13800000001"),
    ]
    page = selectors.draft_page(draft_id=draft, actor=WANG)
    assert (page.ready, page.others[0].state, page.others[0].reopened_at) == (False, "taken", now)
    with pytest.raises(errors_of_parts.ConfirmationsMissing):
        services.file_case(draft_id=draft, idempotency_key="1", declared=True, actor=WANG, now=now)
    confirm(part, now)
    services.take_back_confirmation(part_id=part, actor=LIU, now=now)
    with pytest.raises(errors_of_parts.ConfirmationsMissing):
        services.file_case(draft_id=draft, idempotency_key="1", declared=True, actor=WANG, now=now)
    confirm(part, now)
    liu = Person.objects.get(pk=LIU.id)
    liu.facts = {**liu.facts, "full-name": "刘强强"}
    liu.save()
    assert selectors.draft_page(draft_id=draft, actor=WANG).others[0].state == "changed", "it was confirmed in other words"
    with pytest.raises(errors_of_parts.OtherName):
        confirm(part, now)
    services.refuse_part(part_id=part, reason="不是我的房子", actor=LIU, now=now)
    line = selectors.draft_page(draft_id=draft, actor=WANG).others[0]
    assert (line.state, line.reason, models.Part.objects.get().elements) == ("refused", "不是我的房子", {})
    assert selectors.part_page(part_id=part, actor=LIU, now=now).values == ()
    invite(draft, now, name="陈晨", contact="13800000003")
    assert selectors.draft_page(draft_id=draft, actor=WANG).others[0].state == "invited"


def test_an_invitation_ends_with_its_day_is_renewed_and_is_withdrawn(
    shared: Registers, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = prepare(now)
    with pytest.raises(errors.ValuesRefused) as wrong:
        invite(draft, now, name=" ", contact="nobody@")
    assert sorted(wrong.value.errors) == ["contact", "name"]
    part = invite(draft, now, contact="chen@example.org")
    line = selectors.draft_page(draft_id=draft, actor=WANG).others[0]
    assert str(line.due_date) == "2026-03-27", "ten working days"
    later = now + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    secret = written()[0][1]["values"]["link"].split("/")[-2]
    with pytest.raises(DomainError, match="has ended"):
        services.take_part(part_id=part, secret=secret, actor=CHEN, now=later)
    Message.objects.all().delete()
    jobs.close_parts(now=later)
    jobs.close_parts(now=later)
    told = [(kind, kept["to"]) for kind, kept in written()]
    assert sorted(told) == [("part-closed", "chen@example.org"), ("part-lapsed", "13800000001")]
    assert selectors.draft_page(draft_id=draft, actor=WANG).others[0].state == "lapsed"
    Message.objects.all().delete()
    services.renew_invitation(part_id=part, page=PAGE, actor=WANG, now=later)
    anew = written()[-1][1]["values"]["link"].split("/")[-2]
    with pytest.raises(NotFound):
        selectors.invitation(secret=secret, actor=CHEN, now=later)
    services.take_part(part_id=part, secret=anew, actor=CHEN, now=later)
    with pytest.raises((Forbidden, NotFound)):
        services.withdraw_invitation(part_id=part, actor=CHEN, now=later)
    Message.objects.all().delete()
    services.withdraw_invitation(part_id=part, actor=WANG, now=later)
    assert written()[-1][0] == "part-closed"
    with pytest.raises(DomainError, match="has ended"):
        services.save_part(part_id=part, values={}, actor=CHEN, now=later)
    for_another = Actor("person", CHEN.id, on_behalf_of=Acting(WANG.id or ident("x"), "natural"))
    with pytest.raises(Forbidden):
        services.take_part(part_id=part, secret=anew, actor=for_another, now=later)
    monkeypatch.setattr(parts, "MOST_A_DAY", 3)  # with the one that was renewed
    for _ in range(2):
        services.withdraw_invitation(part_id=invite(draft, later), actor=WANG, now=later)
    with pytest.raises(errors_of_parts.TooManyInvitations):
        invite(draft, later)


def test_only_somebody_known_for_sure_confirms_and_whoever_leaves_takes_their_part_along(shared: Registers, now: datetime) -> None:
    draft = prepare(now)
    part = invite(draft, now)
    services.take_part(part_id=part, actor=LIU, now=now)
    services.save_part(part_id=part, values={"landlord.owns-alone": "true"}, actor=LIU, now=now)
    Identification.objects.filter(user_id=LIU.id).update(level=1)
    page = selectors.part_page(part_id=part, actor=LIU, now=now)
    assert (page.needed, page.level) == (2, 1)
    with pytest.raises(errors.LevelNeeded):
        confirm(part, now)
    Identification.objects.filter(user_id=LIU.id).update(level=2)
    confirm(part, now)
    identity.close_account(actor=LIU, now=now)
    row = models.Part.objects.get()
    assert (row.state, row.elements, row.person) == ("left", {}, None)
    assert selectors.draft_page(draft_id=draft, actor=WANG).others[0].state == "left"
