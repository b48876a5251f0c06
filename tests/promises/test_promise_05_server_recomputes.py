"""Promise 5: the server recomputes rules, prices and read-only fields; no step is skipped, and nothing forged is accepted."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from onewindow.domain.errors import DomainError
from onewindow.modules.cases import models, services
from onewindow.plumbing import clock
from tests.api import conftest as behind
from tests.api.conftest import Api
from tests.cases.conftest import Registers
from tests.cases.town import PDF, RECORDS, TYPED, USCC, WANG

registers, town, tokens, api, prepared, filed = (
    behind.registers,
    behind.town,
    behind.tokens,
    behind.api,
    behind.prepared,
    behind.filed,
)
pytestmark = pytest.mark.django_db

ROWS = (models.Draft, models.Upload, models.Case, models.CaseValue, models.CaseService, models.Task, models.Attachment, models.Notice,
        models.Pause, models.Output, models.Payment, models.TimelineEntry, models.IssuedReference)  # fmt: skip
OF_ORGANISATION = {"market": "market", "fire": "fire", "tax": "tax", "city": "city"}
EVERYBODY = ["wang", "liu", "market", "fire", "tax", "city", "window"]
READ_ONLY = ["full-name", "resident-id", "phone", "address", "floor-area", "uscc", "tax-office", "food-number", "sign-size"]
FORGED = ["owner", "id", "state", "fee_fen", "fen", "price", "release", "plan", "reference", "prefilled", "applicant", "organisation",
          "actor", "now", "due_date", "automatic", "roles", "filed_case", "paid", "proven", "source_kind", "idempotency_key"]  # fmt: skip
ACTS = ["accept", "complete", "decide", "suspend", "resume", "notice"]
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10**6)
    | st.sampled_from([*TYPED.values(), "胜利路 88 号", 120, USCC, "JY1", "x"])
    | st.text(max_size=5)
)

MINE_ONLY: list[tuple[str, str, Any]] = [
    ("/elements", "PUT", {"values": {"seats": 1}}),
    ("/answers", "PUT", {"answers": {"sign": True}}),
    ("/file", "POST", {"declared": True}),
    ("/prefill", "POST", None),
    ("/disputes", "POST", {"element": "address"}),
    ("", "DELETE", None),
    ("", "GET", None),
]
"""What only the owner of a draft may do with it."""

Request = tuple[str, str, str, Any]
"""Who, method, path, body."""


def held() -> str:
    """Everything that is stored about drafts and cases, as one text."""
    return json.dumps([list(model.objects.order_by("pk").values()) for model in ROWS], default=str, sort_keys=True)


STORY: list[tuple[str, Callable[[str], str], Any]] = [
    ("window", lambda case: f"cases/{case}/accept-all", None),
    ("market", lambda case: f"tasks/{step(case, 'registration.register')}/decide", {"outcome": "approve", "output_values": {"uscc": USCC}}),
    ("market", lambda case: f"tasks/{step(case, 'food.inspect')}/complete", {"finding": "in order"}),
    ("fire", lambda case: f"tasks/{step(case, 'fire.inspect')}/complete", {"finding": "in order"}),
    ("window", lambda case: f"cases/{case}/payments",
     {"service": "food", "fee": "fee", "fen": 12000, "method": "cash", "receipt": "R1"}),
    ("market", lambda case: f"tasks/{step(case, 'food.decide')}/decide", {"outcome": "approve", "output_values": {"food-number": "JY1"}}),
]  # fmt: skip
"""How the case goes on, honestly; between these acts everything forged is tried."""


def step(case: str, name: str) -> str:
    service, _, task = name.partition(".")
    return str(models.Task.objects.get(case=case, service=service, step=task).pk)


def good(act: str, kind: str) -> Any:
    """A body that would do if the time, the person and the step were right."""
    return {
        "accept": None,
        "resume": None,
        "complete": {"finding": "in order"},
        "suspend": {"reason": "hearing", "legal_basis": "Art. 45"},
        "notice": {"items": [{"kind": "element", "id": "address", "sentence": "x"}]},
        "decide": {"outcome": "refuse", "reason": "r", "sentence": "s"} if kind == "refuse" else {"outcome": "approve"},
    }[act]


@st.composite
def on_drafts(draw: st.DrawFn, drafts: Mapping[str, str]) -> Request:
    """Something forged on a draft of Wang's that is complete but for its declaration."""
    draft = models.Draft.objects.get(pk=drafts["wang"])
    at, version = f"drafts/{draft.pk}", draft.version
    kind = draw(st.sampled_from(["read-only", "extra", "version", "other", "question", "file", "dispute", "upload"]))
    if kind == "read-only":
        forged = {draw(st.sampled_from(READ_ONLY)): draw(VALUES.filter(lambda value: value is not None))}
        return "wang", "PUT", f"{at}/elements", {"version": version, "values": {**draw(st.sampled_from([{}, dict(TYPED)])), **forged}}
    if kind == "extra":
        path, body = draw(st.sampled_from([("answers", {"answers": {}}), ("elements", {"values": {}})]))
        return "wang", "PUT", f"{at}/{path}", {"version": version, **body, draw(st.sampled_from(FORGED)): draw(VALUES)}
    if kind == "version":
        wrong = draw(st.integers(-1, version + 50).filter(lambda number: number != version))
        return "wang", "PUT", f"{at}/elements", {"version": wrong, "values": {"seats": 1}}
    if kind == "other":
        who = draw(st.sampled_from([name for name in EVERYBODY if name != "wang"]))
        path, method, body = draw(st.sampled_from(MINE_ONLY))
        body = {"version": version, **body} if method == "PUT" else body
        return who, method, at + path, body
    if kind == "question":
        return (
            "wang",
            "PUT",
            f"{at}/answers",
            {"version": version, "answers": {draw(st.sampled_from([*FORGED, "seats", "answer.sign"])): True}},
        )
    if kind == "file":
        body = draw(st.sampled_from([{"declared": False}, {"declared": 1}, {"declared": "true"}, {}, None, [True]]))
        extra = {draw(st.sampled_from(FORGED)): draw(VALUES)}
        return "wang", "POST", f"{at}/file", draw(st.sampled_from([body, {"declared": True, **extra}]))
    if kind == "dispute":
        return "wang", "POST", f"{at}/disputes", {"element": draw(st.sampled_from(["seats", "trade-name", "uscc", "no-such"]))}
    upload = models.Upload.objects.filter(draft=drafts["wang"]).values_list("pk", flat=True).first()
    return "liu", "DELETE", f"drafts/{drafts[draw(st.sampled_from(['wang', 'liu']))]}/uploads/{upload}", None


