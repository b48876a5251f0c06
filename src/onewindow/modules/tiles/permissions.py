"""Who arranges the tiles."""

from typing import Any

from django.conf import settings

from onewindow.plumbing import permissions
from onewindow.plumbing.actors import Actor


def _portal_keeper(actor: Actor, _subject: Any) -> bool:
    # In their own post: whoever stands in for an administrator changes nothing that the whole city sees.
    own = actor.is_officer and "admin" in actor.roles and actor.organisation == settings.ONEWINDOW_SERVICE_CENTRE
    return actor.is_system or own


permissions.declare("tiles.arrange", says="Arrange the tiles that everybody sees, as the one who runs the portal.", allows=_portal_keeper)
