"""What claims are called when a person reads about them."""

from django.utils.translation import gettext, gettext_noop

CLAIMS = {
    "name": gettext_noop("Your name"),
    "locale": gettext_noop("The language you read"),
    "phone_number": gettext_noop("Your telephone number"),
    "email": gettext_noop("Your e-mail address"),
    "resident_id": gettext_noop("Your identity number"),
    "preferred_username": gettext_noop("Your user name at work"),
    "organisation": gettext_noop("The code of the organisation you work for"),
    "organisation_name": gettext_noop("The organisation you work for"),
    "roles": gettext_noop("Your roles at work"),
}


def claim(name: str) -> str:
    """Return what a claim is called in the reader's language."""
    return gettext(CLAIMS[name]) if name in CLAIMS else name
