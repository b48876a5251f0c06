"""Plays the acts of a story: the applicant through the portal's pages, officers through the API with their own log-in."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import html

from onewindow.cli import story_parts
from onewindow.cli.story_mandates import FOR_OTHERS
from onewindow.cli.visitor import Stuck, Visitor

PATIENCE_SECONDS = 10.0
YES = {"true", "yes", "1", "on"}


@dataclass(frozen=True, slots=True)
class Told:
    """One act, for whoever watches."""

    who: str
    what: str


@dataclass
class Player:
    """Knows the story and what has happened so far. What it counts is what the applicant really typed, added and attended."""

    base: str
    folder: Path
    story: Mapping[str, Any]
    password: str
    show: Callable[[Told], None]
    visitors: dict[str, Visitor] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    promised: set[str] = field(default_factory=set)
    uploads: int = 0
    officers: set[str] = field(default_factory=set)
    draft: str = ""
    case: str = ""

    def play(self) -> dict[str, Any]:
        """Play every act in order.

        Raises: Stuck where a page or the API does not offer what the story needs.
        """
        if all(act["act"] != "begin" for act in self.story["acts"]):
            self._begin()
        for act in self.story["acts"]:
            if act["act"] in FOR_OTHERS:
                FOR_OTHERS[act["act"]](self._visitor(act["actor"]), act)
            else:
                getattr(self, f"_{act['act']}")(act)
            self.show(Told(act.get("actor", "—"), act.get("tells", {}).get("en", act["act"])))
        result = self._result()
        for visitor in self.visitors.values():
            visitor.close()
        return result

    # ---- people ----

    def _visitor(self, username: str) -> Visitor:
        if username not in self.visitors:
            visitor = Visitor(self.base).open("/accounts/login/")
            visitor.submit(visitor.form(field="password"), {"login": username, "password": self.password})
            if "/accounts/login" in visitor.address:
                raise Stuck(f"{username} could not log in: {visitor.said()}")
            self.visitors[username] = visitor
        return self.visitors[username]

    def _applicant(self) -> Visitor:
        return self._visitor(self.story["applicant"])

    def _officer(self, act: Mapping[str, Any]) -> Visitor:
        self.officers.add(act["actor"])
        return self._visitor(act["actor"])

    def _page(self, visitor: Visitor) -> dict[str, Any]:
        return dict(visitor.call("GET", f"/api/v1/cases/{self.case}"))

    def _task(self, act: Mapping[str, Any], visitor: Visitor) -> dict[str, Any]:
        """Return the task of an act, once it is open."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            found = [row for row in self._page(visitor)["tasks"] if row["service"] == act["service"] and row["step"] == act["step"]]
            if found and found[0]["state"] == "open":
                return dict(found[0])
            if time.monotonic() > deadline:
                state = found[0]["state"] if found else "not there for this officer"
                raise Stuck(f"{act['service']}.{act['step']} is {state}, it should be open for {act['actor']}")
            time.sleep(0.2)

    # ---- the applicant ----

    def _begin(self, _act: Mapping[str, Any] | None = None) -> None:
        me = self._applicant().open(f"/things/{self.story['event']}/start/")
        me.submit(me.form(action="/start/"))
        self._note_draft(me)

    def _note_draft(self, me: Visitor) -> None:
        found = re.search(r"/drafts/([0-9a-f-]{36})/", me.address)
        if not found:
            raise Stuck(f"No draft was begun; the page is {me.address}: {me.said()}")
        self.draft = found[1]

    def _answer(self, act: Mapping[str, Any]) -> None:
        me = self._applicant().open(f"/drafts/{self.draft}/")
        while found := re.search(r"/questions/([^/]+)/", me.address):
            question = found[1]
            if question not in act["values"]:
                raise Stuck(f"The story has no answer to the question “{question}” at {me.address}")
            form = me.form(field=question)
            before = me.address
            me.submit(form, {question: _choice(form, question, act["values"][question])})
            self.answered.add(question)
            if me.address == before:
                raise Stuck(f"The answer to “{question}” was not taken: {me.said()}")

    def _consent(self, act: Mapping[str, Any]) -> None:
        """Agree to each look-up on the page of what is known already."""
        me = self._applicant()
        for resource in act["resources"]:
            me.open(f"/drafts/{self.draft}/known/")
            form = next((form for form in me.forms() if dict(form.fields).get("consent") == resource), None)
            if form is None:
                raise Stuck(f"{me.address} does not ask for the consent to “{resource}”")
            me.submit(form, {"agreed": "yes"})

    def _invite(self, act: Mapping[str, Any]) -> None:
        story_parts.invite(self._applicant(), self.draft, act)

    def _join(self, act: Mapping[str, Any]) -> None:
        story_parts.join(self._visitor(act["actor"]), act)

    def _commit(self, act: Mapping[str, Any]) -> None:
        """Remember what is promised; the boxes are ticked on the page where everything is checked."""
        self.promised.update(act["evidence_types"])

    def _fill(self, act: Mapping[str, Any]) -> None:
        me = self._applicant().open(f"/drafts/{self.draft}/known/")
        silent = next((form for form in me.forms() if form.xpath('.//button[@name="again"]')), None)
        if silent is not None:  # a slow machine did not hear every register within the page's time: the page offers to ask again
            me.submit(silent, button=("again", "yes"))
        me.open(f"/drafts/{self.draft}/")
        while "/form/" in me.address:
            form = next(form for form in me.forms() if any(name in dict(form.fields) for name in act["values"]))
            mine = {name: _choice(form, name, value) for name, value in act["values"].items() if name in dict(form.fields)}
            before = me.address
            me.submit(form, mine)
            self.typed.update(mine)
            if me.address == before:
                raise Stuck(f"The form was not taken: {me.said()}")

    def _upload(self, act: Mapping[str, Any]) -> None:
        me = self._applicant().open(f"/drafts/{self.draft}/documents/")
        form = next((form for form in me.forms() if dict(form.fields).get("type") == act["evidence_type"] and _takes_file(form)), None)
        if form is None:
            raise Stuck(f"{me.address} has no place for “{act['evidence_type']}”")
        me.submit(form, {}, {"file": self._file(act["file"])})
        self.uploads += 1

    def _file(self, act: Any) -> Any:
        if isinstance(act, str):
            row = self.story["files"][act]
            path = self.folder / row["path"]
            return (path.name, path.read_bytes(), row["media_type"])
        me = self._applicant().open(f"/drafts/{self.draft}/check/")
        form = me.form(field="declared")
        offered = {str(box.get("value")) for box in form.xpath('.//input[@name="promised"]')}
        if offered - self.promised:
            raise Stuck(f"The page asks for promises that the story does not make: {', '.join(sorted(offered - self.promised))}")
        me.submit(form, {"promised": sorted(offered), "declared": "yes"})
        found = re.search(r"/cases/([0-9a-f-]{36})/", me.address)
        if not found:
            raise Stuck(f"Filing did not lead to a case: {me.said()}")
        self.case = found[1]
        return None

    def _correct(self, act: Mapping[str, Any]) -> None:
        me = self._applicant().open(f"/cases/{self.case}/")
        links = [link for link in me.links() if f"/cases/{self.case}/notices/" in link]
        if not links:
            raise Stuck(f"{me.address} shows no notice to answer")
        me.open(links[0])
        form = me.form(action="/notices/")
        files = {box.get("name"): self._file(act["file"]) for box in form.xpath('.//input[@type="file"]')}
        me.submit(form, act.get("values", {}), files)
        self.uploads += len(files)

    # ---- officers ----

    def _accept(self, act: Mapping[str, Any]) -> None:
        answer = self._officer(act).call("POST", f"/api/v1/cases/{self.case}/accept-all")
        if answer["accepted"] != len(act["services"]):
            raise Stuck(f"{act['actor']} accepted {answer['accepted']} services, the story says {len(act['services'])}")

    def _pay(self, act: Mapping[str, Any]) -> None:
        officer = self._officer(act)
        fee = next(row for row in self._page(officer)["fees"] if row["service"] == act["service"] and row["fee"] == act["fee"])
        body = {"service": act["service"], "fee": act["fee"], "fen": fee["fen"], "method": act["method"], "receipt": f"R-{self.case[:8]}"}
        officer.call("POST", f"/api/v1/cases/{self.case}/payments", body)

    def _complete(self, act: Mapping[str, Any]) -> None:
        officer = self._officer(act)
        task = self._task(act, officer)
        officer.call("POST", f"/api/v1/tasks/{task['id']}/complete", {"finding": act.get("says", "")})

    _review = _inspect = _deliver = _complete

    def _decide(self, act: Mapping[str, Any]) -> None:
        officer = self._officer(act)
        task = self._task(act, officer)
        given = {name: value for values in act.get("outputs", {}).values() for name, value in values.items()}
        body = {"outcome": act["decision"], "sentence": {"zh": act["says"]}, "reason": act.get("reason", ""), "output_values": given}
        officer.call("POST", f"/api/v1/tasks/{task['id']}/decide", body)

    def _notice(self, act: Mapping[str, Any]) -> None:
        officer = self._officer(act)
        task = self._task(act, officer)
        items = [
            {
                "kind": "document" if "evidence_type" in row else "element",
                "id": row.get("evidence_type") or row["element"],
                "sentence": {"zh": row["says"]},
            }
            for row in act["items"]
        ]
        officer.call("POST", f"/api/v1/tasks/{task['id']}/notice", {"items": items, "due_days": act.get("due_days", 5)})

    def _automatic(self, act: Mapping[str, Any]) -> None:
        """See that the step decided itself."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            rows = self._page(self._applicant())["tasks"]
            task = next(row for row in rows if row["service"] == act["service"] and row["step"] == act["step"])
            if task["state"] == "done" and task["automatic"]:
                return
            if time.monotonic() > deadline:
                raise Stuck(f"{act['service']}.{act['step']} should have decided itself; it is {task['state']}")
            time.sleep(0.2)

    # ---- what it took ----

    def _result(self) -> dict[str, Any]:
        page = self._page(self._applicant())
        issued = [row["evidence_type"] for row in page["outputs"]]
        wanted = self.story["ends"]
        report = page["plan"]["report"] if "report" in page["plan"] else page["plan"]
        questions = {row["id"]: row["element"] for row in self._event()["questions"]}
        typed = self.typed | {questions[name] for name in self.answered if questions.get(name)}
        answered = [row for row in page["queries"] if row["outcome"] == "answered"]
        return {
            "story": self.story["id"],
            "state": page["state"],
            "as_told": page["state"] == wanted["state"] and sorted(issued) == sorted(wanted["issued"]),
            "reference": page["reference"],
            "services": len(page["services"]),
            "elements_typed": len(typed),
            "questions_answered": len([name for name in self.answered if not questions.get(name)]),
            "documents_uploaded": self.uploads,
            "visits": self._visits(page),
            "notices": len(page["notices"]),
            "officers": len(self.officers),
            "interfaces": len({row["resource"] for row in answered}),
            "departments": len({row["organisation"] for row in answered}),
            "decided_at_once": len({row["service"] for row in page["tasks"] if row["automatic"]}),
            "outputs": issued,
            "report": {"before": report["before"], "after": report["after"]},
        }

    def _event(self) -> dict[str, Any]:
        events = self._applicant().call("GET", "/api/v1/events")["events"]
        return next(row for row in events if row["id"] == self.story["event"])

    def _visits(self, page: Mapping[str, Any]) -> int:
        """Return how many times the applicant had to be there: the nodes that were done with a visit in them."""
        nodes = set()
        services = {row["service"]: self._applicant().call("GET", f"/api/v1/services/{row['service']}") for row in page["services"]}
        for task in page["tasks"]:
            service = services[task["service"]]
            step = next(row for row in service["steps"] if row["id"] == task["step"])
            online = {"online", "mobile"} & set(service.get("channels", ["online", "mobile", "counter"]))
            visit = step.get("visit", "never")
            if task["state"] == "done" and (visit == "always" or (visit == "today" and not online)):
                nodes.add(task["node"])
        return len(nodes)


def _choice(form: html.FormElement, name: str, value: object) -> str:
    """Return what to send for a value: a yes or no as the page writes it."""
    if not isinstance(value, bool):
        return str(value)
    offered = [box.get("value") for box in form.xpath(f'.//input[@name="{name}"]')] + [
        option.get("value") for option in form.xpath(f'.//select[@name="{name}"]/option')
    ]
    said = [text for text in offered if text and (text.lower() in YES) == value]
    return said[0] if said else str(value).lower()


def _takes_file(form: html.FormElement) -> bool:
    return bool(form.xpath('.//input[@type="file"]'))
