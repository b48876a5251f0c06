"""The other pages of the portal: found, read, switched to another language, larger letters, printed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import person
from tests.browser.conftest import Site

PageAt = Callable[..., Page]
UNFOLD = "document.querySelectorAll('main details').forEach(one => { one.open = true })"
SMALL = """() => [...document.querySelectorAll(
    'main a, main button, main summary, main select, main input:not([type=hidden]), .site-header .tool, .site-footer :is(a, .tool)')]
  .filter(one => one.offsetParent && !one.closest('.menu__list'))
  .filter(one => getComputedStyle(one, '::after').position !== 'absolute' && getComputedStyle(one).clipPath === 'none')
  .filter(one => one.getBoundingClientRect().height < 47.5)
  .map(one => one.outerHTML.slice(0, 120))"""
"""What can be touched and is too small; a link that covers its whole card is as large as the card."""
SignIn = Callable[[Page, str], None]
Axe = Callable[[Page], None]

PAGES = [
    "/",
    "/things/open-a-restaurant/",
    "/things/open-a-restaurant/numbers/",
    "/search/?q=food&audience=legal",
    "/search/?q=zzzz",
    "/search/?office=market-regulation",
    "/scores/",
    "/status/",
    "/accessibility/",
    "/privacy/",
    "/accounts/login/",
    "/accounts/signup/",
    "/there-is-no-such-page/",
]


ACTS = """
from onewindow.modules.cases import models, services
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity.models import User
from onewindow.plumbing import clock

def actor(name):
    return identity.actor_of(User.objects.get(username=name).pk)

def task(case, service, step):
    return models.Task.objects.get(case=case, service=service, step=step).pk

now = clock.now()
noticed, refused = models.Case.objects.filter(reference__in={references!r}).order_by("filed_at")
for case in (noticed, refused):
    services.accept_all(case_id=case.pk, actor=actor("zhao.xiaoxue"), now=now)
values = {{"uscc": "91350100M000100Y43", "legal-name": "云江市老灶台餐饮店"}}
services.decide(task_id=task(noticed, "business-registration", "register"), outcome="approve", output_values=values,
                actor=actor("he.jing"), now=now)
services.request_correction(task_id=task(noticed, "outdoor-sign", "review"), due_days=5, actor=actor("tian.ye"), now=now,
                            items=[services.NoticeItem("document", "sign-picture", {{"zh": "请标注尺寸。"}})])
services.decide(task_id=task(refused, "business-registration", "register"), outcome="refuse", reason="住宅",
                sentence={{"zh": "该地址不能作餐饮场所。"}}, actor=actor("he.jing"), now=now)
