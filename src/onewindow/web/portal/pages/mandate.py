"""For whom somebody files, and on which ground: said where the matter begins and where it is sent."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext, pgettext

from onewindow.domain.catalogue.model import Catalogue
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing.actors import Actor
from onewindow.web import formatting
from onewindow.web.process import say


@dataclass(frozen=True, slots=True)
class ForWhom:
    """`ground`: the mandate with its scope and its end, the guardianship, or the register's word."""

    says: str
    ground: str


def for_whom(actor: Actor, held: Catalogue, now: datetime) -> ForWhom | None:
    """Return what a page says to whoever acts for another; nothing for everybody else, and for officers who help at a counter."""
    acting = actor.on_behalf_of
    if acting is None or acting.assistance is not None:
        return None
    name = say(identity.display_names([acting.party]).get(acting.party, {}))
    says = gettext("You file this for %(name)s") % {"name": name}
    if acting.guardianship is not None:
        return ForWhom(says, gettext("As a parent or guardian, by the register of guardians."))
    line = next((row for row in identity.mandates(actor=actor, now=now).received if row.id == acting.mandate), None)
    if line is None:
        return ForWhom(says, gettext("As the legal representative, by the business register."))
    names = [say(held.events[matter].name) for matter in line.matters if matter in held.events]
    matters = pgettext("between names", ", ").join(names) if line.matters else gettext("all matters")
    until = formatting.day(line.until_date, get_language())
    return ForWhom(says, gettext("Your mandate: %(matters)s, until %(date)s.") % {"matters": matters, "date": until})
