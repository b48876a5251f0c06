"""The small town, loaded, with registers that answer from a table and can be switched off."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from onewindow.modules.cases import models, services
from onewindow.modules.catalogue import selectors as catalogue_selectors
from onewindow.modules.catalogue import services as catalogue_services
from onewindow.modules.exchange import services as exchange
from onewindow.modules.identity.models import Person, User
from onewindow.plumbing import calendars
from onewindow.plumbing.actors import Actor
from tests import rows
from tests.cases.town import LIU, PDF, RECORDS, RESIDENT_ID, TOWN, TYPED, WANG


@dataclass
class Registers:
    """Other authorities' systems: what they hold, which are down, and what they were asked."""

    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {key: dict(rows) for key, rows in RECORDS.items()})
    down: set[str] = field(default_factory=set)
    asked: list[tuple[str, Mapping[str, Any], tuple[str, ...]]] = field(default_factory=list)

    def query(self, *, resource: str, keys: Mapping[str, Any], fields: Collection[str], now: datetime, **grounds: Any) -> exchange.Answer:
        assert grounds["purpose"]
        assert grounds["subject_id"]
        self.asked.append((resource, dict(keys), tuple(fields)))
        if resource in self.down:
            raise exchange.SourceUnavailable(resource=resource, reason="down")
        (key,) = keys.values()
        if key not in self.records[resource]:
            raise exchange.NoRecord(resource=resource)
        record = self.records[resource][key]
        return exchange.Answer({name: record[name] for name in fields if name in record}, resource, now)


@pytest.fixture
def registers(monkeypatch: pytest.MonkeyPatch) -> Registers:
    found = Registers()
    monkeypatch.setattr(exchange, "query", found.query)
    return found


def found_town(now: datetime) -> None:
    """Write the town's catalogue, calendar and people into the database."""
    catalogue_selectors.forget_all()
    rows.once(("small town", now), lambda: _found(now))


def _found(now: datetime) -> None:
    calendars.seed_calendars()
    catalogue_services.load_catalogue(files=[("town.yaml", TOWN)], actor=Actor.system("tests"), now=now)
    for actor, name, phone in ((WANG, "王丽", "13800000001"), (LIU, "刘强", "13800000002")):
        user = User.objects.create(id=actor.id, username=str(actor.id), display_name={"zh": name}, phone=phone)
        Person.objects.create(user=user, facts={"full-name": name, "resident-id": RESIDENT_ID, "phone": phone})


@pytest.fixture
def town(db: None, registers: Registers, now: datetime) -> Registers:
    found_town(now)
    return registers


def prepare(
    now: datetime, *, actor: Actor = WANG, sign: bool = False, staff: bool = True, typed: Mapping[str, Any] = TYPED, upload: bool = True
) -> UUID:
    """Bring a draft to the point where only the declaration is missing."""
    draft = services.start_draft(event_id="open-a-restaurant", actor=actor, now=now)
    info = services.save_answers(draft_id=draft.id, answers={"sign": sign, "staff": staff}, version=draft.version, actor=actor, now=now)
    values = {**typed, **({"sign-size": 3} if sign else {})}
    services.save_elements(draft_id=draft.id, values=values, version=info.version, actor=actor, now=now)
    services.refresh_prefill(draft_id=draft.id, actor=actor, now=now)
    if upload:
        services.add_upload(
            draft_id=draft.id, evidence_type="layout", name="布局图.pdf", media_type="application/pdf", content=PDF, actor=actor, now=now
        )
    return draft.id


@pytest.fixture
def file(town: Registers, now: datetime) -> Callable[..., models.Case]:
    """File the restaurant and return its case."""

    def filing(**options: Any) -> models.Case:
        draft_id = prepare(now, **options)
        actor = options.get("actor", WANG)
        filed = services.file_case(draft_id=draft_id, idempotency_key=str(uuid4()), declared=True, actor=actor, now=now)
        return models.Case.objects.get(pk=filed.case_id)

    return filing


def task(case: models.Case, name: str) -> models.Task:
    """Return a task by `service.step`, fresh from the database."""
    service, _, step = name.partition(".")
    return models.Task.objects.get(case=case, service=service, step=step)


def states(case: models.Case) -> dict[str, str]:
    return {f"{row.service}.{row.step}": row.state for row in models.Task.objects.filter(case=case)}


def service_states(case: models.Case) -> dict[str, str]:
    return dict(models.CaseService.objects.filter(case=case).values_list("service", "state"))
