"""Filing the restaurant, a case of 16 nodes, through the service, against the same rows by bare SQL in one transaction, in the same run.

python bench/submit.py                              SQLite as an installation has it, then PostgreSQL
python bench/submit.py --database-url postgresql://…
"""

import argparse
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.installation import measure_on_both

CATALOGUE = Path(__file__).resolve().parents[1] / "scenarios" / "restaurant" / "catalogue"
TABLES = (
    "cases_issuedreference",
    "cases_case",
    "cases_casemark",
    "cases_caseservice",
    "cases_task",
    "cases_casevalue",
    "cases_attachment",
    "cases_timelineentry",
    "plumbing_auditentry",
    "plumbing_idempotencykey",
    "plumbing_outboxrow",
)
NOW = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
Insert = Callable[[Sequence[tuple[str, list[str], list[tuple[Any, ...]]]], uuid.UUID, uuid.UUID], None]


def prepare(count: int) -> tuple[Any, list[uuid.UUID]]:
    """Load the restaurant's catalogue and bring drafts to the point where only the declaration is missing."""
    from onewindow.modules.cases import models, services
    from onewindow.modules.catalogue import selectors
    from onewindow.modules.catalogue import services as catalogue
    from onewindow.modules.exchange import services as exchange
    from onewindow.modules.identity.models import Identification, Person, User
    from onewindow.plumbing import calendars
    from onewindow.plumbing.actors import Actor

    calendars.seed_calendars()
    files = [(path.name, path.read_bytes()) for path in sorted(CATALOGUE.glob("*.yaml"))]
    release = catalogue.load_catalogue(files=files, actor=Actor.system("bench"), now=NOW).number
    elements = selectors.catalogue_at(release).elements

    def query(*, resource: str, fields: Sequence[str], now: datetime, **_: Any) -> exchange.Answer:
        return exchange.Answer({name: some_value(elements[name]) for name in fields}, resource, now)

    exchange.query = query  # type: ignore[assignment]
    user = User.objects.create(username="bench", display_name={"zh": "王丽"}, phone="13800000001")
    facts = {"full-name": "王丽", "resident-id": "110101199003072316", "phone": "13800000001"}
    Person.objects.create(user=user, facts=facts)
    Identification.objects.create(user=user, level=2, method="register", source="bench", at=NOW)
    actor = Actor(kind="person", id=user.id)
    draft_id = filled_in(services, elements, actor)
    draft = models.Draft.objects.get(pk=draft_id)
    uploads = list(draft.uploads.all())
    ids = []
    for _ in range(count):
        draft.pk = uuid.uuid4()
        draft.save(force_insert=True)
        ids.append(draft.pk)
        for upload in uploads:
            upload.pk, upload.draft_id = uuid.uuid4(), draft.pk
        models.Upload.objects.bulk_create(uploads)
    return actor, ids


def filled_in(services: Any, elements: Any, actor: Any) -> uuid.UUID:
    """Return a draft in which everything is answered, fetched, typed and uploaded."""
    from onewindow.modules.cases import selectors

    draft = services.start_draft(event_id="open-a-restaurant", actor=actor, now=NOW)
    answers = {"serves": "hot", "outdoor-sign": True, "employs-staff": True}
    version = services.save_answers(draft_id=draft.id, answers=answers, version=draft.version, actor=actor, now=NOW).version
    for _ in range(3):
        page = selectors.draft_page(draft_id=draft.id, actor=actor)
        values = {row.element: some_value(elements[row.element]) for row in page.fields}
        version = services.save_elements(draft_id=draft.id, values=values, version=version, actor=actor, now=NOW).version
        services.refresh_prefill(draft_id=draft.id, actor=actor, now=NOW)
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    for document in selectors.draft_page(draft_id=draft.id, actor=actor).documents:
        services.add_upload(
            draft_id=draft.id, evidence_type=document.type, name="a.pdf", media_type="application/pdf", content=pdf, actor=actor, now=NOW
        )
    return uuid.UUID(str(draft.id))


def some_value(element: Any) -> Any:
    """Return a value that fits an element."""
    by_type = {"integer": 48, "number": 86.5, "boolean": True, "date": "2027-03-08", "address": "胜利路 88 号", "phone": "13800000001"}
    if element.type == "enum":
        first = element.values[0]
        return first.get("id", first.get("value"))
    return by_type.get(element.type, f"{element.id} 老灶台")


def rows_of(case_id: uuid.UUID, reference: str) -> list[tuple[str, list[str], list[tuple[Any, ...]]]]:
    """Read back everything that one filing wrote, table by table, as raw values."""
    from django.db import connection

    from onewindow.plumbing import idempotency

    found = []
    key = case_id.hex if connection.vendor == "sqlite" else str(case_id)
    where = {
        "cases_issuedreference": ("reference = %s", reference),
        "cases_case": ("id = %s", key),
        "plumbing_auditentry": ("subject_id = %s", str(case_id)),
        "plumbing_idempotencykey": ("key = %s", idempotency.kept(reference_key(case_id))),
        "plumbing_outboxrow": (
            "payload LIKE %s" if connection.vendor == "sqlite" else "payload::text LIKE %s",
            f"%{case_id}%",
        ),
    }
    with connection.cursor() as cursor:
        for table in TABLES:
            condition, value = where.get(table, ("case_id = %s", key))
            cursor.execute(f"SELECT * FROM {table} WHERE {condition}", [value])  # noqa: S608
            names = [column[0] for column in cursor.description]
            found.append((table, names, cursor.fetchall()))
    return found


_keys: dict[uuid.UUID, str] = {}


