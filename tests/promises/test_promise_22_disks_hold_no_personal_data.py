"""Promise 22, the disk: whoever gets the database, its journal, a dump or the folder of files, but not the master key, reads nobody.

Names, identity numbers, phones, addresses, what was typed and what was said go through a whole case; then every byte at rest is searched.
The name of an undertaking is public by law and stays readable, because the desk searches its parts; not so where it holds a person's name.
"""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from onewindow.modules.cases import models
from onewindow.modules.identity import proofs
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.adapter import MfaAdapter
from onewindow.modules.identity.models import Person, User
from onewindow.plumbing import clock
from tests.api import conftest as with_api
from tests.api.conftest import Api, add, task
from tests.cases.town import PDF, WANG
from tests.promises.at_rest import database, folder, found

api, tokens, prepared, filed = with_api.api, with_api.tokens, with_api.prepared, with_api.filed
registers, town = with_api.registers, with_api.town

CANARIES = {
    "name": "慕容金丝雀",
    "resident id": "110101199003072316",
    "phone": "13800000001",
    "e-mail": "canary@example.org",
    "phone being proven": "13912345678",
    "address": "胜利路 88 号",
    "typed text": "P-1-canary-typed",
    "sentence": "canary sentence of a notice",
    "reason": "canary reason of a stopped clock",
    "refusal": "canary reason of a refusal",
    "receipt": "canary-receipt-7",
    "file name": "canary-lease",
    "file": "canary-inside-a-file",
    "name in a mandate": "上官金丝雀",
    "number in a mandate": "230000199209230354",
    "second factor": "JBSWY3DPEHPK3PXP",
}


@pytest.mark.django_db
def test_a_whole_case_leaves_nobody_readable_on_the_disk(
    api: Api, prepared: with_api.Prepare, settings: Any, tmp_path: Path, figure: Callable[[int, str], None]
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    _live_a_case(api, prepared)
    at_rest = [*database(), *folder(tmp_path)]
    size = sum(len(held) for _, held in at_rest)
    reference = models.Case.objects.first().reference
    assert found(at_rest, {"reference": reference}), "what is not sealed must be found, else nothing was searched"
    assert found(at_rest, CANARIES) == []
    figure(22, f"{len(CANARIES)} canaries in {size:,} bytes of {connection.vendor} and files after a whole case: 0 found")


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["plain", "escaped", "base64"])
def test_the_search_finds_what_is_not_sealed(way: str) -> None:
    text = {"plain": CANARIES["name"], "escaped": json.dumps(CANARIES["name"]), "base64": ""}[way]
    text = text or base64.b64encode(("a" + CANARIES["name"] + "bc").encode()).decode()
    User.objects.create(username=text)
    assert found(database(), CANARIES) != []


