"""What is sealed opens in its own row only, is found by its hash, and outlives a change of keys."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction

from onewindow.modules.cases import models
from onewindow.modules.identity.models import Person, User
from onewindow.plumbing import bulk, files, jobs
from onewindow.plumbing import models as kept
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.files import sealed
from onewindow.plumbing.sealing import keys, renewal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
OTHER_MASTER = bytes(range(32))


@pytest.fixture(autouse=True)
def ring() -> Iterator[None]:
    keys.ring()
    yield
    keys.forget()


def user(**fields: Any) -> User:
    return User.objects.create(username=uuid4().hex, **fields)


def raw(model: Any, column: str, key: UUID) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{column}" FROM {model._meta.db_table} WHERE {model._meta.pk.column} = %s',  # noqa: S608
            [key.hex if connection.vendor == "sqlite" else key],
        )
        return bytes(cursor.fetchone()[0])


def put(model: Any, column: str, key: UUID, value: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE {model._meta.db_table} SET "{column}" = %s WHERE {model._meta.pk.column} = %s',  # noqa: S608
            [value, key.hex if connection.vendor == "sqlite" else key],
        )


def test_values_are_plain_in_python_and_sealed_in_the_database() -> None:
    wang = user(phone="13800000001", display_name={"zh": "王丽"})
    Person.objects.create(user=wang, facts={"resident-id": "110101199003072316"})
    assert Person.objects.get(user=wang).facts == {"resident-id": "110101199003072316"}
    assert User.objects.get(pk=wang.pk).display_name == {"zh": "王丽"}
    for model, column in ((User, "phone"), (User, "display_name"), (Person, "facts")):
        value = raw(model, column, wang.pk)
        assert len(value) > keys.LEAST_SEALED
        assert not any(word in value for word in (b"138", b"1101", "王".encode(), b"zh", b"resident"))


def test_the_same_value_twice_looks_different_where_it_is_not_searched() -> None:
    first, second = user(display_name={"zh": "王丽"}), user(display_name={"zh": "王丽"})
    assert raw(User, "display_name", first.pk) != raw(User, "display_name", second.pk)


@pytest.mark.parametrize("spoil", ["another row", "another column", "a changed bit", "cut short"])
def test_what_was_moved_or_changed_does_not_open(spoil: str) -> None:
    wang, li = user(phone="13800000001", email="a@example.org"), user(phone="13800000002")
    value = raw(User, "phone", wang.pk)
    spoilt = {
        "another row": raw(User, "phone", li.pk),
        "another column": raw(User, "email", wang.pk),
        "a changed bit": value[:-1] + bytes([value[-1] ^ 1]),
        "cut short": value[:-3],
    }[spoil]
    li.delete()
    put(User, "phone", wang.pk, spoilt)
    with pytest.raises(keys.SealBroken):
        User.objects.get(pk=wang.pk)


def test_somebody_is_found_by_the_whole_phone_and_by_the_e_mail_in_any_case() -> None:
    wang, empty = user(phone="13800000001", email="wang@example.org"), user()
    assert User.objects.get(phone="13800000001") == wang
    assert User.objects.get(email__iexact="WANG@example.org") == wang
    assert User.objects.get(phone__in=["13800000009", "13800000001"]) == wang
    assert not User.objects.filter(phone="1380000000").exists()
    assert set(User.objects.filter(phone="")) == {empty}
    assert set(User.objects.exclude(phone="")) == {wang}
    with pytest.raises(FieldError, match="cannot be searched by “startswith”"):
        User.objects.filter(phone__startswith="138")
    with pytest.raises(FieldError, match="sealed without a hash"):
        models.Draft.objects.filter(elements={"a": 1}).exists()


def test_two_accounts_cannot_have_one_phone_and_many_can_have_none() -> None:
    user(phone="13800000001")
    user()
    user()
    with pytest.raises(IntegrityError), transaction.atomic():
        user(phone="13800000001")


def test_a_look_up_by_phone_goes_through_an_index() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads a small table whole")
    assert "identity_one_phone" in User.objects.filter(phone="13800000001").explain()


def test_a_value_without_its_row_is_refused_instead_of_written_in_the_clear() -> None:
    wang = user(phone="13800000001")
    with pytest.raises(TypeError, match="load the row, change it and save it"):
        User.objects.filter(pk=wang.pk).update(phone="13800000002")


def test_the_short_way_of_filing_seals_as_well() -> None:
    draft = models.Draft(owner=uuid4(), event="e", release=1, elements={"name": "王丽"}, created_at=NOW, updated_at=NOW)
    bulk.insert([draft])
    assert "王".encode() not in raw(models.Draft, "elements", draft.pk)
    assert bulk.select(models.Draft, "id = %s", [draft.pk])[0].elements == {"name": "王丽"}
    assert models.Draft.objects.get().elements == {"name": "王丽"}


def test_a_new_key_seals_everything_anew_and_the_old_one_goes(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    people = [user(phone=f"1380000{number:04d}", display_name={"zh": "王丽"}) for number in range(5)]
    stored = files.store(content=PDF, name="租约.pdf", media_type="application/pdf", owner=Actor.system("tests"), now=NOW)
    assert keys.make(now=NOW) == 2
    keys.forget()
    assert User.objects.get(phone="13800000003") == people[3], "the old hash still finds"
    li = user(phone="13800000009")
    assert sum(left.count for left in renewal.waiting()) > 10
    jobs.seal_anew(now=NOW)
    jobs.seal_anew(now=NOW)
    assert renewal.waiting() == []
    assert files.unsealed() == 0
    assert [row.retired_at for row in keys.rows()] == [None, None], "another process may not have seen the new key yet"
    jobs.seal_anew(now=NOW + timedelta(hours=2))
    keys.forget()
    assert [bool(row.retired_at) for row in keys.rows()] == [True, False]
    assert keys.rows()[0].copies == {}
    assert kept.AuditEntry.objects.get(action="keys.retire").subject_id == "1"
    assert User.objects.get(phone="13800000003").display_name == {"zh": "王丽"}
    assert User.objects.get(phone="13800000009") == li
    with files.open(stored.id) as file:
        assert file.read() == PDF
    with pytest.raises(IntegrityError), transaction.atomic():
        user(phone="13800000003")


def test_a_new_master_key_opens_and_then_the_old_one_no_more(settings: Any) -> None:
    wang, first = user(phone="13800000001"), settings.ONEWINDOW_MASTER_KEY
    assert keys.add_master(OTHER_MASTER) == 1
    settings.ONEWINDOW_MASTER_KEY = OTHER_MASTER
    keys.forget()
    assert User.objects.get(pk=wang.pk).phone == "13800000001"
    assert keys.drop_other_masters() == 1
    settings.ONEWINDOW_MASTER_KEY = first
    keys.forget()
    with pytest.raises(keys.MasterKeyWrong, match="opens none of the data keys"):
        User.objects.get(pk=wang.pk)


def test_a_wrong_master_key_makes_no_key(settings: Any) -> None:
    settings.ONEWINDOW_MASTER_KEY = OTHER_MASTER
    keys.forget()
    with pytest.raises(keys.MasterKeyWrong):
        keys.make(now=NOW)


def test_a_file_lies_sealed_under_a_name_that_tells_nothing(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    stored = files.store(content=PDF, name="租约.pdf", media_type="application/pdf", owner=Actor.system("tests"), now=NOW)
    found = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != ".lock"]
    assert len(found) == 1
    assert b"%PDF" not in found[0].read_bytes()
    assert found[0].name != stored.sha256 == hashlib.sha256(PDF).hexdigest()


@pytest.mark.parametrize("size", [0, 1, sealed.PIECE - 1, sealed.PIECE, sealed.PIECE + 1, 3 * sealed.PIECE + 17])
def test_a_long_file_streams_piece_by_piece_and_from_the_middle(size: int, tmp_path: Path) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    path = tmp_path / "x"
    path.write_bytes(b"".join(sealed.sealed((content[at : at + 70_000] for at in range(0, size, 70_000)), "x")))
    with sealed.SealedReader(path.open("rb"), "x") as reader:
        assert reader.read() == content
        assert reader.seek(size // 2) == size // 2
        assert reader.read(1000) == content[size // 2 : size // 2 + 1000]


@pytest.mark.parametrize("spoil", ["cut", "swapped", "renamed", "changed"])
def test_a_file_that_was_cut_changed_or_renamed_does_not_open(spoil: str, tmp_path: Path) -> None:
    whole = b"".join(sealed.sealed([b"a" * sealed.PIECE, b"b" * sealed.PIECE, b"c"], "x"))
    step, head = sealed.PIECE + 16, sealed.HEAD_BYTES
    first, second, rest = whole[head : head + step], whole[head + step : head + 2 * step], whole[head + 2 * step :]
    spoilt = {
        "cut": whole[:head] + first + second,
        "swapped": whole[:head] + second + first + rest,
        "renamed": whole,
        "changed": whole[:-1] + b"x",
    }[spoil]
    (tmp_path / "x").write_bytes(spoilt)
    with pytest.raises(keys.SealBroken), sealed.SealedReader((tmp_path / "x").open("rb"), "y" if spoil == "renamed" else "x") as reader:
        reader.read()


def test_a_file_from_before_opens_and_is_sealed_by_the_job(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    digest = hashlib.sha256(PDF).hexdigest()
    old = tmp_path / digest[:2] / digest[2:4] / digest
    old.parent.mkdir(parents=True)
    old.write_bytes(PDF)
    row = kept.StoredFile.objects.create(
        place=digest, sha256=digest, size=len(PDF), media_type="application/pdf", name="a.pdf", owner_kind="system", stored_at=NOW
    )
    with files.open(row.pk) as file:
        assert file.read() == PDF
    assert files.unsealed() == 1
    jobs.seal_anew(now=NOW)
    assert not old.exists()
    assert files.unsealed() == 0
    with files.open(row.pk) as file:
        assert file.read() == PDF
    old.parent.mkdir(parents=True, exist_ok=True)
    old.write_bytes(b"%PDF of somebody else")
    kept.StoredFile.objects.update(place=digest)
    with pytest.raises(keys.SealBroken):
        files.open(row.pk)