notice = models.Notice.objects.get(case=noticed)
print(f"/cases/{{noticed.pk}}/ /cases/{{noticed.pk}}/notices/{{notice.pk}}/ /cases/{{refused.pk}}/")
"""
_made: list[str] = []


def own_cases(page: Page, site: Site, sign_in: SignIn, username: str) -> list[str]:
    """Return the addresses of a case with a notice, of its notice, of a case with a refusal, and of the list; file them the first time."""
    if not _made:
        filed = [person.file_restaurant(page, sign_in, username) for _ in range(2)]
        _made.extend(site.act(ACTS.format(references=[reference for _, reference in filed])).split())
    else:
        sign_in(page, username)
    return [*_made, f"{_made[0]}withdraw/", f"{_made[0]}evaluate/acceptance/service-centre/?level=2", "/cases/"]


@pytest.mark.parametrize(("width", "language"), [(390, "ru"), (1280, "zh-hans")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(page_at: PageAt, axe: Axe, width: int, language: str) -> None:
    page = page_at(width, language)
    for address in PAGES:
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} is wider than the screen"


@pytest.mark.parametrize("cookie", [("size", "large"), ("contrast", "high")])
def test_axe_finds_nothing_with_large_letters_or_high_contrast(page_at: PageAt, axe: Axe, cookie: tuple[str, str]) -> None:
    page = page_at(390, "zh-hans")
    page.goto("/")
    page.context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": page.url}])
    for address in PAGES[:3]:
        page.goto(address)
        assert page.locator("html").get_attribute(f"data-{cookie[0]}") == cookie[1]
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_with_large_letters_no_page_scrolls_sideways_on_a_phone(page_at: PageAt, site: Site, sign_in: SignIn) -> None:
    page = page_at(390)
    own = own_cases(page, site, sign_in, "natalia.li")
    page.context.add_cookies([{"name": "size", "value": "large", "url": site.address}])
    for language in ("zh-hans", "en", "ru"):
        page.context.add_cookies([{"name": "onewindow-language", "value": language, "url": site.address}])
        for address in (*PAGES, *own):
            page.goto(address)
            page.evaluate(UNFOLD)
            for size in ("large", "normal"):
                page.evaluate("size => { document.documentElement.dataset.size = size }", size)
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, f"{address} in {language}, {size} letters: {wide} pixels wider than the screen"


@pytest.mark.parametrize(("width", "language"), [(390, "zh-hans"), (1280, "en")])
def test_axe_finds_nothing_on_a_case_with_a_notice_and_on_one_with_a_refusal(
    page_at: PageAt, site: Site, axe: Axe, sign_in: SignIn, *, width: int, language: str
) -> None:
    page = page_at(width, language)
    for address in own_cases(page, site, sign_in, "natalia.li"):
        page.goto(address)
        page.evaluate(UNFOLD)
        axe(page)
    assert page.locator("main .button--lamp").count() <= 1


def test_large_letters_are_24_pixels_and_stay_on_the_next_page(page_at: PageAt) -> None:
    page = page_at(1280, "zh-hans")
    page.goto("/")
    page.locator(".site-footer [name=size]").click()
    page.goto("/things/open-a-restaurant/")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == pytest.approx(24, abs=0.1)


VOICES = """(() => {
  const said = [];
  window.said = said;
  const speak = (one) => said.push([one.lang, one.text]);
  const speech = { getVoices: () => %s, speak, cancel: () => said.push("quiet"), addEventListener() {} };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
})()"""
"""The voices of a machine: the browser of the tests has none of its own."""
ENHANCED = "async () => (await axe.run(document, {runOnly: ['color-contrast-enhanced']})).violations.map(one => one.nodes.map(n => n.html))"


@pytest.mark.parametrize(("width", "language"), [(390, "ru"), (1280, "zh-hans")])
def test_the_mode_for_older_people_is_large_and_stands_out_and_axe_finds_nothing(
    page_at: PageAt, site: Site, axe: Axe, sign_in: SignIn, *, width: int, language: str
) -> None:
    page = page_at(width, language)
    own = own_cases(page, site, sign_in, "natalia.li")
    page.goto("/")
    page.locator(".site-footer [name=mode]").click()
    page.locator(".site-footer [name=contrast]").click()
    for address in ("/", "/things/open-a-restaurant/", own[0]):
        page.goto(address)
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == pytest.approx(24, abs=0.1)
        page.evaluate(UNFOLD)
        axe(page)
        assert not page.evaluate(ENHANCED), address
        assert not page.evaluate(SMALL), address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.parametrize(
    ("voices", "spoken"),
    [
        ("[]", ""),
        ("[{lang: 'ru-RU', localService: false}]", ""),
        ("[{lang: 'en-GB', localService: true}, {lang: 'ru_RU', localService: true}]", "ru_RU"),
    ],
)
def test_a_page_is_read_aloud_only_by_a_voice_of_this_machine_and_of_the_language(page_at: PageAt, voices: str, spoken: str) -> None:
    page = page_at(1280, "ru")
    page.add_init_script(VOICES % voices)
    page.goto("/")
    page.locator(".site-footer [name=mode]").click()
    button = page.locator("[data-speak]")
    if not spoken:
        page.wait_for_load_state("networkidle")
        expect(button).to_be_hidden()
        return
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("said")[1] == [spoken, "Что вы хотите сделать?"]
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("said").pop() == "quiet"


def test_a_visitor_switches_the_language_and_stays_on_the_page(page_at: PageAt) -> None:
    page = page_at(1280, "zh-hans")
    page.goto("/things/open-a-restaurant/")
    expect(page.locator("h1")).to_have_text("开一家餐馆")
    page.locator(".site-header .menu:visible summary").first.click()
    page.locator(".site-header [name=language][value=ru]:visible").click()
    expect(page.locator("h1")).to_have_text("Открыть ресторан")
    assert page.url.endswith("/things/open-a-restaurant/")


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_touched_is_at_least_48_pixels_high(page_at: PageAt, site: Site, sign_in: SignIn, width: int) -> None:
    page = page_at(width)
    own = own_cases(page, site, sign_in, "natalia.li")
    for address in (*PAGES[:8], *own):
        page.goto(address)
        page.evaluate(UNFOLD)
        small = page.evaluate(SMALL)
        assert not small, f"{address}: {small}"


def test_a_form_page_brings_at_most_150_kilobytes_of_script(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at()
    scripts: dict[str, int] = {}
    page.on("response", lambda answer: scripts.__setitem__(answer.url, len(answer.body())) if ".js" in answer.url and answer.ok else None)
    person.begin(page, sign_in, "wang.li")
    person.answer_questions(page)
    page.wait_for_load_state("networkidle")
    assert any("keep" in address for address in scripts), scripts
    assert sum(scripts.values()) <= 150 * 1024, scripts


def test_a_case_is_found_by_number_and_telephone_without_logging_in(page_at: PageAt, sign_in: SignIn, axe: Axe) -> None:
    page = page_at()
    _, reference = person.file_restaurant(page, sign_in, "wang.li")
    stranger = page_at(390)
    stranger.goto("/status/")
    stranger.fill("#reference", reference.lower())
    stranger.fill("#phone", "19900000126")
    stranger.locator("main button[type=submit]").click()
    expect(stranger.locator(".status")).to_contain_text("Open a restaurant")
    axe(stranger)
    assert "Wang" not in stranger.locator(".status").inner_text()

    refusals = []
    for number, phone in ((reference, "19900000999"), ("OW-0000-0000", "19900000126")):
        stranger.goto("/status/")
        stranger.fill("#reference", number)
        stranger.fill("#phone", phone)
        stranger.locator("main button[type=submit]").click()
        expect(stranger.locator(".govuk-error-summary")).to_be_focused()
        refusals.append(stranger.locator(".govuk-error-summary").inner_text())
    assert refusals[0] == refusals[1]


def test_nobody_sees_anothers_draft_or_case(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at()
    draft = person.begin(page, sign_in, "wang.li")
    other = page_at()
    sign_in(other, "zhou.hang")
    for address in (draft, f"{draft}check/", f"{draft}known/", f"{draft}documents/", f"{draft}discard/"):
        answer = other.goto(address)
        assert answer is not None
        assert answer.status == 404
        assert "wang" not in other.content().lower()
