"""From an exception to sentences on stderr and an exit code."""

import sys

from onewindow.domain.errors import DomainError


class Failure(Exception):
    """What the person at the terminal can mend; the message says how."""


def report(error: Exception) -> int:
    """Print what went wrong and return the exit code; what nobody foresaw goes on with its traceback.

    Catalogue problems are printed one per line, all of them, each with file and line.
    """
    lines = _lines(error)
    if lines is None:
        raise error
    for line in lines:
        print(line, file=sys.stderr)
    return 2


def _lines(error: Exception) -> list[str] | None:
    problems = getattr(error, "problems", None)
    if problems:
        count = len(problems)
        return [*(str(problem) for problem in problems), f"{count} problem{'s' if count > 1 else ''}; nothing was loaded."]
    if isinstance(error, Failure | DomainError):
        return [str(error)]
    if type(error).__module__.startswith("django."):
        return _of_django(error)
    return None


def _of_django(error: Exception) -> list[str] | None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    if isinstance(error, ImproperlyConfigured):
        return [str(error)]
    if isinstance(error, ProgrammingError) or (isinstance(error, OperationalError) and "no such" in str(error)):
        return ["The database lacks tables. Run “onewindow migrate”."]
    if isinstance(error, OperationalError):
        return ["The database cannot be reached. Check ONEWINDOW_DATABASE_URL, or run “onewindow doctor”."]
    return None
