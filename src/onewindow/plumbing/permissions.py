"""What may be done: each module declares its own acts; services require them first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import structlog

from onewindow.domain.errors import Forbidden, SecondFactorMissing
from onewindow.plumbing import accesses, clock
from onewindow.plumbing.actors import Actor

Rule = Callable[[Actor, Any], bool]

_declared: dict[str, "Permission"] = {}
_log = structlog.get_logger("onewindow.permissions")


@dataclass(frozen=True, slots=True)
class Permission:
    """One act: `code` is `module.act`, `says` tells a person what it allows."""

    code: str
    says: str
    allows: Rule


def declare(code: str, *, says: str, allows: Rule) -> Permission:
    """Declare an act once, while the apps load.

    Raises: ValueError where the code is taken by another rule.
    """
    known = _declared.get(code)
    if known and (known.allows.__module__, known.allows.__qualname__) != (allows.__module__, allows.__qualname__):
        message = f"The permission {code} is declared twice. Give one of them another code."
        raise ValueError(message)
    return _declared.setdefault(code, Permission(code, says, allows))


def declared() -> Mapping[str, Permission]:
    """Return every declared act by its code."""
    return MappingProxyType(_declared)


def allowed(actor: Actor, code: str, subject: Any = None) -> bool:
    """Tell whether the actor may do it, without a trace: for buttons and lists.

    Raises: LookupError for an act that nobody declared.
    """
    return _permission(code).allows(actor, subject)


def require(actor: Actor, code: str, subject: Any = None) -> None:
    """Stop whoever may not do it. The denial goes to the store of accesses, where it stands even when the act's transaction rolls back.

    Raises: Forbidden; LookupError for an act that nobody declared.
    """
    if allowed(actor, code, subject):
        return
    _log.warning(
        "denied",
        permission=code,
        actor_kind=actor.kind,
        actor=str(actor.id) if actor.id else actor.name,
        organisation=actor.organisation,
        subject=" ".join(accesses.name_of(subject)).strip() or None,
    )
    accesses.denied(actor=actor, permission=code, subject=subject, at=clock.now())
    if actor.withheld and allowed(actor.complete, code, subject):
        raise SecondFactorMissing(permission=code)
    raise Forbidden(permission=code)


def _permission(code: str) -> Permission:
    try:
        return _declared[code]
    except KeyError:
        message = f"Nobody declared the permission {code}. Declare it in the permissions.py of its module."
        raise LookupError(message) from None
