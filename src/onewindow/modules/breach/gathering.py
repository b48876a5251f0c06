"""Putting together whom a leak concerns: from the log of reads, the audit log, the questions to registers, and the tables."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from onewindow.modules.breach.leaks import Concerned, Leak, NothingToFind
from onewindow.modules.exchange import selectors as exchange
from onewindow.plumbing import accesses, audit, personal
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.exposure import CATEGORIES, Gathered, Look, Owner, Table, shares

NOBODY = UUID(int=0)
"""The holder of numbers whose case is gone."""


@dataclass
class _Person:
    cases: set[UUID] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    sealed: set[str] = field(default_factory=set)
    looks: int = 0
    rows: int = 0
    changed: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def saw(self, at: datetime) -> None:
        self.first = at if self.first is None else min(self.first, at)
        self.last = at if self.last is None else max(self.last, at)


class Gathering:
    """What one leak gave away, person by person."""

    def __init__(self, leak: Leak, actor: Actor) -> None:
        self.leak, self.actor = leak, actor
        self.persons: dict[UUID, _Person] = {}
        self.looks = self.denied = self.unresolved = 0
        self.acts: Counter[str] = Counter()
        self.registers: Counter[str] = Counter()
        self.tables: Counter[str] = Counter()
        self.gathered: list[Gathered] = []
        self._shown: dict[Look, frozenset[str]] = {}
        self._exposures = personal.exposures()

    def gather(self) -> None:
        """Follow the leak by its kind. Raises: NothingToFind."""
        span, (first, *_) = (self.leak.since, self.leak.until), (*self.leak.subjects, "")
        match self.leak.kind:
            case "account":
                account = UUID(first)
                self._read(accesses.within(*span, actor_id=account))
                self.denied = _times(accesses.within(*span, kind=accesses.DENIED, actor_id=account))
                self._acted(account)
                self._asked(exchange.questions(since=span[0], until=span[1], asker=account, actor=self.actor))
                self._held(self._tables(), person=account)
            case "system":
                self._read(accesses.within(*span, actor_name=f"signon:{first}"))
            case "register":
                told = accesses.within(*span, what=accesses.REGISTER)
                self._read(entry for entry in told if first in entry.details.get("resources", ()))
                self._asked(exchange.questions(since=span[0], until=span[1], resource=first, actor=self.actor))
            case "span":
                self._read(accesses.within(*span))
                self.denied = _times(accesses.within(*span, kind=accesses.DENIED))
            case "tables":
                self._held(self._tables(*self.leak.subjects))
                self._gather_records(*self.leak.subjects)
            case "files":
                self._held([table for table in self._tables() if table.file], files=True)

    def concerned(self) -> Iterable[Concerned]:
        """Return the persons, by number, with the references of their cases."""
        self.persons.pop(NOBODY, None)
        references: dict[UUID, str] = {}
        wanted = sorted({case for person in self.persons.values() for case in person.cases})
        for exposure in self._exposures:
            for first in range(0, len(wanted), 500):
                references |= exposure.references(wanted[first : first + 500])
        for ident, row in sorted(self.persons.items()):
            yield Concerned(
                person=ident,
                cases=tuple(sorted(references.get(case, str(case)) for case in row.cases)),
                categories=_in_order(row.open),
                sealed=_in_order(row.sealed - row.open),
                looks=row.looks,
                rows=row.rows,
                changed=row.changed,
                first_at=row.first,
                last_at=row.last,
            )

    def _read(self, entries: Iterable[accesses.Taken]) -> None:
        for entry in entries:
            self.looks += 1
            shown = self._what(entry)
            for key, cases in entry.persons.items():
                row = self.persons.setdefault(UUID(key), _Person())
                row.looks += 1
                row.open |= shown
                row.cases.update(UUID(case) for case in cases)
                if entry.case and not cases:
                    row.cases.add(entry.case)
                row.saw(entry.at)

    def _what(self, entry: accesses.Taken) -> frozenset[str]:
        """Return what a look showed; of a kind that nobody declared, everything."""
        look = Look(entry.what, entry.organisation, entry.purpose, entry.case, _hashable(entry.details))
        if look not in self._shown:
            known = next((found for exposure in self._exposures if (found := exposure.looks.get(look.what))), None)
            self._shown[look] = frozenset(known(look)) if known else frozenset(CATEGORIES)
        return self._shown[look]

    def _acted(self, account: UUID) -> None:
        """Find whose cases and accounts the acts of an account were about: what it changed may be wrong now."""
        subjects: dict[str, dict[str, list[datetime]]] = {}
        for act in audit.acts_of(account, self.leak.since, self.leak.until):
            self.acts[act.action] += 1
            subjects.setdefault(act.subject_kind, {}).setdefault(act.subject_id, []).append(act.at)
        for kind, moments in subjects.items():
            for ident, owner in self._owners(kind, list(moments)).items():
                row = self._of(owner)
                row.changed += len(moments[ident])
                for at in moments[ident]:
                    row.saw(at)

    def _asked(self, questions: Iterable[exchange.Asked]) -> None:
        """Count the questions to registers; what the log of reads told already adds nobody."""
        matters: dict[str, list[exchange.Asked]] = {}
        for question in questions:
            self.registers[question.resource] += 1
            matters.setdefault(str(question.subject_id), []).append(question)
        left = set(matters)
        for kind in ("draft", "case", "user"):
            for ident, owner in self._owners(kind, sorted(left)).items():
                row = self._of(owner)
                left.discard(ident)
                for question in matters[ident]:
                    row.open |= self._what_register(question.resource)
                    row.saw(question.at)
        self.unresolved += len(left)

    def _what_register(self, resource: str) -> frozenset[str]:
        return self._what(accesses.Taken(self.leak.since, accesses.REGISTER, "", "", None, {}, {"resources": [resource]}, ""))

    def _held(self, tables: Iterable[Table], *, person: UUID | None = None, files: bool = False) -> None:
        for table in tables:
            for share in shares(table, until=None if person else self.leak.until, person=person):
                row = self.persons.setdefault(share.person, _Person())
                row.rows += share.rows
                self.tables[table.name] += share.rows
                if share.case:
                    row.cases.add(share.case)
                readable = self.leak.key_known or person is not None
                sealed = {"documents"} if files else share.sealed
                row.open |= (share.open if not files else frozenset()) | (sealed if readable else frozenset())
                row.sealed |= frozenset() if readable else frozenset(sealed)

    def _tables(self, *names: str) -> list[Table]:
        """Return the tables of these names, or all of them. Raises: NothingToFind."""
        every = [table for exposure in self._exposures for table in exposure.tables]
        known = sorted({table.name for table in every} | {held.name for held in self._gathered()})
        for name in names:
            if name not in known:
                raise NothingToFind(kind="table with data about people", subject=name, known=f"There are: {', '.join(known)}.")
        return [table for table in every if not names or table.name in names]

    def _gathered(self) -> list[Gathered]:
        return [held for exposure in self._exposures for held in exposure.gathered()]

    def _gather_records(self, *names: str) -> None:
        """Count the records of other registers: whom they are about stands in them, not among the accounts."""
        for held in self._gathered():
            if not names or held.name in names:
                read = held.open | held.sealed if self.leak.key_known else held.open
                self.gathered.append(replace(held, open=read, sealed=held.sealed - read))

    def _owners(self, kind: str, ids: list[str]) -> Mapping[str, Owner]:
        found: dict[str, Owner] = {}
        for exposure in self._exposures:
            if kind in exposure.owners:
                for first in range(0, len(ids), 500):
                    found |= exposure.owners[kind](ids[first : first + 500])
        return found

    def _of(self, owner: Owner) -> _Person:
        row = self.persons.setdefault(owner.person, _Person())
        if owner.case:
            row.cases.add(owner.case)
        return row


def _times(denials: Iterable[accesses.Taken]) -> int:
    """Count denials; of a flood an entry tells how many they were."""
    return sum(int(entry.details.get("times", 1)) for entry in denials)


def _in_order(categories: Iterable[str]) -> tuple[str, ...]:
    found = set(categories)
    return tuple(name for name in CATEGORIES if name in found)


def _hashable(details: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(sorted((name, tuple(_texts(value))) for name, value in details.items()))


def _texts(value: Any) -> list[str]:
    return [item if isinstance(item, str) else json.dumps(item) for item in value] if isinstance(value, list) else [str(value)]