def _live_a_case(api: Api, prepared: with_api.Prepare) -> None:
    """One citizen's case with everything that people write in it."""
    wang = User.objects.get(pk=WANG.id)
    wang.display_name, wang.email, wang.phone = {"zh": CANARIES["name"]}, CANARIES["e-mail"], CANARIES["phone"]
    wang.save()
    person = Person.objects.get(user=wang)
    person.facts = {"full-name": CANARIES["name"], "resident-id": CANARIES["resident id"], "phone": CANARIES["phone"]}
    person.save()
    draft = prepared("wang")
    at = f"/api/v1/drafts/{draft}"
    answer = add(api, "wang", draft, name=f"{CANARIES['file name']}.pdf", content=PDF + b"%" + CANARIES["file"].encode() + b"\n")
    assert answer.status in {201, 422}, answer.body
    version = api("wang", "GET", at).body["version"]
    spoilt = api("wang", "PUT", f"{at}/elements", {"version": version, "values": {"property-number": CANARIES["typed text"]}}).body
    api("wang", "PUT", f"{at}/elements", {"version": spoilt["version"], "values": {"property-number": "P-1"}})
    api("wang", "POST", f"{at}/prefill")
    dispute = {"element": "floor-area", "note": CANARIES["typed text"]}
    assert api("wang", "POST", f"{at}/disputes", dispute).status == 200
    version = api("wang", "GET", at).body["version"]
    api("wang", "PUT", f"{at}/elements", {"version": version, "values": {"floor-area": 121, "trade-name": CANARIES["name"] + "小吃店"}})
    receipt = api("wang", "POST", f"{at}/file", {"declared": True}, key="canary-test")
    assert receipt.status == 201, receipt.body
    case_id = receipt.body["case_id"]
    case = models.Case.objects.get(pk=case_id)
    assert (case.title, case.shown_title) == ("", CANARIES["name"] + "小吃店"), "a person's name in it: sealed, and shown all the same"
    held = {row.element: row.value for row in models.CaseValue.objects.filter(case=case_id)}
    assert {held["full-name"], held["resident-id"], held["address"]} == {CANARIES[key] for key in ("name", "resident id", "address")}
    on_receipt = {"reference": receipt.body["reference"], "phone": CANARIES["phone"]}
    assert api("", "POST", "/api/v1/status", on_receipt).status == 200
    _work(api, prepared, case_id)
    _entrust(person)
    visitor = Client()
    visitor.post("/accounts/signup/", {"contact": CANARIES["phone being proven"]})
    visitor.post("/accounts/login/", {"login": CANARIES["e-mail"], "password": CANARIES["typed text"]})


def _entrust(person: Person) -> None:
    """What lay under the secret key before: whom a mandate names, and a second factor."""
    now = clock.now()
    person.number = CANARIES["resident id"]
    person.save()
    proofs.add(user_id=person.user_id, method="register", source="tests", now=now)
    named = {"receiver_name": CANARIES["name in a mandate"], "receiver_number": CANARIES["number in a mandate"]}
    terms = {"role": "agent", "matters": (), "from_date": now.date(), "until_date": now.date() + timedelta(days=30)}
    identity.offer_mandate(party=WANG.id, **named, **terms, actor=WANG, now=now)
    Authenticator.objects.create(user_id=WANG.id, type="totp", data={"secret": MfaAdapter().encrypt(CANARIES["second factor"])})


def _work(api: Api, prepared: with_api.Prepare, case_id: str) -> None:
    """The officers ask, stop the clock, inspect, take a fee and refuse."""
    accept = task(api, "market", case_id, "food.accept")["id"]
    items = [{"kind": "element", "id": "seats", "sentence": CANARIES["sentence"]}]
    assert api("market", "POST", f"/api/v1/tasks/{accept}/notice", {"items": items}).status == 201
    register = task(api, "market", case_id, "registration.accept")["id"]
    stop = {"reason": CANARIES["reason"], "legal_basis": "条例第十条"}
    assert api("market", "POST", f"/api/v1/tasks/{register}/suspend", stop).status == 204
    assert api("market", "POST", f"/api/v1/tasks/{register}/resume").status == 204
    assert api("market", "POST", f"/api/v1/tasks/{register}/accept").status == 204
    fee = {"service": "food", "fee": "fee", "fen": 12000, "method": "cash", "receipt": CANARIES["receipt"]}
    line = models.Case.objects.get(pk=case_id).plan["fees_due"]
    fee["fee"] = line[0]["fee"]
    assert api("market", "POST", f"/api/v1/cases/{case_id}/payments", fee).status == 201
    other = api("liu", "POST", f"/api/v1/drafts/{prepared('liu')}/file", {"declared": True}, key="another").body["case_id"]
    assert api("window", "POST", f"/api/v1/cases/{other}/accept-all").status == 200
    decision = task(api, "market", other, "registration.register")["id"]
    refusal = {"outcome": "refuse", "sentence": CANARIES["refusal"], "reason": "code"}
    answer = api("market", "POST", f"/api/v1/tasks/{decision}/decide", refusal)
    assert answer.status == 200, answer.body
