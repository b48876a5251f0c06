"""What goes wrong with forms in real life: wrong entries, two windows, a slow network, a register that is not right."""

from collections import defaultdict
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import person
from tests.browser.conftest import Site

PageAt = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Axe = Callable[[Page], None]


def test_a_wrong_entry_is_named_gets_the_focus_and_costs_nothing_else(page_at: PageAt, sign_in: SignIn, axe: Axe) -> None:
    page = page_at()
    person.begin(page, sign_in, "wang.li")
    person.answer_questions(page)
    person.fill(page, {**person.VALUES, "seats": "many"})
    page.locator("[data-send] .button").first.click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Number of seats: “many” is not a whole number. Write digits only, for example 50.")
    axe(page)
    assert page.title().startswith("To mend:")
    summary.locator("a").click()
    expect(page.locator("[name=seats]")).to_be_focused()
    expect(page.locator("[name=seats]")).to_have_value("many")
    expect(page.locator("[name=trade-name]")).to_have_value("老灶台")
    expect(page.locator("[name=kitchen-area]")).to_have_value("36.5")


def test_an_empty_field_is_asked_for_before_one_goes_on(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at()
    person.begin(page, sign_in, "wang.li")
    person.answer_questions(page)
    person.fill(page, {**person.VALUES, "sign-area": ""})
    page.locator("[data-send] .button").first.click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Size of the sign (m²): Fill this in.")


def test_a_page_that_is_older_than_its_draft_says_so_and_keeps_what_was_typed(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at(scripts=False)
    person.begin(page, sign_in, "zhou.hang")
    person.answer_questions(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[name=trade-name]").fill("First window")
    other.locator("[name=later]").click()
    page.locator("[name=trade-name]").fill("Second window")
    page.locator("[name=seats]").fill("12")
    page.locator("[data-send] .button").first.click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("changed elsewhere")
    expect(page.locator("[name=trade-name]")).to_have_value("Second window")
    expect(page.locator("[name=seats]")).to_have_value("12")
    page.locator("[name=later]").click()
    page.wait_for_url("**/cases/")
    page.locator(".case-rows a.button").first.click()
    expect(page.locator("[name=trade-name]")).to_have_value("Second window")


def test_what_is_typed_is_saved_while_one_is_still_typing(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at()
    draft = person.begin(page, sign_in, "zhou.hang")
    person.answer_questions(page)
    page.locator("[name=trade-name]").fill("Nine Dragons")
    page.locator("[name=trade-name]").blur()
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.goto("/")
    page.goto(draft)
    expect(page.locator("[name=trade-name]")).to_have_value("Nine Dragons")


def test_a_value_of_a_register_that_is_not_right_can_be_said_and_written_anew(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at()
    draft = person.begin(page, sign_in, "natalia.li")
    person.answer_questions(page)
    person.fill(page)
    person.save(page)
    page.goto(f"{draft}known/")
    row = page.locator(".given", has_text="Floor area")
    expect(row).to_contain_text("from: Property register")
    row.locator("summary").click()
    expect(row.locator("textarea")).to_be_focused()
    row.locator("textarea").fill("It was measured again.")
    row.locator("button").click()
    field = page.locator("[data-part]", has_text="Floor area")
    expect(field).to_contain_text("Property register says “126.5”; you said that this is not right.")
    field.locator("input").fill("130")
    person.save(page)
    page.goto(f"{draft}check/")
    expect(page.locator(".facts > div", has_text="Floor area")).to_contain_text("130")


def test_a_file_of_the_wrong_kind_is_refused_beside_its_box(page_at: PageAt, sign_in: SignIn, axe: Axe) -> None:
    page = page_at()
    draft = person.begin(page, sign_in, "natalia.li")
    person.answer_questions(page)
    page.goto(f"{draft}documents/")
    page.set_input_files("#file-sign-picture", {"name": "sign.png", "mimeType": "image/png", "buffer": b"not a picture"})
    expect(page.locator("#d-sign-picture .govuk-error-message")).to_contain_text("sign.png")
    axe(page)
    page.set_input_files("#file-sign-picture", str(person.DOCUMENTS["sign-picture"]))
    expect(page.locator("#d-sign-picture .upload__file")).to_contain_text("sign-picture.png")
    page.locator("#d-sign-picture .upload__file button").click()
    expect(page.locator("#d-sign-picture .upload__file")).to_have_count(0)


ASK_FOR_A_NEW_PICTURE = """
from onewindow.modules.cases import selectors, services
from onewindow.modules.identity import selectors as identity
from onewindow.modules.identity.models import User
from onewindow.plumbing import clock
from uuid import UUID
def officer(name):
    return identity.actor_of(User.objects.get(username=name).pk)
case, now = UUID("{case}"), clock.now()
services.accept_all(case_id=case, actor=officer("{window}"), now=now)
page = selectors.case_page(case_id=case, actor=officer("{officer}"), now=now)
task = next(task for task in page.tasks if task.service == "outdoor-sign" and task.state == "open")
says = {{"zh": "请标注招牌尺寸。", "en": "Please show the size of the sign.", "ru": "Укажите размер вывески."}}
items = [{{"kind": "document", "id": "sign-picture", "sentence": says}}]
services.request_correction(task_id=task.id, items=items, due_days=3, actor=officer("{officer}"), now=now)
"""


def test_a_correction_is_seen_answered_on_one_page_and_the_work_goes_on(site: Site, page_at: PageAt, sign_in: SignIn, axe: Axe) -> None:
    page = page_at(390)
    case, reference = person.file_restaurant(page, sign_in, "natalia.li")
    site.act(ASK_FOR_A_NEW_PICTURE.format(case=case.rstrip("/").split("/")[-1], **_officers(site)))
    page.goto("/")
    lamp = page.locator(".button--lamp")
    expect(lamp).to_have_count(1)
    axe(page)
    lamp.click()
    expect(page.locator("main h1")).to_contain_text("Open a restaurant")
    axe(page)
    page.locator(".button--lamp").click()
    expect(page.locator("main")).to_contain_text("Please show the size of the sign.")
    axe(page)
    page.locator("main button[type=submit]").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Add the new file.")
    axe(page)
    page.set_input_files("#file-sign-picture", str(person.DOCUMENTS["sign-picture"]))
    page.locator("main button[type=submit]").click()
    page.wait_for_url(case)
    expect(page.locator(".panel--leaf")).to_contain_text("It is put right")
    expect(page.locator(".button--lamp")).to_have_count(0)
    assert reference in page.content()


def _officers(site: Site) -> dict[str, str]:
    """Return who stands at the window and who decides about signs, read from the installation."""
    found = site.act(
        "from onewindow.modules.identity.models import Post\n"
        "for post in Post.objects.select_related('user'): print(post.user.username, post.organisation_id, ','.join(post.roles))"
    )
    rows = [line.split(" ") for line in found.splitlines()]
    window = next(row[0] for row in rows if "window" in row[2].split(","))
    officer = next(row[0] for row in rows if row[1] == "urban-management" and "officer" in row[2].split(","))
    return {"window": window, "officer": officer}


KEPT = """
new Promise((done) => {
  const asked = indexedDB.open("onewindow");
  asked.onsuccess = () => {
    const base = asked.result;
    if (!base.objectStoreNames.contains("typed")) return done("");
    const rows = base.transaction("typed").objectStore("typed").getAll();
    rows.onsuccess = () => { base.close(); done(rows.result.filter((row) => !row.sent).map((row) => row.value).join()); };
  };
})
"""


def kept(page: Page) -> str:
    """Return what this browser keeps of drafts that the server has not."""
    return str(page.evaluate(KEPT))


def log_in_ends(page: Page) -> None:
    """Let the session be over, as after a long pause."""
    page.context.clear_cookies(name="sessionid")


def test_a_log_in_that_ends_while_typing_costs_nothing(page_at: PageAt, sign_in: SignIn, axe: Axe) -> None:
    page = page_at()
    person.begin(page, sign_in, "zhou.hang")
    person.answer_questions(page)
    form = page.url
    page.locator("[name=trade-name]").fill("Nine Dragons")
    page.locator("[name=trade-name]").blur()
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert kept(page) == ""  # what is saved is not kept a second time
    log_in_ends(page)
    page.locator("[name=seats]").fill("52")
    page.locator("[name=seats]").blur()
    banner = page.locator("[data-signed-out]")
    expect(banner).to_contain_text("You are no longer logged in. What you typed stays in this browser.")
    expect(page.locator("[name=seats]")).to_have_value("52")
    axe(page)
    page.locator("[name=kitchen-area]").fill("40.5")
    banner.locator("a").click()
    sign_in(page, "zhou.hang")
    page.wait_for_url(form)
    expect(page.locator("[data-restored]")).to_be_visible()
    for name, value in (("trade-name", "Nine Dragons"), ("seats", "52"), ("kitchen-area", "40.5")):
        expect(page.locator(f"[name={name}]")).to_have_value(value)
    axe(page)
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.reload()
    expect(page.locator("[name=kitchen-area]")).to_have_value("40.5")
    expect(page.locator("[data-restored]")).to_be_hidden()
    assert kept(page) == ""


def test_an_entry_that_cannot_be_used_yet_is_not_lost_either(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at()
    person.begin(page, sign_in, "zhou.hang")
    person.answer_questions(page)
    page.locator("[name=seats]").fill("about 50")
    page.locator("[name=seats]").blur()
    expect(page.locator("#saved")).to_contain_text("Entries still to mend: 1")
    page.reload()
    expect(page.locator("[name=seats]")).to_have_value("about 50")
    page.locator("[name=seats]").fill("50")
    page.locator("[name=seats]").blur()
    expect(page.locator("#saved")).not_to_contain_text("to mend")
    expect(page.locator("#saved")).to_contain_text("Saved")
    assert kept(page) == ""


def test_sending_a_page_after_the_log_in_ended_brings_one_back_with_everything(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at(scripts=True)
    person.begin(page, sign_in, "zhou.hang")
    person.answer_questions(page)
    form = page.url
    log_in_ends(page)
    person.fill(page)
    page.locator("[data-send] .button").first.click()
    page.wait_for_url("**/accounts/login/**")
    sign_in(page, "zhou.hang")
    page.wait_for_url(form)
    for name in ("trade-name", "seats", "property-number"):
        expect(page.locator(f"[name={name}]")).to_have_value(person.VALUES[name])
    expect(page.locator("#saved")).to_contain_text("Saved")
    person.save(page)
    assert "/form/1/" not in page.url
    page.goto(form)
    expect(page.locator("[data-restored]")).to_be_hidden()
    assert kept(page) == ""


def test_whoever_logs_out_is_told_what_was_not_sent_and_leaves_nothing_in_the_browser(page_at: PageAt, sign_in: SignIn) -> None:
    page = page_at()
    person.begin(page, sign_in, "zhou.hang")
    person.answer_questions(page)
    page.locator("[name=seats]").fill("about 50")
    page.locator("[name=seats]").blur()
    expect(page.locator("#saved")).to_contain_text("Entries still to mend: 1")
    assert "about 50" in kept(page)
    # The session itself is shared with other tests: the request is held back, the button is pressed.
    page.route("**/accounts/logout/", lambda route: route.fulfill(status=204) if route.request.method == "POST" else route.continue_())
    page.goto("/accounts/logout/")
    leave = page.locator("main form button[type=submit]")
    leave.click()
    expect(page.locator("[data-unsent-warning]")).to_contain_text("Not sent yet, and kept on this device only: 1.")
    assert "about 50" in kept(page)
    with page.expect_request(lambda request: request.method == "POST" and "/logout/" in request.url):
        leave.click()
    assert kept(page) == ""


def test_a_wrong_number_is_told_at_the_number_and_mending_it_takes_the_questions_away(page_at: PageAt, sign_in: SignIn, axe: Axe) -> None:
    page = page_at(390)
    person.begin(page, sign_in, "natalia.li")
    person.answer_questions(page)
    person.fill(page, {**person.VALUES, "property-number": "239900001005GB99999F00010001"})
    page.locator("[data-send] .button").first.click()
    page.wait_for_url("**look=property-number*")
    notice = page.locator("#f-property-number-notice")
    expect(notice).to_be_visible()  # on a phone the page opens at the number itself
    expect(notice).to_contain_text("have no record under 239900001005GB99999F00010001. Check the number, or answer the")
    axe(page)
    person.fill(page, defaultdict(str, person.VALUES))
    page.locator("[data-send] .button").first.click()
    page.wait_for_url(lambda url: "look=" not in url)
    expect(page.locator("[name=address]")).to_have_count(0)


def test_a_household_moves_in_on_the_phone_and_chooses_where_from_by_its_sound(page_at: PageAt, sign_in: SignIn, axe: Axe) -> None:
    page = page_at(390)
    sign_in(page, "natalia.li")
    page.goto("/things/move-in/start/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/questions/**")
    person.answer_questions(page)
    origin, following = page.locator("[name=moved-from]"), page.get_by_role("button", name="Next question")
    origin.press_sequentially("qqhe jian")
    expect(page.locator(".autocomplete__option").first).to_contain_text("Jianhuaqu (230203)")
    axe(page)
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(origin).to_have_value("Heilongjiangsheng Qiqihaershi Jianhuaqu (230203)")
    following.click()
    page.locator("[name=moved-on]").fill("2026-11-01")
    following.click()
    page.locator("[name=new-home]").fill("5 Lily Road")
    following.click()
    page.locator("[name='household-members.0.member-name']").fill("Pavel Li")
    page.locator("[name='household-members.0.member-number']").fill("230000201006140421")
    page.locator("[name=add]").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text("Resident ID number: The check digit does not fit")
    expect(summary).to_contain_text("Relation to you: Nothing was entered.")
    axe(page)
    page.locator("[name='household-members.0.member-number']").fill("230000201006140420")
    page.get_by_label("Child").first.check()
    page.locator("[name='household-members.0.member-since']").fill("2026-11-02")
    page.locator("[name='household-members.1.member-name']").fill("Nobody")
    page.locator("[name=remove]").last.click()
    expect(page.locator("[name='household-members.1.member-name']")).to_have_count(0)
    following.click()
    page.locator("[name=worked-in]").fill("Coffee")
    page.locator("[data-send] .button").first.click()
    page.wait_for_url("**/documents/")
    page.goto(page.url.replace("/documents/", "/check/"))
    answers = page.locator("main")
    expect(answers).to_contain_text("Heilongjiangsheng Qiqihaershi Jianhuaqu")
    expect(answers).to_contain_text("Pavel Li, 230000201006140420, Child, 2 Nov 2026")
    expect(answers).to_contain_text("Coffee houses (H6232)")
    expect(answers).not_to_contain_text("Nobody")
