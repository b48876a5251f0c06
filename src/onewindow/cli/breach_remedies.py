"""What to do at once, as the exact commands, for each kind of leak."""

import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onewindow.modules.breach.services import Leak

_MASTER = (
    (
        "A new master key: set ONEWINDOW_NEW_MASTER_KEY for one command, then make it ONEWINDOW_MASTER_KEY and restart site and worker.",
        "ONEWINDOW_NEW_MASTER_KEY=$(openssl rand -hex 32) onewindow keys master",
    ),
    ("Once all is restarted: the old master key opens nothing any more.", "onewindow keys master --finish"),
    ("New data keys; the worker seals everything anew.", "onewindow keys rotate"),
)
_HASHES = "identity_user"
_SESSIONS = (
    "Password hashes, sessions and hashes of tokens were in it: set a new ONEWINDOW_SECRET_KEY and restart, which ends every session,",
    "onewindow oidc rotate --at-once",
)


def remedies(what: str, leak: "Leak", known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (why, command); an empty command is something that people do."""
    yield from _by_kind(what, leak, known)
    if leak.key_known:
        yield from _MASTER
    yield "Keep what the log says now with somebody else, before anybody may change it.", "onewindow audit export FOLDER"
    yield "Write to those it concerns: look at the letters first, then add --send.", "onewindow breach letters report.json"


def _by_kind(what: str, leak: "Leak", known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if what in {"account", "token"}:
        yield from _of_an_account(what, known)
    elif what == "system":
        yield (
            "Close the system: whoever is logged in to it is out at the next request.",
            f"onewindow oidc close {shlex.quote(leak.subjects[0])}",
        )
        yield "Register it anew with a new secret, once its own house is in order.", "onewindow oidc register FILE"
    elif what == "register":
        yield (
            "Have the authority end the key of this connection; put the new one where the connector names it, restart site and worker.",
            "",
        )
        yield "Ask the authority what its own log says of the span: whoever holds the key may have asked without us.", ""
    elif what == "tables":
        if not leak.subjects or _HASHES in leak.subjects:
            yield _SESSIONS
            yield "and have officers choose new passwords; citizens read it in their letters.", ""
        if not leak.key_known:
            yield (
                "What is sealed stays unreadable while the master key is safe. In doubt run this again with --key-known.",
                "onewindow keys check",
            )
    elif what == "files":
        if not leak.key_known:
            yield (
                "Every file is sealed and stays unreadable while the master key is safe. In doubt run this again with --key-known.",
                "onewindow keys check",
            )
        yield "Find out who could read the folder, and close that way.", ""
    else:
        yield "Close the way it went through; when that is known, run this again for the account, system or register.", ""


def _of_an_account(what: str, known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    user = shlex.quote(known["username"])
    if what == "account":
        yield "Close the account: nobody is logged in with it from the next request on.", f"onewindow accounts close {user}"
    for row in known["tokens"]:
        yield f"End the token “{row['name']}”.", f"onewindow token revoke {user} {row['id']}"
    if what == "account":
        yield (
            "Give it back only with a new password and a new second factor, and after its posts were looked through.",
            f"onewindow accounts reopen {user}",
        )
