"""The queue as it is read from indexes shows what a plain reading of every step shows: the same nodes, in order, counted alike."""

import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from onewindow.modules.cases import marks, models, selectors, services
from onewindow.modules.cases.selectors import InboxFilter, finding, streams
from onewindow.plumbing import bulk
from onewindow.plumbing.actors import Actor, Hat
from tests.cases.town import WANG, officer

pytestmark = pytest.mark.django_db
VIEWS = ("mine", "department", "done", "late", "department-late")
PLACES = ("", "east", "west")
STATES = ("open", "paused", "waiting", "done", "skipped")
CLOSE = UUID(int=77)
SEED = int(os.environ.get("QUEUE_SEED", "1"))
"""Another world: QUEUE_SEED=2 pytest …"""
Key = tuple[UUID, str]


def world(case: models.Case, now: datetime, chance: random.Random, cases: int = 24) -> None:
    """Copy a case, every step of a copy in a state of its own: more than the rules would ever bring together."""
    services, tasks = list(models.CaseService.objects.filter(case=case)), list(models.Task.objects.filter(case=case))
    copies, decided, steps, pauses, notices = [], [], [], [], []
    for number in range(cases):
        own = UUID(int=chance.getrandbits(128))
        applicant = CLOSE if number % 7 == 0 else uuid4()
        copies.append(
            like(case, id=own, reference=f"C-{number}", applicant=applicant, region=chance.choice(PLACES), title=f"老灶台{number}")
        )
        decided += [like(row, case_id=own, state="on-hold" if chance.random() < 0.2 else row.state) for row in services]
        noticed = {row.service for row in services if chance.random() < 0.4}
        notices += [notice(own, service, now.date() + timedelta(days=chance.choice((-1, 1))), now) for service in sorted(noticed)]
        for row in tasks:
            step = like(row, id=UUID(int=chance.getrandbits(128)), case_id=own, **state_of(chance, now))
            steps.append(step)
            if step.state == "paused" and chance.random() < 0.8:
                pauses.append(models.Pause(task=step, reason="", held=chance.random() < 0.3, began_at=now))
    for rows in (copies, decided, notices, steps, pauses):
        bulk.insert(rows)
    for copy in copies:
        bulk.insert_values(models.CaseMark, marks.rows(copy.pk, copy.title, copy.reference))


def notice(case_id: UUID, service: str, due: date, now: datetime) -> models.Notice:
    return models.Notice(case_id=case_id, service=service, number=1, items=[], due_date=due, sent_at=now, sent_by=uuid4())


def state_of(chance: random.Random, now: datetime) -> dict[str, Any]:
    state = chance.choice(STATES)
    due = now.date() + timedelta(days=chance.randint(-1, 1)) if state in {"open", "paused"} else None
    done = now - timedelta(hours=chance.randint(0, 3)) if state == "done" else None
    return {"state": state, "due_date": due, "done_at": done, "done_by": chance.choice((CLERK.id, uuid4())) if done else None}


