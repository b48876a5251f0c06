"""What the platform has checked for the step at hand, and what is left to the officer's own judgement. All of it is computed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext, pgettext

from onewindow.domain.lifecycle import ServiceState, TaskState
from onewindow.modules.cases.selectors import CasePage
from onewindow.modules.cases.selectors.rows import EvidenceLine, TaskLine, ValueLine
from onewindow.web import formatting
from onewindow.web.desk.pages import words
from onewindow.web.others import Confirmed

ORDER = ("warn", "judge", "wait", "ok")
OVER = frozenset({TaskState.DONE, TaskState.SKIPPED})


@dataclass(frozen=True, slots=True)
class Check:
    """One line. `mark`: ok, judge (look yourself), warn (something is not as it should be), wait (not there yet)."""

    mark: str
    text: str
    names: tuple[str, ...] = ()
    link: str = ""
    """An id on the page."""
    url: str = ""
    link_text: str = ""
    at: datetime | None = None
    detail: str = ""

    @property
    def when(self) -> str:
        return words.stamp(self.at)


def checks(page: CasePage, task: TaskLine, services: frozenset[str]) -> tuple[Check, ...]:
    """Return what is known about the step: what asks for attention and judgement first, then what is in order."""
    mine = tuple(line for line in page.evidence if line.service in services)
    values = tuple(line for line in page.values if services.intersection(line.services))
    found = [
        *_values(page, services, values),
        *_evidence(mine),
        *_disputes(values),
        *_awaited(page, services),
        *(() if task.kind == "acceptance" else _granted(page, services)),
        *_findings(page, task),
        *_notices(page, services),
        *_fees(page, task, services),
        *_files(mine, task),
    ]
    return tuple(sorted(found, key=lambda check: ORDER.index(check.mark)))


def confirmed(rows: Iterable[Confirmed]) -> Iterator[Check]:
    """Who confirmed the case beside its applicant, and how sure it was who."""
    for row in rows:
        text = gettext("Confirmed by %(person)s (%(role)s)") % {"person": row.person, "role": row.role}
        yield Check("ok", text, at=row.at, detail=gettext("Identity: %(level)s") % {"level": row.level})


def _values(page: CasePage, services: frozenset[str], values: Iterable[ValueLine]) -> Iterator[Check]:
    """Every value that the services need: there, or still to come."""
    needed = {element for service in services for element in page.plan["needs"].get(service, ())}
    there = [line for line in values if line.element in needed]
    typed = sum(line.source_kind == "typed" for line in there)
    if there and len(there) == len(needed):
        told = ngettext(
            "The one value needed is there (%(data)s from data, %(typed)s typed)",
            "All %(count)s values are there (%(data)s from data, %(typed)s typed)",
            len(there),
        )
        counts = {"count": len(there), "data": len(there) - typed, "typed": typed}
        yield Check("ok", told % counts, link="values", link_text=pgettext("link", "Show"))
    elif needed:
        lacking = len(needed) - len(there)
        told = ngettext("%(count)s value is still to come", "%(count)s values are still to come", lacking) % {"count": lacking}
        yield Check("wait", told, link="values", link_text=pgettext("link", "Show"))


def _evidence(mine: Iterable[EvidenceLine]) -> Iterator[Check]:
    """What took the place of papers; files are left to the officer's eye."""
    replaced = {line.type: line for line in mine if line.way in {"resource", "held", "commitment"}}
    if replaced:
        count = len(replaced)
        told = ngettext(
            "%(count)s paper is replaced by data or a commitment", "%(count)s papers are replaced by data or commitments", count
        )
        yield Check("ok", told % {"count": count}, link="documents", link_text=pgettext("link", "Show"))


def _disputes(values: Iterable[ValueLine]) -> Iterator[Check]:
    for line in values:
        if line.note and "disputed" in line.note:
            told = gettext("The applicant says that a register is wrong about this: %(name)s") % {"name": words.say(line.name)}
            yield Check("warn", told, link="values", link_text=pgettext("link", "Show"))
        elif line.note and "differs" in line.note:
            told = gettext("A register says something else than the applicant wrote: %(name)s") % {"name": words.say(line.name)}
            yield Check("warn", told, link="values", link_text=pgettext("link", "Show"))


def _awaited(page: CasePage, services: frozenset[str]) -> Iterator[Check]:
    """What a register will say as soon as it answers; the step that needs it opens then by itself."""
    wanted = {name for service in page.services if service.service in services for name in (*service.waits_for, service.service)}
    for line in (row for row in page.awaited if row.service in wanted):
        told = {"paper": words.say(line.type_name), "register": words.say(line.register_name)}
        why = gettext("It is asked again every minute. %(service)s goes on by itself.") % {"service": words.say(line.service_name)}
        yield Check("wait", gettext("%(register)s is silent; it stands for: %(paper)s") % told, detail=why)


