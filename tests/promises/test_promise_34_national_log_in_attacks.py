"""Promise 34, the national log-in under attack: 0 accepted. Source: RFC 9700, OpenID Connect Core 3.1.3.7 and 16, RFC 9207."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import Client

from onewindow.modules.identity import selectors, services
from onewindow.modules.identity.models import NationalIdentity, Person, User
from onewindow.plumbing import clock, sealing
from onewindow.plumbing.actors import Actor
from onewindow.web.account.national import FIRST
from onewindow_sources import national
from onewindow_sources.server import SourcesServer
from tests.promises.tally import Tally, tallied
from tests.signon.department import PASSWORD, SYSTEM, officer
from tests.signon.national import FENG, WANG, ZHENG, Traveller, answer_in, running, stands_in_front

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]


@pytest.fixture(scope="module")
def suite(figure: Callable[[int, str], None]) -> Iterator[Callable[[], Tally]]:
    begins, note = tallied("the national log-in", figure)
    yield begins
    note()


@pytest.fixture
def tally(suite: Callable[[], Tally]) -> Tally:
    return suite()


@pytest.fixture(scope="module")
def server() -> Iterator[SourcesServer]:
    with running() as server:
        yield server


@pytest.fixture
def zheng(server: SourcesServer, settings: Any) -> Iterator[User]:
    """Whose account the national identity of 郑晓岚 opens."""
    stands_in_front(settings, server)
    user = account("zheng")
    Traveller(server).logs_in_here(user).travels(ZHENG)
    assert NationalIdentity.objects.get().user == user
    yield user
    server.faults.switch(register="national", mode="none")


def account(username: str, **more: Any) -> User:
    user = User.objects.create_user(username, PASSWORD, display_name={"zh": username}, **more)
    Person.objects.create(user=user)
    return user


def some(of: Sequence[Any], full_size: bool) -> Sequence[Any]:
    """All of them at full size, every third in the routine run."""
    return of if full_size else of[::3]


def gets_in(server: SourcesServer, name: str = ZHENG) -> bool:
    """Whether somebody who sets out now is logged in, or offered an account."""
    traveller = Traveller(server)
    address = traveller.sets_out()
    if not address:
        return False
    traveller.returns(traveller.proves(address, name))
    return bool(traveller.user or traveller.client.session.get(FIRST))


def gets_linked(server: SourcesServer, user: User) -> bool:
    """Whether the account that is logged in is linked to a national identity, or proven by it."""
    Traveller(server).logs_in_here(user).travels(WANG)
    return bool(NationalIdentity.objects.filter(user=user).exists() or selectors.level_of(user.pk, clock.now()))


def test_a_provider_that_says_it_wrongly_lets_nobody_in(zheng: User, server: SourcesServer, tally: Tally, full_size: bool) -> None:
    other = account("other")
    for place, fault in enumerate(national.faults):
        server.faults.switch(register="national", mode=fault)
        tally(f"{fault}: in", gets_in(server))
        if full_size or place % 3 == 0:
            tally(f"{fault}: linked", gets_linked(server, other))
    server.faults.switch(register="national", mode="none")
    assert gets_in(server), "without a fault they do get in"
    tally.closes("a provider with faults")


def tokens(server: SourcesServer, request: Any, shown: Any) -> dict[str, str]:
    """Return ID tokens with one thing wrong each; but for the last ones the provider's own key has signed them."""
    provider = server.national
    kid, key = provider.keys[-1]
    right: dict[str, Any] = jwt.decode(provider.id_token(request, shown, None), options={"verify_signature": False})
    public = provider.answer(national.Asked("GET", "/national/keys", {}, {})).body

    def signed(headers: Any = None, **said: Any) -> str:
        kept = {name: value for name, value in {**right, **said}.items() if value is not None}
        # by hand: the library would not write an `exp` that is no number
        head = {"alg": "ES256", "kid": kid, "typ": "JWT", **(headers or {})}
        text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, kept))
        made = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256).sign(text.encode(), key)
        return f"{text}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"

    now = int(time.time())
    whole = signed()
    header, body, signature = whole.split(".")
    stranger = ec.generate_private_key(ec.SECP256R1())
    shared = f"{_part({'alg': 'HS256', 'kid': kid})}.{body}"
    return {
        **{f"without {name}": signed(**{name: None}) for name in ("iss", "sub", "aud", "exp", "iat", "nonce", "acr")},
        **{f"sub {value!r:.20}": signed(sub=value) for value in ("", 7, ["x"], "x" * 256, {"$ne": ""})},
        **{f"iss {value!r}": signed(iss=value) for value in (provider.issuer + "/", provider.issuer.upper(), [provider.issuer], "")},
        **{
            f"aud {value!r}": signed(aud=value)
            for value in ("", [], ["onewindow", "somebody"], "Onewindow", {"onewindow": 1}, "onewindow ")
        },
        **{f"exp {value!r}": signed(exp=value) for value in ("9999999999", True, now - 120, 0, -1, [now + 60], "soon")},
        **{f"iat {value!r}": signed(iat=value) for value in (now - 3600, now + 3600, "now", True)},
        **{f"nonce {value!r}": signed(nonce=value) for value in ("", request["nonce"] + "x", request["state"], [request["nonce"]], True)},
        **{f"acr {value!r}": signed(acr=value) for value in ("*", "urn:national:loa:HIGH", 3, None)},
        "nbf in an hour": signed(nbf=now + 3600),
        "azp of another": signed(azp="somebody-else"),
        "a critical header": signed({"crit": ["exp"]}),
        "another kid": signed({"kid": "mine"}),
        "no kid": signed({"kid": None}),
        "another algorithm": signed({"alg": "RS256"}),
        "an algorithm that is none": signed({"alg": "NONE"}),
        "a key in the header": _foreign(right, stranger, kid, jwk=_jwk(stranger, kid)),
        "an address of keys in the header": _foreign(right, stranger, kid, jku="https://evil.example/keys"),
        "a certificate in the header": _foreign(right, stranger, kid, x5c=["MIIB"]),
        "another key under its own name": _foreign(right, stranger, "mine"),
        "an RSA key": jwt.encode(right, _rsa(), algorithm="RS256", headers={"kid": kid}),
        "no signature": f"{header}.{body}.",
        "another body": f"{header}.{_part({**right, 'sub': shown.subject, 'exp': now + 9999})}.{signature}",
        "a signature cut short": whole[:-4],
        "alg none, signed": f"{_part({'alg': 'none', 'kid': kid})}.{body}.{signature}",
        "the published key as a secret": f"{shared}.{_text(hmac.digest(public, shared.encode(), hashlib.sha256))}",
        "two tokens": f"{whole}.{whole}",
        "nothing": "",
        "not a token": "a.b.c",
        "a number": "7",
    }