@st.composite
def on_tasks(draw: st.DrawFn, case: str) -> Request | None:
    """An act on a step at the wrong time, of the wrong kind or by the wrong person; None where it happens to be right."""
    task = draw(st.sampled_from(list(models.Task.objects.filter(case=case).order_by("position"))))
    who, act = draw(st.sampled_from(EVERYBODY)), draw(st.sampled_from(ACTS))
    body = good(act, draw(st.sampled_from(["approve", "refuse"])))
    mine = OF_ORGANISATION.get(who) == task.organisation
    fits = {"acceptance": {"accept"}, "decision": {"decide"}}.get(task.kind, {"complete"}) | {"suspend", "notice"}
    refuses = act == "decide" and body["outcome"] == "refuse" and task.kind in {"acceptance", "decision"}
    right = (task.state == "open" or act == "notice") and (mine or (who == "window" and act == "accept")) and (act in fits or refuses)
    if right:
        if act == "decide" and body["outcome"] == "approve":
            body = draw(st.sampled_from([{**body, "output_values": {draw(st.sampled_from(["seats", "address", "phone"])): "x"}},
                                         {**body, draw(st.sampled_from(FORGED)): draw(VALUES)}]))  # fmt: skip
        elif isinstance(body, dict):
            body = {**body, draw(st.sampled_from([name for name in FORGED if name not in body])): draw(VALUES)}
        else:
            return None
    return who, "POST", f"tasks/{task.pk}/{act}", body


