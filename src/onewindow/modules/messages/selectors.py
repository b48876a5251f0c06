"""Reads: what a message would say."""

from collections.abc import Mapping

from onewindow.modules.messages.templates import TEMPLATES


def filled(template: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Return subject and body of a message as it would be carried. Raises: KeyError for a template nobody wrote."""
    return TEMPLATES[template].filled(language, values)
