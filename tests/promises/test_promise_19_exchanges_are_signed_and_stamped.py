"""Promise 19: exchange messages are signed and time-stamped and hold offline; the exchange stops when stamping stays down."""

import base64
import gzip
import json
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pytest_django import Settings

from onewindow.domain import proof
from onewindow.domain.exchange import verify
from onewindow.domain.exchange.messages import Signed
from onewindow.modules.exchange import messages, models, services, stamps
from tests.exchange.conftest import NOW, SYSTEM, Sources, city, running_sources, sources
from tests.exchange.made import exchanges
from tests.exchange.test_query import ask

__all__ = ["city", "running_sources", "sources"]
Line = dict[str, Any]
Lines = list[Line]


@pytest.fixture
def authority(sources: Sources, settings: Settings, tmp_path: Path) -> Sources:
    settings.ONEWINDOW_TSA_URL = f"{sources.url}/tsa"
    settings.ONEWINDOW_TSA_ROOT = httpx.get(f"{sources.url}/tsa/root.pem", trust_env=False).text
    settings.ONEWINDOW_HOME = tmp_path
    stamps.forget()
    return sources


@dataclass
class Exported:
    """An exported log, its lines to be changed, and what was published about it apart from it."""

    folder: Path
    lines: Lines
    key: Path
    roots: Path
    head: str

    def holds(self, lines: Lines | None = None, *, kept: bool = True) -> bool:
        """Tell whether somebody who has only the published key, the root and the last head believes the log."""
        if lines is not None:
            told = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            (self.folder / "segments" / "000000001.jsonl.gz").write_bytes(gzip.compress(told.encode(), 1))
        try:
            verify.verify(self.folder, self.key, self.roots, [self.head] if kept else [])
        except (verify.Changed, verify.Unreadable):
            return False
        return True


@pytest.fixture
def exported(authority: Sources, city: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full_size: bool) -> Exported:
    """Questions that were really asked, stamped in batches by a real authority, as somebody outside gets them."""
    batch = 50 if full_size else 4
    monkeypatch.setattr(stamps, "MOST", batch)
    for _ in range(batch):
        ask()
    list(exchanges(2 * batch - 1, NOW))
    assert services.stamp_queries(actor=SYSTEM, now=NOW) == 3 * batch - 1
    services.export_log(folder=tmp_path / "out", actor=SYSTEM, now=NOW)
    for name in ("key.pem", "roots.pem"):
        shutil.copyfile(tmp_path / "out" / name, tmp_path / name)
    lines = gzip.decompress((tmp_path / "out" / "segments" / "000000001.jsonl.gz").read_bytes()).splitlines()
    found = verify.verify(tmp_path / "out", None, None, ())
    head = found.rpartition("Head: ")[2].partition(" ")[0]
    return Exported(tmp_path / "out", [json.loads(line) for line in lines], tmp_path / "key.pem", tmp_path / "roots.pem", head)


@pytest.mark.django_db
@pytest.mark.own_database
def test_every_exchange_holds_offline_and_whatever_is_changed_afterwards_is_noticed(
    exported: Exported, full_size: bool, figure: Callable[[int, str], None]
) -> None:
    assert exported.holds()
    tried = [(what, lines) for make in (changed_fields, moved_lines, changed_batches, signed_anew) for what, lines in make(exported.lines)]
    assert [what for what, lines in tried if exported.holds(lines)] == []
    shorter = exported.lines[: batch_places(exported.lines)[-1]]
    assert exported.holds(shorter, kept=False), "an earlier log is a log"
    assert not exported.holds(shorter), "but not for whoever keeps its head"
    new = list(stamped_anew(exported.lines))
    assert [what for what, lines in new if exported.holds(lines, kept=False)] == [], "also for whoever kept no head"
    flips = random_flips(exported, 2000 if full_size else 40)
    exported.holds(exported.lines)
    (exported.folder / "key.pem").write_bytes(another_key())
    assert exported.holds(), "what the folder says of its key is not believed"
    exported.key.write_bytes(another_key())
    assert not exported.holds()
    count = sum("request" in line for line in exported.lines)
    figure(19, f"{count} exchanges hold offline (100 %); {len(tried) + len(new) + flips + 2:,} ways of changing the log: all noticed")


