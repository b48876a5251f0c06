"""Letters about a part: to whoever is invited, and to the applicant."""

from datetime import datetime
from typing import Literal

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases import models, rulebook
from onewindow.modules.identity import selectors as identity
from onewindow.modules.messages import services as letters
from onewindow.plumbing import text
from onewindow.plumbing.actors import Actor
from onewindow.plumbing.courier import Letter


def write_to_invited(
    row: models.Part,
    draft: models.Draft,
    role: Text,
    *,
    page: str = "",
    secret: str = "",
    actor: Actor,
    now: datetime,
    template: str = "part-asked",
) -> None:
    """Write to whoever is invited: where they took the invitation, as their account wants it; with a `secret`, its link."""
    account = identity.account_row(row.person) if row.person else None
    to = (account.phone or account.email) if account else row.contact
    language = account.language if account else (identity.language_of(actor.id) if actor.id else "")
    names = identity.display_names([draft.owner]).get(draft.owner, {})
    values = {
        "applicant": text.localised(names, language),
        "matter": _matter(draft, language),
        "role": text.localised(role, language) if role else "",
        "until": row.due_date.isoformat(),
        "link": f"{page}{secret}/" if secret else "",
    }
    _send("part-invited" if secret else template, to, values, language, now)


def write_to_applicant(template: str, row: models.Part, draft: models.Draft, *, now: datetime) -> None:
    """Write to whoever sent the invitation how it went on; what was written and why, they read at their draft."""
    account = identity.account_row(row.invited_by)
    if account is not None:
        values = {"name": row.name, "matter": _matter(draft, account.language)}
        _send(template, account.phone or account.email, values, account.language, now)


def _matter(draft: models.Draft, language: str) -> str:
    event = rulebook.published().content.events.get(draft.event)
    return text.localised(event.name, language) if event else ""


def _send(template: str, to: str, values: dict[str, str], language: str, now: datetime) -> None:
    if to:
        channel: Literal["sms", "email"] = "email" if "@" in to else "sms"
        letters.send(letter=Letter(template, channel, to, values, language), now=now)
