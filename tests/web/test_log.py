"""The proof log over the network: its head and its hashes for everybody, its entries for nobody."""

from datetime import datetime
from uuid import UUID

import pytest
from django.test import Client

from onewindow.domain import proof
from onewindow.plumbing import audit, proof_log
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.signatures import holds

pytestmark = pytest.mark.django_db


def test_anybody_fetches_the_signed_head_and_the_hashes_it_stands_on(client: Client, now: datetime) -> None:
    for number in range(300):
        audit.record(actor=Actor.system("tests"), action="cases.accept", subject_kind="case", subject_id=UUID(int=number), at=now)
    proof_log.sequence_all(now=now)
    note = proof.read_note(client.get("/log/checkpoint").content.decode())
    assert note.signed_by(proof_log.verifier_key(), holds)
    assert note.checkpoint.size == 300
    whole, rest = client.get("/log/tile/0/000").content, client.get("/log/tile/0/001.p/44").content
    assert proof.root_of([(whole + rest)[place : place + 32] for place in range(0, 300 * 32, 32)]) == note.checkpoint.root
    assert client.get("/log/tile/0/001.p/12").content == rest[: 12 * 32]


@pytest.mark.parametrize(
    "place", ["0/001", "0/001.p/45", "0/001.p/0", "0/002", "9/000", "0/1", "0/000/", "0/%2e%2e/checkpoint", "entries/000"]
)
def test_what_the_log_does_not_have_is_not_found(client: Client, now: datetime, place: str) -> None:
    for number in range(300):
        audit.record(actor=Actor.system("tests"), action="cases.accept", subject_kind="case", subject_id=UUID(int=number), at=now)
    proof_log.sequence_all(now=now)
    assert client.get(f"/log/tile/{place}").status_code == 404


def test_before_the_first_entry_the_head_is_that_of_nothing(client: Client) -> None:
    assert proof.read_note(client.get("/log/checkpoint").content.decode()).checkpoint == proof.Checkpoint(
        proof_log.origin(), 0, proof.EMPTY_ROOT
    )
