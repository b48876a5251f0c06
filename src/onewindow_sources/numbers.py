"""Numbers of people and enterprises with right check digits, none of which belongs to anybody.

Source: GB 11643 (resident ID), GB 32100 (unified social credit code), GB 11714 (organisation code inside it).
"""

from datetime import date, timedelta
from random import Random

# A number is always given by a county; the code of a whole province never stands in a real person's number.
nobodys_region = "230000"
# Division 99 of the province does not exist: the invented city.
invented_city = "239900"

_id_weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_code_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_organisation_alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_organisation_weights = (3, 7, 9, 10, 5, 8, 4, 2)


def resident_id_check(first_17: str) -> str:
    """Return the check character of a resident ID number (MOD 11-2).

    >>> resident_id_check("36042619910101007")
    '1'
    """
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _id_weights, strict=True))
    return "10X98765432"[total % 11]


def resident_id(rng: Random, *, born_from: int = 1960, born_to: int = 2004) -> str:
    """Return a resident ID number that is right in form and belongs to nobody."""
    first_day = date(born_from, 1, 1)
    born = first_day + timedelta(days=rng.randrange((date(born_to, 12, 31) - first_day).days))
    first_17 = f"{nobodys_region}{born:%Y%m%d}{rng.randrange(1, 1000):03d}"
    return first_17 + resident_id_check(first_17)


def organisation_code_check(first_8: str) -> str:
    """Return the check character of an organisation code (MOD 11).

    >>> organisation_code_check("60003734")
    '1'
    """
    total = sum(_organisation_alphabet.index(char) * weight for char, weight in zip(first_8, _organisation_weights, strict=True))
    return "0123456789X0"[11 - total % 11]


def uscc_check(first_17: str) -> str:
    """Return the check character of a unified social credit code (MOD 31).

    >>> uscc_check("91110000600037341")
    'L'
    """
    total = sum(_code_alphabet.index(char) * pow(3, place, 31) for place, char in enumerate(first_17))
    return _code_alphabet[(31 - total) % 31]


def uscc(rng: Random, *, kind: str = "91") -> str:
    """Return a unified social credit code of the invented city. `kind`: 91 enterprise, 92 individual household."""
    first_8 = "MA" + "".join(rng.choice(_code_alphabet) for _ in range(6))
    first_17 = f"{kind}{invented_city}{first_8}{organisation_code_check(first_8)}"
    return first_17 + uscc_check(first_17)
