"""Who gets in, and what they get."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from onewindow.modules.cases import models
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import ApiToken, User
from onewindow.plumbing import clock
from tests.api.conftest import Api, Prepare, add, checked, task
from tests.cases.town import LIU, WANG

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic d2FuZzp4", "bearer  \xe9\xff", "Bearer " + "x" * 9000])
def test_without_a_good_token_nobody_gets_in_and_is_told_how(api: Api, said: str) -> None:
    response = api.client.get("/api/v1/cases", headers={"Authorization": said} if said else {})
    answer = checked(response)
    assert (answer.status, answer.code) == (401, "not-signed-in")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Bearer" in answer.body["detail"]


def test_a_token_is_out_at_the_next_request_once_it_is_revoked_or_its_user_closed(api: Api) -> None:
    assert api("wang", "GET", "/api/v1/cases").status == 200
    User.objects.filter(pk=WANG.id).update(is_active=False)
    assert api("wang", "GET", "/api/v1/cases").status == 401
    identity.revoke_token(token_id=ApiToken.objects.get(user_id=LIU.id).id, actor=LIU, now=clock.now())
    assert api("liu", "GET", "/api/v1/cases").status == 401


def test_a_session_needs_the_csrf_token_of_its_page_and_a_token_does_not(api: Api) -> None:
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    body = json.dumps({"event": "open-a-restaurant"})

    def begin(**headers: str) -> int:
        return checked(browser.post("/api/v1/drafts", body, content_type="application/json", headers=headers)).status

    assert begin() == 401  # nobody is signed in: that comes first
    browser.force_login(User.objects.get(pk=WANG.id), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert checked(browser.get("/api/v1/drafts")).status == 200
    refused = checked(browser.post("/api/v1/drafts", body, content_type="application/json"))
    assert (refused.status, refused.code) == (403, "csrf")
    assert models.Draft.objects.count() == 0
    browser.cookies["csrftoken"] = "a" * 32
    assert begin(**{"X-CSRFToken": "b" * 32}) == 403
    assert begin(**{"X-CSRFToken": "a" * 32}) == 201
    assert begin(Authorization=f"Bearer {api.tokens['liu']}") == 201
    assert models.Draft.objects.filter(owner=LIU.id).count() == 1


def test_what_belongs_to_somebody_else_looks_as_if_it_were_not_there(api: Api, prepared: Prepare, filed: Callable[..., str]) -> None:
    draft, case = prepared(), filed()
    upload = str(models.Upload.objects.get(draft=draft).id)
    accept = task(api, "market", case, "food.accept")["id"]
    items = [{"kind": "element", "id": "seats", "sentence": "x"}]
    notice = api("market", "POST", f"/api/v1/tasks/{accept}/notice", {"items": items}).body["id"]
    calls = [
        ("GET", "/api/v1/drafts/{}", draft, None),
        ("PUT", "/api/v1/drafts/{}/answers", draft, {"version": 3, "answers": {}}),
        ("PUT", "/api/v1/drafts/{}/elements", draft, {"version": 3, "values": {}}),
        ("POST", "/api/v1/drafts/{}/prefill", draft, None),
        ("POST", "/api/v1/drafts/{}/disputes", draft, {"element": "address"}),
        ("DELETE", "/api/v1/drafts/{}", draft, None),
        ("DELETE", f"/api/v1/drafts/{{}}/uploads/{upload}", draft, None),
        ("POST", "/api/v1/drafts/{}/file", draft, {"declared": True}),
        ("GET", "/api/v1/cases/{}", case, None),
        ("POST", "/api/v1/cases/{}/withdraw", case, None),
        ("POST", "/api/v1/notices/{}/values", notice, {"values": {"seats": 1}}),
    ]
    for who in ("liu", "fire", "window", "city"):
        for method, path, own, body in calls:
            if (who, path) in {("fire", "/api/v1/cases/{}"), ("window", "/api/v1/cases/{}")}:
                continue  # they work on this case
            theirs, nothing = (api(who, method, path.format(id_), body, key="k") for id_ in (own, uuid4()))
            assert (theirs.status, theirs.code) == (404, "not-found"), (who, method, path, theirs.body)
            assert theirs.body["detail"].partition("“")[0] == nothing.body["detail"].partition("“")[0]
            assert theirs.body["detail"].partition("”")[2] == nothing.body["detail"].partition("”")[2]
        assert add(api, who, draft).status == 404
    assert models.Draft.objects.filter(pk=draft, filed_case=None).exists()
    assert api("liu", "GET", "/api/v1/cases").body == []
    assert api("liu", "GET", "/api/v1/drafts").body == []


def test_an_officer_of_another_department_gets_nothing_of_a_case(api: Api, filed: Callable[..., str]) -> None:
    case = filed()  # without a sign: city management has no part in it
    assert api("city", "GET", f"/api/v1/cases/{case}").status == 404
    assert api("city", "GET", "/api/v1/inbox?view=department").body["rows"] == []
    accept = task(api, "market", case, "food.accept")["id"]
    for path, body in (
        (f"tasks/{accept}/accept", None),
        (f"tasks/{accept}/decide", {"outcome": "refuse", "reason": "r", "sentence": "s"}),
        (f"tasks/{accept}/complete", {"finding": "x"}),
        (f"tasks/{accept}/suspend", {"reason": "r", "legal_basis": "l"}),
        (f"tasks/{accept}/resume", None),
        (f"tasks/{accept}/notice", {"items": [{"kind": "element", "id": "seats", "sentence": "x"}]}),
        (f"cases/{case}/accept-all", None),
        (f"cases/{case}/payments", {"service": "food", "fee": "fee", "fen": 12000, "method": "cash", "receipt": "1"}),
        (f"cases/{case}/services/food/release", None),
    ):
        for who in ("city", "liu", "wang"):
            answer = api(who, "POST", f"/api/v1/{path}", body)
            assert (answer.status, answer.code) == (403, "forbidden"), (who, path, answer.body)
    assert set(models.Task.objects.filter(case=case).values_list("state", flat=True)) == {"open", "waiting"}


def test_a_citizen_has_no_inbox(api: Api) -> None:
    assert api("wang", "GET", "/api/v1/inbox").status == 403


def test_a_wrong_phone_and_an_unknown_number_get_the_same_answer(api: Api, filed: Callable[..., str]) -> None:
    reference = api("wang", "GET", f"/api/v1/cases/{filed()}").body["reference"]
    assert ask(api, reference, "13800000001").status == 200
    wrong, unknown = ask(api, reference, "13800000002"), ask(api, "OW-2222-2222", "13800000001")
    assert (wrong.status, unknown.status) == (404, 404)
    assert wrong.body["detail"].replace(reference, "") == unknown.body["detail"].replace("OW-2222-2222", "")


def ask(api: Api, reference: str, phone: str) -> Any:
    return api("", "POST", "/api/v1/status", {"reference": reference, "phone": phone})


def test_whoever_tries_telephones_at_a_case_is_stopped_and_others_are_not(api: Api, filed: Callable[..., str], settings: Any) -> None:
    reference = api("wang", "GET", f"/api/v1/cases/{filed()}").body["reference"]
    settings.ONEWINDOW_ACCOUNT_LIMITS = [{**settings.ONEWINDOW_ACCOUNT_LIMITS[0], "log_ins_a_minute": 15}]
    for number in range(10):
        assert ask(api, reference, "13800000001").status == 200, "who knows both may look as often as they like"
        assert ask(api, reference, f"1390000000{number}").status == 404
    assert [ask(api, reference, phone).status for phone in ("13900000009", "13800000001")] == [429, 429]
    assert Client().post("/status/", {"reference": reference, "phone": "13800000001"}).status_code == 429, "on the page too"
    others = [ask(api, f"OW-2222-{number:04}", "13800000001").status for number in range(6)]
    assert others == [404] * 5 + [429], "after so many wrong ones from one address within a minute"


def test_a_catalogue_of_ones_own_is_compiled_for_known_callers_only(api: Api) -> None:
    own = {"format": "onewindow-catalogue/1", "events": []}
    assert api("", "POST", "/api/v1/compile", {"event": "open-a-restaurant"}).body["event"] == "open-a-restaurant"
    assert api("", "POST", "/api/v1/compile", {"event": "x", "catalogue": own}).status == 401
    assert api("wang", "POST", "/api/v1/compile", {"event": "x", "catalogue": own}).status == 404
    refused = api("wang", "POST", "/api/v1/compile", {"event": "x", "catalogue": {"services": [{"id": "s", "when": {"fact": 1}}]}})
    assert refused.code == "catalogue-refused"
    assert all(row["remedy"] for row in refused.body["errors"])
