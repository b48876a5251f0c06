"""The texts a department keeps ready for its officers: the list, and the form of one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.domain.catalogue.model import Text
from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.cases import selectors, services
from onewindow.modules.cases.selectors import TemplateRow
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff.views import for_staff, page

USES = {"refuse": gettext_noop("Refusals"), "correct": gettext_noop("Notices"), "approve": gettext_noop("Conditions of an approval")}
LANGUAGES = (("zh", "zh-hans", "中文"), ("en", "en", "English"), ("ru", "ru", "Русский"))


@dataclass(frozen=True, slots=True)
class Language:
    """The two boxes of one language."""

    id: str
    code: str
    name: str
    text: str
    law: str
    text_error: str
    law_error: str


@require_safe
@for_staff
def texts(request: PortalRequest) -> HttpResponse:
    """List the texts of one's own organisation by what they are for."""
    rows = selectors.templates(actor=request.actor)
    groups = [(gettext(name), [row for row in rows if row.use == use]) for use, name in USES.items()]
    return page(request, "staff/texts.html", groups=groups, any=bool(rows))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def new(request: PortalRequest) -> HttpResponse:
    """Write a new text."""
    selectors.templates(actor=request.actor)
    return _save(request, None) if request.method == "POST" else _form(request, None, {"use": "refuse"})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def one(request: PortalRequest, template_id: UUID) -> HttpResponse:
    """Change a text."""
    row = next((row for row in selectors.templates(actor=request.actor) if row.id == template_id), None)
    if row is None:
        raise NotFound(kind="template", id=template_id)
    return _save(request, template_id) if request.method == "POST" else _form(request, template_id, _typed(row))


@require_POST
@for_staff
def remove(request: PortalRequest, template_id: UUID) -> HttpResponse:
    """Take a text out of use."""
    services.remove_template(template_id=template_id, actor=request.actor, now=clock.now())
    messages.success(request, gettext("Removed. What was written with it stays as it was sent."))
    return redirect("staff:texts")


def _save(request: PortalRequest, template_id: UUID | None) -> HttpResponse:
    sent = {name: text for name, text in request.POST.items() if isinstance(text, str)}
    text, law = ({language: sent.get(f"{kind}.{language}", "") for language, _, _ in LANGUAGES} for kind in ("text", "law"))
    try:
        services.save_template(
            template_id=template_id,
            use=sent.get("use", ""),
            service=sent.get("service", ""),
            text=text,
            law=law,
            actor=request.actor,
            now=clock.now(),
        )
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        return _form(request, template_id, sent, errors.field_sentences(error) or {"": errors.sentence(error)}, status=error.status)
    messages.success(request, gettext("Saved. Your officers can choose it now."))
    return redirect("staff:texts")


def _typed(row: TemplateRow) -> dict[str, str]:
    boxes = {f"{kind}.{language}": text for kind, texts in (("text", row.text), ("law", row.law)) for language, text in texts.items()}
    return {"use": row.use, "service": row.service, **boxes}


def _form(
    request: PortalRequest, template_id: UUID | None, typed: dict[str, str], wrong: dict[str, str] | None = None, *, status: int = 200
) -> HttpResponse:
    said = wrong or {}
    boxes = [
        Language(
            language,
            code,
            name,
            text=typed.get(f"text.{language}", ""),
            law=typed.get(f"law.{language}", ""),
            text_error=said.get(f"text.{language}", ""),
            law_error=said.get(f"law.{language}", ""),
        )
        for language, code, name in LANGUAGES
    ]
    named: dict[str, Any] = {
        "template_id": template_id,
        "typed": typed,
        "uses": [(use, gettext(name)) for use, name in USES.items()],
        "services": _services(request.actor.organisation),
        "boxes": boxes,
        "summary": _summary(said),
    }
    answer = page(request, "staff/text.html", **named)
    answer.status_code = status
    return answer


def _summary(said: dict[str, str]) -> list[tuple[str, str]]:
    """Return each mistake with the control it belongs to, named by its language."""
    names = {language: name for language, _, name in LANGUAGES}
    return [(key.replace(".", "-"), f"{names[key[-2:]]}: {text}" if key else text) for key, text in said.items()]


def _services(organisation: str | None) -> list[tuple[str, Text]]:
    """Return the services of an organisation in the catalogue in force."""
    held = catalogue.newest_catalogue()
    return [(row.id, row.name) for row in held.services.values() if row.organisation == organisation] if held else []
