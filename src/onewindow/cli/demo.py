"""The demo city of an empty installation: catalogue, connectors and invented people, loaded through the same services as any other."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from onewindow.cli.failures import Failure
from onewindow.cli.files import catalogue_files, content, with_wsdl
from onewindow.cli.installation import demo_password
from onewindow.domain.catalogue.text import parse

if TYPE_CHECKING:
    from datetime import datetime

    from onewindow.plumbing.actors import Actor

__all__ = ["city_name", "city_of", "demo_password", "load_city", "log_ins", "register_folders"]

RESOURCES = "data-resources"
"""A file of a scenario: what its departments say of the data they keep, and the systems they move to the cloud."""
ELSEWHERE = "city.yaml"
"""In the folder of a scenario that happens in another one's city: {city: its folder}."""


def city_of(folder: Path) -> Path:
    """Return the scenario in whose city another one happens: mostly itself.

    Raises: Failure.
    """
    if not (folder / ELSEWHERE).exists():
        return folder
    city = folder.parent / str(_mapping(folder / ELSEWHERE).get("city", ""))
    if not (city / "people.yaml").exists():
        raise Failure(f"{folder / ELSEWHERE} names no city. Write the folder of a scenario with people, for example “city: restaurant”.")
    return city


def _happens_here(city: Path) -> tuple[Path, ...]:
    """Return the folders of a city: its own, and those of what else happens in it."""
    return (city, *sorted(path.parent for path in city.parent.glob(f"*/{ELSEWHERE}") if city_of(path.parent) == city))


def register_folders(city: Path) -> list[Path]:
    """Return the folders of the registers of a city."""
    return [folder / "registers" for folder in _happens_here(city) if (folder / "registers").is_dir()]


def load_city(folder: Path) -> str | None:
    """Load the city where the installation holds no release yet, all of it or nothing; return what was done. Django must be ready."""
    from django.db import transaction

    from onewindow.modules.catalogue import selectors as catalogue
    from onewindow.modules.catalogue import services as catalogue_services
    from onewindow.modules.exchange import services as exchange_services
    from onewindow.modules.identity import services as identity_services
    from onewindow.modules.tiles import services as tiles_services
    from onewindow.plumbing import calendars, clock
    from onewindow.plumbing.actors import Actor

    calendars.seed_calendars()
    if catalogue.current_release() is not None:
        return None
    here = _happens_here(folder)
    files = catalogue_files(tuple(str(place / "catalogue") for place in here))
    grants, enquiries = ([row for part in _parts(here, name) for row in part.get(name, [])] for name in ("grants", "enquiries"))
    connectors = [row for place in here for part in _parts((place,), "connectors") for row in with_wsdl(part["connectors"], place)]
    actor, now = Actor.system("demo"), clock.now()
    with transaction.atomic():
        release = catalogue_services.load_catalogue(files=files, actor=actor, now=now, note=f"scenario {folder.name}")
        for place in here:
            _load_code_lists(place, actor, now)
        reached = exchange_services.load_connectors(connectors=connectors, actor=actor, now=now)
        exchange_services.load_grants(grants=grants, actor=actor, now=now)
        for described in _parts(here, RESOURCES):
            exchange_services.load_resources(documents=described.get("resources", []), actor=actor, now=now)
            exchange_services.load_cloud_systems(systems=described.get("systems", []), actor=actor, now=now)
        exchange_services.load_enquiries(enquiries=enquiries, actor=actor, now=now)
        for arranged in _parts((folder,), "tiles"):
            tiles_services.arrange(document=arranged, actor=actor, now=now)
        accounts = sum(
            identity_services.load_people(people=people, password=demo_password(), actor=actor, now=now)
            for people in _parts(here, "people")
        )
    return f"The demo city was loaded: {release.objects} catalogue objects, {reached} connectors, {accounts} people."


def _load_code_lists(folder: Path, actor: "Actor", now: "datetime") -> None:
    """Load the lists from which the fields of a scenario choose."""
    from datetime import date

    from onewindow.modules.catalogue import selectors, services

    for row in (row for part in _parts((folder,), "code-lists") for row in part["code_lists"]):
        rows = selectors.divisions() if row.get("divisions") else selectors.read_code_list(content(folder / row["file"]))
        services.load_code_list(
            code_list=row["id"],
            title=row["title"],
            source=row["source"],
            valid_from=date.fromisoformat(row["valid_from"]),
            rows=rows,
            actor=actor,
            now=now,
        )


def city_name(folder: Path) -> dict[str, str]:
    """Return the name of the demo city in its languages, empty where its people have no region."""
    region = _mapping(folder / "people.yaml").get("region") or {}
    return {language: str(text) for language, text in (region.get("name") or {}).items()}


def log_ins(folder: Path) -> list[str]:
    """Return the log-ins of the demo people, one a line, where those people exist. Django must be ready."""
    from django.contrib.auth import get_user_model

    from onewindow.cli.layout import table

    parts = _parts(_happens_here(folder), "people")
    invented = [person for kind in ("applicants", "officers") for people in parts for person in people.get(kind, [])]
    known = get_user_model().objects.filter(username__in=[person["username"] for person in invented])
    existing = set(known.values_list("username", flat=True))
    rows = []
    for person in invented:
        if person["username"] in existing:
            name = person["name"].get("en") or next(iter(person["name"].values()))
            rows.append([person["username"], name, person.get("organisation", "applicant"), ", ".join(person.get("roles", []))])
    return table(rows, right_from=99)


def _parts(folders: tuple[Path, ...], name: str) -> list[dict[str, Any]]:
    """Return what each folder has under a name.

    Raises: Failure.
    """
    return [_mapping(folder / f"{name}.yaml") for folder in folders if (folder / f"{name}.yaml").exists()]


def _mapping(path: Path) -> dict[str, Any]:
    """Return one YAML file of a scenario.

    Raises: Failure.
    """
    parsed = parse(str(path), content(path))
    if parsed.problems:
        raise Failure(str(parsed.problems[0]))
    if not isinstance(parsed.value, dict):
        raise Failure(f"{path} is not a mapping.")
    return parsed.value
