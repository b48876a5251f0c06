"""Generated accounts of an older platform: nobody of them exists."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

HASH = "pbkdf2_sha256$1000$salt$UyTkH4rWaFBvVmyUl4oHbhbkA9EMDpe2LLSGOqoBm2g="
_weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_id(number: int) -> str:
    born = date(1950, 1, 1) + timedelta(days=number % 20_000)
    front = f"230102{born:%Y%m%d}{number // 20_000:03d}"
    return front + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(front, _weights, strict=True)) % 11]


def accounts(count: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """Return that many rows that are right."""
    pick = random.Random(seed)
    for number in range(count):
        yield {
            "external_id": f"old-{number}",
            "username": "" if number % 3 else f"old.user.{number}",
            "name": pick.choice("王李张刘陈杨赵黄周吴") + pick.choice("芳娜敏静丽强磊军洋勇") + pick.choice(["", "华", "明", "文"]),
            "phone": f"139{number:08d}",
            "email": f"old{number}@example.com" if number % 2 else "",
            "resident_id": resident_id(number),
            "language": ("", "zh-hans", "en", "ru")[number % 4],
            "password": "" if number % 5 else HASH,
        }


WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "a telephone with a digit too few": ({"phone": "1390000000"}, "phone", "form"),
    "an e-mail without a domain": ({"email": "somebody@"}, "email", "form"),
    "a check digit that is wrong": ({"resident_id": "230102199003075120"}, "resident_id", "check"),
    "no name": ({"name": " "}, "name", "missing"),
    "no external_id": ({"external_id": ""}, "external_id", "missing"),
    "a user name with a space": ({"username": "two words"}, "username", "form"),
    "a language nobody speaks here": ({"language": "eo"}, "language", "unknown"),
    "a password in plain text": ({"password": "secret"}, "password", "form"),
    "a hash without salt": ({"password": "md5$$abc"}, "password", "form"),
    "a hash that takes a minute": ({"password": HASH.replace("$1000$", "$900000000$")}, "password", "form"),
    "no way to log in": ({"phone": "", "email": "", "username": ""}, "phone", "unreachable"),
    "no way to send a code, and no password": ({"phone": "", "email": "", "password": "", "username": "lonely"}, "password", "unreachable"),
    "the telephone of the first": ({"phone": "13900000000"}, "phone", "taken"),
    "the e-mail of the second": ({"email": "OLD1@example.com"}, "email", "taken"),
    "the user name of the first": ({"username": "OLD.user.0"}, "username", "taken"),
    "the identity number of the first": ({"resident_id": resident_id(0)}, "resident_id", "taken"),
    "the external_id of the first": ({"external_id": "old-0"}, "external_id", "twice"),
}
"""What is changed in a row that is right, and which column is refused by which code."""


def wrong_rows() -> Iterator[dict[str, str]]:
    for row, (change, _, _) in zip(accounts(len(WRONG) + 50_000), WRONG.values(), strict=False):
        number = int(row["external_id"].removeprefix("old-")) + 90_000
        more = {
            "external_id": f"wrong-{number}",
            "username": "",
            "phone": f"138{number:08d}",
            "email": "",
            "resident_id": resident_id(number),
        }
        yield {**row, **more, **change}
