"""What roles and permissions are called: the list is worked out from the declarations themselves."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from onewindow.plumbing import permissions
from onewindow.web.staff.says import SAYS

ROLES = {
    "officer": gettext_noop("Officer"),
    "supervisor": gettext_noop("Supervisor"),
    "window": gettext_noop("One window"),
    "reformer": gettext_noop("Process reformer"),
    "leader": gettext_noop("Leader"),
    "admin": gettext_noop("Administrator"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One permission with its sentence."""

    code: str
    says: str


def role(code: str) -> str:
    return gettext(ROLES[code]) if code in ROLES else code


def permission_lines() -> list[Line]:
    """Return every declared permission with its sentence in the reader's language."""
    return [Line(code, gettext(row.says) if row.says in SAYS else row.says) for code, row in sorted(permissions.declared().items())]
