"""Faults are switched on and off while the program runs, and look to the caller like the real thing."""

import time

import pytest
from tests.sources.conftest import Call

from onewindow_sources.faults import Faults
from onewindow_sources.server import SourcesServer

path = "/property/v1/units/239900001005GB00088F00010001"


def switch(call: Call, mode: str, **more: object) -> int:
    return int(call("POST", "/_faults", {"register": "property", "mode": mode, **more}).status)


def test_a_register_that_is_down_says_so_and_the_others_go_on(call: Call) -> None:
    assert switch(call, "down") == 200
    assert call("GET", path).status == 503
    assert call("GET", "/drainage/wells/by-unit/239900001005GB00088F00010001").status == 200
    assert switch(call, "none") == 200
    assert call("GET", path).status == 200


def test_an_error_is_a_page_for_people_and_no_json(call: Call) -> None:
    switch(call, "error")
    reply = call("GET", path)
    assert (reply.status, reply.body[:6]) == (500, b"<html>")


def test_garbage_claims_to_be_an_answer_and_cannot_be_read(call: Call) -> None:
    switch(call, "garbage")
    reply = call("GET", path)
    assert reply.status == 200
    with pytest.raises(ValueError, match=r"."):
        reply.json  # noqa: B018


def test_a_reset_breaks_the_connection(call: Call) -> None:
    switch(call, "reset")
    with pytest.raises(ConnectionResetError):
        call("GET", path)


def test_a_wrong_register_answers_about_the_right_unit_with_the_values_of_another(call: Call) -> None:
    right = call("GET", path).json
    switch(call, "wrong")
    wrong = call("GET", path).json
    assert wrong["unit"]["number"] == right["unit"]["number"]
    assert (wrong["unit"]["addr"], wrong["owner"]["name"]) != (right["unit"]["addr"], right["owner"]["name"])
    assert switch(call, "flaky", share=1, seed=1) == 200
    assert switch(call, "flaky", share="often") == switch(call, "flaky", seed=0.5) == 400
    assert call("GET", "/_health").json["registers"]["property"]["fault"] == "flaky"


def test_a_slow_register_keeps_its_caller_waiting_and_then_answers(call: Call) -> None:
    switch(call, "slow", delay_seconds=0.4)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        call("GET", path, timeout=0.1)
    assert call("GET", path).status == 200
    assert time.monotonic() - began >= 0.4


def test_a_slow_register_does_not_hold_up_the_end_of_the_program(server: SourcesServer, call: Call) -> None:
    switch(call, "slow", delay_seconds=60)
    with pytest.raises(TimeoutError):
        call("GET", path, timeout=0.05)
    began = time.monotonic()
    server.shutdown()
    assert time.monotonic() - began < 2


def test_a_fault_ends_by_itself_after_its_seconds() -> None:
    seconds = [100.0]
    faults = Faults(("property",), monotonic=lambda: seconds[0])
    faults.switch(register="*", mode="down", for_seconds=5)
    seconds[0] = 104.9
    assert faults.state() == {"property": "down"}
    seconds[0] = 105.0
    assert faults.state() == {"property": None}


def test_a_fault_needs_no_right_key_to_be_seen_but_the_key_is_asked_first(call: Call) -> None:
    switch(call, "down")
    assert call("GET", path, key="wrong").status == 401
    assert call("GET", "/_faults", key=None).json["property"] == "down"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"register": "nobody", "mode": "down"}, "There is no register “nobody”"),
        ({"register": "property", "mode": "tired"}, "There is no fault “tired”"),
        ({"register": "property", "mode": "down", "for_seconds": "5"}, "numbers of seconds"),
        ({"register": "property", "mode": "down", "for_seconds": -1}, "numbers of seconds"),
        ([], "JSON object"),
    ],
)
def test_a_fault_that_cannot_be_set_gets_a_sentence_and_changes_nothing(call: Call, body: object, says: str) -> None:
    reply = call("POST", "/_faults", body)
    assert reply.status == 400
    assert says in reply.json["error"]
    assert set(call("GET", "/_faults").json.values()) == {None}


def test_a_web_page_cannot_switch_a_fault(call: Call) -> None:
    """A browser sends a form across sites without asking, but no JSON."""
    reply = call("POST", "/_faults", '{"register": "property", "mode": "down"}', **{"Content-Type": "text/plain"})
    assert reply.status == 415
    assert call("GET", path).status == 200
