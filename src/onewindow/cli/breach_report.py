"""The answer of the breach drill, as Markdown for people and as JSON for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from onewindow.cli.breach_remedies import remedies

if TYPE_CHECKING:
    from onewindow.domain.breach import Duty
    from onewindow.modules.breach.services import Concerned, Found

FORMAT = "onewindow-breach/1"


@dataclass(frozen=True, slots=True)
class Case:
    """What was asked and found. Unit: `seconds` that it took."""

    what: str
    found: "Found"
    names: Mapping[UUID, Mapping[str, str]]
    known: Mapping[str, Any]
    known_at: datetime
    log: str
    seconds: float = field(compare=False)


def duties(case: Case) -> "tuple[Duty, ...]":
    from django.conf import settings

    from onewindow.domain import breach
    from onewindow.plumbing import clock

    return breach.duties(case.known_at, clock.local_date(case.known_at), settings.ONEWINDOW_BREACH_LAW)


def as_json(case: Case) -> dict[str, Any]:
    """Return everything that can be written as JSON. Shape: `onewindow-breach/1`."""
    found, leak = case.found, case.found.leak
    return {
        "format": FORMAT,
        "incident": found.incident,
        "what": case.what,
        "kind": leak.kind,
        "subjects": list(leak.subjects),
        "since": leak.since.isoformat(),
        "until": leak.until.isoformat(),
        "key_known": leak.key_known,
        "known_at": case.known_at.isoformat(),
        "made_at": found.at.isoformat(),
        "log": case.log,
        "seconds": round(case.seconds, 2),
        "counts": {
            "persons": len(found.persons),
            "cases": len({reference for row in found.persons for reference in row.cases}),
            "looks": found.looks,
            "denied": found.denied,
            "unresolved_questions": found.unresolved,
            "by_category": found.by_category(),
            "sealed_only": sum(not row.categories and bool(row.sealed) for row in found.persons),
        },
        "acts": dict(found.acts),
        "registers": dict(found.registers),
        "tables": dict(found.tables),
        "gathered": [{**asdict(held), "open": sorted(held.open), "sealed": sorted(held.sealed)} for held in found.gathered],
        "clock": [{**asdict(duty), "until": duty.until.isoformat()} for duty in duties(case)],
        "remedies": [{"why": why, "command": command} for why, command in remedies(case.what, leak, case.known)],
        "persons": [_person(row, case) for row in found.persons],
    }


def _person(row: "Concerned", case: Case) -> dict[str, Any]:
    told = {
        "account": str(row.person),
        "cases": list(row.cases),
        "categories": list(row.categories),
        "sealed": list(row.sealed),
        "looks": row.looks,
        "rows": row.rows,
        "changed": row.changed,
        "first_at": row.first_at.isoformat() if row.first_at else None,
        "last_at": row.last_at.isoformat() if row.last_at else None,
    }
    return {**told, "name": dict(case.names[row.person])} if row.person in case.names else told


def as_markdown(case: Case) -> str:
    return "\n".join(_lines(case)) + "\n"


def _lines(case: Case) -> Iterator[str]:
    found, leak = case.found, case.found.leak
    counts = as_json(case)["counts"]
    yield f"# Incident {found.incident}"
    yield ""
    yield f"What leaked: {case.what} {' '.join(case.known.get('username', '').split() or leak.subjects)}".rstrip()
    yield f"Span: {leak.since:%Y-%m-%d %H:%M %Z} to {leak.until:%Y-%m-%d %H:%M %Z}. Known since {case.known_at:%Y-%m-%d %H:%M %Z}."
    yield f"The log of reads and acts: {case.log}. Found in {case.seconds:.1f} s."
    yield ""
    yield f"**{counts['persons']:,} persons, {counts['cases']:,} cases, {counts['looks']:,} looks.**"
    if counts["sealed_only"]:
        yield f"Of {counts['sealed_only']:,} of them only what is sealed leaked; without the master key nobody reads it."
    if found.denied:
        yield f"{found.denied:,} attempts were denied."
    if found.unresolved:
        yield f"{found.unresolved:,} questions to registers belong to drafts that are gone; whom they were about, the log of reads says."
    yield ""
    yield from _counted("What could be read, of how many persons", counts["by_category"])
    yield from _counted("What the account did (what it changed may be wrong now)", found.acts)
    yield from _counted("Questions to registers", found.registers)
    yield from _counted("Rows copied, or of the account itself", found.tables)
    yield from _gathered(case)
    yield "## What to do now"
    yield ""
    for why, command in remedies(case.what, leak, case.known):
        yield f"- {why}"
        if command:
            yield f"  `{command}`"
    yield ""
    yield "## What the law asks for"
    yield ""
    for duty in duties(case):
        when = "at once" if duty.at_once else f"until {duty.until:%Y-%m-%d %H:%M %Z}"
        yield f"- **{duty.to}, {when}**: {duty.says} {duty.spared}".rstrip() + f" ({duty.law})"
    yield ""
    yield from _persons(case)


def _gathered(case: Case) -> Iterator[str]:
    if case.found.gathered:
        yield "## Records of other registers (whom they are about, their owner knows)"
        yield ""
        for held in case.found.gathered:
            read, sealed = (", ".join(sorted(kinds)) or "nothing" for kinds in (held.open, held.sealed))
            yield f"- {held.name}, of {held.resource}: {held.rows:,} records. Could be read: {read}. Sealed: {sealed}."
        yield ""


def _counted(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        yield f"## {title}"
        yield ""
        yield from (f"- {name}: {count:,}" for name, count in counts.items())
        yield ""


def _persons(case: Case) -> Iterator[str]:
    yield "## Persons"
    yield ""
    named = " name |" if case.names else ""
    yield f"| account |{named} cases | could be read | sealed | looks | changed | first | last |"
    yield f"| --- |{' --- |' if named else ''} --- | --- | --- | --- | --- | --- | --- |"
    for row in case.found.persons:
        name = f" {_said(case.names.get(row.person, {}))} |" if named else ""
        span = " | ".join(f"{at:%Y-%m-%d %H:%M}" if at else "" for at in (row.first_at, row.last_at))
        parts = (", ".join(row.cases), ", ".join(row.categories), ", ".join(row.sealed), f"{row.looks:,}", f"{row.changed:,}")
        yield f"| {row.person} |{name} {' | '.join(parts)} | {span} |"


def _said(name: Mapping[str, str]) -> str:
    """A name as a cell of a table: what somebody called themselves must not draw the table anew."""
    return (name.get("zh") or next(iter(name.values()), "")).replace("|", "\\|").replace("\n", " ")
