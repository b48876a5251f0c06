"""Documents of a draft: one page, a box for each, with progress where the browser can."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from onewindow.domain.errors import DomainError
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases import services
from onewindow.plumbing import clock
from onewindow.web import words
from onewindow.web.errors import sentence
from onewindow.web.middleware import PortalRequest
from onewindow.web.portal.pages import draft as way
from onewindow.web.portal.pages import papers
from onewindow.web.portal.views.drafts import fresh
from onewindow.web.site import device


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: PortalRequest, draft_id: UUID) -> HttpResponse:
    """Show what is to be brought, and take a file."""
    page = fresh(request, draft_id)
    if page.filed_case:
        return redirect("portal:case", case_id=page.filed_case)
    troubles: dict[str, str] = {}
    if request.method == "POST":
        kind = str(request.POST.get("type", ""))
        trouble = _add(request, draft_id, kind)
        if "application/json" in request.headers.get("Accept", ""):
            box = _box(request, draft_id, kind, trouble).content.decode()
            return JsonResponse({"box": box, "sentence": trouble}, status=422 if trouble else 200)
        if not trouble:
            return redirect(f"{request.path}#d-{kind}")
        troubles[kind] = trouble
        page = fresh(request, draft_id)
    boxes = papers.boxes(page, troubles)
    context = {
        "page": page,
        "steps": way.steps(page),
        "here": "documents",
        "boxes": boxes,
        "next": way.next_url(page, after=request.path),
        "summary": [(box.input_id, words.labelled(box.label, box.trouble)) for box in boxes if box.trouble],
    }
    return device.kept(request, render(request, "portal/documents.html", context, status=422 if troubles else 200))


@login_required
@require_POST
def remove(request: PortalRequest, draft_id: UUID, upload_id: UUID) -> HttpResponse:
    """Take one file out again."""
    services.remove_upload(draft_id=draft_id, upload_id=upload_id, actor=request.actor, now=clock.now())
    kind = str(request.POST.get("type", ""))
    if request.headers.get("HX-Request"):
        return _box(request, draft_id, kind, "")
    return redirect("portal:documents", draft_id=draft_id)


def _add(request: PortalRequest, draft_id: UUID, kind: str) -> str:
    """Store the file that came; answer with what was wrong with it."""
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        return gettext("Choose a file first.")
    try:
        services.add_upload(
            draft_id=draft_id,
            evidence_type=kind,
            name=sent.name or "",
            media_type=sent.content_type or "",
            content=sent.read(),
            upload_id=_upload_id(request),
            actor=request.actor,
            now=clock.now(),
        )
    except DomainError as error:
        return sentence(error)
    return ""


def _upload_id(request: PortalRequest) -> UUID | None:
    """Return the name that a device gave its file, so that sending it twice adds it once."""
    try:
        return UUID(str(request.POST.get("upload", "")))
    except ValueError:
        return None


def _box(request: PortalRequest, draft_id: UUID, kind: str, trouble: str) -> HttpResponse:
    page = cases.draft_page(draft_id=draft_id, actor=request.actor)
    box = next((box for box in papers.boxes(page, {kind: trouble}) if box.kind == kind), None)
    return render(request, "portal/_upload.html", {"box": box, "page": page}, status=422 if trouble else 200)
