"""The acts of an officer: each has a page of its own with its form, and one address that takes it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases import selectors
from onewindow.modules.cases.selectors.rows import TaskLine
from onewindow.plumbing import clock
from onewindow.plumbing.idempotency import IdempotencyConflict
from onewindow.web import errors
from onewindow.web.desk.once import once
from onewindow.web.desk.pages import acts, forms, queue, words
from onewindow.web.desk.pages.case import DeskCase, desk_case, first_task, values_named
from onewindow.web.desk.views import frame
from onewindow.web.desk.views.guard import for_officers
from onewindow.web.desk.views.perform import perform
from onewindow.web.middleware import PortalRequest

HIDDEN = frozenset({"csrfmiddlewaretoken", "key", "seen", "fee", "place", "template", "use"})
MARKS = ("tick.", "template.")


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def act(request: PortalRequest, case_id: UUID, task_id: UUID, slug: str) -> HttpResponse:
    """Show the form of an act, or do it; whoever comes too late learns who was first."""
    if slug not in acts.SLUGS.values():
        raise Http404
    now = clock.now()
    desk = desk_case(case_id=case_id, task_id=task_id, actor=request.actor, now=now)
    form = request.POST if request.method == "POST" else request.GET
    way = desk.ways.find(slug, form.get("fee", ""))
    if "use" in request.POST:
        return _fill_in(request, desk, way, slug, now)
    if request.method == "POST":
        return _do(request, desk, way, slug, now)
    if way is None:
        return frame.show(request, desk, now=now, trouble=why_not(desk, slug), status=409)
    return frame.show(request, desk, now=now, form=forms.form(desk, way))


def _fill_in(request: PortalRequest, desk: DeskCase, way: acts.Way | None, slug: str, now: datetime) -> HttpResponse:
    """Show the form again with a ready text of the department in it; nothing is sent to anybody."""
    sent = request.POST.dict()
    if way is None:
        return frame.show(request, desk, now=now, trouble=why_not(desk, slug), kept=typed(sent), status=409)
    entries = forms.filled_in(desk, way, sent)
    if entries is None:
        place = sent.get("use", "") if slug == "correct" else "template"
        return _again(request, desk, way, now, {place: gettext("Choose a text first.")}, status=422)
    return frame.show(request, desk, now=now, form=forms.form(desk, way, entries, filled=sent.get("use", "")))


def _do(request: PortalRequest, desk: DeskCase, way: acts.Way | None, slug: str, now: datetime) -> HttpResponse:
    sent = request.POST
    place = queue.queue(actor=request.actor, wanted=queue.read(request.GET), now=now).place_of(desk.task.id)
    try:
        told = once(
            actor=request.actor,
            scope=f"desk.{slug}:{desk.task.id}",
            sent=sent.dict(),
            now=now,
            act=lambda: perform(slug, desk, way, sent, actor=request.actor, now=now),
        )
    except forms.Trouble as trouble:
        return _again(request, desk, way, now, trouble.entries, status=trouble.status)
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        return _refused(request, desk, slug, error, now)
    messages.success(
        request, format_html('{} <a href="{}">{}</a>', told, request.path.removesuffix(f"{slug}/"), gettext("Look at it again"))
    )
    return redirect(_next(request, desk, place, now))


def _refused(request: PortalRequest, desk: DeskCase, slug: str, error: DomainError, now: datetime) -> HttpResponse:
    """Show the step as it is now, with why the act was not done and everything that was typed."""
    fresh = desk_case(case_id=desk.page.id, task_id=desk.task.id, actor=request.actor, now=now)
    way = fresh.ways.find(slug, request.POST.get("fee", ""))
    if way is None or isinstance(error, IdempotencyConflict):
        trouble = why_not(fresh, slug) if way is None else errors.sentence(error)
        return frame.show(request, fresh, now=now, trouble=trouble, kept=typed(request.POST.dict()), status=409)
    entries = errors.field_sentences(named(error, fresh))
    missing = error.values.get("elements")
    if isinstance(missing, list):
        entries = {str(name): gettext("Fill this in.") for name in missing}
    return _again(request, fresh, way, now, entries or {"": errors.sentence(named(error, fresh))}, status=error.status)


def _again(
    request: PortalRequest, desk: DeskCase, way: acts.Way | None, now: datetime, entries: Mapping[str, str], *, status: int
) -> HttpResponse:
    if way is None:
        trouble = "; ".join(entries.values())
        return frame.show(request, desk, now=now, trouble=trouble, kept=typed(request.POST.dict()), status=status)
    return frame.show(request, desk, now=now, form=forms.form(desk, way, request.POST.dict(), entries), status=status)


def why_not(desk: DeskCase, slug: str) -> str:
    """Say why an act is not possible any more: who was first and when, where somebody was."""
    task = desk.task
    if task.state == TaskState.DONE and task.done_at:
        return acts.already_done(task)
    if desk.page.completed_at:
        return gettext("This case is closed. Nothing was changed.")
    if slug == "pay":
        return gettext("This fee is already recorded as paid. Nothing was recorded twice.")
    if slug == "correct" and desk.ways.second:
        return desk.ways.second
    return gettext("This is not possible at this step now. Nothing was changed; the page shows how it stands.")


def named(error: DomainError, desk: forms.Judged) -> DomainError:
    """Return an error that speaks of names in the place of ids, and so do the errors of single entries in it."""
    names = {**values_named(desk.page), desk.task.step: words.say(desk.task.name)}
    spoken = type(error).__new__(type(error))
    spoken.__dict__.update(error.__dict__)
    spoken.values = {key: names.get(value, value) if isinstance(value, str) else value for key, value in error.values.items()}
    if isinstance(inner := getattr(error, "errors", None), Mapping):
        spoken.errors = {field: named(one, desk) for field, one in inner.items()}  # type: ignore[attr-defined]  # of this error alone
    return spoken


def typed(sent: Mapping[str, str]) -> list[str]:
    """Return the texts that were typed, so that none is lost."""
    return [text.strip() for name, text in sent.items() if name not in HIDDEN and not name.startswith(MARKS) and len(text.strip()) > 1]


def _next(request: PortalRequest, desk: DeskCase, place: int | None, now: datetime) -> str:
    """Return where to go on: what is left to do in the same case, else the row that moved up in the queue."""
    wanted = queue.read(request.GET)
    task = _left(request, desk, now)
    if task:
        return queue.task_url(desk.page.id, task.id, wanted)
    rows = queue.queue(actor=request.actor, wanted=wanted, now=now).rows
    if place is not None and rows:
        return rows[min(place, len(rows) - 1)].url
    return queue.inbox_url(wanted)


def _left(request: PortalRequest, desk: DeskCase, now: datetime) -> TaskLine | None:
    """Return what is left to do in the same case; a case that has left one's desk holds nothing."""
    try:
        page = selectors.case_page(case_id=desk.page.id, actor=request.actor, now=now)
    except NotFound:
        return None
    task = first_task(page, request.actor)
    return task if task and any(item.task_id == task.id and task.state == TaskState.OPEN for item in page.acts) else None
