"""Loading a code list: all of it or nothing. Codes that a newer list lacks end on its first day and keep their names."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from onewindow.modules.catalogue.code_lists.reading import CodeRow
from onewindow.modules.catalogue.models import Code, CodeList
from onewindow.modules.catalogue.search.pinyin import syllables
from onewindow.modules.catalogue.search.tokens import fold, is_han, runs
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

MOST_LEVELS = 8
BATCH = 500


@dataclass(frozen=True, slots=True)
class CodeListInfo:
    """What became of a load. `changed` is false where the list said the same before."""

    id: str
    codes: int
    ended: int
    changed: bool


@transaction.atomic
def load_code_list(
    *, code_list: str, title: str, source: str, valid_from: date, rows: Sequence[CodeRow], actor: Actor, now: datetime
) -> CodeListInfo:
    """Put a list, or a newer state of it, in force.

    Raises: Forbidden.
    """
    permissions.require(actor, "catalogue.load")
    digest = _digest(title, source, valid_from, rows)
    before = CodeList.objects.filter(pk=code_list).first()
    known = {row.code for row in rows}
    if before is not None and before.digest == digest:
        return CodeListInfo(code_list, len(known), 0, changed=False)
    kept = CodeList(id=code_list, title=title, source=source, valid_from=valid_from, digest=digest, loaded_at=now)
    kept.save()
    gone = [row.pk for row in Code.objects.filter(code_list=kept, ended_on=None).only("code") if row.code not in known]
    for start in range(0, len(gone), BATCH):
        Code.objects.filter(pk__in=gone[start : start + BATCH]).update(ended_on=valid_from)
    Code.objects.bulk_create(
        _codes(kept, rows),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["code_list", "code"],
        update_fields=["name", "parent", "path", "words", "ended_on"],
    )
    details = {"list": code_list, "codes": len(known), "ended": len(gone)}
    audit.record(actor=actor, action="catalogue.code-list", subject_kind="code-list", subject_id=code_list, at=now, details=details)
    return CodeListInfo(code_list, len(known), len(gone), changed=True)


def _codes(kept: CodeList, rows: Iterable[CodeRow]) -> list[Code]:
    by_code = {row.code: row for row in rows}
    own = {code: _words(row) for code, row in by_code.items()}
    found = []
    for row in by_code.values():
        above = _above(row, by_code)
        words = " ".join((own[row.code], *(own[wider.code] for wider in above)))
        path = [dict(wider.name) for wider in reversed(above)]
        found.append(Code(code_list=kept, code=row.code, name=row.name, parent=row.parent, path=path, words=words))
    return found


def _above(row: CodeRow, by_code: Mapping[str, CodeRow]) -> list[CodeRow]:
    """Return what a code lies in, the nearest first."""
    found: list[CodeRow] = []
    while row.parent in by_code and len(found) < MOST_LEVELS:
        row = by_code[row.parent]
        found.append(row)
    return found


def _words(row: CodeRow) -> str:
    """Return what an entry is found by; “=” marks where a name begins."""
    said = [f"={fold(name)}" for name in row.name.values()]
    for run in (run for name in row.name.values() for run in runs(fold(name)) if is_han(run[0])):
        sounds = syllables(run)
        said += [f"={''.join(sounds)}", f"={''.join(sound[0] for sound in sounds)}"]
    return " ".join(["", row.code.lower(), *said])


def _digest(title: str, source: str, valid_from: date, rows: Iterable[CodeRow]) -> str:
    told = [title, source, valid_from.isoformat(), [asdict(row) for row in rows]]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, default=str).encode()).hexdigest()
