"""Load the small town into the installation of the environment, and print a token for its one applicant."""

import sys
from pathlib import Path

from onewindow.config import setup

setup()

from onewindow.modules.catalogue import services as catalogue  # noqa: E402  (Django must be ready first)
from onewindow.modules.identity import selectors as who  # noqa: E402
from onewindow.modules.identity import services as identity  # noqa: E402
from onewindow.plumbing import calendars, clock  # noqa: E402
from onewindow.plumbing.actors import Actor  # noqa: E402

PEOPLE = {
    "applicants": [{"username": "ping", "name": {"en": "Ping Test"}, "facts": {"full-name": "Ping Test"}}],
    "officers": [{"username": "clerk", "name": {"en": "Clerk"}, "organisation": "town-hall", "roles": ["officer", "window"]}],
}


def main() -> None:
    from django.contrib.auth import get_user_model

    now, system = clock.now(), Actor.system("demo")
    calendars.seed_calendars()
    town = Path(__file__).with_name("small_town.yaml")
    catalogue.load_catalogue(files=[(town.name, town.read_bytes())], actor=system, now=now)
    identity.load_people(people=PEOPLE, password="one-window-demo", actor=system, now=now)
    users = get_user_model().objects.filter(username__in=["ping", "clerk"]).values_list("username", "pk")
    for username, user_id in users:
        token = identity.create_token(name="promise", actor=who.actor_of(user_id), now=now)
        print(username, token, file=sys.stdout)


main()