@st.composite
def on_cases(draw: st.DrawFn, case: str) -> Request:
    """A price, a person or a service that is not this case's."""
    paid = models.Payment.objects.filter(case=case).exists()
    due = {"service": "food", "fee": "fee", "fen": 12000, "method": "cash", "receipt": "R9"}
    kind = draw(st.sampled_from(["price", "fee", "payer", "withdraw", "release", "accept-all", "read"]))
    if kind == "price":
        fen = draw(
            st.integers(-1, 20_000).filter(lambda fen: paid or fen != 12000) | st.sampled_from([12000.0, "12000", None, True, 10**30])
        )
        return draw(st.sampled_from(["window", "market"])), "POST", f"cases/{case}/payments", {**due, "fen": fen}
    if kind == "fee":
        wrong = draw(
            st.sampled_from([{"service": "fire"}, {"service": "sign"}, {"fee": "other"}, {"fee": ""}, {"receipt": " "}, {"fee_fen": 0}])
        )
        return "window", "POST", f"cases/{case}/payments", {**due, **wrong}
    if kind == "payer":
        return draw(st.sampled_from(["wang", "liu", "fire", "city", "tax"])), "POST", f"cases/{case}/payments", due
    if kind == "withdraw":
        return draw(st.sampled_from([name for name in EVERYBODY if name != "wang"])), "POST", f"cases/{case}/withdraw", None
    if kind == "release":
        service = draw(st.sampled_from(["food", "fire", "registration", "sign", "no-such"]))
        return draw(st.sampled_from([*EVERYBODY, "market-chief"])), "POST", f"cases/{case}/services/{service}/release", None
    if kind == "accept-all":
        return draw(st.sampled_from([name for name in EVERYBODY if name != "window"])), "POST", f"cases/{case}/accept-all", None
    return draw(st.sampled_from(["liu", "city"])), "GET", f"cases/{draw(st.sampled_from([case, str(uuid4())]))}", None


class Forgers:
    """Sends what is forged, and holds the platform to it that nothing came of it."""

    def __init__(self, api: Api, examples: int) -> None:
        self.api, self.examples, self.sent = api, examples, 0

    def try_all(self, requests: st.SearchStrategy[Request | None]) -> None:
        before = held()

        @settings(
            max_examples=self.examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
        )
        @given(requests)
        def forge(request: Request | None) -> None:
            if request is None:
                return
            who, method, path, body = request
            with transaction.atomic():  # what is found is undone, so that it is found again when it is tried again
                answer = self.api(who, method, f"/api/v1/{path}", body, key=str(uuid4()))
                changed = held() != before
                transaction.set_rollback(True)
            assert 400 <= answer.status < 500, f"accepted: {who} {method} {path} {body}"
            assert not changed, f"refused, and yet something changed: {who} {method} {path} {body}"
            self.sent += 1

        forge()


def test_nothing_forged_is_accepted_at_any_stage_of_a_case(
    api: Api, prepared: behind.Prepare, filed: Callable[..., str], full_size: bool, figure: Callable[[int, str], None]
) -> None:
    forgers = Forgers(api, 2000 if full_size else 40)
    forgers.try_all(on_drafts({"wang": prepared("wang"), "liu": prepared("liu")}))
    case = filed("wang")
    forgers.try_all(on_tasks(case) | on_cases(case))
    for who, path, body in STORY:
        assert api(who, "POST", f"/api/v1/{path(case)}", body).status < 300, path(case)
        services.fetch_arrivals(case_id=case, actor=behind.system(), now=clock.now())
        forgers.try_all(on_tasks(case) | on_cases(case))
    values = {row.element: row for row in models.CaseValue.objects.filter(case=case, superseded_at=None)}
    assert {name: values[name].value for name in ("address", "floor-area")} == RECORDS["property-register"]["P-1"]
    assert values["address"].source_kind == "resource"
    assert [row.fen for row in models.Payment.objects.all()] == [12000]
    figure(5, f"{forgers.sent:,} forged requests at {len(STORY) + 2} stages: 0 accepted, 0 changed anything")


def test_a_service_is_not_finished_before_its_fee_is_paid(api: Api, filed: Callable[..., str]) -> None:
    case = filed("wang")
    *before, paying, last = STORY
    for who, path, body in before:
        assert api(who, "POST", f"/api/v1/{path(case)}", body).status < 300
    who, path, body = last
    assert api(who, "POST", f"/api/v1/{path(case)}", body).code == "fee-unpaid"
    assert models.Task.objects.get(pk=step(case, "food.decide")).state == "open"
    assert api(paying[0], "POST", f"/api/v1/{paying[1](case)}", paying[2]).status == 201
    assert api(who, "POST", f"/api/v1/{path(case)}", body).status == 200


