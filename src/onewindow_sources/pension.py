"""The basic pension of an employee, worked out by dated parameters. The parameters stand in a data file with the law beside them.

A career is a list of spans {from: "1988-09", until: "2001-03", index: 1.1}: the first and the last month of work, and the pay as a
multiple of the local average. A span without an end goes on. Money is in yuan while it is worked out and in fen where it is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Rules = Mapping[str, Any]
Career = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Retirement:
    """When somebody reaches the age. `month` counts from year 0; `age_months` is how old they are then."""

    month: int
    age_months: int


@dataclass(frozen=True, slots=True)
class Account:
    """What a career comes to. `deemed_months`: worked before accounts began, which count as if they had been paid for."""

    paid_months: int
    deemed_months: int
    average_index: Decimal
    balance: Decimal
    base: Decimal
    """The pay of the last month that contributions were paid on."""

    @property
    def years(self) -> Decimal:
        return Decimal(self.paid_months + self.deemed_months) / 12


@dataclass(frozen=True, slots=True)
class Pension:
    """The monthly parts of a pension. Unit: yuan."""

    basic: Decimal
    account: Decimal
    transitional: Decimal

    @property
    def total(self) -> Decimal:
        return self.basic + self.account + self.transitional


def month_of(written: str) -> int:
    """Return a month as a number that can be counted with.

    >>> month_of("2025-01") - month_of("2024-11")
    2
    """
    year, month = written.split("-")[:2]
    return int(year) * 12 + int(month) - 1


def written(month: int) -> str:
    """Return a month as it is written.

    >>> written(month_of("2025-01") + 12)
    '2026-01'
    """
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def in_force(table: Sequence[Mapping[str, Any]], month: int) -> Mapping[str, Any]:
    """Return the row of a dated table that holds in a month: the last one that has begun. Raises: ValueError before the first."""
    begun = [row for row in table if month_of(str(row["from"])) <= month]
    if not begun:
        raise ValueError(f"no rule is dated for {written(month)}; the first begins {table[0]['from']}")
    return begun[-1]


def retirement(born: date, group: str, rules: Rules) -> Retirement:
    """Return when somebody reaches the retirement age.

    `group`: man, woman-manager, woman-worker. The age rises by one month for every few months that somebody would have reached the old
    one later, up to a highest age.
    """
    birth = born.year * 12 + born.month - 1
    oldest = rules["retirement_age"][0]["groups"][group]
    before = birth + oldest["years"] * 12
    row = in_force(rules["retirement_age"], before)
    age = row["groups"][group]
    later = 0
    if "every_months" in age:
        passed = before - month_of(str(row["from"]))
        later = min((age["until_years"] - age["years"]) * 12, passed // age["every_months"] + 1)
    months = age["years"] * 12 + later
    return Retirement(birth + months, months)


def least_months(month: int, rules: Rules) -> int:
    """Return for how many months somebody who retires in a month must have paid."""
    return int(in_force(rules["least_contribution"], month)["months"])


def wage(year: int, rules: Rules) -> Decimal:
    """Return the local average monthly pay of a year; what is not published yet is the newest that is. Unit: yuan."""
    wages = rules["local_wage"]
    return _exact(wages.get(year) or wages[max(known for known in wages if known <= year)])


def months_worked(career: Career, last: int) -> Iterator[tuple[int, Decimal]]:
    """Yield every month that was worked, no later than `last`, with its index."""
    for span in career:
        ends = min(last, month_of(str(span["until"]))) if span.get("until") else last
        for month in range(month_of(str(span["from"])), ends + 1):
            yield month, _exact(span["index"])


def account(career: Career, last: int, rules: Rules) -> Account:
    """Return what a career comes to at the end of a month.

    Every month the balance bears a twelfth of the year's rate, which is added to it in December and at the end.
    """
    begins, (lowest, highest) = month_of(str(rules["account"]["from"])), map(_exact, rules["account"]["index_between"])
    worked = dict(months_worked(career, last))
    paid = {month: min(max(index, lowest), highest) for month, index in worked.items() if month >= begins}
    balance = interest = base = Decimal(0)
    for month in range(min(paid, default=last + 1), last + 1):
        interest += balance * _exact(in_force(rules["account"]["interest"], month)["rate"]) / 12
        if month in paid:
            base = paid[month] * wage(month // 12 - 1, rules)
            balance += base * _exact(in_force(rules["account"]["share"], month)["share"])
        if month % 12 == 11 or month == last:
            balance, interest = balance + interest, Decimal(0)
    average = sum(paid.values(), Decimal(0)) / len(paid) if paid else Decimal(0)
    return Account(len(paid), len(worked) - len(paid), average, to_fen(balance), to_fen(base))


def pension(found: Account, at: Retirement, rules: Rules) -> Pension:
    """Return the parts of the pension of somebody who retires in a month with such an account.

    basic = (local average + own indexed average) / 2 x years x a percentage; account = balance / months by age;
    transitional = own indexed average x deemed years x a percentage.
    """
    rates = in_force(rules["pension"], at.month)
    local = wage(at.month // 12 - 1, rules)
    own = local * found.average_index
    return Pension(
        basic=to_fen((local + own) / 2 * found.years * _exact(rates["percent_a_year"]) / 100),
        account=to_fen(found.balance / account_months(at.age_months, rules)),
        transitional=to_fen(own * found.deemed_months / 12 * _exact(rates["percent_a_deemed_year"]) / 100),
    )


def account_months(age_months: int, rules: Rules) -> Decimal:
    """Return over how many months the account is paid out; between whole years of age in proportion, to one decimal."""
    table: Mapping[int, int] = rules["account_months"]
    years, months = divmod(min(max(age_months, min(table) * 12), max(table) * 12), 12)
    after = table.get(years + 1, table[years])
    return (_exact(table[years]) - _exact(table[years] - after) * months / 12).quantize(Decimal("0.1"), ROUND_HALF_UP)


def to_fen(amount: Decimal) -> Decimal:
    """Return an amount of yuan in whole fen, half a fen up."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _exact(number: object) -> Decimal:
    return Decimal(str(number))
