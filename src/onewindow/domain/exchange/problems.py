"""What descriptions of data resources and of systems are refused for alike: how an id looks, and the sentences."""

import re
from collections.abc import Callable, Mapping

from onewindow.domain.errors import Said

_NAME = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
LONGEST_ID = 80

COMMON = {
    "format": "It does not fit the format ({what}).",
    "id": "Its id is made of small letters, digits and hyphens, at most 80.",
    "organisation": "There is no organisation {value}.",
}


def is_name(text: str) -> bool:
    """Tell whether something is named with small letters, digits and hyphens."""
    return _NAME.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """Tell whether something may have this id.

    >>> [is_id(text) for text in ("tax-register.v2", "Tax register", "-", "a" * 81)]
    [True, False, False, False]
    """
    return len(text) <= LONGEST_ID and is_name(text)


def saying(reasons: Mapping[str, str]) -> Callable[..., Said]:
    """Return the function that makes one problem of its code in `reasons`.

    >>> str(saying({"taken": "{value} is taken."})("taken", value="a"))
    'a is taken.'
    """

    def say(reason: str, **values: object) -> Said:
        return Said(reasons[reason], values)

    return say