def _granted(page: CasePage, services: frozenset[str]) -> Iterator[Check]:
    """The services that these wait for: granted, pending or refused."""
    by_id = {row.service: row for row in page.services}
    wanted = dict.fromkeys(name for service in services for name in by_id[service].waits_for if name not in services and name in by_id)
    for name in wanted:
        row = by_id[name]
        told = {"name": words.say(row.name)}
        if row.state in {ServiceState.APPROVED, ServiceState.COMPLETED}:
            yield Check("ok", gettext("Granted: %(name)s") % told, at=row.decided_at)
        elif row.state in {ServiceState.REFUSED, ServiceState.WITHDRAWN}:
            yield Check("warn", gettext("Not granted: %(name)s") % told, at=row.decided_at)
        else:
            yield Check("wait", gettext("Not decided yet: %(name)s") % told, detail=words.say(row.organisation_name))


def _findings(page: CasePage, task: TaskLine) -> Iterator[Check]:
    """Joint work: who has recorded a finding and who has not. Reviews and inspections before this step: what was found."""
    nodes = {node.id: node for node in page.nodes}
    before = nodes[task.node].after if task.node in nodes else ()
    for node in (*before, task.node):
        together = [
            row for row in page.tasks if row.node == node and row.kind in {"inspection", "review"} and row.state != TaskState.SKIPPED
        ]
        if len({row.organisation for row in together}) > 1:
            yield _joint(together)
    for row in page.tasks:
        if row.service == task.service and row.finding and row.id != task.id:
            text = str(row.finding.get("text", ""))
            remarks = row.finding.get("outcome") == "remarks"
            told = gettext("%(step)s, with remarks") if remarks else gettext("%(step)s: passed")
            yield Check("warn" if remarks else "ok", told % {"step": words.say(row.name)}, at=row.done_at, detail=text)


def _joint(together: list[TaskLine]) -> Check:
    done = [row for row in together if row.state in OVER]
    open_ = [row for row in together if row.state not in OVER]
    count = len({row.organisation for row in together})
    if not open_:
        told = ngettext(
            "Joint inspection: %(count)s department, recorded", "Joint inspection: all %(count)s departments have recorded", count
        )
        return Check("ok", told % {"count": count}, at=max((row.done_at for row in done if row.done_at), default=None))
    told = gettext("Joint inspection: %(done)s of %(count)s departments have recorded") % {
        "done": count - len(_offices(open_)),
        "count": count,
    }
    return Check("wait", told, names=_offices(open_), detail=gettext("Still missing:"))


def _offices(tasks: Iterable[TaskLine]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words.say(row.organisation_name) for row in tasks))


def _notices(page: CasePage, services: frozenset[str]) -> Iterator[Check]:
    for notice in page.notices:
        if notice.service not in services:
            continue
        if notice.answered_at:
            yield Check(
                "ok",
                gettext("The applicant has put right what was asked"),
                at=notice.answered_at,
                link="letters",
                link_text=pgettext("link", "Show"),
            )
        elif notice.lapsed:
            yield Check("warn", gettext("The applicant has not answered in time"), link="letters", link_text=pgettext("link", "Show"))


def _fees(page: CasePage, task: TaskLine, services: frozenset[str]) -> Iterator[Check]:
    for fee in page.fees:
        if fee.service not in services or fee.fen == 0:
            continue
        name = words.say(fee.name) or words.say(fee.service_name)
        if fee.paid_at:
            yield Check("ok", gettext("Paid: %(name)s") % {"name": name}, at=fee.paid_at)
        else:
            may = any(act.code == "record_payment" and (act.service, act.fee) == (fee.service, fee.fee) for act in page.acts)
            url = f"{reverse('desk:act', args=[page.id, task.id, 'pay'])}?fee={quote(fee.fee)}" if may else ""
            told = gettext("Not paid yet: %(name)s") % {
                "name": name if fee.fen is None else f"{name} {formatting.money(fee.fen, get_language())}"
            }
            yield Check("warn", told, url=url, link_text=gettext("Record it"))


def _files(mine: Iterable[EvidenceLine], task: TaskLine) -> Iterator[Check]:
    """The files: at the acceptance they have to be there; later on only a person can judge them."""
    seen: set[str] = set()
    for line in mine:
        if line.way != "upload" or line.type in seen:
            continue
        seen.add(line.type)
        current = next((file for file in line.files if not file.superseded), None)
        name = words.say(line.type_name)
        if current is None:
            yield Check("warn", gettext("No file: %(name)s") % {"name": name})
        elif task.kind == "acceptance":
            yield Check("ok", gettext("The file is there: %(name)s") % {"name": name}, link=f"file-{current.id}", link_text=gettext("Look"))
        elif task.state == TaskState.OPEN:
            yield Check("judge", name, link=f"file-{current.id}", link_text=gettext("Look"))
