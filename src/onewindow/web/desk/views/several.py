"""Several ticked rows in one act: first a page that shows what will be done, then what became of each row."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from onewindow.domain.errors import DomainError
from onewindow.modules.cases import services
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from onewindow.web import errors
from onewindow.web.desk.once import once
from onewindow.web.desk.pages import queue, several, words
from onewindow.web.desk.views import frame
from onewindow.web.desk.views.acts import named
from onewindow.web.desk.views.guard import for_officers
from onewindow.web.middleware import PortalRequest


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row. `url` leads to a step that is still to be done."""

    done: bool
    says: str
    title: str = ""
    url: str = ""


class LeftOut(Exception):
    """A row that is not done; it carries why."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def look(request: PortalRequest) -> HttpResponse:
    """Show what would be done to each ticked row, before anything is done."""
    wanted, sent = queue.read(request.GET), request.POST
    if request.method != "POST" or not sent.getlist("row"):
        return redirect(queue.inbox_url(wanted))
    ticked = frozenset(sent.getlist("do")) if "again" in sent else None
    page = several.several(
        sent.getlist("row"), _slug(sent), template=sent.get("template", ""), ticked=ticked, actor=request.actor, now=clock.now()
    )
    return render(request, "desk/several.html", {**frame.head(request), "several": page})


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def do(request: PortalRequest) -> HttpResponse:
    """Do the act to each row that is still ticked, each for itself, and say what became of it."""
    wanted, sent, now = queue.read(request.GET), request.POST, clock.now()
    if request.method != "POST":
        return redirect(queue.inbox_url(wanted))
    keys = list(dict.fromkeys(sent.getlist("do")))[: several.MOST]
    results = [_result(key, sent, request.actor, now) for key in keys]
    context = {**frame.head(request), "results": results, "done": sum(row.done for row in results), "slug": _slug(sent)}
    return render(request, "desk/several_done.html", context)


def _slug(sent: QueryDict) -> str:
    slug = sent.get("act", "")
    return slug if slug in queue.TOGETHER.values() else "approve"


def _result(key: str, sent: QueryDict, actor: Actor, now: datetime) -> Result:
    """Do one row in a transaction of its own; the same form sent twice does it once."""
    slug, template, seen = _slug(sent), sent.get("template", ""), sent.get(f"seen.{key}", "")
    body = {"key": sent.get("key", ""), "act": slug, "row": key, "template": template, "seen": seen}
    hand: list[several.InHand] = []

    def act() -> str:
        found = several.in_hand(key, slug, actor=actor, now=now)
        hand.append(found)
        if found.why_not:
            raise LeftOut(found.why_not)
        if seen != several.seen(found, template):
            raise LeftOut(gettext("Something this step rests on has changed since you opened the page. Look at it again, then send."))
        return _act(found, slug, template, actor, now)

    try:
        return Result(done=True, says=once(actor=actor, scope=f"desk.several:{key[-36:]}", sent=body, now=now, act=act))
    except LeftOut as left:
        return _not_done(hand, str(left))
    except DomainError as error:
        return _not_done(hand, errors.sentence(named(error, hand[0]) if hand else error))


def _act(hand: several.InHand, slug: str, template: str, actor: Actor, now: datetime) -> str:
    told = {"title": hand.page.title, "name": words.say(hand.task.service_name if slug == "approve" else hand.task.name)}
    if slug == "approve":
        services.decide(task_id=hand.task.id, outcome="approve", sentence=several.spoken(hand, template), actor=actor, now=now)
        return gettext("%(title)s · %(name)s: approved") % told
    services.complete_step(task_id=hand.task.id, finding={"outcome": "pass", "text": ""}, actor=actor, now=now)
    return gettext("%(title)s · %(name)s: recorded as in order") % told


def _not_done(hand: list[several.InHand], why: str) -> Result:
    if not hand:
        return Result(done=False, says=why)
    page, task = hand[0].page, hand[0].task
    return Result(done=False, says=why, title=page.title, url=queue.task_url(page.id, task.id, queue.Filter()))
