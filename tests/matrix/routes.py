"""Every address of the pages and of the API, and whom it lets in: written down by hand. One that stands nowhere here fails by its name."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from onewindow.api.app import api
from onewindow.modules.identity.models import Terminal, User
from onewindow.plumbing import clock
from onewindow.plumbing.actors import Actor
from onewindow.web.desk.pages import several
from onewindow.web.middleware import ACTING
from tests.cases.town import PDF, RESIDENT_ID
from tests.matrix import data, parts
from tests.matrix.people import AGENT, BY_ROLE, ELSEWHERE_AGENT, OWNER, SECOND_ADMIN, Profile
from tests.matrix.services import (
    ANSWERS_FOR_MARKET,
    Cell,
    May,
    _market_desk,
    at_a_desk,
    editor,
    either,
    known,
    nobody,
    only,
    operator,
    others_of,
    sees,
    speaking_for,
    watches,
    window_of,
)
from tests.matrix.world import Things, World

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
JSON = "application/json"

PUBLIC = frozenset(
    {
        "site:preferences",
        "site:city-css",
        "site:push-worker",
        "site:log-checkpoint",
        "site:log-tile",
        "site:manifest",
        "site:app-icon",
        "site:worker",
        "site:device",
        "site:offline",
        "signon:configuration",
        "signon:metadata",
        "signon:keys",
        "portal:home",
        "portal:search",
        "portal:accessibility",
        "portal:privacy",
        "portal:event",
        "portal:numbers",
        "portal:blank",
        "portal:status",
        "data:open",
        "data:open-one",
        "data:open-catalogue",
        "portal:enquiries",
        "portal:enquiry",
        "portal:tiles",
        "portal:service",
        "terminal:start",
        "evaluation:scores",
    }
)
"""Nothing of anybody's stands on them; `portal:status` wants the telephone as well, and promise 26 walks it."""
OF_THE_CATALOGUE: Mapping[str, dict[str, Any]] = {
    "portal:event": {"event_id": "open-a-restaurant"},
    "portal:numbers": {"event_id": "open-a-restaurant"},
    "portal:blank": {"event_id": "open-a-restaurant"},
    "portal:service": {"service_id": "food"},
    "portal:enquiry": {"enquiry_id": "matrix"},
    "site:app-icon": {"purpose": "any", "size": 192},
    "site:offline": {"language": "ru"},
}
"""What the public pages of one thing show."""
FOR_ALL = frozenset(
    {
        "site:city-css",
        "site:push-worker",
        "site:app-icon",
        "site:worker",
        "site:offline",
        "site:log-tile",
        "portal:blank",
        "data:open-catalogue",
        "signon:configuration",
        "signon:metadata",
        "signon:keys",
    }
)
"""The same for everybody, and never changed by who asks: browsers may keep them."""
OWN_ACCOUNT = re.compile(r"^(account_|mfa_|usersessions_|account:|mydata:|signon:(mine|leave|logout|confirm-logout)$)")
"""Allauth's pages and ours about one's own account: they take no id of anybody, which `with_an_id` proves."""
WITH_A_PROOF = frozenset({"account_confirm_email", "account_reset_password_from_key"})
"""Their address is a signed key."""
OWN_PASSKEY = frozenset(
    {"mfa_remove_webauthn", "mfa_edit_webauthn", "account:end-session", "account:act-on-mandate", "account:push-remove"}
)
"""Their number is looked up among one's own."""


SCIM: Mapping[str, Mapping[str, str]] = {
    **{name: {} for name in ("users", "groups", "config", "resource-types", "schemas")},
    "user": {"user_id": "x"},
    "group": {"role": "officer"},
    "resource-type": {"name": "User"},
    "schema": {"name": "x"},
}
"""With a key of the staff only; `tests/api/test_scim.py` holds whose."""


def everybody(_profile: Profile) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Browsers:
    """One signed-in browser for each who tries."""

    clients: dict[UUID | None, Client]

    @classmethod
    def signed_in(cls, people: Iterable[Profile]) -> "Browsers":
        """Sign everybody in before the first try, which is taken back."""
        found = cls({})
        for profile in people:
            found.of(profile.actor)
        return found

    def of(self, actor: Actor) -> Client:
        if actor.id not in self.clients:
            client = Client(raise_request_exception=False)
            if actor.id is not None:
                client.force_login(User.objects.get(pk=actor.id), backend=BACKEND)
                _act_for(client, actor)
            self.clients[actor.id] = client
        return self.clients[actor.id]


def _act_for(client: Client, actor: Actor) -> None:
    """Choose in the browser for whom somebody acts."""
    acting = actor.on_behalf_of
    if acting is not None:
        key = f"mandate:{acting.mandate}" if acting.mandate else f"legal:{acting.party}"
        session = client.session
        session[ACTING] = key
        session.save()