def like(row: Any, **own: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    return type(row)(**{**values, **own})


CLERK = officer("clerk", "market")


def at(roles: str, organisation: str = "market", regions: str = "") -> Hat:
    return Hat(organisation, frozenset(roles.split()), frozenset(regions.split()))


def who(*hats: Hat) -> Actor:
    own, *others = hats
    return replace(
        CLERK,
        organisation=own.organisation,
        roles=own.roles,
        regions=own.regions,
        stands_in=tuple(others),
        represents=frozenset({CLOSE}),
    )


ACTORS = (
    who(at("officer")),
    who(at("supervisor")),
    who(at("officer supervisor", regions="east")),
    who(at("window", "hall")),
    who(at("officer window", regions="east west")),
    who(at("officer", regions="east"), at("supervisor", "fire"), at("supervisor")),
    who(at("officer"), at("officer supervisor", "fire", "west"), at("window", "hall", "west")),
)


def plainly(actor: Actor, today: date) -> tuple[dict[str, list[Key]], dict[str, int]]:
    """Read every step and say of each where it belongs; return what each view shows, in order, and the numbers."""
    regions, applicants = {}, {}
    for case in models.Case.objects.all():
        regions[case.pk], applicants[case.pk] = case.region, case.applicant
    held = set(models.CaseService.objects.filter(state="on-hold").values_list("case_id", "service"))
    lapsed = set(models.Notice.objects.filter(due_date__lt=today).values_list("case_id", "service"))
    suspended = set(models.Pause.objects.filter(held=False).values_list("task_id", flat=True))
    tasks = list(models.Task.objects.all())
    first: dict[tuple[UUID, str], int] = {}
    for task in tasks:
        if task.state in STATES[:3]:
            first[task.case_id, task.service] = min(first.get((task.case_id, task.service), 99), task.position)
    shown: dict[str, list[models.Task]] = {view: [] for view in VIEWS}
    for task in tasks:
        region, service = regions[task.case_id], (task.case_id, task.service)

        def has(*roles: str, task: models.Task = task, region: str = region) -> bool:
            return actor.acts_as(*roles, organisation=task.organisation, region=region)

        window = task.kind == "acceptance" and any(hat.covers(region) for hat in actor.hats_of("window"))
        if not (has("officer", "supervisor") or window) or applicants[task.case_id] in {actor.id, CLOSE}:
            continue
        still = task.state == "paused" and (task.pk in suspended or service in lapsed)
        release = has("supervisor") and service in held and task.state in STATES[:3] and first[service] == task.position
        mine = (task.state == "open" and (has("officer") or window)) or (has("officer") and still) or release
        late = task.state == "open" and task.due_date is not None and task.due_date < today
        by_window = window and (task.done_by == actor.id or any(case_id == task.case_id for case_id, _ in held))
        if task.state == "done" and (has("officer", "supervisor") or by_window):
            shown["done"].append(task)
        elif task.state in STATES[:3]:
            view = "mine" if mine else "department"
            shown[view].append(task)
            if late:
                shown["late" if mine else "department-late"].append(task)
    ordered = {view: in_order(tasks, newest=view == "done") for view, tasks in shown.items()}
    return ordered, {view: len(keys) for view, keys in ordered.items()}


def in_order(tasks: list[models.Task], *, newest: bool) -> list[Key]:
    """Return the nodes of some steps: what is open first, then by the limit; what is done by when, the newest first."""

    def place(task: models.Task) -> tuple[Any, ...]:
        if newest:
            assert task.done_at is not None
            return (-task.done_at.timestamp(), task.case_id.hex, task.node)
        return (STATES.index(task.state), str(task.due_date or ""), task.case_id.hex, task.node)

    return list(dict.fromkeys((task.case_id, task.node) for task in sorted(tasks, key=place)))


def read(actor: Actor, view: str, now: datetime, size: int) -> tuple[list[Key], dict[str, int]]:
    """Read a view page by page."""
    found: list[Key] = []
    page, pages = 1, 1
    counts: dict[str, int] = {}
    while page <= pages:
        seen = selectors.inbox(actor=actor, filter=InboxFilter(view=view, page=page, size=size), now=now)
        assert seen.page == page
        found += [(row.case_id, row.node) for row in seen.rows]
        page, pages, counts = page + 1, seen.pages, dict(seen.counts)
    return found, counts


def test_every_view_shows_the_same_nodes_in_the_same_order_and_number(file: Callable[..., models.Case], now: datetime) -> None:
    world(file(), now, random.Random(SEED))
    today = (now + timedelta(hours=8)).date()
    filled = set()
    for actor in ACTORS:
        expected, numbers = plainly(actor, today)
        assert selectors.inbox(actor=actor, filter=InboxFilter(size=1), now=now).counts == numbers, actor.hats
        for view, nodes in expected.items():
            stretches = partial(streams.Streams(actor, today, lambda found: found).of_view, view)
            for wanted in (len(nodes) // 2, len(nodes) + 1):
                assert streams.keys(stretches(), wanted, newest=view == "done") == nodes[:wanted], (actor.hats, view)
            filled |= {view} if nodes else set()
    assert filled == set(VIEWS)


def test_counting_ends_somewhere_and_says_so_and_reading_goes_on(
    file: Callable[..., models.Case], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    world(file(), now, random.Random(SEED), cases=7)
    for actor, view in ((ACTORS[4], "mine"), (ACTORS[5], "department")):
        monkeypatch.undo()
        whole = selectors.inbox(actor=actor, filter=InboxFilter(view=view, size=200), now=now)
        assert (len(whole.rows), whole.beyond) == (whole.total, ())
        monkeypatch.setattr(streams, "COUNTED", 4)
        first = selectors.inbox(actor=actor, filter=InboxFilter(view=view, size=9), now=now)
        assert view in first.beyond
        assert first.total == first.counts[view] <= 4 < whole.total
        keys, _ = read(actor, view, now, size=9)
        assert keys == [(row.case_id, row.node) for row in whole.rows], "whoever goes on comes to the end"
        last = selectors.inbox(actor=actor, filter=InboxFilter(view=view, page=9_999, size=9), now=now)
        assert [(row.case_id, row.node) for row in last.rows] == keys[-(len(keys) % 9 or 9) :]


def test_what_is_due_today_is_picked_out(file: Callable[..., models.Case], now: datetime) -> None:
    world(file(), now, random.Random(3), cases=8)
    for view in ("mine", "department"):
        every = selectors.inbox(actor=ACTORS[1], filter=InboxFilter(view=view, size=200), now=now)
        today = selectors.inbox(actor=ACTORS[1], filter=InboxFilter(view=view, due_today=True), now=now)
        assert [row.case_id for row in today.rows if row.light == "due_today"] == [
            row.case_id for row in every.rows if row.light == "due_today"
        ]
        assert (today.total, today.counts) == (len(today.rows), every.counts)


def test_what_is_searched_for_in_few_cases_is_what_a_look_at_all_of_them_finds(
    file: Callable[..., models.Case], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    world(file(), now, random.Random(SEED), cases=6)
    cases = frozenset(models.Case.objects.values_list("pk", flat=True))
    texts = ("灶台1", "台 c-3")
    for actor, text, view in product(ACTORS[6:], texts, ("department", "done")):
        asked = InboxFilter(view=view, text=text, size=200)
        few = selectors.inbox(actor=actor, filter=asked, now=now)
        with monkeypatch.context() as patch:
            patch.setattr(finding, "few", lambda *_, **__: None)
            every = selectors.inbox(actor=actor, filter=asked, now=now)
            assert (few.rows, few.counts) == (every.rows, every.counts), (text, view)
            patch.setattr(finding, "few", lambda _text, running=False: cases if running else None)
            assert selectors.inbox(actor=actor, filter=asked, now=now).rows == few.rows, (text, view)
    assert selectors.inbox(actor=ACTORS[1], filter=InboxFilter(view="department", text="灶台1"), now=now).total


def test_a_case_that_is_over_is_no_longer_marked_as_running(file: Callable[..., models.Case], now: datetime) -> None:
    case = file()
    assert set(case.marks.values_list("running", flat=True)) == {True}
    services.withdraw(case_id=case.pk, actor=WANG, now=now)
    assert set(case.marks.values_list("running", flat=True)) == {False}
    found = selectors.inbox(actor=officer("clerk", "market"), filter=InboxFilter(view="done", text=case.reference), now=now)
    assert found.counts == dict.fromkeys(VIEWS, 0)