@cache
def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _part(what: Any) -> str:
    return _text(json.dumps(what).encode())


def _foreign(said: Any, key: ec.EllipticCurvePrivateKey, kid: str, **header: Any) -> str:
    return jwt.encode(said, key, algorithm="ES256", headers={"kid": kid, **header})


def _jwk(key: ec.EllipticCurvePrivateKey, kid: str) -> dict[str, Any]:
    return {**jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "alg": "ES256", "use": "sig"}


def test_no_forged_or_crooked_token_is_taken(
    zheng: User, server: SourcesServer, tally: Tally, monkeypatch: pytest.MonkeyPatch, full_size: bool
) -> None:
    whole = server.national.id_token
    names = list(tokens(server, {"nonce": "n", "state": "s"}, national.Shown("s", "card", 1)))
    for name in some(names, full_size):
        monkeypatch.setattr(
            server.national, "id_token", lambda request, shown, _fault, name=name: _one(server, request, shown, name, whole)
        )
        tally(name, gets_in(server))
    monkeypatch.undo()
    tally.closes("tokens")


def _one(server: SourcesServer, request: Any, shown: Any, name: str, whole: Any) -> str:
    crooked, server.national.id_token = server.national.id_token, whole  # type: ignore[method-assign]  # the right one, to be bent
    try:
        return tokens(server, request, shown)[name]
    finally:
        server.national.id_token = crooked  # type: ignore[method-assign]


