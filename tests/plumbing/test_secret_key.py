"""Nothing that lasts hangs on the secret key: it may change, and what lay under it once still opens."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from onewindow.modules.identity import proofs, selectors, services
from onewindow.modules.identity.adapter import MfaAdapter
from onewindow.modules.identity.models import MandateRow, Person, User
from onewindow.modules.messages.models import Message
from onewindow.modules.signon import services as signon
from onewindow.modules.signon.models import SigningKey
from onewindow.plumbing import courier, idempotency, jobs, sealing, sessions
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.sealing import keys, renewal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
WANG, ZHOU, NEW = "110101199003072316", "230000199209230354", "another secret key"
CODE = "JBSWY3DPEHPK3PXP"


def person(number: str, name: str) -> User:
    user = User.objects.create(username=uuid4().hex, display_name={"zh": name}, phone=f"1380000{number[-4:]}")
    Person.objects.create(user=user, facts={"full-name": name, "resident-id": number}, number=number)
    proofs.add(user_id=user.pk, method="register", source="tests", now=NOW)
    return user


def offer(giver: User, number: str, name: str) -> UUID:
    today = date(2026, 3, 13)
    terms: dict[str, Any] = {"role": "agent", "matters": [], "from_date": today, "until_date": today + timedelta(days=30)}
    actor = Actor(kind="person", id=giver.pk)
    return services.offer_mandate(party=giver.pk, receiver_name=name, receiver_number=number, actor=actor, now=NOW, **terms)


def fill() -> tuple[User, sessions.SessionStore]:
    """Keep one of everything that is sealed in a column of text."""
    wang = person(WANG, "王丽")
    Authenticator.objects.create(user=wang, type="totp", data={"secret": MfaAdapter().encrypt(CODE)})
    Authenticator.objects.create(user=wang, type="recovery_codes", data={"seed": MfaAdapter().encrypt(CODE), "used_mask": 3})
    courier.send(letter=courier.Letter(template="notice", channel="email", to="wang@example.org", values={"body": "x"}), now=NOW)
    signon.rotate_keys(actor=Actor.system("tests"), now=NOW, at_once=True)
    session = sessions.SessionStore()
    session["who"] = "wang"
    session.save()
    return wang, session


def texts() -> list[str]:
    """Return every sealed text as the database holds it."""
    found = [*Session.objects.values_list("session_data", flat=True), *Message.objects.values_list("sealed", flat=True)]
    factors = [data.get("secret") or data.get("seed") for data in Authenticator.objects.order_by("type").values_list("data", flat=True)]
    return [*found, *SigningKey.objects.values_list("sealed", flat=True), *factors]


def test_a_new_data_key_takes_sessions_messages_factors_and_signing_keys_along() -> None:
    wang, session = fill()
    assert [text.partition(":")[2].partition(":")[0] for text in texts()] == ["k1"] * 5
    keys.make(now=NOW)
    keys.forget()
    tables = {left.table for left in renewal.waiting()}
    assert tables >= {"django_session", "letters_message", "signon_signingkey", "mfa_authenticator", "identity_person"}
    jobs.seal_anew(now=NOW)
    jobs.seal_anew(now=NOW + timedelta(hours=2))
    keys.forget()
    assert [bool(row.retired_at) for row in keys.rows()] == [True, False]
    assert [text.partition(":")[2].partition(":")[0] for text in texts()] == ["k2"] * 5
    assert sessions.SessionStore(session.session_key)["who"] == "wang"
    factors = {row.type: row.data for row in Authenticator.objects.filter(user=wang)}
    assert MfaAdapter().decrypt(factors["totp"]["secret"]) == MfaAdapter().decrypt(factors["recovery_codes"]["seed"]) == CODE
    assert factors["recovery_codes"]["used_mask"] == 3
    assert Person.objects.get(number=WANG).user_id == wang.pk


def test_the_secret_key_changes_and_who_is_who_and_the_second_factor_stay(settings: Any) -> None:
    wang, session = fill()
    waiting = offer(wang, ZHOU, "周航")
    with transaction.atomic():
        body = idempotency.fingerprint({"a": 1})
        actor = Actor(kind="person", id=wang.pk)
        assert idempotency.claim(actor=actor, scope="x", key="one", fingerprint=body, now=NOW) is None
        idempotency.settle(actor=actor, scope="x", key="one", result={"reference": "r"})
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], NEW
    assert MfaAdapter().decrypt(Authenticator.objects.get(type="totp").data["secret"]) == CODE
    assert sessions.SessionStore(session.session_key)["who"] == "wang"
    zhou = person(ZHOU, "周航")
    services.accept_mandate(mandate_id=waiting, actor=Actor(kind="person", id=zhou.pk), now=NOW)
    with transaction.atomic():
        again = idempotency.claim(actor=actor, scope="x", key="one", fingerprint=body, now=NOW)
        assert again == {"reference": "r"}, "the same request again has one effect"
        with pytest.raises(idempotency.IdempotencyConflict):
            idempotency.claim(actor=actor, scope="x", key="one", fingerprint=idempotency.fingerprint({"a": 2}), now=NOW)


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-3], lambda text: text + "!", lambda _: "ow:k1:", lambda _: "ow:k9:AAAA", lambda _: "?"]
)
def test_a_text_that_was_changed_does_not_open(spoil: Any) -> None:
    text = sealing.seal("x", purpose="sessions")
    assert sealing.unseal(text, purpose="sessions") == "x"
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(spoil(text), purpose="sessions")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(text, purpose="messages")


@pytest.mark.django_db(transaction=True)
def test_an_older_home_is_sealed_by_the_migrations_and_opened_on_the_way_back(settings: Any) -> None:
    wang, _session = fill()
    zhou = person(ZHOU, "周航")
    taken, waiting = offer(zhou, WANG, "王丽"), offer(wang, "110101196012319989", "老张")
    services.accept_mandate(mandate_id=taken, actor=Actor(kind="person", id=wang.pk), now=NOW)
    mark = salted_hmac("onewindow.identity.number", ZHOU, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
    try:
        for app, name in (("identity", "0007"), ("letters", "0001"), ("signon", "0001")):
            call_command("migrate", app, name, verbosity=0)
        assert all(text.startswith("gAAAA") for text in texts() if not text.startswith("ow:")), "sealed as the older version does"
        assert sum(text.startswith("gAAAA") for text in texts()) == 4
        with connection.cursor() as cursor:
            cursor.execute("SELECT number_mark FROM identity_person WHERE number_mark = %s", [mark])
            assert cursor.fetchone()
            cursor.execute("SELECT receiver_name, receiver_mark FROM identity_mandaterow ORDER BY offered_at")
            assert {row[0] for row in cursor.fetchall()} == {"王丽", "老张"}
        call_command("migrate", "identity", "0006", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT phone, display_name FROM identity_user WHERE phone = %s", [wang.phone])
            assert "zh" in str(cursor.fetchone()[1])
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], NEW
    finally:
        call_command("migrate", verbosity=0)
    assert all(text.startswith("ow:k1:") for text in texts())
    assert MfaAdapter().decrypt(Authenticator.objects.get(type="totp").data["secret"]) == CODE
    assert User.objects.get(phone=wang.phone).display_name == {"zh": "王丽"}
    assert Person.objects.get(number=ZHOU).user_id == zhou.pk
    kept = {row.pk: row for row in MandateRow.objects.all()}
    assert (kept[taken].receiver_number, kept[taken].receiver_mark, kept[taken].receiver_name) == (WANG, "", "王丽")
    assert kept[waiting].receiver_number == "", "nobody knows it until its owner comes"
    assert selectors.offers_under_secret_key(now=NOW) == 1
    zhang = person("110101196012319989", "老张")
    actor = Actor(kind="person", id=zhang.pk)
    assert [line.id for line in selectors.mandates(actor=actor, now=NOW).received] == [waiting], "found by the old secret key"
    services.accept_mandate(mandate_id=waiting, actor=actor, now=NOW)
    settings.SECRET_KEY_FALLBACKS = []
    accepted = MandateRow.objects.get(pk=waiting)
    assert selectors.offers_under_secret_key(now=NOW) == 0
    assert (accepted.receiver_number, accepted.receiver_mark) == ("110101196012319989", "")
