"""From what an officer sent to the service that does it; each returns the sentence that tells it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext, ngettext

from onewindow.modules.cases import services
from onewindow.modules.cases.selectors.rows import OutputField
from onewindow.plumbing.actors import Actor
from onewindow.web.desk.pages import forms, ready, sentences, words
from onewindow.web.desk.pages.acts import Way
from onewindow.web.desk.pages.case import DeskCase
from onewindow.web.desk.pages.forms import Trouble
from onewindow.web.site import fields

JUDGED = frozenset({"approve", "refuse", "finish"})
"""Acts that rest on what the officer saw: if it has changed since, they look again first."""


def perform(slug: str, desk: DeskCase, way: Way | None, sent: QueryDict, *, actor: Actor, now: datetime) -> str:
    """Do what was sent. Raises: Trouble, and what the service refuses."""
    seen = sent.get("seen", "")
    if slug in JUDGED and way and seen and seen != forms.mark(desk):
        raise Trouble(
            {"": gettext("Something this step rests on has changed since you opened the page. Look at it again, then send.")}, status=409
        )
    return _ACTS[slug](desk, way, sent, actor, now)


def _accept(desk: DeskCase, _way: Way | None, _sent: QueryDict, actor: Actor, now: datetime) -> str:
    for row in desk.accepts or (desk.task,):
        services.accept(task_id=row.id, actor=actor, now=now)
    return gettext("Accepted: %(what)s") % _what(desk)


def _accept_all(desk: DeskCase, _way: Way | None, _sent: QueryDict, actor: Actor, now: datetime) -> str:
    count = services.accept_all(case_id=desk.page.id, actor=actor, now=now)
    told = ngettext("%(title)s: %(count)s service accepted.", "%(title)s: all %(count)s services accepted.", count)
    return told % {"title": desk.page.title, "count": count}


def _finish(desk: DeskCase, way: Way | None, sent: QueryDict, actor: Actor, now: datetime) -> str:
    outcome, text = sent.get("outcome", ""), sent.get("text", "").strip()
    judged = desk.task.kind in {"review", "inspection"}
    wrong: dict[str, str] = {}
    if judged and outcome not in {"pass", "remarks"}:
        wrong["outcome"] = gettext("Say how it turned out: choose one of the two.")
    elif outcome == "remarks" and not text:
        wrong["text"] = gettext("Write down what you found.")
    given = _outputs(way, sent, wrong)
    _none_wrong(wrong)
    finding = {"outcome": outcome, "text": text} if judged else {"text": text} if text else {}
    services.complete_step(task_id=desk.task.id, finding=finding, output_values=given, actor=actor, now=now)
    return gettext("Recorded: %(what)s") % _what(desk)


def _approve(desk: DeskCase, way: Way | None, sent: QueryDict, actor: Actor, now: datetime) -> str:
    wrong: dict[str, str] = {}
    given = _outputs(way, sent, wrong)
    spoken = _spoken(desk, way, sent, wrong)
    _none_wrong(wrong)
    services.decide(task_id=desk.task.id, outcome="approve", sentence=spoken, output_values=given, actor=actor, now=now)
    return gettext("Approved: %(what)s") % _what(desk)


def _refuse(desk: DeskCase, way: Way | None, sent: QueryDict, actor: Actor, now: datetime) -> str:
    reason = sent.get("reason", "")
    wrong: dict[str, str] = {}
    if not reason.strip():
        wrong["reason"] = gettext("Write the reason for the file.")
    spoken = _spoken(desk, way, sent, wrong)
    _none_wrong(wrong)
    decided = services.decide(task_id=desk.task.id, outcome="refuse", sentence=spoken, reason=reason, actor=actor, now=now)
    if decided.proposed:
        return gettext("Refusal proposed, a second officer confirms it: %(what)s") % _what(desk)
    return gettext("Refused: %(what)s") % _what(desk)


def _none_wrong(wrong: Mapping[str, str]) -> None:
    """Say everything that is wrong at once. Raises: Trouble."""
    if wrong:
        raise Trouble(wrong)


def _spoken(desk: DeskCase, way: Way | None, sent: QueryDict, wrong: dict[str, str]) -> Mapping[str, str]:
    """Return the sentences for the applicant; what is empty or unfinished goes into `wrong`."""
    if way is None:
        return {language: text for language in desk.languages if (text := sent.get(f"sentence.{language}", "").strip())}
    given = sentences.spoken(forms.offered(desk, way, sent), desk.languages, sent, "sentence")
    for language in desk.languages:
        text = given.get(language, "")
        if not text:
            wrong[f"sentence.{language}"] = gettext("Write the sentence the applicant will read.")
        elif sentences.GAP in text:
            told = gettext("In the sentence the applicant will read, write why in the place of %(gap)s.")
            wrong[f"sentence.{language}"] = told % {"gap": sentences.GAP}
    return given


def _outputs(way: Way | None, sent: QueryDict, wrong: dict[str, str]) -> dict[str, Any]:
    """Return the values for what is issued, those left as they were excepted; empty ones go into `wrong`."""
    told = way.act.output_fields if way else ()
    given = fields.read(told, sent)
    empty = {row.element: gettext("Fill this in.") for row in told if not str(given.get(row.element, "")).strip()}
    wrong.update(empty)
    return {row.element: given[row.element] for row in told if row.element not in empty and sent.get(row.element) != _shown(row)}


def _shown(row: OutputField) -> str:
    return fields.text_of(row.value, row.type)


def _correct(desk: DeskCase, _way: Way | None, sent: QueryDict, actor: Actor, now: datetime) -> str:
    wrong: dict[str, str] = {}
    listed = []
    for key in (name.removeprefix("tick.") for name in sent if name.startswith("tick.")):
        kind, _, ident = key.partition(":")
        chosen = ready.written(desk.ready, "correct", sent.get(f"template.{key}", ""), {})
        said = sentences.spoken([chosen] if chosen else [], desk.languages, sent, f"say.{key}")
        if not set(said).issuperset(desk.languages):
            wrong[key] = gettext("Say in one sentence what is to be put right.")
        elif any(sentences.GAP in text for text in said.values()):
            wrong[key] = gettext("Write what is missing in the place of %(gap)s.") % {"gap": sentences.GAP}
        listed.append(services.NoticeItem(kind, ident, said))
    if not listed:
        wrong["items"] = gettext("Tick at least one thing that is to be put right.")
    days = sent.get("due_days", "").strip()
    if not days.isdecimal():
        wrong["due_days"] = gettext("Write a number of working days, for example 5.")
    if wrong:
        raise Trouble(wrong)
    services.request_correction(task_id=desk.task.id, items=listed, due_days=int(days), actor=actor, now=now)
    return gettext("Sent to the applicant: %(what)s") % _what(desk)


def _stop(desk: DeskCase, _way: Way | None, sent: QueryDict, actor: Actor, now: datetime) -> str:
    asked = {"reason": gettext("Write why the clock stops."), "legal_basis": gettext("Name the law that allows it.")}
    given = {name: sent.get(name, "") for name in asked}
    wrong = {name: told for name, told in asked.items() if not given[name].strip()}
    if wrong:
        raise Trouble(wrong)
    services.suspend(task_id=desk.task.id, reason=given["reason"], legal_basis=given["legal_basis"], actor=actor, now=now)
    return gettext("The clock stands still: %(what)s") % _what(desk)


def _resume(desk: DeskCase, _way: Way | None, _sent: QueryDict, actor: Actor, now: datetime) -> str:
    services.resume(task_id=desk.task.id, actor=actor, now=now)
    return gettext("The clock runs again: %(what)s") % _what(desk)


def _pay(desk: DeskCase, _way: Way | None, sent: QueryDict, actor: Actor, now: datetime) -> str:
    line = forms.fee_of(desk, sent.get("fee", ""))
    service = line.service if line else desk.task.service
    amount = str(fields.raw(sent.get("amount", ""), "money"))
    fen = line.fen if line and line.fen is not None else int(amount) if amount.isdecimal() else None
    method, receipt = sent.get("method", ""), sent.get("receipt", "")
    wrong = {}
    if method not in forms.METHODS:
        wrong["method"] = gettext("Choose how it was paid.")
    if not receipt.strip():
        wrong["receipt"] = gettext("Write the number of the receipt.")
    if fen is None:
        wrong["amount"] = gettext("Write the amount in yuan, for example 120.00.")
    if wrong:
        raise Trouble(wrong)
    services.record_payment(
        case_id=desk.page.id,
        service=service,
        fee=sent.get("fee", ""),
        fen=fen or 0,
        method=method,
        receipt=receipt,
        actor=actor,
        now=now,
    )
    return gettext("Payment recorded: %(what)s") % {"what": f"{desk.page.title} · {words.say(line.name if line else None)}"}


def _release(desk: DeskCase, _way: Way | None, _sent: QueryDict, actor: Actor, now: datetime) -> str:
    services.release_service(case_id=desk.page.id, service=desk.task.service, actor=actor, now=now)
    return gettext("Goes on: %(what)s") % _what(desk)


def _withdraw(desk: DeskCase, _way: Way | None, sent: QueryDict, actor: Actor, now: datetime) -> str:
    service, reason = sent.get("service", ""), sent.get("reason", "").strip()
    names = {ident: name for ident, name, _ in forms.withdrawable(desk)}
    wrong: dict[str, str] = {}
    if service not in names:
        wrong["service"] = gettext("Choose the service that the applicant takes back.")
    if not reason:
        wrong["reason"] = gettext("Write what the applicant says, for the file.")
    _none_wrong(wrong)
    services.withdraw_service(case_id=desk.page.id, service=service, reason=reason, actor=actor, now=now)
    return gettext("Withdrawn: %(what)s") % {"what": f"{desk.page.title} · {names[service]}"}


def _what(desk: DeskCase) -> dict[str, str]:
    name = words.say(desk.task.service_name) if desk.task.kind in {"acceptance", "decision"} else words.say(desk.task.name)
    return {"what": f"{desk.page.title} · {name}"}


_ACTS: Mapping[str, Callable[[DeskCase, Way | None, QueryDict, Actor, datetime], str]] = {
    "accept": _accept,
    "accept-all": _accept_all,
    "finish": _finish,
    "approve": _approve,
    "refuse": _refuse,
    "correct": _correct,
    "stop": _stop,
    "resume": _resume,
    "pay": _pay,
    "release": _release,
    "withdraw": _withdraw,
}
