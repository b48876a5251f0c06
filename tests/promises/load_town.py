"""Load the small town into the installation of the environment, and print a token for its one applicant."""

import sys
from pathlib import Path

from onewindow.config import setup

setup()

from onewindow.modules.catalogue import services as catalogue
from onewindow.modules.identity import selectors as who
from onewindow.modules.identity import services as identity
from onewindow.plumbing import calendars, clock
from onewindow.plumbing.actors import Actor

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