def test_an_answer_counts_once_in_its_own_browser_for_whom_it_was_begun(
    zheng: User, server: SourcesServer, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lands(address: str, traveller: Traveller) -> bool:
        traveller.returns(address)
        return bool(traveller.user or traveller.client.session.get(FIRST))

    def bent(**more: str | None) -> tuple[str, Traveller]:
        traveller = Traveller(server)
        told = {**answer_in(traveller.proves(traveller.sets_out())), **more}
        return "/accounts/national/back/?" + urlencode({name: value for name, value in told.items() if value is not None}), traveller

    once = Traveller(server)
    back = once.proves(once.sets_out())
    for what, browser in (("another browser", Traveller(server)), ("a browser that began another", Traveller(server))):
        browser.sets_out()
        tally(f"an answer in {what}", lands(back, browser))
    assert lands(back, once), "in its own browser it counts"
    once = Traveller(server)
    with monkeypatch.context() as patch:  # a provider whose codes count as often as they come
        patch.setattr(server.national.codes, "take", server.national.codes.look)
        back = once.proves(once.sets_out(), FENG)
        once.returns(back)
        session = once.client.session
        del session[FIRST]
        session.save()
        tally("an answer a second time", lands(back, once))
    changed: dict[str, dict[str, str | None]] = {
        "no state": {"state": None},
        "an empty state": {"state": ""},
        "another state": {"state": secrets.token_urlsafe(32)},
        "no issuer": {"iss": None},
        "another issuer": {"iss": "https://id.elsewhere.example"},
        "our own issuer": {"iss": "http://127.0.0.1:9"},
        "no code": {"code": None},
        "an empty code": {"code": ""},
        "another code": {"code": secrets.token_urlsafe(24)},
        "a very long code": {"code": "x" * 5000},
        "a code and an error": {"error": "access_denied"},
        "an unknown error": {"error": "<script>", "code": None},
    }
    for what, more in changed.items():
        tally(what, lands(*bent(**more)))
    attacker, victim = Traveller(server), Traveller(server)
    stolen = answer_in(attacker.proves(attacker.sets_out(), FENG))["code"]
    state = answer_in(victim.proves(victim.sets_out(), ZHENG))["state"]
    sent = urlencode({"code": stolen, "state": state, "iss": server.national.issuer})
    tally("an attacker's code beside one's own state", lands(f"/accounts/national/back/?{sent}", victim))
    address, traveller = bent()
    tally("an answer in a form", traveller.client.post(address).status_code == 302 or traveller.user)
    late, moment = Traveller(server), clock.now() + timedelta(minutes=16)
    address = late.sets_out()
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: moment)
        patch.setattr(server.national, "clock", moment.timestamp)
        tally("an answer after a quarter of an hour", lands(late.proves(address), late))

    mine, other = account("mine"), account("other")

    def linked(*users: User) -> bool:
        return NationalIdentity.objects.filter(user__in=users).exists()

    begun = Traveller(server)
    back = begun.proves(begun.sets_out(), WANG)
    begun.logs_in_here(mine).returns(back)
    tally("begun as nobody, back as somebody", linked(mine))
    begun = Traveller(server).logs_in_here(mine)
    back = begun.proves(begun.sets_out(), WANG)
    begun.logs_in_here(other).returns(back)
    tally("begun as one, back as another", linked(mine, other))
    begun = Traveller(server).logs_in_here(mine)
    back = begun.proves(begun.sets_out(), ZHENG)
    begun.client.logout()
    tally("begun as somebody, back as nobody", lands(back, begun))
    planted = Traveller(server)
    tally(
        "an attacker's answer in the victim's session",
        lands(planted.proves(planted.sets_out(), FENG), Traveller(server).logs_in_here(mine)) and linked(mine),
    )
    tally.closes("answers")


