"""Pages of the composer. The page works without scripts: a button shows the result; with scripts each change does."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from onewindow.domain.bundle import bundle_as_bpmn
from onewindow.domain.catalogue import CatalogueRefused
from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.catalogue import services
from onewindow.plumbing import calendars, clock, permissions
from onewindow.web import errors
from onewindow.web.composer import pages
from onewindow.web.composer.document import Draft, read
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages.cards import answers_of

View = Callable[..., HttpResponse]


def for_reformers(view: View) -> View:
    """Let in who may compose; others learn why not, and visitors log in first."""

    @wraps(view)
    def guarded(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.actor.is_known:
            return redirect_to_login(request.get_full_path())
        permissions.require(request.actor, "catalogue.draft")
        return view(request, *args, **kwargs)

    return guarded


def _release() -> int:
    release = catalogue.current_release()
    if release is None:
        raise NotFound(kind="release", id="1")
    return release


def _published(release: int, event_id: str) -> Mapping[str, Any] | None:
    return catalogue.documents_at(release).get(("events", event_id)) if event_id else None


def _draft(request: PortalRequest, event_id: str, release: int) -> Draft:
    """Return what the form says; on the first visit the reformer's own draft, else what is published."""
    form = request.POST if request.method == "POST" else request.GET
    held = catalogue.catalogue_at(release)
    base = _published(release, event_id)
    kept = (
        next((row for row in catalogue.drafts(request.actor) if row.kind == "events" and row.key == event_id), None) if event_id else None
    )
    if event_id and base is None and kept is None:
        raise NotFound(kind="One Thing", id=event_id)
    if "composed" in form:
        started = form.get("based_on", "")
        return read(form, (kept.document if kept else base), held, int(started) if started.isdecimal() else release)
    if kept:
        return Draft(kept.document, kept.based_on)
    if base:
        return Draft(base, release)
    empty = {"id": "", "name": {}, "kind": "business", "applicant": next(iter(held.parties), ""), "services": [], "yearly_cases": 0}
    return Draft(empty, release)


@require_safe
@for_reformers
def home(request: PortalRequest) -> HttpResponse:
    release = _release()
    rows = []
    for event in catalogue.events(release):
        try:
            report = catalogue.compiled(release=release, event_id=event.id, answers={}, held=(), with_alone=False)
        except DomainError as refused:
            rows.append({"event": event, "trouble": errors.sentence(refused)})
            continue
        rows.append({"event": event, "report": report, "answers": answers_of(report)})
    drafts = [row for row in catalogue.drafts(request.actor) if row.kind == "events"]
    return render(request, "composer/home.html", {"rows": rows, "drafts": drafts, "release": release})


@require_safe
@for_reformers
def compose(request: PortalRequest, event_id: str = "") -> HttpResponse:
    release = _release()
    draft = _draft(request, event_id, release)
    partial = request.headers.get("HX-Request") == "true" and "composed" in request.GET
    return render(request, "composer/_result.html" if partial else "composer/compose.html", _context(request, event_id, release, draft))


def _context(request: PortalRequest, event_id: str, release: int, draft: Draft) -> dict[str, Any]:
    page = pages.composition(release, draft, clock.local_date(clock.now()), calendars.current())
    return {
        "page": page,
        "draft": draft,
        "event_id": event_id,
        "release": release,
        "parties": catalogue.catalogue_at(release).parties.values(),
        "published": _published(release, event_id) is not None,
        "query": _query(request, event_id),
    }


def _query(request: PortalRequest, event_id: str) -> str:
    """Return what the blockers are to be worked out for: the form as it stands, or the event as it is."""
    form = (request.POST if request.method == "POST" else request.GET).copy()
    form.pop("csrfmiddlewaretoken", None)
    form["event"] = event_id
    return form.urlencode()


@require_safe
@for_reformers
def blockers(request: PortalRequest) -> HttpResponse:
    """What would save most next: asked for after the page, because it compiles the bundle once per move."""
    release = _release()
    draft = _draft(request, request.GET.get("event", ""), release)
    rows: tuple[pages.BlockerRow, ...] = ()
    pair: tuple[Any, ...] = ()
    if draft.document["services"]:
        try:
            rows, pair = pages.blockers(release, draft.document)
        except (CatalogueRefused, DomainError):
            rows = ()  # the page itself says what is wrong with the bundle
    return render(request, "composer/_blockers.html", {"rows": rows[:8], "pair": pair})


@require_POST
@for_reformers
def save(request: PortalRequest) -> HttpResponse:
    event_id = request.POST.get("event", "")
    draft = _draft(request, event_id, _release())
    info = services.save_draft(kind="event", document=draft.document, actor=request.actor, now=clock.now())
    messages.success(request, gettext("Saved. Only you see this draft until it is published."))
    return redirect("composer:event", event_id=info.key)


@require_POST
@for_reformers
def publish(request: PortalRequest) -> HttpResponse:
    event_id = request.POST.get("event", "")
    release = _release()
    draft = _draft(request, event_id, release)
    problems = _unready(draft, event_id, release)
    if not problems:
        try:
            page = pages.composition(release, draft, clock.local_date(clock.now()), calendars.current())
            problems = list(page.problems)
            if not problems:
                services.publish(kind="event", document=draft.document, actor=request.actor, now=clock.now(), based_on=draft.based_on)
        except CatalogueRefused as refused:
            problems = [f"{row.message} {row.remedy}" for row in refused.problems]
        except DomainError as refused:
            problems = [errors.sentence(refused)]
    if problems:
        context = _context(request, event_id, release, draft) | {"problems": problems}
        return render(request, "composer/compose.html", context, status=422)
    messages.success(request, gettext("Published. Citizens can use it from now on."))
    return redirect("portal:event", event_id=draft.document["id"])


def _unready(draft: Draft, event_id: str, release: int) -> list[str]:
    """Say what a One Thing lacks before it can be published."""
    problems = []
    document = draft.document
    if not document["services"]:
        problems.append(gettext("Pick at least one service."))
    missing = [word for language, word in (("zh", "中文"), ("en", "English"), ("ru", "Русский")) if not document["name"].get(language)]
    if missing:
        problems.append(gettext("Give it a name in each language; there is none in: %(languages)s.") % {"languages": ", ".join(missing)})
    if not event_id and _published(release, document["id"]):
        problems.append(gettext("There is a One Thing with this English name already. Open that one, or choose another name."))
    return problems


@require_safe
@for_reformers
def bpmn(request: PortalRequest, event_id: str) -> HttpResponse:
    release = _release()
    report = catalogue.compiled(release=release, event_id=event_id, answers={}, held=())
    text = bundle_as_bpmn(catalogue.catalogue_at(release), report)
    return HttpResponse(text, content_type="application/xml", headers={"Content-Disposition": f'attachment; filename="{event_id}.bpmn"'})
