"""Whatever is sent gets a sentence and a status that says whose fault it is, and changes nothing."""

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from onewindow.modules.cases import models
from tests.api.conftest import Api, Prepare, add, on_the_wire, task
from tests.cases.town import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.own_database]

STRANGE: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**18, 10**300, "", " ", "x" * 100_000, "\u202e", "\ufeff", "\n\t", [], {}, [None], [[]], {"": ""},
    {"x": None}, ["x"] * 1000, {str(number): number for number in range(1000)}, "'; DROP TABLE cases_case; --", "{event}", "%s %(x)s",
    "<script>", "../../etc", "𝕏🀄",
]  # fmt: skip
BROKEN = {
    "nothing closes": b'{"event": "x"',
    "NaN": b'{"event": NaN}',
    "infinity": b'{"version": -Infinity}',
    "overflow": b'{"version": 1e999}',
    "many digits": b'{"version": ' + b"9" * 5000 + b"}",
    "one name twice": b'{"event": "open-a-restaurant", "event": "other"}',
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 61 + b"1" + b"}" * 61,
    "no UTF-8": b'{"event": "\xff\xfe"}',
    "another encoding": '{"event": "x"}'.encode("utf-16"),
    "a mark before it": b'\xef\xbb\xbf{"event": "x"}',
    "a comment": b'{"event": "x"} // hello',
    "nothing but a text": b'"text"',
    "a list": b'[{"event": "x"}]',
    "null": b"null",
    "a bare word": b"undefined",
}


def bodies(base: dict[str, Any]) -> list[Any]:
    """Return variants of a good body: each field strange, left out, or with a forged one beside it."""
    found: list[Any] = [{**base, name: value} for name in base for value in STRANGE]
    found += [{key: value for key, value in base.items() if key != name} for name in base]
    return [*found, {**base, "owner": str(uuid4())}, {**base, "__proto__": {}}, [base], None, {}]


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_good_json_is_refused_with_a_reason(api: Api, raw: bytes) -> None:
    for path in ("drafts", "compile"):
        answer = api("wang", "POST", f"/api/v1/{path}", raw=raw)
        assert answer.status in {400, 422}, answer.body
    assert models.Draft.objects.count() == 0


@pytest.mark.parametrize("sign", ["\\u0000", "\\ud800", "\\udfff\\ud800", "\\u0007", "\\uffff"])
def test_characters_that_cannot_be_stored_are_refused_wherever_they_stand(api: Api, filed: Callable[..., str], sign: str) -> None:
    case = filed()
    accept = task(api, "market", case, "food.accept")["id"]
    text = f"a{sign}b"
    sent = [
        ("wang", "drafts", f'{{"event": "{text}"}}'),
        ("wang", "drafts", f'{{"{text}": "x"}}'),
        ("market", f"tasks/{accept}/suspend", f'{{"reason": "{text}", "legal_basis": "x"}}'),
        ("market", f"tasks/{accept}/decide", f'{{"outcome": "refuse", "reason": "r", "sentence": {{"zh": "{text}"}}}}'),
        ("market", f"tasks/{accept}/complete", f'{{"finding": "x", "output_values": {{"{text}": 1}}}}'),
        ("window", f"cases/{case}/payments", f'{{"service": "food", "fee": "fee", "fen": 12000, "method": "c", "receipt": "{text}"}}'),
        ("wang", "compile", f'{{"event": "open-a-restaurant", "answers": {{"staff": "{text}"}}}}'),
    ]
    for who, path, raw in sent:
        assert api(who, "POST", f"/api/v1/{path}", raw=raw.encode()).code == "bad-text", path


@pytest.mark.parametrize("query", ["inbox?text=a%00b", "search?q=%00", "services?organisation=%00", "inbox?%00=1"])
def test_such_characters_are_refused_in_addresses_too(api: Api, query: str) -> None:
    assert api("market", "GET", f"/api/v1/{query}").code == "bad-text"


