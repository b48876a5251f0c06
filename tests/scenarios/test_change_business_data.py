"""The change of business information: what four authorities describe is one short form of an enterprise, and the story fits it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from stdnum.cn import ric, uscc

from onewindow.cli.demo import city_of
from onewindow.cli.failures import Failure
from onewindow.cli.files import catalogue_files
from onewindow.cli.story_mandates import FOR_OTHERS
from onewindow.cli.story_player import Player
from onewindow.domain.bundle import compile_bundle
from onewindow.domain.catalogue.read import read_catalogue

folder = Path(__file__).parents[2] / "scenarios/change-business"
city = folder.parent / "restaurant"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_it_loads_with_its_city_and_is_two_fields_of_an_enterprise() -> None:
    loaded = read_catalogue(catalogue_files((str(city / "catalogue"), str(folder / "catalogue"))))
    assert loaded.warnings == ()
    event = loaded.catalogue.events["change-business"]
    assert event.applicant == "legal"
    assert len({loaded.catalogue.services[name].organisation for name in event.services}) == 4
    report = compile_bundle(loaded.catalogue, event.id, answers={"renames": True, "moves": True})
    assert report.minimal
    assert [row.element for row in report.form] == ["new-enterprise-name", "property-number"]
    assert report.before.elements is not None
    assert report.before.elements > 3 * len(report.form)
    assert report.after.documents == 1
    short = compile_bundle(loaded.catalogue, event.id, answers={"renames": False, "moves": False})
    assert (short.form, set(short.services)) == ((), {"enterprise-change", "tax-change", "insurance-change"})


def test_every_act_of_the_story_is_one_that_somebody_of_the_city_can_play() -> None:
    story, people = read(folder / "story.yaml"), read(city / "people.yaml")
    catalogue = read_catalogue(catalogue_files((str(city / "catalogue"), str(folder / "catalogue")))).catalogue
    known = {row["username"]: row for row in (*people["applicants"], *people["officers"])}
    for act in story["acts"]:
        assert act["act"] in FOR_OTHERS or hasattr(Player, f"_{act['act']}"), act["id"]
        assert act["act"] == "automatic" or act["actor"] in known
        assert set(act["tells"]) == {"zh", "en", "ru"}
        if act["act"] == "decide":
            service = catalogue.services[act["service"]]
            assert known[act["actor"]]["organisation"] == service.organisation
            assert set(act["outputs"]) == set(service.produces)
    produced = [kind for name in catalogue.events["change-business"].services for kind in catalogue.services[name].produces]
    assert sorted(story["ends"]["issued"]) == sorted(produced)
    (represents,), (mandate,) = ([act for act in story["acts"] if act["act"] == kind] for kind in ("represent", "mandate"))
    firm = next(row for row in read(city / "registers/enterprise.yaml")["records"] if row["code"] == represents["uscc"])
    assert uscc.is_valid(firm["code"])
    assert (firm["name"], firm["representative_id"]) == (mandate["enterprise"], known["zhou.hang"]["resident_id"])
    assert mandate["to"]["number"] == known["natalia.li"]["resident_id"]
    assert ric.is_valid(mandate["to"]["number"])
    assert all((folder / row["path"]).exists() for row in story["files"].values())


def test_a_scenario_happens_in_its_own_city_or_in_the_one_it_names(tmp_path: Path) -> None:
    assert (city_of(city), city_of(folder)) == (city, city)
    (tmp_path / "city.yaml").write_text("city: nowhere\n", encoding="utf-8")
    with pytest.raises(Failure, match="names no city"):
        city_of(tmp_path)
