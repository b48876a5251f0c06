"""The doors at which a stranger could learn who has an account, and what is compared of their answers."""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlsafe_base64_encode

Walk = Callable[[Client, str], list[Any]]
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Door:
    """A way in. `names`: what is typed, by whose it is; `nobody` is always among them, and all are of one length."""

    what: str
    walk: Walk
    names: Mapping[str, str]
    answers: str = "302"
    signed_in: bool = False


def _password(client: Client, name: str) -> list[Any]:
    return [client.post("/accounts/login/", {"login": name, "password": "wrong-password"})]


def _code(client: Client, name: str) -> list[Any]:
    return _proving(client, client.post("/accounts/login/code/", {"contact": name}))


def _forgotten(client: Client, name: str) -> list[Any]:
    page = client.get("/accounts/password/reset/")
    return [page, *_proving(client, client.post("/accounts/login/code/", {"contact": name, "next": "/accounts/password/new/"}))]


def _sign_up(client: Client, name: str) -> list[Any]:
    return _proving(client, client.post("/accounts/signup/", {"contact": name}))


def _proving(client: Client, sent: Any) -> list[Any]:
    """Follow to the page that asks for the code, and type a wrong one."""
    return [sent, client.get(sent["Location"]), client.post(sent["Location"], {"code": "000000"})]


def _new_contact(client: Client, name: str) -> list[Any]:
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return _proving(client, client.post("/my-data/contact/", {"contact": name}))


def _mandate(client: Client, number: str) -> list[Any]:
    """Offer somebody a mandate: the way in which people invite others here."""
    terms = {"role": "agent", "matters": "*", "from_date": "2026-03-13", "until_date": "2026-06-01"}
    named = {"receiver_name": "周航", "receiver_number": number}
    sent = client.post("/accounts/mandates/offer/", {**terms, **named})
    return [sent, client.get("/accounts/mandates/"), client.get("/api/v1/mandates")]


def _passkey(client: Client, user_id: str) -> list[Any]:
    """A passkey names its owner itself: one of somebody, and one of nobody."""
    handle = urlsafe_base64_encode(UUID(user_id).bytes)
    told = {"type": "webauthn.get", "challenge": "x", "origin": "http://testserver"}
    answer = {"clientDataJSON": urlsafe_base64_encode(json.dumps(told).encode()), "signature": "eA", "userHandle": handle}
    answer["authenticatorData"] = urlsafe_base64_encode(bytes(37))
    passkey = {"id": "eA", "rawId": "eA", "type": "public-key", "response": answer, "clientExtensionResults": {}}
    options = client.get("/accounts/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"})
    return [options, client.post("/accounts/2fa/webauthn/login/", {"credential": json.dumps(passkey)})]


def _status(client: Client, reference: str) -> list[Any]:
    return [client.post("/status/", {"reference": reference, "phone": "13900000000"})]


def _status_of_a_program(client: Client, reference: str) -> list[Any]:
    return [client.post("/api/v1/status", {"reference": reference, "phone": "13900000000"}, content_type="application/json")]


def doors(
    *, usernames: Mapping[str, str], phones: Mapping[str, str], mails: Mapping[str, str], more: Mapping[str, Mapping[str, str]]
) -> list[Door]:
    """Return every door with every way of naming somebody at it."""
    found = [Door("log-in by user name and password", _password, usernames, "200")]
    for kind, names in (("phone", phones), ("e-mail", mails)):
        found += [
            Door(f"log-in by {kind} and password", _password, names, "200"),
            Door(f"log-in by a code to the {kind}", _code, names),
            Door(f"forgotten password by {kind}", _forgotten, names, "200"),
            Door(f"sign-up by {kind}", _sign_up, names),
            Door(f"a new {kind} for one's own account", _new_contact, names, signed_in=True),
        ]
    return [
        *found,
        Door("an invitation by mandate", _mandate, more["numbers"], signed_in=True),
        Door("a passkey", _passkey, more["ids"], "200"),
        Door("status of a case", _status, more["references"], "422"),
        Door("status of a case, by a program", _status_of_a_program, more["references"], "404"),
    ]


def watched(door: Door, who: str, cookies: Any) -> list[str]:
    """Walk through a door; return what was told, and what the database was asked for behind it, statement by statement."""
    with CaptureQueriesContext(connection) as queries:
        told, _spent = walked(door, who, cookies)
    return [*told, *(" ".join(re.findall(r"^\w+|(?:FROM|INTO|UPDATE) \"?\w+", query["sql"])) for query in queries)]


class _TakenBack(Exception):
    """Ends the transaction of a try."""


def walked(door: Door, who: str, cookies: Any) -> tuple[list[str], float]:
    """Walk through a door as a new visitor, and take it back; return what was told, and the processor time it took. Unit: ms."""
    client, told, spent = Client(REMOTE_ADDR="203.0.113.9", raise_request_exception=False), [], 0.0
    cache.clear()  # where allauth counts for its limits
    if door.signed_in:
        client.cookies = cookies
    try:
        with transaction.atomic():
            began = time.process_time()
            answers = door.walk(client, door.names[who])
            spent = (time.process_time() - began) * 1000
            told = [plain(answer, door.names.values()) for answer in answers]
            raise _TakenBack
    except _TakenBack:
        return told, spent


def plain(answer: Any, names: Any) -> str:
    """Return an answer whole, without what differs between any two: what was typed, tokens, moments, ids."""
    body = answer.content.decode()
    length = len(body)
    for name in names:
        body = body.replace(name, "NAME")
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|"challenge": ?"[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}', "", body)
    headers = sorted(f"{name}: {'' if name in {'Content-Length', 'Expires'} else value}" for name, value in answer.headers.items())
    return f"{answer.status_code} {length} {headers} {sorted(answer.cookies)} {body}"


def chance_to_tell(some: Sequence[float], others: Sequence[float]) -> float:
    """Return how often the longer of two walks is the one of `some`, where 0.5 is a coin (Mann–Whitney U over all pairs)."""
    ordered = sorted([(time, 0) for time in some] + [(time, 1) for time in others])
    behind, wins = 0, 0
    for _time, kind in ordered:
        behind += kind
        wins += behind * (1 - kind)
    return wins / (len(some) * len(others))


def nobodys_id() -> str:
    return str(uuid4())