def complete(said: Mapping[str, Any]) -> bool:
    """Reckon by hand whether a draft of the town's restaurant has all it needs."""
    typed = {"trade-name", "seats", "property-number"} <= said.keys()
    hood = said.get("seats", 0) <= 49 or "fume-hood" in said
    size = said.get("sign") is False or "sign-size" in said
    fetched = "asked" in said and said.get("property-number") in RECORDS["property-register"]
    return typed and "sign" in said and hood and size and fetched and "layout" in said


def filled_in(said: Mapping[str, Any], now: datetime) -> models.Case | None:
    """Fill in a draft as somebody would and file it; None where it was refused."""
    draft = services.start_draft(event_id="open-a-restaurant", actor=WANG, now=now)
    answers = {name: said[name] for name in ("sign", "staff") if name in said}
    info = services.save_answers(draft_id=draft.id, answers=answers, version=draft.version, actor=WANG, now=now)
    values = {name: said[name] for name in ("trade-name", "seats", "property-number", "fume-hood") if name in said}
    if said.get("sign") and "sign-size" in said:
        values["sign-size"] = said["sign-size"]
    services.save_elements(draft_id=draft.id, values=values, version=info.version, actor=WANG, now=now)
    if "asked" in said:
        services.refresh_prefill(draft_id=draft.id, actor=WANG, now=now)
    if "layout" in said:
        plan = {"evidence_type": "layout", "name": "plan.pdf", "media_type": "application/pdf", "content": PDF}
        services.add_upload(draft_id=draft.id, **plan, actor=WANG, now=now)
    try:
        filed = services.file_case(draft_id=draft.id, idempotency_key="key", declared=True, actor=WANG, now=now)
    except DomainError:
        return None
    return models.Case.objects.get(pk=filed.case_id)


DRAFTS = st.fixed_dictionaries(
    {},
    optional={
        "sign": st.booleans(),
        "staff": st.booleans(),
        "seats": st.integers(1, 120),
        "fume-hood": st.booleans(),
        "property-number": st.sampled_from(["P-1", "P-2", "P-unknown"]),
        "trade-name": st.just("老灶台"),
        "sign-size": st.integers(1, 9),
        "layout": st.just(True),
        "asked": st.just(True),
    },
)
WHOLE = st.fixed_dictionaries(
    {
        "sign": st.booleans(),
        "seats": st.integers(1, 120),
        "fume-hood": st.booleans(),
        "property-number": st.sampled_from(["P-1", "P-2"]),
        "trade-name": st.just("老灶台"),
        "sign-size": st.integers(1, 9),
        "layout": st.just(True),
        "asked": st.just(True),
    }
)
"""All that is needed, so that one thing less is one thing too little."""


@st.composite
def almost_whole(draw: st.DrawFn) -> dict[str, Any]:
    found = draw(WHOLE)
    for name in draw(st.lists(st.sampled_from(sorted(found)), max_size=2)):
        found.pop(name, None)
    return found


def test_the_server_works_out_for_itself_whether_a_draft_is_complete_and_what_it_costs(
    town: Registers, now: datetime, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    taken = {True: 0, False: 0}

    @settings(max_examples=2000 if full_size else 40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(almost_whole() | DRAFTS)
    def fill_in(said: dict[str, Any]) -> None:
        with transaction.atomic():
            case = filled_in(said, now)
            assert (case is not None) is complete(said), said
            taken[case is not None] += 1
            if case is not None:
                _as_reckoned(case, said)
            transaction.set_rollback(True)

    fill_in()
    assert min(taken.values()) > 0
    figure(5, f"{sum(taken.values()):,} drafts filled in at random, {taken[True]:,} filed: each as an independent reckoning has it")


def _as_reckoned(case: models.Case, said: Mapping[str, Any]) -> None:
    values = {row.element: (row.value, row.source_kind) for row in case.values.all()}
    record = RECORDS["property-register"][said["property-number"]]
    assert values["address"] == (record["address"], "resource")
    assert values["floor-area"] == (record["floor-area"], "resource")
    running = {"registration", "food", "fire", "tax"} | ({"sign"} if said["sign"] else set())
    assert {row.service for row in case.services.all()} == running
    assert {(row["service"], row["fen"]) for row in case.plan["fees_due"]} == {("food", 12000)}
    assert {row.state for row in case.tasks.exclude(kind="acceptance")} <= {"waiting", "open"}
    assert not case.tasks.filter(kind="decision", state="open").exclude(service="tax").exists()