def page_names() -> dict[str, str]:
    """Return {name: its pattern} of every page."""
    return {name: pattern for name, pattern in _walk(get_resolver().url_patterns) if not name.startswith("api")}


def _walk(patterns: Any, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    for item in patterns:
        if isinstance(item, URLResolver):
            yield from _walk(item.url_patterns, prefix + str(item.pattern), space + (f"{item.namespace}:" if item.namespace else ""))
        elif isinstance(item, URLPattern):
            yield space + (item.name or str(item.pattern)), prefix + str(item.pattern)


def with_an_id(pattern: str) -> bool:
    return "<" in pattern


def operations() -> set[str]:
    """Return `METHOD path` of every operation that the OpenAPI document describes."""
    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return {f"{method.upper()} {path.removeprefix('/api/v1')}" for path, methods in paths.items() for method in methods}


def cells(world: World, browsers: Browsers, *, both: bool) -> Iterator[Cell]:
    for things in world.things if both else world.things[:1]:
        yield from pages_of(things, world, browsers)
        yield from operations_of(things, world, browsers)
    yield from _beside(world, browsers)


def pages_of(things: Things, world: World, browsers: Browsers) -> Iterator[Cell]:
    own = speaking_for(things.owner)
    draft: Mapping[str, tuple[dict[str, Any], str]] = {
        "draft": ({}, "G"),
        "question": ({"question_id": "sign"}, "GP"),
        "form": ({"part": 1}, "GP"),
        "sync": ({}, "P"),
        "known": ({}, "GP"),
        "who": ({}, "GP"),
        "discard": ({}, "GP"),
        "documents": ({}, "GP"),
        "remove-upload": ({"upload_id": things.upload}, "P"),
        "check": ({}, "GP"),
    }
    for name, (more, methods) in draft.items():
        yield from _page(browsers, f"portal:{name}", {"draft_id": things.draft, **more}, methods, own, things)
    for name, kwargs, methods, may in parts.pages(things.draft, things.part, own):
        yield from _page(browsers, f"portal:{name}", kwargs, methods, may, things)
    fresh, running = sees(things, fresh=True), sees(things, fresh=False)
    for name in ("portal:case", "portal:filed", "portal:receipt", "terminal:receipt"):
        yield from _page(browsers, name, {"case_id": things.running}, "G", running, things)
    notices = {"case_id": things.fresh, "notice_id": things.notice}
    yield from _page(
        browsers,
        "portal:notice",
        notices,
        "G",
        either(own, lambda p: p.is_of("fire", "officer", "supervisor"), lambda p: p.has("window")),
        things,
    )
    yield _sent(browsers, "portal:notice", "POST", reverse("portal:notice", kwargs=notices), own, things, {"seats": "40"}, done=True)
    yield from _page(browsers, "portal:withdraw", {"case_id": things.running}, "G", running, things)
    yield from _page(browsers, "portal:withdraw", {"case_id": things.running}, "P", own, things)
    paper = {"case_id": things.fresh, "file_id": things.attachments[0]}
    opens = either(own, _market_desk, lambda p: p.has("window"))
    yield from _page(browsers, "portal:paper", paper, "G", opens, things)
    yield from _page(browsers, "portal:my-cases", {}, "G", own, things, shows=things.canary)
    yield from _enquiries(things, browsers)
    yield from _evaluation(things, browsers)
    yield from _page(browsers, "portal:who-looked", {}, "G", only(things.owner), things, shows=f"/cases/{things.running}/")
    yield from _desk(things, browsers, fresh)
    yield from _issued(things, browsers)


def _enquiries(things: Things, browsers: Browsers) -> Iterator[Cell]:
    """Whose answer it is, the world says; asking itself tells each only about themselves."""
    yield from _page(browsers, "portal:ask", {"enquiry_id": "none-such"}, "P", nobody, things)


def _evaluation(things: Things, browsers: Browsers) -> Iterator[Cell]:
    own, counter = speaking_for(things.owner), {"case_id": things.running, "node": "acceptance", "subject": "hall"}
    yield from _page(browsers, "evaluation:evaluate", counter, "G", own, things)
    judging = reverse("evaluation:evaluate", kwargs=counter)
    yield _sent(browsers, "evaluation:evaluate", "POST", judging, own, things, {"level": "4"}, done=True)
    answering = others_of(things.owner, *ANSWERS_FOR_MARKET)
    yield from _page(browsers, "evaluation:call-backs", {}, "G", answering, things, shows=str(things.evaluation))
    answer = reverse("evaluation:answer", kwargs={"evaluation_id": things.evaluation})
    yield _sent(browsers, "evaluation:answer", "POST", answer, answering, things, {"answer": "x"}, done=True)
    said = {"node": "acceptance", "subject": "hall", "level": 4}
    table: list[tuple[str, dict[str, Any], Any, May, str]] = [
        ("GET /cases/{case_id}/evaluations", {"case_id": things.running}, None, own, ""),
        ("POST /cases/{case_id}/evaluations", {"case_id": things.running}, said, own, ""),
        ("GET /call-backs", {}, None, answering, str(things.evaluation)),
        ("POST /call-backs/{evaluation_id}", {"evaluation_id": things.evaluation}, {"answer": "x"}, answering, ""),
        ("GET /scores", {}, None, everybody, ""),
    ]
    for operation, ids, body, may, shows in table:
        yield _operation(browsers, operation, ids, body, may, things, shows=shows)


def _desk(things: Things, browsers: Browsers, fresh: May) -> Iterator[Cell]:
    others = lambda p: at_a_desk(p) and p.id != things.owner
    at_work = lambda p: others(p) and fresh(p)
    yield from _page(browsers, "desk:inbox", {}, "G", at_work, things, shows=things.canary, query="?view=department&size=200")
    yield from _several(things, browsers)  # before an act leaves its message in somebody's browser
    yield from _page(browsers, "desk:case", {"case_id": things.fresh}, "G", at_work, things)
    step = {"case_id": things.fresh, "task_id": things.task("food.accept", fresh=True)}
    market = lambda p: others(p) and (_market_desk(p) or p.has("window"))
    yield from _page(browsers, "desk:task", step, "G", market, things)
    yield from _page(browsers, "desk:act", {**step, "slug": "accept"}, "G", market, things)
    shown = reverse("desk:reveal", kwargs={**step, "element": "resident-id"})
    reveals = either(others_of(things.owner, "market", "officer", "supervisor"), window_of(things.owner))
    yield _sent(browsers, "desk:reveal", "POST", shown, reveals, things, {"reason": "compare-identity"}, shows=RESIDENT_ID)
    accepts = either(others_of(things.owner, "market", "officer"), window_of(things.owner))
    yield _sent(browsers, "desk:act", "POST", reverse("desk:act", kwargs={**step, "slug": "accept"}), accepts, things, {}, done=True)
    several = {"row": f"{step['case_id']}/{step['task_id']}"}
    yield _sent(browsers, "desk:accept-several", "POST", reverse("desk:accept-several"), accepts, things, several, changes=step["task_id"])
    market_only, back = others_of(things.owner, "market", "officer", "supervisor"), {"to": "nobody"}
    yield _sent(browsers, "desk:assign", "POST", reverse("desk:assign", kwargs=step), market_only, things, back, done=True)
    together = reverse("desk:assign-several")
    yield _sent(browsers, "desk:assign-several", "POST", together, market_only, things, several | back, changes=step["task_id"])
    noting = reverse("desk:note", kwargs=step)
    yield _sent(
        browsers, "desk:note", "POST", noting, others_of(things.owner, "market", "officer", "supervisor"), things, {"note": "x"}, done=True
    )
    paper = {"case_id": things.fresh, "attachment_id": things.attachments[0]}
    opens = lambda p: at_a_desk(p) and (p.id == things.owner or _market_desk(p) or p.has("window"))
    yield from _page(browsers, "desk:paper", paper, "G", opens, things)
    yield from _page(browsers, "desk:paper-pages", paper, "G", opens, things)
    in_the_other_case = {**paper, "case_id": things.running}
    yield from _page(browsers, "desk:paper", in_the_other_case, "G", nobody, replace(things, canary="\0"))  # the case itself they may see


def _several(things: Things, browsers: Browsers) -> Iterator[Cell]:
    """Several at once: what the page in between shows, and what is done."""
    ticked = f"{things.running}/{things.task('food.decide')}"
    looks = others_of(things.owner, "market", "officer", "supervisor")
    sent = {"row": ticked, "act": "approve"}
    yield _sent(browsers, "desk:several", "POST", reverse("desk:several"), looks, things, sent, shows=things.canary)
    deciding = things.task("fire.decide")
    ticked = f"{things.running}/{deciding}"
    seen = several.seen(several.in_hand(ticked, "approve", actor=BY_ROLE["officer", "fire"].actor, now=clock.now()), "")
    sent = {"do": ticked, "act": "approve", "key": "matrix", f"seen.{ticked}": seen}
    decides = others_of(things.owner, "fire", "officer")
    yield _sent(browsers, "desk:do-several", "POST", reverse("desk:do-several"), decides, things, sent, changes=deciding)


def _exports(world: World, browsers: Browsers, things: Things) -> Iterator[Cell]:
    own, one = only(BY_ROLE["officer", "market"].id), {"export_id": world.export}
    yield from _page(browsers, "desk:exports", {}, "G", own, things, shows=str(world.export))
    yield _sent(browsers, "desk:ask-export", "POST", reverse("desk:ask-export"), at_a_desk, things, {}, done=True)
    yield from _page(browsers, "desk:export-file", one, "G", own, things)
    yield _sent(browsers, "desk:remove-export", "POST", reverse("desk:remove-export", kwargs=one), own, things, {}, done=True)


def _issued(things: Things, browsers: Browsers) -> Iterator[Cell]:
    market = others_of(things.owner, "market", "officer", "supervisor")
    yield from _page(browsers, "staff:issued", {}, "G", market, things, shows=str(things.output))
    yield from _page(browsers, "staff:issued-one", {"output_id": things.output}, "G", market, things)
    yield from _page(browsers, "staff:withdraw", {"output_id": things.output}, "P", market, things)
    decision = {"decision_id": things.decision}
    yield from _page(browsers, "staff:rechecks", {}, "G", market, things, shows=str(things.decision))
    yield from _page(browsers, "staff:recheck", decision, "G", market, things)
    looking = reverse("staff:recheck", kwargs=decision)
    yield _sent(browsers, "staff:recheck", "POST", looking, market, things, {"outcome": "right"}, done=True)
    table: list[tuple[str, dict[str, Any], Any, May, str]] = [
        ("GET /rechecks", {}, None, market, str(things.decision)),
        ("GET /rechecks/{decision_id}", decision, None, market, ""),
        ("POST /rechecks/{decision_id}", decision, {"outcome": "wrong", "reason": "x"}, market, ""),
        ("GET /oversight", {}, None, lambda p: p.is_of(*ANSWERS_FOR_MARKET), '"registration"'),
    ]
    for operation, ids, body, may, shows in table:
        yield _operation(browsers, operation, ids, body, may, things, shows=shows)


def _beside(world: World, browsers: Browsers) -> Iterator[Cell]:
    things = world.things[0]
    yield from _staff(world, browsers, things)
    yield from _data(world, browsers, things)
    yield from _exports(world, browsers, things)
    yield from _page(browsers, "desk:colleagues", {}, "G", at_a_desk, things)
    yield _sent(
        browsers, "desk:keep-filter", "POST", reverse("desk:keep-filter") + "?only=late", at_a_desk, things, {"name": "y"}, done=True
    )
    yield _sent(browsers, "desk:columns", "POST", reverse("desk:columns"), at_a_desk, things, {}, done=True)
    dropping = reverse("desk:drop-filter", kwargs={"filter_id": world.filter})
    own_queue = only(BY_ROLE["officer", "market"].id)
    yield _sent(browsers, "desk:drop-filter", "POST", dropping, own_queue, things, {}, done=True)
    yield from _page(browsers, "portal:start", {"event_id": "open-a-restaurant"}, "G", known, things)
    for name in ("answer", "statement"):
        yield from _page(browsers, f"portal:{name}", {"answer_id": world.answer}, "G", only(things.owner), things)
    link = {"secret": parts.SECRET}
    takes = lambda p: parts.in_own_name(p) and p.id != things.owner
    yield from _page(browsers, "portal:invitation", link, "G", parts.in_own_name, things)
    yield from _page(browsers, "portal:invitation", link, "P", takes, things)
    yield from _page(browsers, "portal:take-part", {"part_id": things.part}, "GP", nobody, things)
    yield _operation(browsers, "POST /invitations/take", {}, link, takes, things)
    yield from _page(browsers, "portal:share", {}, "G", known, things)
    begins = lambda p: known(p) and p is not ELSEWHERE_AGENT
    yield from _page(browsers, "portal:start", {"event_id": "open-a-restaurant"}, "P", begins, things)
    for name in sorted(PUBLIC - {"site:log-tile", "site:log-checkpoint"}):
        kwargs = OF_THE_CATALOGUE.get(name) or data.OPEN_PAGES.get(name, {})
        yield from _page(browsers, name, kwargs, "G", everybody, things)
    for name, methods in {"begin": "P", "menu": "G", "finish": "P"}.items():  # on no terminal they lead to the start
        yield from _page(browsers, f"terminal:{name}", {}, methods, everybody, things)
    yield from _page(browsers, "terminal:stay", {}, "P", nobody, things)
    group = {"group_id": world.synonyms}
    for name, methods in {"home": "G", "new": "GP", "new-moves": "P", "new-proof": "P", "new-save": "P", "new-publish": "P"}.items():
        yield from _page(browsers, f"composer:{name}", {}, methods, editor, things)
    for name, kwargs, methods in (("words", {}, "G"), ("words-save", {}, "P"), ("words-change", group, "P"), ("words-remove", group, "P")):
        yield from _page(browsers, f"composer:{name}", kwargs, methods, editor, things)
    yield from _page(browsers, "interfaces:board", {}, "G", lambda p: p.actor.kind == "officer" and watches(p), things)
    connects = lambda p: p.actor.kind == "officer" and (operator(p) or supervises(p))
    yield from _page(browsers, "interfaces:new", {}, "GP", connects, things)
    own = only(BY_ROLE["supervisor", "market"].id)
    yield from _page(browsers, "interfaces:draft", {"interface_id": world.interface}, "GP", own, things)
    event = {"event_id": "open-a-restaurant"}
    for name, methods in {"event": "GP", "moves": "P", "proof": "P", "save": "P", "publish": "P", "discard": "P", "bpmn": "G"}.items():
        yield from _page(browsers, f"composer:{name}", event, methods, editor, things)


def supervises(profile: Profile) -> bool:
    """Whether a whole organisation is theirs to connect interfaces for."""
    return any("supervisor" in hat.roles and not hat.regions for hat in profile.actor.hats)


def _staff(world: World, browsers: Browsers, things: Things) -> Iterator[Cell]:
    officers = lambda p: p.actor.kind == "officer"
    admin = lambda p: p.is_in_person("market", "admin")
    any_admin = lambda p: officers(p) and "admin" in p.actor.roles
    for name in ("permissions", "second"):
        yield from _page(browsers, f"staff:{name}", {}, "G", officers, things)
    yield from _page(browsers, "staff:oversight", {}, "G", lambda p: p.holds("supervisor", "leader"), things)
    yield from _page(browsers, "staff:corrections", {}, "G", lambda p: p.holds("officer", "supervisor"), things)
    correcting = reverse("staff:answer-correction", kwargs={"correction_id": world.correction})
    of_the_city = others_of(things.owner, "city", "officer", "supervisor")
    said = {"outcome": "stands", "sentence": "x"}
    yield _sent(browsers, "staff:answer-correction", "POST", correcting, of_the_city, things, said, done=True)
    for name, methods in {"texts": "G", "new-text": "GP"}.items():
        yield from _page(browsers, f"staff:{name}", {}, methods, data.chief, things)
    text = {"template_id": world.template}
    yield from _page(browsers, "staff:text", text, "GP", lambda p: p.actor.organisation == "market" and data.chief(p), things)
    yield from _page(browsers, "staff:remove-text", text, "P", data.chiefs, things)
    yield from _page(browsers, "staff:tiles", {}, "GP", nobody, things)  # whoever administers the portal: nobody in this town
    yield from _page(browsers, "staff:tiles-file", {}, "G", nobody, things)
    yield from _page(browsers, "staff:window", {}, "GP", lambda p: p.holds("window"), things)
    yield from _page(browsers, "staff:terminals", {}, "GP", any_admin, things)
    terminal = Terminal.objects.get_or_create(secret="routes", organisation="market", added_at=world.now, added_by=uuid4())[0]
    yield from _page(browsers, "staff:end-terminal", {"terminal_id": terminal.pk}, "P", admin, things)
    yield from _page(browsers, "staff:help", {}, "GP", lambda p: p.holds("window"), things)
    yield from _page(browsers, "staff:help-end", {}, "P", nobody, things)
    yield from _page(browsers, "staff:people", {}, "G", any_admin, things)
    yield from _page(browsers, "staff:appoint", {}, "P", any_admin, things)
    yield from _page(browsers, "staff:post", {"post_id": world.post}, "G", admin, things)
    yield from _page(browsers, "staff:change", {"post_id": world.post, "act": "roles"}, "P", admin, things)
    ending = reverse("staff:end-leave", kwargs={"post_id": world.post, "leave_id": world.leave})
    own = only(BY_ROLE["officer", "market"].id)
    yield _sent(browsers, "staff:end-leave", "POST", ending, either(admin, own), things, {})
    yield from _signon(world, browsers, things)
    settling = reverse("staff:settle", kwargs={"proposal_id": world.rise})
    yield _sent(browsers, "staff:settle", "POST", settling, only(SECOND_ADMIN.id), things, {"answer": "confirm"})


def _data(world: World, browsers: Browsers, things: Things) -> Iterator[Cell]:
    """Those that change something are sent with what they need: a page that only says what is missing lets nobody do it."""
    for name, kwargs, methods, may, sent in data.pages(world.data):
        for letter in methods:
            method = {"G": "GET", "P": "POST"}[letter]
            yield _sent(browsers, f"data:{name}", method, reverse(f"data:{name}", kwargs=kwargs), may, things, sent)


def _signon(world: World, browsers: Browsers, things: Things) -> Iterator[Cell]:
    """The systems call with a secret or a token, never with a session: whoever has neither is answered 401."""
    admin = lambda p: p.is_in_person("market", "admin")
    any_admin = lambda p: p.actor.kind == "officer" and "admin" in p.actor.roles
    yield from _page(browsers, "signon:register", {}, "GP", any_admin, things)
    yield from _page(browsers, "signon:systems", {}, "G", admin, things, shows=world.system.id)
    one = {"system_id": world.system.id}
    yield from _page(browsers, "signon:secret", one, "P", admin, things)
    yield from _page(browsers, "signon:close", one, "P", admin, things)
    yield from _page(browsers, "signon:make-key", {}, "P", any_admin, things)
    yield from _page(browsers, "signon:end-key", {"key_id": world.staff_key}, "P", admin, things)
    for name, kwargs in SCIM.items():
        yield from _page(browsers, f"scim:{name}", kwargs, "GP", lambda _profile: False, things)
    for name in ("token", "revoke"):
        sent = {"grant_type": "refresh_token", "client_id": world.system.id}
        shows = "access_token" if name == "token" else ""  # RFC 6749 5.2: refused with 400
        yield _sent(browsers, f"signon:{name}", "POST", reverse(f"signon:{name}"), lambda _profile: False, things, sent, shows=shows)
    yield from _page(browsers, "signon:userinfo", {}, "GP", lambda _profile: False, things)
    asked = urlencode(world.system.asks())
    yield _sent(browsers, "signon:authorize", "GET", f"{reverse('signon:authorize')}?{asked}", known, things, {})
    answer = {"asked": asked, "answer": "yes"}
    yield _sent(browsers, "signon:consent", "POST", reverse("signon:consent"), known, things, answer, done=True)


def _page(  # noqa: PLR0917
    browsers: Browsers, name: str, kwargs: Mapping[str, Any], methods: str, may: May, things: Things, *, shows: str = "", query: str = ""
) -> Iterator[Cell]:
    address = reverse(name, kwargs=dict(kwargs)) + query
    for letter in methods:
        yield _sent(browsers, name, {"G": "GET", "P": "POST"}[letter], address, may, things, {}, shows=shows)


def _sent(  # noqa: PLR0917
    browsers: Browsers,
    name: str,
    method: str,
    address: str,
    may: May,
    things: Things,
    sent: Mapping[str, Any],
    *,
    shows: str = "",
    done: bool = False,
    changes: UUID | None = None,
) -> Cell:
    """`shows`: a text whose presence is what counts; `done`: being sent on counts; `changes`: a step that is done by it, or put back."""

    def call(actor: Actor) -> bool:
        response = browsers.of(actor).generic(method, address, *_form(sent)) if method == "POST" else browsers.of(actor).get(address)
        assert response.status_code < 500, f"{method} {address}: {response.status_code}"
        assert actor.id is None or kept_by_nobody(name, response), f"{method} {address}: a browser may keep what {actor.key} was shown"
        if changes is not None:
            from onewindow.modules.cases.models import Task

            task = Task.objects.get(pk=changes)
            return task.assigned_to is None if name == "desk:assign-several" else task.state == "done"
        if done:
            return response.status_code == 302 and not response["Location"].startswith("/accounts/")
        content = b"" if response.streaming else response.content
        where = response.get("Location", "") if shows.startswith("/") else ""
        let_in = _let_in(response)
        if not shows:
            assert let_in or things.canary.encode() not in content, f"{method} {address} shows what it refuses"
        return let_in and (not shows or shows.encode() in content or where.startswith(shows))

    return Cell(f"{method} {name}", things.canary, call, may, empty=True, open_to_all=may is everybody, target=f"{method} {address} {sent}")


def kept_by_nobody(name: str, response: Any) -> bool:
    """Tell whether the answer to somebody who is logged in stays in no browser and no proxy."""
    return name in FOR_ALL or "no-store" in response.get("Cache-Control", "")


def _form(sent: Mapping[str, Any]) -> tuple[bytes, str]:
    return urlencode(sent).encode(), "application/x-www-form-urlencoded"


def _let_in(response: Any) -> bool:
    log_in = response.status_code == 302 and response["Location"].startswith("/accounts/login")
    return response.status_code not in {401, 403, 404, 429} and not log_in


def operations_of(things: Things, world: World, browsers: Browsers) -> Iterator[Cell]:
    own, owner = speaking_for(things.owner), things.owner
    draft, fresh, running = things.draft, things.fresh, things.running
    market, window = others_of(owner, "market", "officer"), window_of(owner)
    food = things.task("food.decide")
    accepting = things.task("food.accept", fresh=True)
    sentence = {"kind": "element", "id": "seats", "sentence": "x"}
    answer, file = {"values": "{}"}, SimpleUploadedFile("a.pdf", PDF, "application/pdf")
    fee = {"service": "food", "fee": "fee", "fen": 12000, "method": "cash", "receipt": "1"}
    table: list[tuple[str, dict[str, Any], Any, May]] = [
        ("GET /drafts/{draft_id}", {"draft_id": draft}, None, own),
        ("DELETE /drafts/{draft_id}", {"draft_id": draft}, None, own),
        ("PUT /drafts/{draft_id}/answers", {"draft_id": draft}, {"version": 3, "answers": {}}, own),
        ("PUT /drafts/{draft_id}/consents", {"draft_id": draft}, {"consents": {}}, own),
        ("PUT /drafts/{draft_id}/elements", {"draft_id": draft}, {"version": 3, "values": {}}, own),
        ("POST /drafts/{draft_id}/prefill", {"draft_id": draft}, None, own),
        ("POST /drafts/{draft_id}/disputes", {"draft_id": draft}, {"element": "address"}, own),
        ("POST /drafts/{draft_id}/uploads", {"draft_id": draft}, {"evidence_type": "layout", "file": file}, own),
        ("DELETE /drafts/{draft_id}/uploads/{upload_id}", {"draft_id": draft, "upload_id": things.upload}, None, own),
        ("POST /drafts/{draft_id}/file", {"draft_id": draft}, {"declared": True}, own),
        ("GET /cases/{case_id}", {"case_id": running}, None, sees(things, fresh=False)),
        ("GET /cases/{case_id}/receipt", {"case_id": running}, None, sees(things, fresh=False)),
        ("POST /cases/{case_id}/withdraw", {"case_id": running}, None, own),
        ("POST /notices/{notice_id}/answer", {"notice_id": things.notice}, answer, own),
        ("POST /notices/{notice_id}/values", {"notice_id": things.notice}, {"values": {"seats": 40}}, own),
        ("POST /notices/{notice_id}/documents", {"notice_id": things.notice}, {"evidence_type": "layout", "file": file}, own),
        ("POST /tasks/{task_id}/accept", {"task_id": accepting}, None, either(market, window)),
        ("POST /tasks/{task_id}/assign", {"task_id": food}, {"officer": None}, others_of(owner, "market", "officer", "supervisor")),
        ("GET /colleagues", {}, None, at_a_desk),
        ("POST /cases/{case_id}/accept-all", {"case_id": fresh}, None, window),
        ("POST /tasks/{task_id}/complete", {"task_id": food}, {"finding": "x"}, market),
        ("POST /tasks/{task_id}/notice", {"task_id": accepting}, {"items": [sentence]}, market),
        ("POST /tasks/{task_id}/suspend", {"task_id": food}, {"reason": "r", "legal_basis": "l"}, market),
        ("POST /tasks/{task_id}/resume", {"task_id": food}, None, market),
        ("POST /tasks/{task_id}/decide", {"task_id": food}, {"outcome": "refuse", "reason": "r", "sentence": "s"}, market),
        ("POST /cases/{case_id}/payments", {"case_id": running}, fee, either(market, window)),
        (
            "POST /cases/{case_id}/reveal",
            {"case_id": running},
            {"element": "resident-id", "reason": "compare-identity"},
            others_of(owner, "market", "officer", "supervisor"),
        ),
        (
            "POST /cases/{case_id}/services/{service}/release",
            {"case_id": running, "service": "food"},
            None,
            others_of(owner, "market", "supervisor"),
        ),
        ("POST /cases/{case_id}/services/{service}/withdraw", {"case_id": running, "service": "food"}, {"reason": "r"}, window),
        ("GET /cases/{case_id}/confirmations", {"case_id": running}, None, sees(things, fresh=False)),
        *parts.operations(draft, things.part, own),
    ]
    for operation, ids, body, may in table:
        yield _operation(browsers, operation, ids, body, may, things)
    lists: list[tuple[str, str, UUID, May]] = [
        ("GET /drafts", "", draft, own),
        ("GET /parts", "", things.part, parts.invited),
        ("GET /cases", "", running, own),
        ("GET /who-looked", "", running, only(things.owner)),
        ("GET /inbox", "?view=department&size=100", fresh, lambda p: p.id != owner and at_a_desk(p) and sees(things, fresh=True)(p)),
    ]
    for operation, query, shown, may in lists:
        yield _operation(browsers, operation, {}, None, may, things, shows=str(shown), query=query)
    at_work = {"event_id": "open-a-restaurant"}
    yield _operation(browsers, "GET /events/{event_id}/open", at_work, None, own, things, shows=str(draft))
    yield from _open_operations(things, world, browsers)


def _known_for_sure(_profile: Profile) -> bool:
    """Nobody here has a proven number of their own: they are told to prove it first, with 403."""
    return False


def _open_operations(things: Things, world: World, browsers: Browsers) -> Iterator[Cell]:
    document = {"kind": "element", "document": {"id": "matrix", "name": {"zh": "x"}}}
    table: list[tuple[str, dict[str, Any], Any, May]] = [
        ("POST /drafts", {}, {"event": "open-a-restaurant"}, lambda p: known(p) and p is not ELSEWHERE_AGENT),
        ("GET /events", {}, None, everybody),
        ("GET /events/{event_id}/durations", {"event_id": "open-a-restaurant"}, None, everybody),
        ("GET /services", {}, None, everybody),
        ("GET /services/{service_id}", {"service_id": "food"}, None, everybody),
        ("GET /search", {}, None, everybody),
        ("GET /code-lists/{code_list}/codes", {"code_list": "region"}, None, everybody),
        ("GET /catalogue-schema", {}, None, everybody),
        ("GET /problems", {}, None, everybody),
        ("POST /compile", {}, {"event": "open-a-restaurant"}, everybody),
        (
            "POST /compile",
            {},
            {"event": "x", "catalogue": {"services": [{"id": "s", "when": {"fact": 1}}]}},
            lambda _profile: False,
        ),  # a token only: a browser's session is not asked here
        ("POST /status", {}, {"reference": "OW-2222-2222", "phone": "13800000001"}, lambda _profile: False),
        ("PUT /catalogue/drafts", {}, document, editor),
        ("DELETE /catalogue/drafts/{draft_id}", {"draft_id": world.edit}, None, only(world.editor.id)),
        ("POST /catalogue/publish", {}, document, editor),
    ]
    claim, offer = {"name": "x", "resident_id": "1"}, {"receiver_name": "x", "receiver_number": "1", "matters": []}
    days = {"from_date": "2026-05-01", "until_date": "2026-06-01"}
    nobodys = {"mandate_id": uuid4()}
    table += [
        ("GET /me", {}, None, known),
        ("POST /me/identification", {}, claim, known),
        ("GET /children", {}, None, known),
        ("POST /children", {}, None, _known_for_sure),
        ("POST /enterprises", {}, {"uscc": "1"}, _known_for_sure),
        ("POST /mandates", {}, {**offer, **days}, _known_for_sure),
        ("POST /mandates/{mandate_id}/accept", nobodys, None, _known_for_sure),
    ]
    query = {"GET /search": "?text=x&q=x", "GET /code-lists/{code_list}/codes": "?q=x"}
    for operation, ids, body, may in table:
        yield _operation(browsers, operation, ids, body, may, things, query=query.get(operation, ""))
    found = AGENT.actor.on_behalf_of
    assert found is not None
    mandate = found.mandate
    both = either(only(OWNER.id), only(AGENT.id))
    yield _operation(browsers, "GET /mandates", {}, None, both, things, shows=str(mandate))
    yield _operation(browsers, "GET /acting", {}, None, only(AGENT.id), things, shows=f"mandate:{mandate}")
    yield _operation(browsers, "POST /mandates/{mandate_id}/end", {"mandate_id": mandate}, None, both, things)
    yield _operation(browsers, "GET /catalogue/drafts", {}, None, only(world.editor.id), things, shows=str(world.edit))


def _operation(  # noqa: PLR0917
    browsers: Browsers, operation: str, ids: Mapping[str, Any], body: Any, may: May, things: Things, *, shows: str = "", query: str = ""
) -> Cell:
    method, _, path = operation.partition(" ")
    address = "/api/v1" + path.format(**ids) + query

    def call(actor: Actor) -> bool:
        client, headers = browsers.of(actor), {"Idempotency-Key": "matrix"}
        if isinstance(body, dict) and ("evidence_type" in body or operation.endswith("/answer")):
            response = client.post(address, {key: _again(value) for key, value in body.items()}, headers=headers)
        else:
            content = b"" if body is None else json.dumps(body).encode()
            response = client.generic(method, address, content, content_type=JSON, headers=headers)
        assert response.status_code < 500, f"{operation}: {response.content[:300]!r}"
        assert actor.id is None or kept_by_nobody(operation, response), f"{operation}: a browser may keep what {actor.key} was shown"
        let_in = _let_in(response)
        assert let_in or things.canary.encode() not in response.content, f"{operation} shows what it refuses"
        return let_in and (not shows or shows.encode() in response.content)

    return Cell(operation, things.canary, call, may, empty=True, open_to_all=may is everybody, target=f"{method} {address} {body}")


def _again(value: Any) -> Any:
    return SimpleUploadedFile(value.name, PDF, "application/pdf") if isinstance(value, SimpleUploadedFile) else value
