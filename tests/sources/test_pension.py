"""The pension by its formula, against cases worked out by hand, and the retirement age against the published table."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from onewindow_sources import pension

file = Path(__file__).parents[2] / "scenarios/city-registers/registers/pension-rules.yaml"
RULES: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
PLAIN: dict[str, Any] = {
    "account": {
        "from": "2000-01",
        "index_between": [0.6, 3.0],
        "share": [{"from": "2000-01", "share": 0.1}, {"from": "2001-01", "share": 0.08}],
        "interest": [{"from": "2000-01", "rate": 0.12}, {"from": "2001-01", "rate": 0}],
    },
    "pension": [{"from": "2000-01", "percent_a_year": 1, "percent_a_deemed_year": 1.5}],
    "local_wage": {1999: 1000, 2000: 2000},
    "account_months": {60: 139, 61: 132},
}


# Source: the tables beside 国务院关于渐进式延迟法定退休年龄的办法: born, group, age in years and months, month of retirement.
@pytest.mark.parametrize(
    ("born", "group", "age", "retires"),
    [
        ((1964, 12, 31), "man", (60, 0), "2024-12"),
        ((1965, 1, 1), "man", (60, 1), "2025-02"),
        ((1965, 5, 9), "man", (60, 2), "2025-07"),
        ((1966, 3, 12), "man", (60, 4), "2026-07"),
        ((1970, 12, 1), "man", (61, 6), "2032-06"),
        ((1976, 8, 1), "man", (62, 11), "2039-07"),
        ((1976, 9, 1), "man", (63, 0), "2039-09"),
        ((1990, 1, 1), "man", (63, 0), "2053-01"),
        ((1969, 12, 31), "woman-manager", (55, 0), "2024-12"),
        ((1970, 1, 1), "woman-manager", (55, 1), "2025-02"),
        ((1981, 9, 1), "woman-manager", (58, 0), "2039-09"),
        ((1974, 12, 31), "woman-worker", (50, 0), "2024-12"),
        ((1975, 1, 1), "woman-worker", (50, 1), "2025-02"),
        ((1975, 3, 1), "woman-worker", (50, 2), "2025-05"),
        ((1984, 11, 1), "woman-worker", (55, 0), "2039-11"),
    ],
)
def test_the_retirement_age_is_that_of_the_published_table(
    born: tuple[int, int, int], group: str, age: tuple[int, int], retires: str
) -> None:
    found = pension.retirement(date(*born), group, RULES)
    assert (divmod(found.age_months, 12), pension.written(found.month)) == (age, retires)


def test_the_least_years_rise_from_2030_on_to_twenty() -> None:
    months = [pension.least_months(pension.month_of(f"{year}-06"), RULES) for year in (2026, 2029, 2030, 2034, 2039, 2050)]
    assert months == [180, 180, 186, 210, 240, 240]


def test_an_account_by_hand() -> None:
    """Two months of 1,000 x 1.2 at 10 % bear 1 % a month from the next on; the year after, 2,000 x 1.2 at 8 % and no interest."""
    career = [{"from": "1999-11", "until": "2000-02", "index": 1.2}, {"from": "2001-01", "until": "2001-01", "index": 1.2}]
    found = pension.account(career, pension.month_of("2001-06"), PLAIN)
    # 120 stands for eleven months of 2000, another 120 for ten: 120 x 0.11 + 120 x 0.10 = 25.20.
    assert found.balance == Decimal("240.00") + Decimal("25.20") + Decimal("192.00")
    assert (found.paid_months, found.deemed_months, found.average_index, found.base) == (3, 2, Decimal("1.2"), Decimal("2400.00"))


def test_what_counts_of_a_pay_has_a_floor_and_a_ceiling() -> None:
    low, high = (pension.account([{"from": "2000-01", "until": "2000-01", "index": index}], 24000, PLAIN).base for index in (0.1, 9))
    assert (low, high) == (Decimal("600.00"), Decimal("3000.00"))


def test_a_pension_by_hand() -> None:
    """Thirty years, four of them deemed, at 1.2 of a local 2,000; an account of 13,900; at sixty."""
    found = pension.Account(26 * 12, 4 * 12, Decimal("1.2"), Decimal(13_900), Decimal(0))
    parts = pension.pension(found, pension.Retirement(pension.month_of("2001-03"), 720), PLAIN)
    # (2,000 + 2,400) / 2 x 30 x 1 % = 660; 13,900 / 139 = 100; 2,400 x 4 x 1.5 % = 144.
    assert (parts.basic, parts.account, parts.transitional, parts.total) == (Decimal(660), Decimal(100), Decimal(144), Decimal(904))


def test_months_of_the_account_by_age() -> None:
    months = [pension.account_months(years * 12, RULES) for years in (50, 55, 60, 63)]
    assert months == [Decimal(195), Decimal(170), Decimal(139), Decimal(117)]
    assert pension.account_months(60 * 12 + 4, RULES) == Decimal("136.7")


def test_a_rule_before_the_first_date_is_an_error_and_no_guess() -> None:
    with pytest.raises(ValueError, match="no rule is dated for 1970-01"):
        pension.in_force(RULES["retirement_age"], pension.month_of("1970-01"))


@given(st.integers(1, 480), st.decimals("0.6", "3", places=2), st.integers(1, 12), st.integers(0, 2000))
def test_more_years_more_pay_and_a_fuller_account_never_lower_a_pension(months: int, index: Decimal, more: int, fuller: int) -> None:
    at = pension.Retirement(pension.month_of("2026-07"), 724)
    less = pension.Account(months, 24, index, Decimal(100_000), Decimal(0))
    for other in (
        pension.Account(months + more, 24, index, Decimal(100_000), Decimal(0)),
        pension.Account(months, 24, index + more, Decimal(100_000), Decimal(0)),
        pension.Account(months, 24, index, Decimal(100_000 + fuller), Decimal(0)),
    ):
        assert pension.pension(other, at, RULES).total >= pension.pension(less, at, RULES).total


@given(st.dates(date(1960, 1, 1), date(2000, 1, 1)), st.sampled_from(["man", "woman-manager", "woman-worker"]))
def test_nobody_retires_before_somebody_older(born: date, group: str) -> None:
    later = pension.retirement(date(born.year + born.month // 12, born.month % 12 + 1, 1), group, RULES)
    assert later.month >= pension.retirement(born, group, RULES).month