def test_no_account_is_taken_over(zheng: User, server: SourcesServer, tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    feng = account("feng", phone="19900000528", email="feng@example.com")
    told = server.national.userinfo

    def boasts(asked: Any, fault: Any) -> Any:
        more = {"email": "feng@example.com", "email_verified": True, "phone_number_verified": True, "preferred_username": "feng"}
        reply = told(asked, fault)
        return national.Reply(reply.status, json.dumps({**json.loads(reply.body), **more}).encode())

    monkeypatch.setattr(server.national, "userinfo", boasts)
    for name in (FENG, WANG):
        traveller = Traveller(server)
        traveller.travels(name)
        tally(f"{name} with another's e-mail, telephone and user name: in", traveller.user)
        traveller.client.post("/accounts/national/first/")
        made = User.objects.get(pk=traveller.user)
        tally(f"{name}: into that account", made.pk == feng.pk)
        tally(f"{name}: with its contacts", made.email or made.phone or made.username == "feng")
    monkeypatch.undo()
    thief, now = account("thief"), clock.now()
    Traveller(server).logs_in_here(thief).travels(ZHENG)
    tally("an identity that has an account, linked to another", NationalIdentity.objects.filter(user=thief).exists())
    tally("its number", selectors.level_of(thief.pk, now) or "resident-id" in selectors.party_facts(thief.pk, ""))
    services.set_active(user_id=zheng.pk, active=False, actor=SYSTEM, now=now)
    tally("a closed account", gets_in(server))
    services.set_active(user_id=zheng.pk, active=True, actor=SYSTEM, now=now)
    NationalIdentity.objects.filter(user=zheng).update(user=officer("zhao"))
    tally("an officer", gets_in(server))
    tally.closes("accounts")


def test_a_ticket_is_its_own_browsers_and_counts_for_a_while(
    zheng: User, server: SourcesServer, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, nobody = Traveller(server), Actor.anonymous()
    first.travels(FENG)
    now = clock.now()
    ticket = first.client.session[FIRST]["ticket"]
    forged = json.dumps({"issuer": server.national.issuer, "subject": "x", "level": 3, "name": "x", "number": "", "id_token": "", "at": 0})
    for what, given in {
        "nothing": "",
        "a text": "x",
        "a ticket cut short": ticket[:-3],
        "a ticket bent": ticket[:30] + ("A" if ticket[30] != "A" else "B") + ticket[31:],
        "sealed for something else": sealing.seal(forged, purpose="sessions"),
        "without an end": sealing.seal(forged, purpose="national-ticket"),
    }.items():
        try:
            tally(what, services.open_national_account(ticket=given, language="", actor=nobody, now=now))
        except services.TicketOver:
            tally(what, accepted=False)
    for minutes in (16, -1):
        moment = clock.now() + timedelta(minutes=minutes)
        try:
            tally(f"{minutes} minutes later", services.open_national_account(ticket=ticket, language="", actor=nobody, now=moment))
        except services.TicketOver:
            tally(f"{minutes} minutes later", accepted=False)
    services.open_national_account(ticket=ticket, language="", actor=nobody, now=now)
    people = User.objects.count()
    first.client.post("/accounts/national/first/")
    tally("a ticket twice", first.user or User.objects.count() != people)
    elsewhere = Traveller(server)
    tally("a first time that never was", elsewhere.client.post("/accounts/national/first/").status_code != 302 or elsewhere.user)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(zheng, backend="allauth.account.auth_backends.AuthenticationBackend")
    for door in ("", "first/", "link/", "unlink/"):
        tally(f"/{door} from another page", strict.post(f"/accounts/national/{door}", {"answer": "yes"}).status_code != 403)
    tally("the log-in without a form", Traveller(server).client.get("/accounts/national/").status_code == 200)
    tally.closes("tickets and doors")


def test_nobody_is_sent_on_to_an_address_of_somebody_else(
    zheng: User, server: SourcesServer, tally: Tally, monkeypatch: pytest.MonkeyPatch, full_size: bool
) -> None:
    for target in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "\thttps://evil.example",
    ):
        page = Traveller(server).travels(ZHENG, target=target)
        tally(f"next={target}", any("evil" in address or "javascript" in address for address, _status in page.redirect_chain))
    whole, moment = server.national.configuration, clock.now()
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        for address in some(
            ("http://evil.example/x", "javascript:alert(1)", "", None, ["https://evil.example"], "//evil.example"), full_size
        ):
            monkeypatch.setattr(server.national, "configuration", lambda fault, name=name, address=address: {**whole(fault), name: address})
            moment += timedelta(hours=2)  # then the provider is asked anew
            monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
            tally(f"{name} {address}", Traveller(server).sets_out())
    monkeypatch.undo()
    seen: set[str] = set()
    for _ in range(100 if full_size else 10):
        asked = answer_in(Traveller(server).sets_out())
        new = {asked["state"], asked["nonce"], asked["code_challenge"]}
        tally("a state, nonce or challenge that was there before", len(new) < 3 or new & seen or asked["code_challenge_method"] != "S256")
        seen |= new
    tally.closes("addresses and chance")
