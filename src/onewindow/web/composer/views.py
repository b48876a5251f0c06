"""Pages of the composer. They work without scripts: a button shows the result; with scripts each change does."""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.domain.bundle import bundle_as_bpmn
from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.catalogue import services
from onewindow.plumbing import calendars, clock, permissions
from onewindow.web.account import second_factor
from onewindow.web.composer import pages, proof
from onewindow.web.composer.changes import alike, changes
from onewindow.web.composer.document import Draft, Trouble, lacking
from onewindow.web.composer.moves import Moves, best_moves
from onewindow.web.composer.place import Place, conflict, current_draft, find_place, free_key, newest_release, stale
from onewindow.web.composer.sentences import sentences
from onewindow.web.middleware import PortalRequest

View = Callable[..., HttpResponse]


def for_reformers(view: View) -> View:
    """Let in who may compose; others learn why not, and visitors log in first."""

    @wraps(view)
    def guarded(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.actor.is_known:
            if request.headers.get("HX-Request") == "true":
                return render(request, "composer/_logged_out.html", status=422)
            event_id = kwargs.get("event_id", "")
            page = reverse("composer:event", args=[event_id]) if event_id else reverse("composer:new")
            return redirect_to_login(page if request.method == "POST" else request.get_full_path())
        if (door := second_factor.door(request)) is not None:
            return door
        permissions.require(request.actor, "catalogue.draft")
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@for_reformers
def home(request: PortalRequest) -> HttpResponse:
    """The city's One Things with what each saves, and one's own drafts."""
    release = newest_release()
    rows: list[dict[str, Any]] = []
    for event in catalogue.events(release):
        try:
            rows.append({"event": event, "report": catalogue.compiled(release=release, event_id=event.id, answers={}, held=())})
        except DomainError as refused:
            rows.append({"event": event, "trouble": " ".join(sentences(refused, catalogue.catalogue_at(release)))})
    drafts = [row for row in catalogue.drafts(request.actor) if row.kind == "events"]
    context = {"rows": rows, "drafts": drafts, "release": release, "office": _office(request)}
    return render(request, "composer/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_reformers
def compose(request: PortalRequest, event_id: str = "") -> HttpResponse:
    """The page of one One Thing; posted to, it shows what the form would lead to and keeps nothing."""
    place = find_place(request.actor, event_id, written="composed" in request.POST)
    draft = current_draft(place, request.POST)
    context = _context(request, place, draft)
    if request.headers.get("HX-Request") == "true":
        return render(request, "composer/_live.html", context)
    if "moves" in request.POST:
        context["moves"] = _moves(place, draft)
    return render(request, "composer/compose.html", context)


def _context(request: PortalRequest, place: Place, draft: Draft) -> dict[str, Any]:
    page = pages.composition(place.release, draft, clock.local_date(clock.now()), calendars.current())
    compared = None
    if place.published is not None and page.ablation is not None:
        compared = changes(release=place.release, published=place.published, document=draft.document, after=page.ablation.full)
    return {
        "page": page,
        "draft": draft,
        "place": place,
        "to": place.addresses,
        "parties": place.held.parties.values(),
        "changes": compared,
        "stale": stale(place, draft),
        "fresh_parts": _fresh_parts(request.POST, draft, page),
        "office": _office(request),
    }


def _fresh_parts(form: QueryDict, draft: Draft, page: pages.Composition) -> bool:
    """Return whether the sliders and limits on the reader's page belong to other services than those now chosen."""
    return form.get("listed", "") != ",".join(draft.services) or form.get("shared_of", "") != str(page.sources)


def _office(request: PortalRequest) -> object:
    release = catalogue.current_release()
    held = catalogue.catalogue_at(release).organisations if release else {}
    office = held.get(request.actor.organisation or "")
    return office.name if office else None


@require_POST
@for_reformers
def moves(request: PortalRequest, event_id: str = "") -> HttpResponse:
    """What would save most next: asked for after the page, because it compiles the bundle once per move."""
    place = find_place(request.actor, event_id, written=True)
    return render(request, "composer/_moves.html", {"moves": _moves(place, current_draft(place, request.POST))})


def _moves(place: Place, draft: Draft) -> Moves:
    try:
        return best_moves(place.release, draft.document)
    except DomainError:
        return Moves((), 0, None)  # the page itself says what is wrong with the bundle


@require_POST
@for_reformers
def prove(request: PortalRequest, event_id: str = "") -> HttpResponse:
    """Why no shorter form can do; as a file for a checker of one's own too."""
    place = find_place(request.actor, event_id, written="composed" in request.POST)
    draft = current_draft(place, request.POST)
    try:
        found = proof.proof(place.release, draft.document)
    except DomainError as refused:
        return _again(request, place, draft, _untied(sentences(refused, place.held)), gettext("There is no proof of it yet."))
    if request.POST.get("as") == "file":
        text = json.dumps(found.certificate, ensure_ascii=False, indent=2)
        name = f'attachment; filename="{draft.document["id"] or "bundle"}.certificate.json"'
        return HttpResponse(text, content_type="application/json", headers={"Content-Disposition": name})
    hidden = [(key, value) for key, values in request.POST.lists() if key not in {"csrfmiddlewaretoken", "as"} for value in values]
    context = {"proof": found, "draft": draft, "place": place, "to": place.addresses, "hidden": hidden, "office": _office(request)}
    return render(request, "composer/proof.html", context)


@require_POST
@for_reformers
def save(request: PortalRequest, event_id: str = "") -> HttpResponse:
    """Keep the form as one's own draft."""
    place = find_place(request.actor, event_id, written="composed" in request.POST)
    draft = current_draft(place, request.POST)
    taken = conflict(place, draft.document)
    twice = place.own_drafts.get(draft.document["id"])
    if taken and twice and not event_id and alike(twice.document, draft.document):
        return redirect("composer:event", event_id=twice.key)  # the same click twice
    troubles = [*draft.troubles, *([taken] if taken else [])]
    document = {**draft.document, "id": draft.document["id"] or free_key(place)}
    if not troubles:
        try:
            info = services.save_draft(kind="event", document=document, actor=request.actor, now=clock.now(), based_on=draft.based_on)
        except DomainError as refused:
            troubles = _untied(sentences(refused, place.held))
    if troubles:
        return _again(request, place, draft, troubles, gettext("It was not kept yet. What you wrote is still here."))
    _leave_old_draft(request, place, info.key)
    messages.success(request, gettext("Kept as a draft. Only you see it until it is published."))
    return redirect("composer:event", event_id=info.key)


@require_POST
@for_reformers
def discard(request: PortalRequest, event_id: str) -> HttpResponse:
    """Throw one's own draft away; what is published stays."""
    kept = next((row for row in catalogue.drafts(request.actor) if row.kind == "events" and row.key == event_id), None)
    if kept:
        services.discard_draft(draft_id=kept.id, actor=request.actor, now=clock.now())
        messages.success(request, gettext("Your draft was thrown away. What is published stays as it is."))
    if ("events", event_id) in catalogue.documents_at(newest_release()):
        return redirect("composer:event", event_id=event_id)
    return redirect("composer:home")


@require_POST
@for_reformers
def publish(request: PortalRequest, event_id: str = "") -> HttpResponse:
    """Publish the whole bundle, whatever the switches say; citizens can use it on their next page."""
    place = find_place(request.actor, event_id, written="composed" in request.POST)
    draft = current_draft(place, request.POST)
    if _is_published(draft):  # the same click twice, or nothing to change
        messages.info(request, gettext("It is published as it stands here; nothing is left to change."))
        return _published(request, place, draft, key="")
    taken = conflict(place, draft.document)
    troubles = [*draft.troubles, *lacking(draft), *([taken] if taken else [])]
    if not troubles:
        troubles = _untied(pages.refusals(place.release, draft))
    if not troubles:
        try:
            services.publish(kind="event", document=draft.document, actor=request.actor, now=clock.now(), based_on=draft.based_on)
        except DomainError as refused:
            if _is_published(draft):
                return _published(request, place, draft)
            place = find_place(request.actor, event_id, written=True)
            troubles = _untied(sentences(refused, place.held))
    if troubles:
        return _again(request, place, draft, troubles, gettext("It was not published. What you wrote is still here."))
    messages.success(request, gettext("Published. Citizens can use it from now on."))
    return _published(request, place, draft)


def _is_published(draft: Draft) -> bool:
    """Return whether the form has nothing wrong in it and is what citizens see already."""
    ident = draft.document["id"]
    found = catalogue.documents_at(newest_release()).get(("events", ident)) if ident and not draft.troubles else None
    return found is not None and alike(found, draft.document)


def _published(request: PortalRequest, place: Place, draft: Draft, key: str | None = None) -> HttpResponse:
    _leave_old_draft(request, place, draft.document["id"] if key is None else key)
    return redirect("portal:event", event_id=draft.document["id"])


def _leave_old_draft(request: PortalRequest, place: Place, key: str) -> None:
    """Throw away the draft under the name that a One Thing had before."""
    if place.kept and place.kept.key != key:
        with suppress(NotFound):  # the same click twice
            services.discard_draft(draft_id=place.kept.id, actor=request.actor, now=clock.now())


def _untied(found: Iterable[str]) -> list[Trouble]:
    return [Trouble("", sentence) for sentence in found]


def _again(request: PortalRequest, place: Place, draft: Draft, troubles: Iterable[Trouble], note: str) -> HttpResponse:
    """Show the form as it was sent, and above it what to mend."""
    summary = [(trouble.field, trouble.sentence) for trouble in dict.fromkeys(troubles)]
    wrong = {field: sentence for field, sentence in summary if field}
    context = _context(request, place, draft) | {"summary": summary, "summary_note": note, "wrong": wrong}
    return render(request, "composer/compose.html", context, status=422)


@require_safe
@for_reformers
def bpmn(request: PortalRequest, event_id: str) -> HttpResponse:
    """The published process for tools that read BPMN 2.0."""
    release = newest_release()
    report = catalogue.compiled(release=release, event_id=event_id, answers={}, held=())
    text = bundle_as_bpmn(catalogue.catalogue_at(release), report)
    return HttpResponse(text, content_type="application/xml", headers={"Content-Disposition": f'attachment; filename="{event_id}.bpmn"'})
