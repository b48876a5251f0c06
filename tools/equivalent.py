"""Mutants that nobody can notice, each with the reason: they are not counted."""

EQUIVALENT: dict[str, dict[tuple[str, str, str], str]] = {}
"""{file: {(function, what it says, what the mutant says): why it is the same}}"""


def of(name: str) -> dict[tuple[str, str, str], str]:
    """Return those of one file."""
    return EQUIVALENT.get(name, {})