def reference_key(case_id: uuid.UUID) -> str:
    return _keys[case_id]


def renewed(template: Sequence[tuple[str, list[str], list[tuple[Any, ...]]]], case_id: uuid.UUID, vendor: str) -> list[Any]:
    """Return the same rows with ids of their own, so that they can be written once more."""
    fresh: dict[str, str] = {}
    reference = uuid.uuid4().hex[:12]

    def own(table: str, name: str, value: Any) -> Any:
        text = value.hex if isinstance(value, uuid.UUID) else value
        if isinstance(text, str) and text == case_id.hex:
            new = fresh.setdefault(text, uuid.uuid4().hex)
            return new if vendor == "sqlite" else uuid.UUID(new)
        if name == "reference":
            return reference
        if name == "id" and isinstance(text, str):
            return uuid.uuid4().hex if vendor == "sqlite" else uuid.uuid4()
        if name == "key" and table.endswith("idempotencykey"):
            return uuid.uuid4().hex
        return value

    found = []
    for table, names, values in template:
        kept = [n for n, name in enumerate(names) if not (name == "id" and values and isinstance(values[0][n], int))]
        found.append((table, [names[n] for n in kept], [tuple(own(table, names[n], row[n]) for n in kept) for row in values]))
    return found


@contextmanager
def bare_sqlite(path: str) -> Iterator[Insert]:
    import sqlite3

    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")

    def insert(rows: Sequence[Any], case_id: uuid.UUID, draft_id: uuid.UUID) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for table, names, values in rows:
            if values:
                marks = ", ".join("?" * len(names))
                columns = ", ".join(f'"{name}"' for name in names)
                connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)  # noqa: S608
        connection.execute("UPDATE cases_draft SET filed_case_id = ? WHERE id = ?", [case_id.hex, draft_id.hex])
        connection.execute("COMMIT")

    yield insert
    connection.close()


@contextmanager
def bare_postgresql(url: str) -> Iterator[Insert]:
    import psycopg

    connection = psycopg.connect(url, autocommit=True)

    def insert(rows: Sequence[Any], case_id: uuid.UUID, draft_id: uuid.UUID) -> None:
        with connection.transaction(), connection.cursor() as cursor:
            for table, names, values in rows:
                if values:
                    marks = ", ".join(["%s"] * len(names))
                    columns = ", ".join(f'"{name}"' for name in names)
                    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
                    cursor.executemany(statement.encode(), values)
            cursor.execute("UPDATE cases_draft SET filed_case_id = %s WHERE id = %s", [case_id, draft_id])

    yield insert
    connection.close()


def fsync_floor(folder: Path) -> float:
    """Return the median of a bare write and fsync of 16 kB. Unit: seconds."""
    times = []
    with (folder / "floor").open("wb") as file:
        for _ in range(50):
            began = time.perf_counter()
            file.write(b"x" * 16384)
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def measure(count: int) -> dict[str, Any]:
    """File `count` cases through the service and as many by bare SQL, by turns."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from onewindow.cli.migrate import apply_migrations
    from onewindow.modules.cases import models, selectors, services

    apply_migrations()
    actor, drafts = prepare(2 * count + 5)
    promised = sorted({row.type for row in selectors.draft_page(draft_id=drafts[0], actor=actor).commitments})

    def through_the_service(draft_id: uuid.UUID) -> Any:
        key = uuid.uuid4().hex
        filed = services.file_case(draft_id=draft_id, idempotency_key=key, declared=True, promised=promised, actor=actor, now=NOW)
        _keys[filed.case_id] = key
        return filed

    for draft_id in drafts[:5]:
        model = through_the_service(draft_id)
    vendor = connection.vendor
    template: Any = rows_of(model.case_id, model.reference)
    nodes = len(models.Case.objects.get(pk=model.case_id).plan["nodes"])
    bare = (
        bare_sqlite(settings.DATABASES["default"]["NAME"]) if vendor == "sqlite" else bare_postgresql(os.environ["ONEWINDOW_DATABASE_URL"])
    )
    ours, theirs = [], []
    with bare as insert:
        for own, other in zip(drafts[5 : 5 + count], drafts[5 + count :], strict=True):
            began = time.perf_counter()
            through_the_service(own)
            ours.append(time.perf_counter() - began)
            rows = renewed(template, model.case_id, vendor)
            new_case = next(values[0][names.index("id")] for table, names, values in rows if table == "cases_case")
            case_id = uuid.UUID(new_case) if isinstance(new_case, str) else new_case
            began = time.perf_counter()
            insert(rows, case_id, other)
            theirs.append(time.perf_counter() - began)
    service, sql = statistics.median(ours), statistics.median(theirs)
    return {
        "database": vendor,
        "nodes": nodes,
        "rows": sum(len(values) for _, _, values in template),
        "cases": count,
        "service_ms": round(service * 1000, 2),
        "service_best_ms": round(min(ours) * 1000, 2),
        "bare_sql_best_ms": round(min(theirs) * 1000, 2),
        "bare_sql_ms": round(sql * 1000, 2),
        "fsync_ms": round(fsync_floor(Path(os.environ["ONEWINDOW_HOME"])) * 1000, 2),
        "ratio": round(sql / service, 3),
    }


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--database-url", help="measure on this PostgreSQL, in a database that may be written to")
    arguments.add_argument("--count", type=int, default=100)
    arguments.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.inside:
        print(json.dumps(measure(given.count)))
        return 0
    return measure_on_both(__file__, "--count", str(given.count), url=given.database_url)


if __name__ == "__main__":
    sys.exit(main())
