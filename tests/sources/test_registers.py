"""The registers answer over real HTTP, each in its own way."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from tests.sources.conftest import Call, data

from onewindow_sources.main import main
from onewindow_sources.registers import BadRegister, load

unit = "239900001005GB00088F00010001"
wang_li = "23000019880412026X"
described = """format: onewindow-register/1
id: a
operation: {method: GET, path: /a, keys: [{name: k, in: query, field: k}]}
answer: $k
"""


def test_each_register_answers_in_its_own_shape(call: Call) -> None:
    property_ = call("GET", f"/property/v1/units/{unit}")
    assert (property_.status, property_.json["unit"]["area_m2"], property_.json["unit"]["use"]) == (200, 126.5, "商业")
    building = call("GET", f"/archive/buildings?unit={unit}").json
    assert building["result"][0] == {
        "dyh": unit,
        "floor": 1,
        "flue": "Y",
        "fireAcceptance": {"docNo": "云建消验字〔2016〕第0088号", "signed": "20160711"},
    }
    assert call("GET", f"/drainage/wells/by-unit/{unit}").json["Well"]["WellNo"] == "WS-SL-0412"
    assert call("POST", "/population/query", {"idNumber": wang_li}).json["data"]["xm"] == "王丽"
    health = call("POST", "/health/v2/checks/search", {"filter": {"checkNo": "YJTJ-2026-1147"}}).json
    assert len(health["check"]["certificates"]) == 4
    assert call("GET", "/enterprises?creditCode=91239900MA4YJHB3X6").json["enterprise"]["name"] == "云江市松泉商贸有限公司"


def test_the_health_register_names_nobody(call: Call) -> None:
    text = call("POST", "/health/v2/checks/search", {"filter": {"checkNo": "YJTJ-2026-1147"}}).body.decode()
    assert not re.search(r"\d{17}[\dX]", text)
    assert set(json.loads(text)["check"]["certificates"][0]) == {"serial", "validTo"}


@pytest.mark.parametrize("key", [None, "", "wrong", "ключ"])
def test_without_the_right_key_nothing_is_told(call: Call, key: str | None) -> None:
    headers = None if key is None else key.encode().decode("latin-1")
    reply = call("GET", f"/property/v1/units/{unit}", key=headers)
    assert reply.status == 401
    assert "X-Api-Key" in reply.json["error"]
    assert "胜利路" not in reply.body.decode()


def test_what_is_not_there_is_404_in_the_registers_own_words(call: Call) -> None:
    assert call("GET", "/property/v1/units/0").json == {"error": {"code": "UNIT_NOT_FOUND", "message": "no unit with this number"}}
    reply = call("POST", "/population/query", {"idNumber": "23000019880412026x"})
    assert (reply.status, reply.json["code"]) == (404, "1004")
    assert call("GET", "/nothing").status == 404
    assert call("GET", "/population/query").status == 405


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"filter": 1}', '{"filter": {"checkNo": 7}}', '{"filter": {"checkNo": ""}}', "[" * 30_000, '{"filter": null}']
)
def test_a_broken_question_gets_a_sentence_and_not_a_crash(call: Call, body: str) -> None:
    reply = call("POST", "/health/v2/checks/search", body)
    assert reply.status == 400
    assert reply.json["error"].startswith("Send ")


def test_a_body_that_is_too_long_is_refused_unread(call: Call) -> None:
    assert call("POST", "/population/query", "x" * 70_000, **{"Content-Length": "70000"}).status == 413


def test_one_line_is_logged_for_a_call_and_no_number_of_anybody(call: Call, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="onewindow_sources"):
        call("GET", f"/property/v1/units/{unit}")
        call("POST", "/population/query", {"idNumber": wang_li})
        call("GET", f"/enterprises?creditCode={wang_li}")
    lines = [record.getMessage() for record in caplog.records]
    assert [line.split()[:3] for line in lines] == [["GET", "property", "200"], ["POST", "population", "200"], ["GET", "enterprise", "404"]]
    assert not re.search(r"\d{6}", " ".join(lines))


def test_openapi_describes_every_register_with_its_key(call: Call) -> None:
    document = call("GET", "/openapi.json", key=None).json
    assert len(document["paths"]) == len(list(data.glob("*.yaml")))
    query = document["paths"]["/health/v2/checks/search"]["post"]
    assert query["requestBody"]["content"]["application/json"]["schema"]["properties"]["filter"]["required"] == ["checkNo"]
    assert document["components"]["securitySchemes"]["building"]["name"] == "Authorization-Code"
    assert "胜利路" not in json.dumps(document, ensure_ascii=False)


def test_health_says_how_many_records_a_register_holds_once_it_was_asked(call: Call) -> None:
    before = call("GET", "/_health", key=None).json
    assert before["registers"]["property"] == {"records": None, "fault": None}, "nobody waits for what nobody asks"
    call("GET", "/property/v1/units/nobody's")
    health = call("GET", "/_health", key=None).json
    assert health["status"] == "ok"
    assert health["registers"]["property"] == {"records": 402, "fault": None}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("format: other", "first line must be"),
        ("[", "is not YAML"),
        ("format: onewindow-register/1\nid: a", "answer, operation missing"),
        ("format: onewindow-register/1\nid: a\noperation: {}\nanswer: {no: $x}", "Put it in quotes"),
        (f"{described}records: [{{j: 1}}]", "operation, answer and records"),
        (f"{described}generated: {{each: a, fields: {{k: {{from: k}}}}}}", "in a circle"),
        (f"{described}generated: {{count: 1, fields: {{k: {{dream: 1}}}}}}", "nothing makes “dream”"),
    ],
)
def test_a_broken_data_file_is_named_with_what_to_write(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "broken.yaml").write_text(text)
    with pytest.raises(BadRegister, match=says):
        load(tmp_path, seed=1)


def test_records_that_cannot_be_made_are_told_to_whoever_asks(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text(f"{described}generated: {{count: 1, fields: {{k: {{whole: [1]}}}}}}")
    (register,) = load(tmp_path, seed=1).values()
    with pytest.raises(BadRegister, match="operation, answer and records"):
        register.find(["1"])


def test_an_empty_folder_and_a_missing_key_end_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONEWINDOW_SOURCES_KEY", raising=False)
    assert main(["--data", str(tmp_path), "--port", "0"]) == 2
    assert "ONEWINDOW_SOURCES_KEY" in capsys.readouterr().err
    assert main(["--data", str(tmp_path), "--port", "0", "--key", "k"]) == 2
    assert "holds no register" in capsys.readouterr().err


def test_the_program_starts_answers_and_stops_when_told() -> None:
    environment = os.environ | {"ONEWINDOW_SOURCES_KEY": "k", "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    command = [sys.executable, "-m", "onewindow_sources", "--port", "0", "--data", str(data), "--fault", "drainage=down"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            address = program.stdout.readline().split()[-1]
            with urllib.request.urlopen(f"{address}/_health", timeout=5) as reply:  # noqa: S310  our own program on loopback
                assert json.load(reply)["registers"]["drainage"]["fault"] == "down"
            program.send_signal(signal.SIGTERM)
            assert program.wait(timeout=5) == 0
        finally:
            program.kill()
