"""What a register works out when it is asked: from a career and dated rules, by the day of the question."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from onewindow_sources import pension
from onewindow_sources.society import born, is_woman

Record = Mapping[str, Any]
Rules = Mapping[str, Any]


def insured(rules: Rules, record: Record, today: date) -> Record:
    """Return what a career has come to by today: months, the base of the last months, the balance of the account."""
    last = today.year * 12 + today.month - 2  # the month that has ended
    worked = dict(pension.months_worked(record["career"], last))
    found = pension.account(record["career"], last, rules)
    recent = sorted(worked)[-12:]
    least = rules.get("least_months", {}).get("woman" if is_woman(str(record["number"])) else "man", 0)
    return {
        "long-enough": len(worked) >= least,
        "months": found.paid_months + found.deemed_months,
        "deemed": found.deemed_months,
        "balance": _fen(found.balance),
        "base": _fen(found.base),
        "first": pension.written(min(worked)) if worked else None,
        "bases": [{"month": pension.written(month), "fen": _base(worked[month], month, rules)} for month in recent],
    }


def _base(index: Decimal, month: int, rules: Rules) -> int:
    return _fen(pension.to_fen(index * pension.wage(month // 12 - 1, rules)))


def retiring(rules: Rules, record: Record, today: date) -> Record:
    """Return when somebody reaches the age, and what they are paid by then; before that, what the years so far would come to."""
    number = str(record["number"])
    birth = born(number)
    group = f"woman-{record['position']}" if is_woman(number) else "man"
    at = pension.retirement(birth, group, rules)
    now = today.year * 12 + today.month - 1
    found = pension.account(record["career"], min(at.month, now), rules)
    enough = found.paid_months + found.deemed_months >= pension.least_months(at.month, rules)
    parts = pension.pension(found, at, rules)
    last_day = monthrange(at.month // 12, at.month % 12 + 1)[1]
    return {
        "reached": (at.month, min(birth.day, last_day)) <= (now, today.day),
        "retires": f"{pension.written(at.month)}-{min(birth.day, last_day):02d}",
        "enough": enough,
        "years": float(round(found.years, 2)),
        "average": float(round(found.average_index, 4)),
        "basic": _fen(parts.basic),
        "account": _fen(parts.account),
        "transitional": _fen(parts.transitional),
        "total": _fen(parts.total),
        "from": f"{pension.written(at.month + 1)}-01",
    }


def taxed(rules: Rules, record: Record, today: date) -> Record:
    """Return the wages of last year and the tax on them, by brackets over what is free of tax."""
    year = today.year - 1
    months = [row for row in pension.months_worked(record["career"], year * 12 + 11) if row[0] // 12 == year]
    income = sum((index * pension.wage(month // 12 - 1, rules) for month, index in months), Decimal(0))
    row = pension.in_force(rules["income_tax"], year * 12)
    left, lower, tax = max(income - Decimal(row["free"]), Decimal(0)), Decimal(0), Decimal(0)
    for step in row["brackets"]:
        upper = Decimal(step["up_to"]) if step["up_to"] else left
        tax += max(min(left, upper) - lower, Decimal(0)) * Decimal(str(step["rate"]))
        lower = upper
    return {"year": year, "income": _fen(pension.to_fen(income)), "tax": _fen(pension.to_fen(tax))}


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)


COMPUTES: Mapping[str, Callable[[Rules, Record, date], Record]] = {"insured": insured, "retiring": retiring, "taxed": taxed}
"""What a register may work out, by the name that its file gives it."""
