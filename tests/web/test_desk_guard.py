"""Who sees what at the desk, and how documents are given."""

import pytest

from onewindow.modules.cases import models, services
from onewindow.modules.identity.models import Post
from tests.cases.conftest import states, task
from tests.cases.town import CITY, FIRE, LIU, MARKET, WANG, WINDOW
from tests.web.desk_town import PNG, Desk
from tests.web.desk_town import desk as desk
from tests.web.desk_town import registers as registers

pytestmark = pytest.mark.django_db

ACTS = ("accept", "accept-all", "finish", "correct", "stop", "resume", "approve", "refuse", "pay", "release")


def pages(case: models.Case) -> list[str]:
    """Every address of a case, as market would open it."""
    attachment = models.Attachment.objects.get(case=case).pk
    own = Desk.path(case, "food.accept")
    return [f"/desk/cases/{case.pk}/", own, *(f"{own}{act}/" for act in ACTS), f"/desk/cases/{case.pk}/papers/{attachment}/"]


def test_a_visitor_is_asked_to_log_in_and_comes_back_to_the_page(desk: Desk) -> None:
    case = desk.file()
    for path in ("/desk/", *pages(case)):
        response = desk.client(None).get(path)
        assert response.status_code == 302, path
        assert response["Location"].startswith("/accounts/login/?next=/desk/"), path


def test_a_citizen_has_no_desk_and_sees_no_case_through_it(desk: Desk) -> None:
    case = desk.file()
    for person in (WANG, LIU):
        for path in ("/desk/", *pages(case)):
            answer = desk.get(person, path)
            assert answer.status == 403, path
            assert "老灶台" not in answer.text, path


def test_an_officer_of_a_department_without_a_step_sees_nothing_of_the_case(desk: Desk) -> None:
    case = desk.file()  # without a sign, so the city's bureau has no part in it
    assert desk.get(CITY, "/desk/").rows() == []
    for path in pages(case):
        answer = desk.get(CITY, path)
        assert answer.status == 404, path
        assert "老灶台" not in answer.text, path
    assert desk.get(CITY, f"/desk/?q={case.reference}").rows() == []


def test_an_officer_cannot_act_for_another_department_of_the_same_case(desk: Desk) -> None:
    case = desk.registered()
    before = states(case)
    for name in ("food.accept", "food.inspect", "registration.register"):
        assert desk.get(FIRE, desk.path(case, name)).status == 404
        for act in ACTS:
            sent = {"outcome": "pass", "text": "x", "reason": "x", "legal_basis": "x", "sentence.zh": "x", "method": "cash", "receipt": "x"}
            assert desk.post(FIRE, desk.path(case, name, act), sent).status == 404, (name, act)
    assert states(case) == before
    assert not models.Notice.objects.exists()
    assert not models.Payment.objects.exists()


def test_one_does_not_find_ones_own_case_on_ones_own_desk(desk: Desk) -> None:
    case = desk.file()
    Post.objects.create(user_id=WANG.id, organisation_id="market", roles=["officer", "supervisor"])
    assert desk.get(WANG, "/desk/").rows() == []
    for path in pages(case)[:3]:
        assert desk.get(WANG, path).status == 404, path


def test_somebody_who_lost_their_post_is_out_at_the_next_page(desk: Desk) -> None:
    desk.file()
    client = desk.client(MARKET)
    assert client.get("/desk/").status_code == 200
    Post.objects.filter(user_id=MARKET.id).update(is_active=False)
    assert client.get("/desk/").status_code == 403


def test_a_department_reads_only_the_values_its_services_need(desk: Desk) -> None:
    case = desk.registered()
    fire = desk.get(FIRE, desk.path(case, "fire.inspect")).part("//*[@id='values']")
    assert "胜利路 88 号" in fire
    assert "座位数" in fire
    assert "110101199003072316" not in fire, "the fire brigade does not ask the identity number"


def test_after_acceptance_the_window_no_longer_reads_the_case(desk: Desk) -> None:
    case = desk.file()
    assert "110101********2316" in desk.get(WINDOW, desk.path(case, "food.accept")).text
    services.accept_all(case_id=case.pk, actor=WINDOW, now=desk.now)
    assert "110101********2316" not in desk.get(WINDOW, desk.path(case, "food.accept")).text
    assert desk.get(WINDOW, desk.path(case, "food.inspect")).status == 404


def test_a_case_opens_by_its_own_address_at_the_step_that_waits(desk: Desk) -> None:
    case = desk.inspected()
    assert desk.get(MARKET, f"/desk/cases/{case.pk}/").url == desk.path(case, "food.decide")
    assert desk.get(FIRE, f"/desk/cases/{case.pk}/").url == desk.path(case, "fire.decide")


def test_a_document_is_given_to_be_saved_and_nothing_in_it_can_run(desk: Desk) -> None:
    case = desk.file()
    attachment = models.Attachment.objects.get(case=case)
    response = desk.client(MARKET).get(f"/desk/cases/{case.pk}/papers/{attachment.pk}/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert b"".join(response.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert desk.client(FIRE).get(f"/desk/cases/{case.pk}/papers/{attachment.pk}/").status_code == 404, "fire does not require it"


def test_a_picture_is_shown_beside_the_case(desk: Desk) -> None:
    case = desk.registered()
    path = desk.path(case, "food.inspect", "correct")
    form = desk.get(MARKET, path).form("act-form")
    desk.post(MARKET, path, {**form, "tick.document:layout": "1", "say.document:layout.zh": "请拍照。"})
    picture = services.NewFile("layout", "图.png", "image/png", PNG)
    services.answer_notice(notice_id=models.Notice.objects.get().pk, values={}, uploads=[picture], actor=WANG, now=desk.now)
    page = desk.get(MARKET, desk.path(case, "food.inspect"))
    (source,) = page.document.xpath("//figure//img/@src")
    response = desk.client(MARKET).get(source)
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_no_page_of_the_desk_is_kept_by_a_browser(desk: Desk) -> None:
    case = desk.file()
    for path in ("/desk/", desk.path(case, "food.accept")):
        assert "no-store" in desk.client(MARKET).get(path)["Cache-Control"]


def test_the_acts_are_not_done_by_a_link(desk: Desk) -> None:
    case = desk.file()
    desk.get(MARKET, desk.path(case, "food.accept", "accept"))
    assert task(case, "food.accept").state == "open"
