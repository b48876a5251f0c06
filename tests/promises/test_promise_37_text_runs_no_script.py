"""Promise 37: text that people enter cannot run script: hostile words in every name and every field, read in a real browser."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

import pytest
import yaml
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import BrowserContext, Dialog, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from onewindow.domain.errors import DomainError
from onewindow.modules.cases import models, services
from onewindow.modules.catalogue import selectors as catalogue_selectors
from onewindow.modules.catalogue import services as catalogue_services
from onewindow.modules.exchange import services as exchange
from onewindow.modules.identity import services as identity
from onewindow.modules.identity.models import MandateRow, Organisation, Person, Post, User
from onewindow.modules.signon import services as signon
from onewindow.plumbing import calendars, clock
from onewindow.plumbing.actors import Actor
from tests.browser.conftest import ROOT
from tests.cases.conftest import Registers, prepare, task
from tests.cases.town import CITY, FIRE, MARKET, MARKET_CHIEF, RESIDENT_ID, TOWN, USCC, WANG, WINDOW, ident, officer
from tests.chromium import ARGUMENTS, MISSING, program
from tests.promises.hostile_words import WORDS, hostile_town, words

pytestmark = [pytest.mark.browser, pytest.mark.own_database, pytest.mark.xdist_group("browser")]
ADMIN, ADMIN_TWO = officer("admin", "market", "admin"), officer("admin-two", "market", "admin")
SYSTEM: dict[str, str] = {}
"""What the hostile system asks for when it sends somebody to log in."""
REFORMER = Actor(kind="officer", id=ident("reformer"), organisation="hall", roles=frozenset({"reformer"}))
OFFICERS = {"market": MARKET, "fire": FIRE, "city": CITY, "window": WINDOW, "reformer": REFORMER, "chief": MARKET_CHIEF}
OFFICERS |= {"admin": ADMIN, "admin-two": ADMIN_TWO}
LISTEN = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""
LOOK = r"""() => {
  const tags = ['style', 'iframe', 'object', 'embed', 'base', 'animate', 'set', 'math', 'video', 'audio'];
  const leads = ['href', 'action', 'formaction', 'xlink:href', 'srcdoc'];
  const ours = (script) => script.type === 'application/json'
    || (script.src && new URL(script.src).origin === location.origin && new URL(script.src).pathname.startsWith('/static/'));
  const active = [];
  for (const element of document.querySelectorAll('*')) {
    const name = element.localName;
    if (tags.includes(name) || (name === 'script' && !ours(element))) active.push(element.outerHTML);
    for (const {name: key, value} of element.attributes) {
      const acts = /^(on|hx-on)/i.test(key) || (leads.includes(key) && /^\s*(javascript|data):/i.test(value));
      if (acts) active.push(`${name} ${key}=${value}`);
    }
  }
  return {ran: window.ran || 0, violations: window.violations || [], active: active.map((one) => one.slice(0, 300))};
}"""


@dataclass
class Seen:
    """What a browser met on its way."""

    pages: set[str] = field(default_factory=set)
    showing: int = 0
    """How many pages showed at least one of the hostile words."""
    troubles: list[str] = field(default_factory=list)


@pytest.fixture
def hostile(transactional_db: None, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[models.Case]:
    """The small town, with hostile words in every name of its catalogue and in everything people wrote in a case."""
    del transactional_db
    own = words(getattr(request, "param", 0))
    monkeypatch.setattr(exchange, "query", Registers().query)
    catalogue_selectors.forget_all()
    calendars.seed_calendars()
    now = clock.now()
    Organisation.objects.get_or_create(id="hall", defaults={"name": {"zh": next(own), "en": next(own)}})
    document = hostile_town(yaml.safe_load(TOWN.replace("?", "")), own)
    catalogue_services.load_catalogue(files=[("town.json", json.dumps(document))], actor=Actor.system("tests"), now=now)
    user = User.objects.create(id=WANG.id, username="wang", display_name={"zh": next(own), "en": next(own)}, phone="13800000001")
    Person.objects.create(user=user, facts={"full-name": next(own), "resident-id": RESIDENT_ID, "phone": "13800000001"})
    for name, actor in OFFICERS.items():
        user = User.objects.create(id=actor.id, username=name, display_name={"zh": next(own), "en": next(own)})
        Post.objects.create(user=user, organisation_id=actor.organisation or "", roles=sorted(actor.roles), title={"zh": next(own)})
    yield _worked_case(own)
    catalogue_selectors.forget_all()


def _worked_case(own: Iterator[str]) -> models.Case:
    """File a case and let everybody write something into it."""
    now = clock.now()
    typed = {"trade-name": next(own), "property-number": "P-1", "seats": 48}
    drafted = prepare(now, actor=WANG, typed={**typed, "trade-name": next(own)}, sign=True)
    with suppress(DomainError):
        services.dispute_prefill(draft_id=drafted, element="floor-area", note=next(own), actor=WANG, now=now)
    filed = services.file_case(draft_id=prepare(now, typed=typed, sign=True), idempotency_key="once", declared=True, actor=WANG, now=now)
    case = models.Case.objects.get(pk=filed.case_id)
    services.accept_all(case_id=case.pk, actor=WINDOW, now=now)
    register = task(case, "registration.register").pk
    services.decide(task_id=register, outcome="approve", sentence=next(own), output_values={"uscc": USCC}, actor=MARKET, now=now)
    services.suspend(task_id=task(case, "fire.inspect").pk, reason=next(own), legal_basis=next(own), actor=FIRE, now=now)
    services.resume(task_id=task(case, "fire.inspect").pk, actor=FIRE, now=now)
    services.complete_step(task_id=task(case, "fire.inspect").pk, finding={"outcome": "pass", "text": next(own)}, actor=FIRE, now=now)
    sentence = {"zh": next(own), "en": next(own), "ru": next(own)}
    items: list[Mapping[str, Any]] = [
        {"kind": "element", "id": "seats", "sentence": sentence},
        {"kind": "document", "id": "layout", "sentence": next(own)},
    ]
    services.request_correction(task_id=task(case, "food.inspect").pk, items=items, due_days=5, actor=MARKET, now=now)
    services.decide(task_id=task(case, "sign.review").pk, outcome="refuse", sentence=next(own), reason=next(own), actor=CITY, now=now)
    services.reveal_value(case_id=case.pk, element="resident-id", reason="other", note=next(own), actor=MARKET, now=now)
    output = models.Output.objects.get(case=case).pk
    grounds = {"sentence": next(own), "reason": next(own), "legal_basis": next(own)}
    for confirm in (False, None):  # one that was rejected with a reason, and one that waits for a second officer
        proposal = services.revoke_output(output_id=output, **grounds, actor=MARKET, now=now)
        if confirm is False:
            services.settle(proposal_id=proposal, confirm=False, reason=next(own), actor=MARKET_CHIEF, now=now)
    _staff_at_work(own, now)
    return case


def _staff_at_work(own: Iterator[str], now: datetime) -> None:
    """Let administrators name people, posts, systems and keys, a reformer compose, and citizens name keys, mandates and themselves."""
    identity.hire(username="new.one", name=next(own), email="", title=next(own), roles=["officer"], actor=ADMIN, now=now)
    post = Post.objects.get(user_id=FIRE.id)
    Post.objects.filter(pk=post.pk).update(organisation="market")  # so that the administrator of market may name it
    identity.rename_post(post_id=post.pk, title=next(own), actor=ADMIN, now=now)
    Post.objects.filter(pk=post.pk).update(organisation="fire")
    identity.create_token(name=next(own), actor=MARKET, now=now)
    signon.make_staff_key(name=next(own), actor=ADMIN, now=now)
    name, purpose = ({language: next(own) for language in ("zh", "en", "ru")} for _ in range(2))
    claims = {"name": {"purpose": purpose, "basis": next(own)}}
    form = signon.SystemForm(name=name, organisation="market", redirect_uris=["https://x.example/"], claims=claims)
    signon.register_system(form=form, actor=ADMIN, now=now)  # waits for a second administrator
    system = signon.register_system(form=form, actor=Actor.system("tests"), now=now)
    asked = {"client_id": system, "redirect_uri": "https://x.example/", "response_type": "code", "scope": "openid profile"}
    SYSTEM.update(asked | {"code_challenge": "x" * 43, "code_challenge_method": "S256"})
    parameters = {name: [value] for name, value in SYSTEM.items()}
    signon.begin_login(parameters=parameters, session="x", proved_at=now, methods=(), agreed=True, actor=WANG, now=now)
    document = {"id": "hostile", "name": {language: next(own) for language in ("zh", "en", "ru")}}
    catalogue_services.save_draft(kind="element", document=document, actor=REFORMER, now=now)
    MandateRow.objects.create(
        party=WANG.id, party_kind="natural", role="agent", receiver_name=next(own), receiver_number="x", offered_by=WANG.id,
        from_date=now.date(), until_date=now.date(), offered_at=now,
    )  # fmt: skip


def telling_pages(case: models.Case) -> dict[str, list[str]]:
    """Return, for each person, the pages that show most; a walk from them reaches the others."""
    notice = models.Notice.objects.get(case=case)
    draft = models.Draft.objects.filter(owner=WANG.id, filed_case=None).latest("updated_at")

    def desk(name: str, act: str = "") -> str:
        return f"/desk/cases/{case.pk}/tasks/{task(case, name).pk}/{act}"

    return {
        "": ["/", "/search/?q=<script>window.ran=1</script>", "/nothing/<script>window.ran=1</script>", "/things/open-a-restaurant/"],
        "wang": [
            f"/cases/{case.pk}/",
            f"/cases/{case.pk}/notices/{notice.pk}/",
            f"/drafts/{draft.pk}/documents/",
            f"/drafts/{draft.pk}/known/",
            f"/drafts/{draft.pk}/check/",
            "/cases/",
            "/my-data/",
            "/who-looked/",
            "/accounts/",
            "/accounts/mandates/",
            "/accounts/systems/",
            "/search/?q=%22%20autofocus%20onfocus%3Dwindow.ran%3D1",
        ],
        "market": [desk("food.inspect"), desk("registration.register"), "/desk/", "/desk/?view=department", "/desk/?view=done"],
        "fire": [desk("fire.decide"), desk("fire.decide", "refuse/")],
        "city": [desk("sign.review")],
        "window": ["/desk/?view=department", "/staff/window/"],
        "chief": ["/staff/second/", "/staff/issued/"],
        "admin": ["/staff/", f"/staff/posts/{Post.objects.get(user__username='new.one').pk}/", "/staff/systems/", "/staff/second/"],
        "admin-two": ["/staff/second/"],
        "new.one": [f"/oidc/authorize?{urlencode(SYSTEM)}"],
        "reformer": ["/composer/", "/composer/things/open-a-restaurant/", "/composer/new/"],
    }


@pytest.fixture
def browse(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], BrowserContext]]:
    """Open a browser as somebody, speaking a language."""
    if not (found := program()):
        pytest.skip(MISSING)
    if not (ROOT / "static-built" / "vendor" / "govuk.css").exists():
        pytest.skip("the browser files are absent: npm install && npm run build")
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's own loop runs in this thread; the site's does not
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS])

        def open_as(username: str, language: str) -> BrowserContext:
            context = browser.new_context(base_url=live_server.url)
            cookies = {"onewindow-language": language}
            if username:
                client = Client()
                client.force_login(User.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend")
                cookies[django_settings.SESSION_COOKIE_NAME] = client.cookies[django_settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
            context.set_default_timeout(15_000)
            context.add_init_script(LISTEN)
            return context

        yield open_as
        browser.close()


def _walk(context: BrowserContext, first: list[str], most: int, seen: Seen) -> None:
    """Follow every link from the first pages; look at each page once it stands."""
    page = context.new_page()

    def opened(dialog: Dialog) -> None:
        seen.troubles.append(f"{page.url}: a window opened: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", opened)
    page.on("pageerror", lambda error: seen.troubles.append(f"{page.url}: {error}"))
    waiting, known = list(first), set(first)
    for _ in range(most):
        if not waiting:
            break
        address = waiting.pop(0)
        with suppress(PlaywrightError):  # a link that is a download ends the visit, and is promise 36
            _look(page, address, seen)
            for link in page.eval_on_selector_all("a[href]", "all => all.map((one) => one.getAttribute('href'))"):
                to = urldefrag(urljoin(page.url, link)).url
                path = urlsplit(to).path
                same = urlsplit(to).netloc == urlsplit(page.url).netloc
                if same and to not in known and not path.startswith(("/accounts/logout", "/static/")) and "/papers/" not in path:
                    known.add(to)
                    waiting.append(to)
    page.close()


def _look(page: Page, address: str, seen: Seen) -> None:
    page.goto(address, wait_until="load")
    found = page.evaluate(LOOK)
    seen.pages.add(page.url)
    seen.showing += "window.ran" in page.content()
    if found["ran"]:
        seen.troubles.append(f"{page.url}: it ran")
    seen.troubles += [f"{page.url}: {one}" for one in (*found["violations"], *found["active"])]


def test_hostile_words_in_every_name_and_every_field_are_only_ever_words(
    hostile: models.Case, browse: Callable[[str, str], BrowserContext], full_size: bool, figure: Callable[[int, str], None]
) -> None:
    seen = Seen()
    languages = ("zh-hans", "en", "ru") if full_size else ("en",)
    for language in languages:
        for username, first in telling_pages(hostile).items():
            context = browse(username, language)
            _walk(context, first, 80 if full_size and language == "en" else len(first), seen)  # in one language every link is followed
            context.close()
    assert not seen.troubles, "\n".join(seen.troubles[:20])
    assert seen.showing > 15, "the pages that were looked at must show the words"
    told = f"{len(WORDS)} hostile words in every name and field, {len(seen.pages)} pages in Chromium, {seen.showing} showing them: 0 ran"
    figure(37, told)
