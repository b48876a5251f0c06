"""When personal data leaked, may have leaked, was changed or lost: who is to be told, and until when. The law as dated data.

Source: docs/sources.md#breach
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

DUTIES: Sequence[Mapping[str, Any]] = (
    {
        "regime": "cn",
        "from": "2021-11-01",
        "law": "Personal Information Protection Law (中华人民共和国个人信息保护法), Art. 57",
        "to": "authority",
        "hours": 0,
        "says": "Tell the authorities that protect personal information: categories, causes, possible harm, what was done, "
        "what people can do, whom to ask. Remedy at once.",
    },
    {
        "regime": "cn",
        "from": "2021-11-01",
        "law": "Personal Information Protection Law (中华人民共和国个人信息保护法), Art. 57",
        "to": "persons",
        "hours": 0,
        "says": "Tell the persons concerned the same.",
        "spared": "Where measures effectively avoid the harm they need not be told, unless the authority asks for it.",
    },
    {
        "regime": "cn",
        "from": "2025-11-01",
        "law": "Administrative Measures for National Cybersecurity Incident Reporting (国家网络安全事件报告管理办法), Art. 4",
        "to": "authority",
        "hours": 4,
        "says": "Where the annex of the Measures calls it a relatively large incident or a larger one: tell the provincial cyberspace "
        "administration (central authorities 2 hours, critical infrastructure 1 hour).",
    },
    {
        "regime": "eu",
        "from": "2018-05-25",
        "law": "Regulation (EU) 2016/679, Art. 33",
        "to": "authority",
        "hours": 72,
        "says": "Tell the supervisory authority, unless a risk to people is unlikely; give the reasons where it takes longer.",
    },
    {
        "regime": "eu",
        "from": "2018-05-25",
        "law": "Regulation (EU) 2016/679, Art. 34",
        "to": "persons",
        "hours": 0,
        "says": "Tell the persons concerned without undue delay where the risk to them is high.",
        "spared": "What nobody can read without the key (Art. 34(3)(a)) need not be told.",
    },
)
"""Unit: `hours` after it is known; 0 is at once."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty to tell somebody. `until` is the last moment; `at_once` means that no hour is given, and that one does not wait."""

    law: str
    to: str
    """authority or persons"""
    until: datetime
    at_once: bool
    says: str
    spared: str
    """When it need not be; empty: always."""


def duties(known_at: datetime, day: date, regimes: Collection[str], rows: Sequence[Mapping[str, Any]] = DUTIES) -> tuple[Duty, ...]:
    """Return what the law asks for in the regimes that hold for a city, the most urgent first.

    >>> from datetime import UTC
    >>> known = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> [(row.to, row.at_once, row.until.hour) for row in duties(known, known.date(), ["cn"])]
    [('authority', True, 9), ('persons', True, 9), ('authority', False, 13)]
    >>> len(duties(known, date(2025, 10, 31), ["cn"])), duties(known, known.date(), ["eu"])[1].until.day
    (2, 5)
    """
    found = (
        Duty(
            law=row["law"],
            to=row["to"],
            until=known_at + timedelta(hours=row["hours"]),
            at_once=not row["hours"],
            says=row["says"],
            spared=row.get("spared", ""),
        )
        for row in rows
        if row["regime"] in regimes and date.fromisoformat(row["from"]) <= day
    )
    return tuple(sorted(found, key=lambda duty: duty.until))
