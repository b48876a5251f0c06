"""My data: everything is handed out, an account closes only when nothing runs, and what is over goes, with its rule, and nothing else."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from onewindow.domain.errors import DomainError, Forbidden
from onewindow.modules.cases import models, services
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import Organisation, Person, Post, User
from onewindow.plumbing import personal
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.models import AuditEntry, StoredFile
from tests.cases.conftest import prepare, task
from tests.cases.town import LIU, MARKET, RESIDENT_ID, USCC, WANG, WINDOW

pytestmark = pytest.mark.django_db

Filing = Callable[..., models.Case]
SYSTEM = Actor.system("retention")
YEARS_10 = timedelta(days=3654)


@pytest.fixture
def finished(file: Filing, now: datetime) -> models.Case:
    """A case with a licence in it that its applicant then took back as far as it was not decided."""
    case = file()
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    register = task(case, "registration.register").pk
    services.decide(task_id=register, outcome="approve", output_values={"uscc": USCC}, actor=MARKET, now=now)
    services.withdraw(case_id=case.pk, actor=WANG, now=now)
    case.refresh_from_db()
    assert case.completed_at
    return case


def everything() -> str:
    """Return all rows of the cases' tables as text, opened."""
    rows = []
    for model in apps.get_app_config("cases").get_models():
        names = [field.attname for field in model._meta.concrete_fields]
        held = [{name: _shown(getattr(row, name)) for name in names} for row in model._default_manager.all()]
        rows += [json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False) for row in held]
    return "\n".join(rows)


def _shown(value: Any) -> Any:
    return bytes(value).decode() if isinstance(value, bytes | memoryview) else value


def test_what_is_handed_out_is_all_that_the_forms_the_registers_and_the_officers_wrote(finished: models.Case, now: datetime) -> None:
    draft = prepare(now, typed={"trade-name": "还没提交的店"})
    parts = {part.name: part for part in identity.take_along(actor=WANG, now=now)}
    case = parts[f"case-{finished.reference}"]
    values: dict[str, Any] = {row["element"]: row["value"] for row in case.data["values"]}
    assert values["trade-name"] == "老灶台餐饮店"
    assert values["address"] == "胜利路 88 号", "from the register"
    assert USCC in json.dumps(case.data, cls=DjangoJSONEncoder), "what was issued"
    assert len(case.files) == models.Attachment.objects.filter(case=finished).count() > 0
    assert case.data["look_ups"] == [], "the town's registers keep no log"
    assert parts[f"draft-{draft}"].data["elements"]["trade-name"] == "还没提交的店"
    assert parts["account"].data["proven"]["facts"]["resident-id"] == RESIDENT_ID
    assert {part.name for part in identity.take_along(actor=LIU, now=now)} == {"account", "incidents", "systems"}, "nobody gets another's"
    with pytest.raises(Forbidden):
        identity.take_along(actor=Actor.anonymous(), now=now)


def test_an_account_with_a_running_case_says_which_one_and_stays_open(file: Filing, now: datetime) -> None:
    case = file()
    with pytest.raises(DomainError, match=case.reference):
        identity.close_account(actor=WANG, now=now)
    assert User.objects.get(pk=WANG.id).is_active


def test_an_officer_with_a_post_cannot_close_the_account(now: datetime) -> None:
    User.objects.create(id=MARKET.id, username="market")
    Organisation.objects.create(id="office")
    Post.objects.create(user_id=MARKET.id, organisation_id="office")
    with pytest.raises(DomainError, match="has a post"):
        identity.close_account(actor=MARKET, now=now)


def test_a_closed_account_is_gone_with_its_drafts_and_the_case_stays_for_its_time(finished: models.Case, now: datetime) -> None:
    prepare(now, typed={"trade-name": "还没提交的店"})
    identity.close_account(actor=WANG, now=now)
    user = User.objects.get(pk=WANG.id)
    assert (user.is_active, user.phone, user.email, user.display_name) == (False, "", "", {})
    assert not user.has_usable_password()
    assert not Person.objects.filter(user=user).exists()
    assert "还没提交的店" not in everything()
    assert models.Case.objects.filter(pk=finished.pk).exists()


def test_what_is_over_goes_without_a_trace_of_the_person_and_says_why(finished: models.Case, now: datetime) -> None:
    number = models.Output.objects.get(case=finished).number
    later = finished.completed_at + YEARS_10
    assert list(personal.overdue(later - timedelta(days=3))) == [], "not a day before"
    (removed,) = personal.retain(actor=SYSTEM, now=later)
    assert (removed.item.subject_kind, removed.item.rule) == ("case", "retention_years 10 of registration")
    assert removed.rows > 20
    text = everything()
    for canary in ("老灶台", "胜利路", RESIDENT_ID, str(WANG.id), "P-1", "13800000001"):
        assert canary not in text, canary
    assert models.IssuedReference.objects.filter(pk=finished.reference).exists(), "no number comes twice"
    assert models.IssuedNumber.objects.exists()
    assert not models.Output.objects.filter(number=number).exists()
    assert not StoredFile.objects.exists()
    entry = AuditEntry.objects.get(action="plumbing.retain")
    assert entry.subject_id == str(finished.pk)
    assert entry.details["rule"] == "retention_years 10 of registration"
    assert personal.retain(actor=SYSTEM, now=later) == [], "twice removes nothing more"
    connection.check_constraints()


def test_a_running_case_never_goes_and_a_case_without_a_rule_is_told_and_stays(
    finished: models.Case, file: Filing, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = file(actor=LIU)
    (removed,) = personal.retain(actor=SYSTEM, now=now + 20 * YEARS_10)
    assert removed.item.subject_id == str(finished.pk)
    assert models.Case.objects.get().pk == running.pk
    services.withdraw(case_id=running.pk, actor=LIU, now=now)
    assert personal.kept(now) == {}
    monkeypatch.setattr("onewindow.domain.retention._years", lambda _text: None)
    assert personal.kept(now) == {"cases": 1}
    assert personal.retain(actor=SYSTEM, now=now + 20 * YEARS_10) == []


def test_a_draft_that_nobody_touched_for_half_a_year_goes(now: datetime, town: None) -> None:
    draft = prepare(now, typed={"trade-name": "还没提交的店"})
    assert personal.retain(actor=SYSTEM, now=now + timedelta(days=179)) == []
    (removed,) = personal.retain(actor=SYSTEM, now=now + timedelta(days=181))
    assert removed.item.subject_id == str(draft)
    assert "还没提交的店" not in everything()


def test_only_the_platform_removes(finished: models.Case, now: datetime) -> None:
    for actor in (WANG, MARKET, WINDOW):
        with pytest.raises(Forbidden):
            personal.retain(actor=actor, now=now + YEARS_10)
