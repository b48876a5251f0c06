"""The board of all interfaces, and the page on which one is described, tried and published."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from onewindow.domain.catalogue.model import Element
from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.domain.exchange.openapi import MAX_BYTES
from onewindow.modules.catalogue import selectors as catalogue
from onewindow.modules.exchange import selectors, services
from onewindow.modules.exchange.selectors import InterfaceRow
from onewindow.modules.identity import selectors as identity
from onewindow.plumbing import clock, permissions
from onewindow.web import errors
from onewindow.web.interfaces import fields, words
from onewindow.web.middleware import PortalRequest
from onewindow.web.process import say
from onewindow.web.staff.views import for_staff, page


@require_safe
@for_staff
def board(request: PortalRequest) -> HttpResponse:
    """How every interface is, and one's own drafts."""
    level = request.GET.get("level", "")
    level = level if level in services.LEVELS else ""
    state = request.GET.get("state", "")
    state = state if state in words.STATES else ""
    everything = selectors.interface_board(actor=request.actor, now=clock.now())
    of_level = [row for row in everything if level in ("", row.level)]
    rows = [row for row in of_level if state in ("", row.state)]
    context = {
        "rows": [_told(row) for row in rows],
        "state": state,
        "levels": [(code, words.level(code), sum(row.level == code for row in everything)) for code in services.LEVELS],
        "level": level,
        "total": len(everything),
        "states": [(code, *words.state(code), count) for code, count in _states(of_level).items()],
        "today": sum(row.today for row in rows),
        "drafts": selectors.interface_drafts(actor=request.actor),
        "may_connect": bool(_organisations(request)),
        "spent": _spent(request),
    }
    return page(request, "interfaces/board.html", **context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def new(request: PortalRequest) -> HttpResponse:
    """Paste or upload the document of an interface."""
    organisations = _organisations(request)
    if not organisations:
        permissions.require(request.actor, "exchange.connect", request.actor.organisation)
    if request.method == "POST":
        uploaded = request.FILES.get("file")
        content: str | bytes = request.POST.get("document", "")
        if uploaded is not None and uploaded.size:  # one byte more than may be: the service says that it is too large
            content = uploaded.read(MAX_BYTES + 1)
        organisation = request.POST.get("organisation") or request.actor.organisation or ""
        try:
            made = services.begin_interface(content=content, organisation=organisation, actor=request.actor, now=clock.now())
        except Forbidden:
            raise
        except DomainError as error:
            messages.error(request, errors.sentence(error))
            typed = content if isinstance(content, str) else ""
            answer = page(request, "interfaces/new.html", organisations=organisations, typed=typed, chosen=organisation)
            answer.status_code = error.status
            return answer
        return redirect("interfaces:draft", made)
    return page(request, "interfaces/new.html", organisations=organisations, typed="", chosen=request.actor.organisation)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def draft(request: PortalRequest, interface_id: UUID) -> HttpResponse:
    """Describe an interface, try it, see what it spares, publish it. Every button keeps what was chosen first."""
    row = selectors.interface_draft(interface_id=interface_id, actor=request.actor)
    trial: services.Trial | None = None
    not_tried = ""
    status = 200
    act = request.POST.get("act", "")
    if request.method == "POST":
        named: dict[str, Any] = {"interface_id": interface_id, "actor": request.actor, "now": clock.now()}
        try:
            if act == "discard":
                services.discard_interface(**named)
                messages.success(request, gettext("Thrown away."))
                return redirect("interfaces:board")
            form = services.describe_interface(form=fields.read(request.POST, row), **named)
            if act == "try":
                trial = services.try_interface(keys=_tried_with(request, form), **named)
            if act == "publish":
                release = services.publish_interface(**named)
                text = gettext("Published as release %(number)s of the catalogue. From now on forms are filled from it.")
                messages.success(request, text % {"number": release})
                return redirect("interfaces:board")
        except (Forbidden, NotFound):
            raise
        except DomainError as error:
            if act == "try":  # said where the answer would stand: that is what the page shows then
                not_tried = errors.sentence(error)
            else:
                messages.error(request, errors.sentence(error))
            status = error.status
        row = selectors.interface_draft(interface_id=interface_id, actor=request.actor)
    answer = page(request, "interfaces/draft.html", not_tried=not_tried, **_context(request, row, trial))
    answer.status_code = status
    return answer


def _context(request: PortalRequest, row: InterfaceRow, trial: services.Trial | None) -> dict[str, Any]:
    release = catalogue.current_release()
    elements = catalogue.catalogue_at(release).elements if release is not None else {}
    worth = selectors.interface_gain(interface_id=row.id, actor=request.actor)
    addresses, secrets = selectors.offered()
    organisations = identity.organisations()
    owner = organisations.get(row.organisation)
    return {
        "row": row,
        "owner": owner.name if owner else {"en": row.organisation},
        "form": row.form,
        "keys": fields.key_rows(row),
        "fields": fields.field_rows(row),
        "elements": [(name, element.name) for name, element in sorted(elements.items()) if element.alias_of is None],
        "addresses": addresses,
        "secrets": secrets,
        "levels": [(code, words.level(code)) for code in services.LEVELS],
        "limits": words.limits(row.form),
        "key_places": [(code, words.key_place(code)) for code in services.PREFIXES],
        "auths": [(code, words.auth(code)) for code in ("", *services.AUTHS)],
        "proofs": words.proofs(row.form, addresses, secrets),
        "unknown_proofs": ", ".join(row.operation.proof.unknown) if row.operation else "",
        "sharing": [(code, gettext(words.SHARING[code])) for code in fields.SHARING],
        "papers": _papers(request, row),
        "organisations": sorted(((code, one.name) for code, one in organisations.items()), key=lambda one: say(one[1])),
        "asked_with": [(name, elements[name].name, request.POST.get(f"trial-{name}", "")) for name in row.form.asked_by],
        "trial": trial,
        "trial_said": words.outcome(trial.outcome) if trial else "",
        "trial_rows": [_tried(one, elements) for one in trial.rows] if trial else [],
        "worth": worth,
        "worth_said": words.summary(worth) if worth else "",
        "gains": [_gain(one, elements) for one in worth.rows] if worth else [],
    }


def _papers(request: PortalRequest, row: InterfaceRow) -> list[tuple[str, Mapping[str, str]]]:
    """Return the types of evidence to choose from, for whoever may change what other departments ask for."""
    if not permissions.allowed(request.actor, "catalogue.publish", ("resources", row.form.resource)):
        return []
    return list(selectors.papers(interface_id=row.id, actor=request.actor).items())


def _tried(one: services.Tried, elements: Mapping[str, Element]) -> dict[str, Any]:
    """Return one element of a trial; what is personal stands masked, in the sentence too that says why it does not fit."""
    element = elements[one.element]
    wrong = errors.field_sentence(one.refused) if one.refused else ""
    return {"row": one, "name": element.name, "wrong": wrong}


def _gain(one: Any, elements: Mapping[str, Element]) -> dict[str, Any]:
    return {"row": one, "gone": _named(one.gone, elements), "came": _named(one.came, elements)}


def _named(names: Iterable[str], elements: Mapping[str, Element]) -> list[str]:
    return [say(elements[name.rpartition(".")[2]].name) for name in names]


def _told(row: selectors.InterfaceHealth) -> dict[str, Any]:
    sign, word = words.state(row.state)
    share = None if row.share is None else round(row.share * 100, 1)
    return {"row": row, "sign": sign, "word": word, "level": words.level(row.level), "kind": words.kind(row.kind), "share": share}


def _spent(request: PortalRequest) -> list[dict[str, Any]]:
    """Tell which quotas are spent today, for those who keep the data or ask for it."""
    if not permissions.allowed(request.actor, "exchange.report"):
        return []
    rows = selectors.spent_quotas(actor=request.actor, now=clock.now())
    described, offices = catalogue.newest_catalogue(), identity.organisations()
    known = described.resources if described else {}
    names = identity.display_names(row.officer for row in rows if row.officer)
    return [
        {
            "row": row,
            "resource": known[row.resource].name if row.resource in known else row.resource,
            "asker": offices[row.organisation].name if row.organisation in offices else row.organisation,
            "officer": names.get(row.officer) if row.officer else None,
        }
        for row in rows
    ]


def _states(rows: list[selectors.InterfaceHealth]) -> Mapping[str, int]:
    counted = Counter(row.state for row in rows)
    return {code: counted[code] for code in words.STATES}


def _organisations(request: PortalRequest) -> list[tuple[str, Mapping[str, str]]]:
    """Return the organisations for which the reader may connect."""
    found = identity.organisations().items()
    return sorted(
        ((code, one.name) for code, one in found if permissions.allowed(request.actor, "exchange.connect", code)),
        key=lambda one: say(one[1]),
    )


def _tried_with(request: PortalRequest, form: services.InterfaceForm) -> dict[str, str]:
    return {element: request.POST.get(f"trial-{element}", "")[:200] for element in form.asked_by}