def changed_fields(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """Change every field of every line by its smallest part."""
    for place, line in enumerate(lines):
        for name, value in line.items():
            if name == "v":
                continue
            other: Any = value + 1 if isinstance(value, int) else another_text(name, value)
            yield f"{name} of line {place}", [*lines[:place], {**line, name: other}, *lines[place + 1 :]]


def another_text(name: str, value: str) -> str:
    if name in {"request", "response"}:
        return value.replace("2026", "2025", 1)
    middle = len(value) // 2
    return f"{value[:middle]}{'0' if value[middle] != '0' else '1'}{value[middle + 1 :]}"


def moved_lines(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """Leave every line out, say it twice, and let every two neighbours change places."""
    batches = set(batch_places(lines))
    for place in range(len(lines)):
        yield f"line {place} left out", [*lines[:place], *lines[place + 1 :]]
        yield f"line {place} twice", [*lines[: place + 1], *lines[place:]]
        if place and not {place, place - 1} & batches:
            yield f"line {place} earlier", [*lines[: place - 1], lines[place], lines[place - 1], *lines[place + 1 :]]
            mixed = {**lines[place], **{key: lines[place - 1][key] for key in ("response", "response_signature")}}
            yield f"line {place} with its neighbour's answer", [*lines[:place], mixed, *lines[place + 1 :]]


def changed_batches(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """Leave whole batches out, let them change places, give them each other's stamps, and cut exchanges off with their number put right."""
    parts = batches_of(lines)
    for place, part in enumerate(parts):
        rest = [line for other, kept in enumerate(parts) if other != place for line in kept]
        yield f"batch {place} left out", rest
        yield f"batch {place} first", [*part, *rest] if place else [*rest, *part]
        token = parts[place - 1][0]["token"]
        yield f"batch {place} with another's stamp", with_batch(parts, place, [{**part[0], "token": token}, *part[1:]])
        yield f"batch {place} shorter", with_batch(parts, place, [rooted({**part[0]}, part[1:-1]), *part[1:-1]])
        yield f"batch {place} without a stamp", with_batch(parts, place, [{**part[0], "token": ""}, *part[1:]])


def signed_anew(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """Let somebody who holds the signing key write history anew, every signature and root put right: the stamps do not follow."""
    parts = batches_of(lines)
    for signer, who in ((messages.signing_key(), "the operator"), (Ed25519PrivateKey.generate(), "a stranger")):
        for place, part in enumerate(parts):
            exchanges = [forged(part[1], signer), *part[2:]]
            yield f"batch {place} by {who}", with_batch(parts, place, [rooted(part[0], exchanges), *exchanges])


def stamped_anew(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """Let the operator have a new history stamped too: what follows does not lead through it, and numbers do not fit."""
    parts = batches_of(lines)
    for what, place, change in (("history", 1, {}), ("number", 2, {"stamp": 9}), ("place", 2, {"first": 99})):
        part = parts[place]
        exchanges = [*part[1:]] if change else [forged(part[1], messages.signing_key()), *part[2:]]
        line = rooted({**part[0], **change}, exchanges)
        root, before = bytes.fromhex(line["root"]), bytes.fromhex(line["before"])
        head = verify.Batch(line["stamp"], line["first"], line["size"], root, before, b"").head
        token = base64.b64encode(stamps.authority.stamp(head).der).decode()
        yield f"another {what}", with_batch(parts, place, [{**line, "token": token}, *exchanges])


def forged(line: Line, signer: Ed25519PrivateKey) -> Line:
    """Return an exchange that says something else, signed."""
    request = line["request"].replace("prefill", "oversight")
    answer = {**json.loads(line["response"]), "request": sha256(request.encode()).hexdigest()}
    response = json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {
        "request": request,
        "request_signature": base64.b64encode(signer.sign(request.encode())).decode(),
        "response": response,
        "response_signature": base64.b64encode(signer.sign(response.encode())).decode(),
    }


def batches_of(lines: Lines) -> list[Lines]:
    return [lines[start:end] for start, end in pairwise([*batch_places(lines), len(lines)])]


def rooted(batch: Line, exchanges: Lines) -> Line:
    """Return the line of a batch with the root and size of other exchanges."""
    signed = [
        Signed(
            line["request"].encode(),
            base64.b64decode(line["request_signature"]),
            line["response"].encode(),
            base64.b64decode(line["response_signature"]),
        )
        for line in exchanges
    ]
    return {**batch, "size": len(signed), "root": proof.root_of([proof.leaf_hash(each.leaf) for each in signed]).hex()}


def with_batch(parts: list[Lines], place: int, part: Lines) -> Lines:
    return [line for other, kept in enumerate(parts) for line in (part if other == place else kept)]


def batch_places(lines: Lines) -> list[int]:
    return [place for place, line in enumerate(lines) if "stamp" in line]


def random_flips(exported: Exported, count: int) -> int:
    """Flip single bits anywhere in the text; each is noticed, or what is read is word for word the same."""
    chance, path = random.Random(19), exported.folder / "segments" / "000000001.jsonl.gz"
    exported.holds(exported.lines)
    told = gzip.decompress(path.read_bytes())
    before = read(path)
    for _ in range(count):
        place = chance.randrange(len(told))
        path.write_bytes(gzip.compress(told[:place] + bytes([told[place] ^ (1 << chance.randrange(8))]) + told[place + 1 :], 1))
        assert not exported.holds() or read(path) == before, f"a bit of byte {place}"
    return count


def read(path: Path) -> list[Any]:
    return [(batch, list(parts)) for batch, parts in verify.batches(path)]


def another_key() -> bytes:
    return Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.django_db
def test_whatever_is_changed_in_the_database_is_noticed(authority: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "MOST", 2)
    list(exchanges(4, NOW))
    services.stamp_queries(actor=SYSTEM, now=NOW)
    services.verify_log(actor=SYSTEM)
    columns: dict[str, Any] = dict.fromkeys(("request", "request_signature", "response", "response_signature"), b"{}")
    columns |= {"stamp_id": 2, "resource": "other", "at": NOW - timedelta(days=1), "number": 99}
    first = models.Query.objects.order_by("number").values().first()
    assert first is not None
    for name, value in columns.items():
        models.Query.objects.filter(uid=first["uid"]).update(**{name: value})
        with pytest.raises(verify.Changed):
            services.verify_log(actor=SYSTEM)
        models.Query.objects.filter(uid=first["uid"]).update(**{name: first[name]})
    stamp = models.Stamp.objects.values().get(number=1)
    for name, value in {"root": bytes(32), "size": 3, "first": 1, "before": bytes([1]) * 32, "token": b""}.items():
        models.Stamp.objects.filter(number=1).update(**{name: value})
        with pytest.raises(verify.Changed):
            services.verify_log(actor=SYSTEM)
        models.Stamp.objects.filter(number=1).update(**{name: stamp[name]})
    services.verify_log(actor=SYSTEM)
    models.Query.objects.filter(uid=first["uid"]).delete()
    with pytest.raises(verify.Changed):
        services.verify_log(actor=SYSTEM)


@pytest.mark.django_db
def test_the_exchange_stops_when_stamping_stays_down_and_goes_on_when_it_is_back(
    authority: Sources, city: None, settings: Settings
) -> None:
    authority.fault("stamps", "down")
    ask()
    for hours in (1, 3.9):
        with pytest.raises(services.StampFailed):
            services.stamp_queries(actor=SYSTEM, now=NOW + timedelta(hours=hours))
        assert ask(now=NOW + timedelta(hours=hours)).values, "for four hours the authority may be down"
    late = NOW + timedelta(hours=4, seconds=1)
    asked = models.Query.objects.count()
    for _ in range(2):
        with pytest.raises(services.ExchangeStopped) as stopped:
            ask(now=late)
        assert "2026-03-02T09:00" in str(stopped.value)
    assert models.Query.objects.count() == asked, "nothing is asked that could not be proven"
    assert services.stamp_state(now=late).stopped
    authority.fault("stamps", "none")
    assert services.stamp_queries(actor=SYSTEM, now=late) == asked
    assert ask(now=late).values, "it goes on at once"
    services.verify_log(actor=SYSTEM)
    settings.ONEWINDOW_TSA_URL = ""
    assert ask(now=late + timedelta(days=9)).values, "an installation without an authority never waits for one"