def test_strange_bodies_never_break_anything(api: Api, prepared: Prepare, filed: Callable[..., str]) -> None:
    draft, case = prepared(), filed()
    accept = task(api, "market", case, "food.accept")["id"]
    items = [{"kind": "element", "id": "no-such", "sentence": "x"}]
    targets: list[tuple[str, str, str, dict[str, Any]]] = [
        ("wang", "POST", "drafts", {"event": "open-a-restaurant"}),
        ("wang", "PUT", f"drafts/{draft}/answers", {"version": 3, "answers": {}}),
        ("wang", "PUT", f"drafts/{draft}/elements", {"version": 3, "values": {}}),
        ("wang", "POST", f"drafts/{draft}/disputes", {"element": "address", "note": ""}),
        ("market", "POST", f"tasks/{accept}/complete", {"finding": "", "output_values": {}}),
        ("market", "POST", f"tasks/{accept}/notice", {"items": items, "due_days": 99}),
        ("market", "POST", f"tasks/{accept}/suspend", {"reason": "", "legal_basis": ""}),
        ("market", "POST", f"tasks/{accept}/decide", {"outcome": "?", "sentence": "", "reason": "", "output_values": {}}),
        ("window", "POST", f"cases/{case}/payments", {"service": "?", "fee": "fee", "fen": 12000, "method": "cash", "receipt": "1"}),
        ("wang", "POST", "compile", {"event": "open-a-restaurant", "answers": {}, "held": [], "alone": True}),
    ]
    before = models.TimelineEntry.objects.count()
    for who, method, path, base in targets:
        for body in bodies(base):
            api(who, method, f"/api/v1/{path}", body)
    assert models.TimelineEntry.objects.count() == before
    assert models.Case.objects.count() == 1


def test_strange_values_of_fields_and_answers_are_refused_by_name_or_understood(api: Api, prepared: Prepare) -> None:
    draft = prepared()
    at, version = f"/api/v1/drafts/{draft}", models.Draft.objects.get(pk=draft).version
    for value in STRANGE:
        for name in ("trade-name", "seats", "property-number", "address", "uscc", "food-number", "no-such", "sign-size"):
            answer = api("wang", "PUT", f"{at}/elements", {"version": version, "values": {name: value}})
            assert answer.status == 200 or name in json.dumps(answer.body), (name, value)
            version = models.Draft.objects.get(pk=draft).version
        for name in ("sign", "no-such"):
            answer = api("wang", "PUT", f"{at}/answers", {"version": version, "answers": {name: value}})
            assert answer.status == 200 or name in answer.body["detail"], (name, value)
            version = models.Draft.objects.get(pk=draft).version
        assert api("wang", "POST", "/api/v1/compile", {"event": "open-a-restaurant", "answers": {"sign": value}}).status in {200, 422}
        assert models.Draft.objects.get(pk=draft).answers.get("sign") in {True, False, None}
    assert api("wang", "GET", at).status == 200


def test_unknown_ids_and_addresses_are_not_found_in_words(api: Api) -> None:
    for path in ("cases/{}", "drafts/{}", "services/{}", "nothing/{}", "cases/{}/nothing", "drafts/{}/"):
        assert api("wang", "GET", "/api/v1/" + path.format(uuid4())).status == 404
    for path in ("cases/7", "drafts/x", "drafts/../../etc", "cases/%00", f"cases/{'x' * 5000}"):
        assert api("wang", "GET", f"/api/v1/{path}").status in {404, 422}
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "BREW"):
        answer = api("wang", method, "/api/v1/cases")
        assert (answer.status, answer.code, answer.headers["Allow"]) == (405, "method-not-allowed", "GET")


def test_a_body_of_another_kind_is_refused_by_its_kind(api: Api, prepared: Prepare) -> None:
    draft = prepared()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", ""):
        answer = api("wang", "POST", "/api/v1/drafts", raw=b'{"event": "open-a-restaurant"}', kind=kind)
        assert answer.status in {400, 415}, (kind, answer.body)
        upload = api("wang", "POST", f"/api/v1/drafts/{draft}/uploads", raw=b"--x\r\nbroken", kind=kind)
        assert upload.status in {400, 422}
    assert models.Draft.objects.count() == 1


def test_a_body_that_is_far_too_large_is_refused_by_its_size(api: Api, prepared: Prepare) -> None:
    draft = prepared()
    large = {"version": 3, "values": {"trade-name": "x" * 2_000_000}}
    assert api("wang", "PUT", f"/api/v1/drafts/{draft}/elements", large).code == "too-large"
    assert api("wang", "PUT", f"/api/v1/drafts/{draft}/elements", raw=b" " * 13_000_000).status == 413


def _png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    return file.getvalue()


FILES = {
    "empty": (b"", "a.pdf", "application/pdf", "file-empty"),
    "too large": (PDF + b" " * (10 * 1024 * 1024), "a.pdf", "application/pdf", "file-too-large"),
    "a program": (b"MZ\x90\x00" + b"\x00" * 500, "a.pdf", "application/pdf", "file-type"),
    "a page": (b"<html><script>alert(1)</script></html>", "a.png", "image/png", "file-type"),
    "a picture said to be a document": (_png(), "a.pdf", "application/pdf", "file-mistyped"),
    "half a picture": (_png()[:30], "a.png", "image/png", "file-broken"),
    "a document cut off": (PDF[:30], "a.pdf", "application/pdf", "file-broken"),
}


