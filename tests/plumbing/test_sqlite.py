"""The queue of writers to one SQLite file."""

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.db.utils import load_backend

from onewindow.config.environment import database

WRITERS, TRANSACTIONS = 8, 40


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "queue.sqlite3"
    with sqlite3.connect(path) as tables:
        tables.execute("PRAGMA journal_mode = WAL")
        tables.execute("CREATE TABLE note (writer INTEGER, number INTEGER)")
        tables.execute("CREATE TABLE total (notes INTEGER)")
        tables.execute("INSERT INTO total VALUES (0)")
    return path


def connect(path: Path) -> Any:
    settings = {
        **database(f"sqlite://{path}"),
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "TIME_ZONE": None,
        "CONN_HEALTH_CHECKS": False,
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "TEST": {"NAME": None, "MIGRATE": True, "MIRROR": None, "CHARSET": None, "COLLATION": None},
    }
    return load_backend("onewindow.plumbing.sqlite").DatabaseWrapper(settings, alias=f"queue-{time.monotonic_ns()}")


@pytest.fixture
def connections(file: Path, django_db_blocker: Any) -> Iterator[list[Any]]:
    opened = [connect(file), connect(file)]
    with django_db_blocker.unblock():  # these are databases of their own, not the one of the tests
        yield opened
        for connection in opened:
            connection.close()


def begin(connection: Any) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(connection: Any) -> None:
    connection.commit()
    connection.set_autocommit(True)


def is_free(path: Path) -> bool:
    probe = connect(path)
    done = threading.Event()

    def write() -> None:
        begin(probe)
        end(probe)
        probe.close()
        done.set()

    probe.inc_thread_sharing()
    threading.Thread(target=write, daemon=True).start()
    return done.wait(2)


def test_eight_processes_that_write_at_once_wait_for_each_other_less_than_a_second(file: Path) -> None:
    script = Path(__file__).with_name("writer_process.py")
    writers = [
        subprocess.Popen([sys.executable, str(script), str(file), str(number), str(TRANSACTIONS), "queue"], stdout=subprocess.PIPE)
        for number in range(WRITERS)
    ]
    deadline = time.monotonic() + 60
    while len(list(file.parent.glob("*.ready-*"))) < WRITERS and time.monotonic() < deadline:
        time.sleep(0.02)
    Path(f"{file}.go").touch()
    waits = [json.loads(writer.communicate(timeout=60)[0])["longest_wait"] for writer in writers]
    with sqlite3.connect(file) as tables:
        assert tables.execute("SELECT notes FROM total").fetchone() == (WRITERS * TRANSACTIONS,)
        assert tables.execute("SELECT count(*) FROM note").fetchone() == (WRITERS * TRANSACTIONS,)
    assert max(waits) < 1, waits


def test_what_is_committed_is_durable_and_readers_do_not_wait_for_writers(connections: list[Any]) -> None:
    writer, reader = connections
    begin(writer)
    with writer.cursor() as cursor:
        cursor.execute("UPDATE total SET notes = 7")
    with reader.cursor() as cursor:
        assert cursor.execute("SELECT notes FROM total").fetchone() == (0,)
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
    end(writer)
    with reader.cursor() as cursor:
        assert cursor.execute("SELECT notes FROM total").fetchone() == (7,)


def test_a_table_of_ones_own_is_filled_while_another_writes(connections: list[Any]) -> None:
    begin(connections[0])
    with connections[1].cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE seen AS SELECT notes FROM total")
        assert cursor.execute("SELECT notes FROM seen").fetchone() == (0,)
    end(connections[0])


def test_a_writer_that_fails_lets_the_next_one_in(file: Path, connections: list[Any]) -> None:
    begin(connections[0])
    connections[0].rollback()
    connections[0].set_autocommit(True)
    assert is_free(file)


def test_a_writer_that_is_cut_off_lets_the_next_one_in(file: Path, connections: list[Any]) -> None:
    begin(connections[0])
    connections[0].close()
    assert is_free(file)


def test_a_writer_that_cannot_begin_lets_the_next_one_in(file: Path, connections: list[Any]) -> None:
    blocker = sqlite3.connect(file, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    connections[0].ensure_connection()
    with connections[0].cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(OperationalError, match="locked"):
        begin(connections[0])
    blocker.execute("ROLLBACK")
    blocker.close()
    assert is_free(file)


def test_a_single_write_outside_a_transaction_waits_in_the_same_queue(file: Path, connections: list[Any]) -> None:
    holder, other = connections
    other.inc_thread_sharing()
    order: list[str] = []

    def write() -> None:
        with other.cursor() as cursor:
            cursor.execute("UPDATE total SET notes = notes + 1")
        order.append("single write")

    begin(holder)
    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(0.15)
    order.append("transaction")
    end(holder)
    thread.join(5)
    assert order == ["transaction", "single write"]
    assert is_free(file)


def test_a_writer_waits_in_the_kernel_and_not_by_asking_the_database_again_and_again(connections: list[Any]) -> None:
    holder, other = connections
    other.inc_thread_sharing()
    holder.ensure_connection()
    holder._lock.take()  # nothing is locked in the database itself
    written = threading.Event()

    def write() -> None:
        begin(other)
        end(other)
        written.set()

    threading.Thread(target=write, daemon=True).start()
    assert not written.wait(0.2), "it did not queue"
    holder.unlock()
    assert written.wait(5)


def test_one_thread_with_two_connections_is_told_instead_of_waiting_for_itself_for_ever(connections: list[Any]) -> None:
    begin(connections[0])
    with pytest.raises(OperationalError, match="already writes"):
        begin(connections[1])
    end(connections[0])


@pytest.mark.django_db(transaction=True)
def test_the_database_of_the_tests_itself_works_in_nested_transactions() -> None:
    from onewindow.plumbing.models import WorkYear

    with transaction.atomic():
        WorkYear.objects.create(region="XX", year=1999, source="test")
        with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
            WorkYear.objects.create(region="XX", year=1998, source="test")
            raise RuntimeError
    assert list(WorkYear.objects.filter(region="XX").values_list("year", flat=True)) == [1999]
