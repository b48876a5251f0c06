"""Loading and publishing the catalogue: all or nothing, and never the past."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from onewindow.domain.catalogue import CatalogueRefused
from onewindow.domain.catalogue.documents import as_json, as_yaml
from onewindow.domain.errors import Forbidden, NotFound
from onewindow.modules.catalogue import models, selectors, services
from onewindow.plumbing.actors import Actor
from tests.catalogue.samples import FILES, SMALL, event

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SYSTEM = Actor.system("test")
REFORMER = Actor(kind="officer", id=uuid4(), organisation="market", roles=frozenset({"reformer", "officer"}))
CLERK = Actor(kind="officer", id=uuid4(), organisation="market", roles=frozenset({"officer"}))

pytestmark = pytest.mark.django_db


def load(files=None, **options) -> services.ReleaseInfo:
    return services.load_catalogue(files=files or FILES, actor=SYSTEM, now=NOW, **options)


def test_a_loaded_catalogue_is_the_current_release_with_everything_in_it() -> None:
    info = load()
    assert (info.number, info.changed) == (1, True)
    assert selectors.current_release() == 1
    catalogue = selectors.catalogue_at(1)
    assert catalogue.services["fire-check"].organisation == "fire"
    assert [event.id for event in selectors.events(1)] == ["open-a-shop"]
    assert info.objects == len(selectors.documents_at(1)) == models.CatalogueObject.objects.count()


def test_loading_writes_the_organisations_that_officers_belong_to() -> None:
    from onewindow.modules.identity import selectors as identity

    load()
    assert identity.organisations()["fire"].name["en"] == "Fire Brigade"


def test_the_same_files_again_change_nothing_in_whatever_order_and_format() -> None:
    first = load()
    as_one = as_json(selectors.documents_at(1))
    again = load([("b.json", as_one)])
    assert (again.number, again.changed, again.digest) == (1, False, first.digest)
    assert models.Release.objects.count() == 1


@pytest.mark.parametrize("write", [as_yaml, as_json])
def test_an_export_loaded_into_an_empty_city_has_the_same_digest(write) -> None:
    first = load()
    text = write(selectors.documents_at(1))
    changed = load([("small.yaml", SMALL.replace("Fire Brigade", "Brigade"))])
    assert changed.digest != first.digest
    back = load([("export.yaml" if write is as_yaml else "export.json", text)], replace=True)
    assert back.digest == first.digest


def test_a_file_with_a_mistake_loads_nothing_and_names_every_mistake_with_its_line() -> None:
    load()
    broken = SMALL.replace("organisation: fire", "organisation: fyre").replace("type: integer}", "type: integr}")
    with pytest.raises(CatalogueRefused) as refused:
        load([("small.yaml", broken)])
    lines = {problem.line for problem in refused.value.problems}
    wanted = {number for number, line in enumerate(broken.splitlines(), start=1) if "fyre" in line or "integr}" in line}
    assert wanted <= lines
    assert selectors.current_release() == 1
    assert models.CatalogueObject.objects.filter(since__gt=1).count() == 0


def test_a_mistake_in_the_second_file_keeps_the_first_out_too() -> None:
    with pytest.raises(CatalogueRefused):
        load([("good.yaml", SMALL), ("bad.yaml", "services: [{id: x, organisation: nobody, steps: [{id: a, kind: decision}]}]")])
    assert selectors.current_release() is None


def test_an_edit_makes_a_new_release_and_leaves_the_old_one_as_it_was() -> None:
    load()
    edited = SMALL.replace("limit_days: 5", "limit_days: 2")
    info = load([("small.yaml", edited)])
    assert info.number == 2
    assert selectors.catalogue_at(1).services["fire-check"].steps[1].limit_days == 5
    assert selectors.catalogue_at(2).services["fire-check"].steps[1].limit_days == 2
    rewritten = models.CatalogueObject.objects.filter(since=2)
    assert [row.key for row in rewritten] == ["fire-check"], "what did not change keeps its version"


def test_files_add_to_what_is_there_and_replace_ends_the_rest() -> None:
    load()
    more = json.dumps({"format": "onewindow-catalogue/1", "events": [event()]})
    load([("more.json", more)])
    assert {row.id for row in selectors.events(2)} == {"open-a-shop", "shop-only"}
    assert ("events", "shop-only") not in selectors.documents_at(1), "what came later is not in the past"
    load(replace=True)
    assert {row.id for row in selectors.events(3)} == {"open-a-shop"}


def test_a_reformer_publishes_a_new_one_thing_and_it_can_be_compiled_at_once() -> None:
    load()
    info = services.publish(kind="event", document=event(), actor=REFORMER, now=NOW)
    assert info.number == 2
    report = selectors.compiled(release=2, event_id="shop-only", answers={}, held=())
    assert report.services == ("register-shop",)
    with pytest.raises(NotFound):
        selectors.compiled(release=1, event_id="shop-only", answers={}, held=())


def test_publishing_checks_the_whole_catalogue_with_the_new_object() -> None:
    load()
    with pytest.raises(CatalogueRefused) as refused:
        services.publish(kind="event", document=event(services=["register-shop", "no-such-service"]), actor=REFORMER, now=NOW)
    assert "no-such-service" in str(refused.value)
    assert selectors.current_release() == 1


def test_taking_a_service_out_of_under_an_event_is_refused() -> None:
    load()
    document = dict(selectors.documents_at(1)["evidence_types", "shop-licence"])
    with pytest.raises(CatalogueRefused):
        services.publish(kind="evidence_types", document={**document, "id": ""}, actor=REFORMER, now=NOW)
    assert selectors.current_release() == 1


def test_an_edit_based_on_an_older_version_is_told_so_and_not_lost_silently() -> None:
    load()
    services.publish(kind="event", document=event(), actor=REFORMER, now=NOW)
    with pytest.raises(services.StaleEdit):
        services.publish(kind="event", document=event(yearly_cases=7), actor=REFORMER, now=NOW, based_on=1)
    info = services.publish(kind="event", document=event(yearly_cases=7), actor=REFORMER, now=NOW, based_on=2)
    assert info.number == 3


def test_an_officer_without_the_role_publishes_and_loads_nothing() -> None:
    load()
    for act in (
        lambda: services.publish(kind="event", document=event(), actor=CLERK, now=NOW),
        lambda: services.save_draft(kind="event", document=event(), actor=CLERK, now=NOW),
        lambda: services.load_catalogue(files=FILES, actor=REFORMER, now=NOW),
        lambda: services.import_directory(name="x.csv", content=b"", actor=CLERK, now=NOW),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_published_object_cannot_be_saved_deleted_or_updated_in_the_database() -> None:
    load()
    row = models.CatalogueObject.objects.get(key="fire-check")
    row.document = {**row.document, "fee_fen": 1}
    with pytest.raises(models.PublishedIsImmutable):
        row.save()
    with pytest.raises(models.PublishedIsImmutable):
        row.delete()
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        models.CatalogueObject.objects.filter(pk=row.pk).update(document={})
    row.refresh_from_db()
    assert "fee_fen" not in row.document


def test_drafts_are_their_authors_own_and_go_when_they_are_published() -> None:
    load()
    draft = services.save_draft(kind="event", document=event(), actor=REFORMER, now=NOW)
    services.save_draft(kind="events", document=event(yearly_cases=9), actor=REFORMER, now=NOW + timedelta(minutes=1))
    other = Actor(kind="officer", id=uuid4(), organisation="fire", roles=frozenset({"reformer"}))
    assert selectors.drafts(other) == ()
    assert [row.document["yearly_cases"] for row in selectors.drafts(REFORMER)] == [9]
    with pytest.raises(NotFound):
        services.discard_draft(draft_id=draft.id, actor=other, now=NOW)
    services.publish(kind="event", document=event(yearly_cases=9), actor=REFORMER, now=NOW)
    assert selectors.drafts(REFORMER) == ()


def test_a_draft_of_an_older_version_than_the_published_one_is_not_kept() -> None:
    load()
    kept = services.save_draft(kind="event", document=event(yearly_cases=8), based_on=1, actor=REFORMER, now=NOW)
    assert kept.based_on == 1
    services.publish(kind="event", document=event(yearly_cases=7), actor=Actor.system("tests"), now=NOW)
    with pytest.raises(services.StaleEdit, match="release 2"):
        services.save_draft(kind="event", document=event(yearly_cases=9), based_on=1, actor=REFORMER, now=NOW)
    assert [row.document["yearly_cases"] for row in selectors.drafts(REFORMER)] == [8]
    services.save_draft(kind="event", document=event(yearly_cases=9), based_on=2, actor=REFORMER, now=NOW)
    assert [(row.document["yearly_cases"], row.based_on) for row in selectors.drafts(REFORMER)] == [(9, 2)]
    services.save_draft(kind="event", document=event(id="another"), based_on=1, actor=REFORMER, now=NOW)


def test_a_resource_that_is_down_turns_what_it_gives_into_questions() -> None:
    load()
    up = selectors.compiled(release=1, event_id="open-a-shop", answers={"how-many": 30}, held=())
    down = selectors.compiled(release=1, event_id="open-a-shop", answers={"how-many": 30}, held=(), unavailable=["property-register"])
    assert {field.element for field in up.form} == {"unit"}
    assert {field.element for field in down.form} == {"address", "area"}
    again = selectors.compiled(release=1, event_id="open-a-shop", answers={"how-many": 30}, held=())
    assert again is up, "the same question is answered from memory"


def test_answers_of_different_types_are_not_mistaken_for_each_other_in_memory() -> None:
    load()
    selectors.compiled(release=1, event_id="open-a-shop", answers={"how-many": 1}, held=())
    with pytest.raises(Exception, match="how-many"):
        selectors.compiled(release=1, event_id="open-a-shop", answers={"how-many": True}, held=())


@pytest.mark.parametrize("value", ["a\0b", float("inf"), float("nan")])
def test_what_no_database_can_hold_is_refused_by_name(value) -> None:
    load()
    document = {**selectors.documents_at(1)["services", "fire-check"], "guide": {"notes": [value]}}
    for act in (services.publish, services.save_draft):
        with pytest.raises(CatalogueRefused, match="fire-check"):
            act(kind="service", document=document, actor=REFORMER, now=NOW)
    assert selectors.current_release() == 1


def test_a_release_that_never_was_is_not_found() -> None:
    with pytest.raises(NotFound):
        selectors.catalogue_at(99)


def test_a_release_is_exported_as_it_was_whatever_came_later() -> None:
    first = load()
    text = selectors.exported(1, form="yaml")
    load([("small.yaml", SMALL.replace("Fire Brigade", "Brigade"))])
    assert selectors.exported(1, form="yaml") == text
    assert "Brigade" in selectors.exported(2, form="turtle")
    assert load([("export.yaml", text)], replace=True).digest == first.digest
    with pytest.raises(NotFound):
        selectors.exported(9, form="json")
