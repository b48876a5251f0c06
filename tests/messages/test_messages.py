"""Messages to people: carried once the act is committed, tried again where the gateway is down, and gone from the database afterwards."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from onewindow.cli import doctor
from onewindow.modules.messages import channels, delivery, jobs, services
from onewindow.modules.messages.models import Message
from onewindow.modules.messages.templates import TEMPLATES
from onewindow.plumbing import outbox
from onewindow.plumbing.courier import Letter
from onewindow.plumbing.models import OutboxRow

pytestmark = pytest.mark.django_db

LETTER = Letter(template="log-in-code", channel="sms", to="13812345678", values={"code": "482913", "minutes": "10"}, language="ru")


class Gateway(HTTPServer):
    """A gateway that keeps what it is sent, and answers as it is told."""

    status = 200
    taken: list[tuple[dict[str, str], dict[str, Any]]]


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.taken.append((dict(self.headers), body))
            self.send_response(server.status)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = Gateway(("127.0.0.1", 0), Handler)
    server.taken = []
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    settings.ONEWINDOW_SMS_URL, settings.ONEWINDOW_SMS_KEY = f"http://127.0.0.1:{server.server_port}/send", "key-of-the-city"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_message_reaches_the_gateway_with_its_key_in_the_readers_language(gateway: Gateway, now: datetime) -> None:
    services.send(letter=LETTER, now=now)
    assert delivery.deliver(now=now) == 1
    [(headers, body)] = gateway.taken
    assert headers["Authorization"] == "Bearer key-of-the-city"
    assert body["to"] == "13812345678"
    assert body["text"].startswith("Код для входа: 482913")
    assert body["id"] == headers["Idempotency-Key"]
    assert delivery.deliver(now=now) == 0, "it is not sent twice"


def test_neither_the_phone_nor_the_code_can_be_read_in_the_database_and_nothing_is_left_once_it_is_sent(
    gateway: Gateway, now: datetime
) -> None:
    services.send(letter=LETTER, now=now)

    def everything() -> str:
        return str(list(Message.objects.values())) + str(list(OutboxRow.objects.values()))

    assert "13812345678" not in everything()
    assert "482913" not in everything()
    delivery.deliver(now=now)
    row = Message.objects.get()
    assert (row.state, row.sealed) == ("sent", "")


def test_a_gateway_that_is_down_is_tried_again_later_and_logs_tell_no_phone(
    gateway: Gateway, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.status = 503
    services.send(letter=LETTER, now=now)
    assert delivery.deliver(now=now) == 0
    assert delivery.deliver(now=now + timedelta(seconds=1)) == 0, "not at once"
    gateway.status = 200
    assert delivery.deliver(now=now + timedelta(seconds=3)) == 1
    assert len(gateway.taken) == 2
    assert gateway.taken[0][1]["id"] == gateway.taken[1][1]["id"], "the gateway can tell that it is the same message"
    told = capsys.readouterr()
    assert "13812345678" not in told.out + told.err
    assert "482913" not in told.out + told.err


def test_a_code_that_came_too_late_is_not_sent_any_more(gateway: Gateway, now: datetime) -> None:
    services.send(letter=LETTER, now=now)
    delivery.deliver(now=now + TEMPLATES["log-in-code"].useful_for)
    assert gateway.taken == []
    assert Message.objects.get().state == "expired"


def test_a_message_that_the_gateway_refuses_is_given_up(gateway: Gateway, now: datetime) -> None:
    gateway.status = 422
    services.send(letter=LETTER, now=now)
    delivery.deliver(now=now)
    delivery.deliver(now=now + timedelta(minutes=1))
    assert len(gateway.taken) == 1
    assert Message.objects.get().state == "refused"


def test_what_is_written_for_an_unknown_address_is_never_carried(gateway: Gateway, now: datetime) -> None:
    services.send(letter=Letter(template="nobody", channel="sms", to="13812345678"), now=now)
    delivery.deliver(now=now)
    assert gateway.taken == []
    assert Message.objects.get().state == "dropped"


def test_a_worker_that_dies_between_claim_and_sending_loses_nothing(
    gateway: Gateway, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.send(letter=LETTER, now=now)
    monkeypatch.setattr(delivery, "_deliver", lambda *_: False)
    delivery.deliver(now=now)
    monkeypatch.undo()
    assert delivery.deliver(now=now + timedelta(seconds=1)) == 0, "another worker has it"
    assert delivery.deliver(now=now + delivery.CLAIM) == 1


def test_without_a_gateway_a_development_installation_writes_its_messages_into_a_folder(
    settings: Settings, tmp_path: Any, now: datetime
) -> None:
    settings.ONEWINDOW_SMS_URL = settings.ONEWINDOW_SMTP_URL = ""
    settings.ONEWINDOW_HOME = tmp_path
    services.send(
        letter=Letter(template="sign-up-code", channel="email", to="li@example.com", values=LETTER.values, language="en"), now=now
    )
    delivery.deliver(now=now)
    [written] = (tmp_path / "messages").glob("*.txt")
    assert "Your code for a new account is 482913" in written.read_text()
    assert written.stat().st_mode & 0o077 == 0, "only its owner reads it"


def test_a_mail_server_on_another_machine_is_spoken_to_encrypted_only(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    spoken: list[str] = []

    class Server:
        def __init__(self, host: str, port: int, **_rest: object) -> None:
            spoken.append(f"{host}:{port}")

        def __enter__(self) -> "Server":
            return self

        def __exit__(self, *rest: object) -> None:
            pass

        def starttls(self, **_rest: object) -> None:
            spoken.append("tls")

        def login(self, user: str, password: str) -> None:
            spoken.append(f"{user}/{password}")

        def send_message(self, letter: Any) -> None:
            spoken.append(f"{letter['To']} {letter['Subject']} {letter.get_content().strip()}")

    monkeypatch.setattr("smtplib.SMTP", Server)
    channel = channels.SmtpChannel("smtp://city:se%40cret@mail.example:587", "desk@yunjiang.example")
    channel.carry(channels.Written(Message().id, "notice", "li@example.com", "About", "Hello", "en", {}))
    assert spoken == ["mail.example:587", "tls", "city/se@cret", "li@example.com About Hello"]


def test_a_message_of_an_act_that_was_undone_is_never_sent(gateway: Gateway, now: datetime) -> None:
    from django.db import transaction

    with transaction.atomic():
        services.send(letter=LETTER, now=now)
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert not OutboxRow.objects.exists()


def test_old_rows_go(now: datetime) -> None:
    services.send(letter=LETTER, now=now)
    Message.objects.update(state="sent")
    jobs.forget(now=now + timedelta(days=29))
    assert Message.objects.exists()
    jobs.forget(now=now + timedelta(days=31))
    assert not Message.objects.exists()
    assert connection.in_atomic_block
    assert outbox.dead() == []


def test_the_doctor_says_when_nobody_outside_would_get_a_code(gateway: Gateway, settings: Settings, now: datetime, tmp_path: Path) -> None:
    settings.SECURE, address = True, settings.ONEWINDOW_SMS_URL
    found = doctor._messages(tmp_path)
    assert (found.state, found.mend) == ("note", "set ONEWINDOW_SMTP_URL"), "people with an e-mail alone are told of nothing"
    services.send(letter=LETTER, now=now)
    assert doctor._messages(tmp_path).says.startswith("wait since")
    settings.ONEWINDOW_SMS_URL = "http://127.0.0.1:9/send"
    assert "does not answer" in doctor._messages(tmp_path).says
    settings.ONEWINDOW_SMS_URL = ""
    settings.ONEWINDOW_SMTP_URL = ""
    Message.objects.all().delete()
    found = doctor._messages(tmp_path)
    assert (found.state, "nobody gets a code" in found.says) == ("broken", True)
    settings.SECURE = False
    assert doctor._messages(tmp_path).state == "ok", "on this machine alone a folder will do"
    settings.ONEWINDOW_SMS_URL = address
    assert doctor._messages(tmp_path).state == "ok"