@pytest.mark.parametrize("file", FILES.values(), ids=FILES.keys())
def test_files_that_are_not_what_they_should_be_are_refused_with_a_reason(
    api: Api, prepared: Prepare, file: tuple[bytes, str, str, str]
) -> None:
    content, name, said, code = file
    draft = prepared(upload=False)
    answer = add(api, "wang", draft, content=content, name=name, said=said)
    assert answer.code == code
    assert name in answer.body["detail"]
    assert models.Upload.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "a\x00b.pdf", "x" * 500 + ".pdf", "\u202efdp.exe", " ", "con\r\nSet-Cookie: x.pdf"]
)
def test_names_of_files_are_made_harmless(api: Api, prepared: Prepare, name: str) -> None:
    draft = prepared(upload=False)
    file = SimpleUploadedFile("x.pdf", PDF, "application/pdf")
    file.name = file._name = name
    answer = api("wang", "POST", f"/api/v1/drafts/{draft}/uploads", evidence_type="layout", file=file)
    if answer.status == 201:
        assert not set(answer.body["name"]) & set("/\\\x00\r\n\u202e")
        assert 0 < len(answer.body["name"]) <= 120


def test_a_document_that_nobody_asked_for_and_fields_beside_it_are_refused(api: Api, prepared: Prepare) -> None:
    draft = prepared(upload=False)
    assert add(api, "wang", draft, kind="fire-opinion").code == "unknown-document"
    assert add(api, "wang", draft, kind="x" * 300).code == "wrong-shape"
    assert api("wang", "POST", f"/api/v1/drafts/{draft}/uploads", evidence_type="layout").code == "wrong-shape"
    assert api("wang", "POST", f"/api/v1/drafts/{draft}/uploads", evidence_type="layout", file="no file").code == "wrong-shape"
    assert api("wang", "POST", f"/api/v1/drafts/{draft}/uploads", **{f"f{number}": "x" for number in range(3000)}).status in {400, 422}


def test_an_old_version_of_a_draft_overwrites_nothing(api: Api, prepared: Prepare) -> None:
    draft = prepared()
    old = api("wang", "PUT", f"/api/v1/drafts/{draft}/elements", {"version": 1, "values": {"trade-name": "x"}})
    assert (old.status, old.code) == (409, "stale-draft")
    fields = {row["element"]: row["value"] for row in api("wang", "GET", f"/api/v1/drafts/{draft}").body["fields"]}
    assert fields["trade-name"] != "x"


def arrives(path: str, token: str, body: bytes, **environ: str) -> tuple[int, dict[str, Any]]:
    """Hand a request to the WSGI application as servers do, whatever its headers say."""
    started: list[str] = []
    given = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        **environ,
    }
    answer = b"".join(on_the_wire(given, lambda status, _headers: started.append(status)))
    return int(started[0].split()[0]), json.loads(answer)


def test_half_a_request_is_not_taken_for_a_whole_one(api: Api, prepared: Prepare) -> None:
    draft, token = prepared(upload=False), api.tokens["wang"]
    begun = b'{"event": "open-a-restaurant"}'
    kinds = {"CONTENT_TYPE": "application/json"}
    assert arrives("/api/v1/drafts", token, begun, CONTENT_LENGTH=str(len(begun)), **kinds)[0] == 201
    assert arrives("/api/v1/drafts", token, begun, CONTENT_LENGTH="500", **kinds)[1]["code"] == "cut-off"
    assert arrives("/api/v1/drafts", token, begun, HTTP_TRANSFER_ENCODING="chunked", **kinds)[1]["code"] == "length-required"
    assert arrives("/api/v1/drafts", token, begun, CONTENT_LENGTH="99999999999", **kinds)[1]["code"] == "too-large"

    part = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    whole = part % (b"evidence_type", b"", b"layout") + part % (b"file", b'; filename="a.pdf"', PDF + b"\n" + PDF) + b"--x--\r\n"
    kinds = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(len(whole))}
    half = whole[: len(whole) - len(PDF) - 10]  # what is left of the document ends as a document ends
    status, refused = arrives(f"/api/v1/drafts/{draft}/uploads", token, half, **kinds)
    assert (status, refused["code"]) == (400, "cut-off")
    assert models.Upload.objects.count() == 0
    assert arrives(f"/api/v1/drafts/{draft}/uploads", token, whole, **kinds)[0] == 201
