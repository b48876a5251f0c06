"""What `bench/drafters.py` does inside the installation: make people with sessions and drafts, and read what the drafts hold.

python bench/drafters_inside.py 200         prints [{session, draft, free}]
python bench/drafters_inside.py read        prints {draft: {element: text}}
"""

import json
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from onewindow.config import setup

setup()

from bench.submit import CATALOGUE  # noqa: E402  (as tests/promises/load_town.py: after the platform is set up)


def make(count: int) -> list[dict[str, object]]:
    """Return so many people with a session and a draft in which the questions are answered and the registers were asked."""
    from django.conf import settings
    from django.test import Client

    from onewindow.cli.static import collect
    from onewindow.modules.cases import services
    from onewindow.modules.catalogue import selectors
    from onewindow.modules.catalogue import services as catalogue
    from onewindow.modules.identity.models import Person, User
    from onewindow.plumbing import calendars, clock
    from onewindow.plumbing.actors import Actor

    collect(Path(settings.ONEWINDOW_HOME))
    now = clock.now()
    calendars.seed_calendars()
    files = [(path.name, path.read_bytes()) for path in sorted(CATALOGUE.glob("*.yaml"))]
    release = catalogue.load_catalogue(files=files, actor=Actor.system("bench"), now=now).number
    free = [name for name, element in selectors.catalogue_at(release).elements.items() if element.type == "string"]
    made: list[dict[str, object]] = []
    for number in range(count):
        user = User.objects.create(username=f"drafter-{number}", display_name={"zh": f"经营者{number}"}, phone=f"138{number:08}")
        Person.objects.create(user=user, facts={"full-name": f"经营者{number}", "phone": f"138{number:08}"})
        actor = Actor(kind="person", id=user.pk)
        draft = services.start_draft(event_id="open-a-restaurant", actor=actor, now=now)
        answers = {"serves": "hot", "outdoor-sign": True, "employs-staff": True}
        services.save_answers(draft_id=draft.id, answers=answers, version=draft.version, actor=actor, now=now)
        services.refresh_prefill(draft_id=draft.id, actor=actor, now=now)
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        made.append({"session": client.cookies["sessionid"].value, "draft": str(draft.id), "free": free})
    return made


def read() -> dict[str, dict[str, object]]:
    """Return what every draft holds."""
    from onewindow.modules.cases import models

    return {str(uuid.UUID(str(draft.pk))): dict(draft.elements) for draft in models.Draft.objects.all()}


if __name__ == "__main__":
    print(json.dumps(read() if sys.argv[1] == "read" else make(int(sys.argv[1]))))
