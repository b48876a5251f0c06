"""My data: what is held about me, take it along, put it right, close the account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onewindow.domain.errors import DomainError, Forbidden
from onewindow.modules.cases import selectors as cases
from onewindow.modules.identity import services as identity
from onewindow.plumbing import clock
from onewindow.web import errors
from onewindow.web.account import proving
from onewindow.web.account.forms import CodeForm, ContactForm
from onewindow.web.account.recent import proven_anew
from onewindow.web.middleware import PortalRequest
from onewindow.web.mydata import archive


@never_cache
@login_required
@require_safe
def overview(request: PortalRequest) -> HttpResponse:
    """Say what is held, and offer the ways."""
    own = {"cases": cases.my_cases(actor=request.actor), "drafts": cases.my_drafts(actor=request.actor)}
    return render(request, "mydata/overview.html", {**own, "officer": request.actor.is_officer})


@never_cache
@login_required
@require_safe
@proven_anew
def download(request: PortalRequest) -> FileResponse:
    """Give everything as one archive."""
    now = clock.now()
    parts = identity.take_along(actor=request.actor, now=now)
    response = FileResponse(archive.pack(parts, at=now), as_attachment=True, filename="my-data.zip", content_type="application/zip")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@login_required
@require_POST
def rename(request: PortalRequest) -> HttpResponse:
    """Put right the name by which the pages call one."""
    try:
        identity.rename(name=request.POST.get("name", ""), actor=request.actor, now=clock.now())
    except Forbidden:
        raise
    except DomainError as error:
        messages.error(request, errors.sentence(error))
    else:
        messages.success(request, gettext("The name is changed."))
    return redirect("mydata:overview")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@proven_anew
def contact(request: HttpRequest) -> HttpResponse:
    """A new phone or e-mail, step 1: which."""
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        proving.begin(request, form.cleaned_data["contact"], now=clock.now(), template="contact-code")
        return redirect("mydata:contact-code")
    return render(request, "mydata/contact.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def contact_code(request: PortalRequest) -> HttpResponse:
    """A new phone or e-mail, step 2: the code that was sent there."""
    now = clock.now()
    proven = proving.of(request, now=now)
    if proven is None:
        return redirect("mydata:contact")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if proving.check(request, form.cleaned_data["code"], now=now):
            proving.end(request)
            identity.change_contact(kind=proven.contact.kind, text=proven.contact.text, actor=request.actor, now=now)
            messages.success(request, gettext("From now on you log in with %(contact)s.") % {"contact": proven.contact.text})
            return redirect("mydata:overview")
        form.add_error("code", gettext("This is not the code. Compare it with the newest message."))
    return render(request, "mydata/contact_code.html", {"form": form, "contact": proven.contact}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@proven_anew
def close(request: PortalRequest) -> HttpResponse:
    """Close the account, after one has read what goes and what stays."""
    running = [row for row in cases.my_cases(actor=request.actor) if row.completed_at is None]
    if request.method == "POST":
        try:
            identity.close_account(actor=request.actor, now=clock.now())
        except Forbidden:
            raise
        except DomainError as error:
            messages.error(request, errors.sentence(error))
            return redirect("mydata:close")
        logout(request)
        messages.success(request, gettext("The account is closed. Nobody can log in to it any more."))
        return redirect("portal:home")
    return render(request, "mydata/close.html", {"running": running, "officer": request.actor.is_officer})
