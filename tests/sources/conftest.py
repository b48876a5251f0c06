"""A running sources program, and one call to it."""

import json
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from onewindow_sources.main import build
from onewindow_sources.server import SourcesServer

api_key = "key of the test"
data = Path(__file__).parents[2] / "scenarios/restaurant/registers"


class Reply(NamedTuple):
    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Call = Callable[..., Reply]


@pytest.fixture
def server() -> Iterator[SourcesServer]:
    server = build(data=data, port=0, api_key=api_key)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()


@pytest.fixture
def call(server: SourcesServer) -> Call:
    def ask(method: str, path: str, body: object = None, *, key: str | None = api_key, timeout: float = 5, **headers: str) -> Reply:
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=timeout)
        sent = None if body is None else json.dumps(body) if not isinstance(body, str) else body
        given = {} if key is None else dict.fromkeys(("X-Api-Key", "X-App-Token", "Authorization-Code"), key)
        try:
            connection.request(method, path, body=sent, headers={"Content-Type": "application/json"} | given | headers)
            response = connection.getresponse()
            return Reply(response.status, response.read())
        finally:
            connection.close()

    return ask
