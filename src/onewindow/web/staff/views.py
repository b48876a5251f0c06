"""Pages of an organisation's administrator: people, posts, roles, leave; of the second officer; of what was issued; and the permissions."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden, NotFound
from onewindow.modules.cases import selectors as cases
from onewindow.modules.cases import services as case_services
from onewindow.modules.identity import selectors, services
from onewindow.modules.signon import selectors as signon
from onewindow.modules.signon import services as signon_services
from onewindow.plumbing import clock, permissions
from onewindow.web import errors
from onewindow.web.account.second_step import to_second_step
from onewindow.web.middleware import PortalRequest
from onewindow.web.staff import roles

View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    """Let officers in; what they may do is the services' question."""

    @wraps(view)
    def guarded(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.actor.is_known:
            return redirect_to_login(request.get_full_path())
        if request.actor.withheld:
            return to_second_step(request)
        if not request.actor.is_officer:
            raise Forbidden(permission="identity.staff")
        return view(request, *args, **kwargs)

    return never_cache(guarded)


def page(request: PortalRequest, template: str, **more: Any) -> HttpResponse:
    """Draw a page of the staff, with whose office it is."""
    office = selectors.organisations().get(request.actor.organisation or "")
    context = {
        "office": office.name if office else {},
        "administers": permissions.allowed(request.actor, "identity.staff", request.actor.organisation),
        "keeps_texts": permissions.allowed(request.actor, "cases.keep-templates", request.actor.organisation),
        "arranges": permissions.allowed(request.actor, "tiles.arrange"),
        "overseer": permissions.allowed(request.actor, "exchange.watch"),
        "rechecks": permissions.allowed(request.actor, "cases.rechecks"),
        "oversees": permissions.allowed(request.actor, "cases.oversee"),
        "roles": [(code, roles.role(code)) for code in roles.ROLES],
        **more,
    }
    return render(request, template, context)


@require_safe
@for_staff
def people(request: PortalRequest) -> HttpResponse:
    """List the posts of one's own organisation."""
    posts = [{"row": row, "roles": _named(row.roles), "waiting": _named(row.waiting)} for row in selectors.staff(actor=request.actor)]
    return page(request, "staff/people.html", posts=posts, regions=selectors.regions())


@require_safe
@for_staff
def listed(request: PortalRequest) -> HttpResponse:
    """List every permission, as the code declares it."""
    return page(request, "staff/permissions.html", lines=roles.permission_lines())


@require_safe
@for_staff
def second(request: PortalRequest) -> HttpResponse:
    """List what waits for oneself as the second officer."""
    rights = [{"row": row, "roles": _named(row.roles)} for row in selectors.rights_waiting(actor=request.actor)]
    systems = signon.systems_waiting(actor=request.actor)
    proposals = cases.proposals_waiting(actor=request.actor, now=clock.now())
    return page(request, "staff/second.html", rights=rights, systems=systems, proposals=proposals)


@require_POST
@for_staff
def settle(request: PortalRequest, proposal_id: UUID) -> HttpResponse:
    """Confirm or reject a proposal."""
    act = _settling(request, proposal_id)
    confirm = request.POST.get("answer") == "confirm"
    named: dict[str, Any] = {"proposal_id": proposal_id, "confirm": confirm, "reason": request.POST.get("reason", "")}
    done = gettext("Confirmed: it is done now.") if confirm else gettext("Rejected: nothing was changed.")
    return _do(request, lambda: act(**named, actor=request.actor, now=clock.now()), done, "staff:second")


def _settling(request: PortalRequest, proposal_id: UUID) -> Callable[..., object]:
    """Return which module's act a proposal is."""
    if any(row.id == proposal_id for row in selectors.rights_waiting(actor=request.actor)):
        return services.settle_rights
    if any(row.id == proposal_id for row in signon.systems_waiting(actor=request.actor)):
        return signon_services.settle_system
    return case_services.settle


@require_safe
@for_staff
def issued(request: PortalRequest) -> HttpResponse:
    """List what one's own organisation issued, and find one by its number."""
    text = request.GET.get("q", "")
    return page(request, "staff/issued.html", rows=cases.issued(text=text, actor=request.actor, now=clock.now()), text=text)


@require_safe
@for_staff
def issued_one(request: PortalRequest, output_id: UUID) -> HttpResponse:
    """Show one thing that was issued, with the form to propose its withdrawal; what a second look found stands in it."""
    row = cases.issued_one(output_id=output_id, actor=request.actor, now=clock.now())
    return page(request, "staff/issued_one.html", row=row, typed={"reason": found_wrong(request)})


def found_wrong(request: PortalRequest) -> str:
    """Return why a decision of the machine was found wrong, where that led here."""
    try:
        decision_id = UUID(request.GET.get("recheck", ""))
        return cases.recheck(decision_id=decision_id, actor=request.actor, now=clock.now()).row.reason
    except (ValueError, NotFound, Forbidden):
        return ""


@require_POST
@for_staff
def withdraw(request: PortalRequest, output_id: UUID) -> HttpResponse:
    """Propose to withdraw what was issued; a second officer confirms it. What was typed stays where something is missing."""
    row = cases.issued_one(output_id=output_id, actor=request.actor, now=clock.now())
    typed = {name: request.POST.get(name, "") for name in ("sentence", "reason", "legal_basis")}
    try:
        case_services.revoke_output(output_id=output_id, **typed, actor=request.actor, now=clock.now())
    except Forbidden:
        raise
    except DomainError as error:
        messages.error(request, errors.sentence(error))
        answer = page(request, "staff/issued_one.html", row=row, typed=typed)
        answer.status_code = error.status
        return answer
    messages.success(request, gettext("Proposed. It holds until another officer of your organisation confirms the withdrawal."))
    return redirect("staff:issued-one", output_id)


@require_POST
@for_staff
def appoint(request: PortalRequest) -> HttpResponse:
    """Give somebody a post; their roles wait for the second officer."""
    sent = request.POST
    named: dict[str, Any] = {name: sent.get(name, "") for name in ("username", "title", "region")} | {"roles": sent.getlist("roles")}
    done = gettext("Proposed. Another administrator confirms it.")
    return _do(request, lambda: services.appoint(**named, actor=request.actor, now=clock.now()), done, "staff:people")


@require_safe
@for_staff
def post(request: PortalRequest, post_id: int) -> HttpResponse:
    """Show one post with its forms."""
    rows = selectors.staff(actor=request.actor)
    row = next((row for row in rows if row.id == post_id), None)
    if row is None:
        raise NotFound(kind="post", id=post_id)
    colleagues = [other for other in rows if other.id != post_id and other.active]
    own = row.user == request.actor.id
    return page(request, "staff/post.html", post=row, colleagues=colleagues, own=own, regions=selectors.regions())


@require_POST
@for_staff
def end_leave(request: PortalRequest, post_id: int, leave_id: UUID) -> HttpResponse:
    """Somebody is back before their leave was over."""
    done = gettext("Ended. The substitute's rights are gone from the next page on.")
    return _do(request, lambda: services.end_leave(leave_id=leave_id, actor=request.actor, now=clock.now()), done, "staff:post", post_id)


@require_POST
@for_staff
def change(request: PortalRequest, post_id: int, act: str) -> HttpResponse:
    """Change one post: its roles, its region, its leave, or close it."""
    named: dict[str, Any] = {"post_id": post_id, "actor": request.actor, "now": clock.now()}
    sent = request.POST
    acts: dict[str, Callable[[], object]] = {
        "roles": lambda: services.give_roles(roles=sent.getlist("roles"), **named),
        "leave": lambda: services.record_leave(
            substitute_id=_number(sent.get("substitute", "")),
            from_date=_day(sent.get("from", "")),
            until_date=_day(sent.get("until", "")),
            **named,
        ),
        "region": lambda: services.limit_region(region=sent.get("region", ""), **named),
        "close": lambda: services.close_post(**named),
    }
    if act not in acts:
        raise Http404
    return _do(
        request, acts[act], gettext("Saved. What gives somebody more rights waits for another administrator."), "staff:post", post_id
    )


def _do(request: PortalRequest, act: Callable[[], object], done: str, *back: Any) -> HttpResponse:
    """Do it and say so, or say why not."""
    try:
        act()
    except (Forbidden, NotFound):
        raise
    except DomainError as error:
        messages.error(request, errors.sentence(error))
    else:
        messages.success(request, done)
    return redirect(*back)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise services.LeaveRefused(why=gettext("write both days.")) from None


def _named(codes: tuple[str, ...]) -> list[str]:
    return [roles.role(code) for code in codes]
