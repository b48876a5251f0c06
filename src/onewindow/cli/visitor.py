"""A person at a browser without the browser: follows links, fills in the forms that the pages show, keeps cookies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx
from lxml import html

File = tuple[str, bytes, str]
"""name, content, media type"""


class Stuck(Exception):
    """The page does not offer what the visitor came for; says which page, and what it said."""


@dataclass
class Visitor:
    """One person with cookies of their own.

    Raises: Stuck where a page fails or lacks the form asked for.
    """

    base: str
    language: str = "en"
    page: html.HtmlElement | None = None
    address: str = ""
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Accept-Language": self.language, "User-Agent": "onewindow-story"}
        self.client = httpx.Client(base_url=self.base, follow_redirects=True, timeout=30, headers=headers)

    def open(self, path: str) -> "Visitor":
        return self._read(self.client.get(path))

    def _read(self, response: httpx.Response) -> "Visitor":
        self.address = str(response.url)
        self.page = html.fromstring(response.text) if response.text.strip() else None
        if response.status_code >= 400:
            raise Stuck(f"{response.request.method} {self.address} answered {response.status_code}: {self.said()}")
        return self

    def said(self) -> str:
        """Return what the page says went wrong, else its beginning."""
        if self.page is None:
            return "nothing"
        for selector in ('//*[contains(@class, "error-summary")]', "//main", "//body"):
            for found in self.page.xpath(selector):
                return " ".join(found.text_content().split())[:400]
        return "nothing"

    def forms(self) -> Sequence[html.FormElement]:
        return [] if self.page is None else list(self.page.forms)

    def form(self, *, action: str | None = None, field: str | None = None) -> html.FormElement:
        """Return the form whose address contains `action`, or that has the `field`."""
        for form in self.forms():
            there = urljoin(self.address, form.get("action") or self.address)
            if (action is None or action in there) and (field is None or field in dict(form.fields)):
                return form
        wanted = f"going to “{action}”" if action else f"with the field “{field}”"
        raise Stuck(f"{self.address} has no form {wanted}: {self.said()}")

    def submit(
        self,
        form: html.FormElement,
        values: Mapping[str, object] | None = None,
        files: Mapping[str, File] | None = None,
        button: tuple[str, str] | None = None,
    ) -> "Visitor":
        """Fill in a form over what it already holds, and send it as a browser would."""
        data: dict[str, list[str]] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        for name, value in (values or {}).items():
            data[name] = [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
        if button:
            data[button[0]] = [button[1]]
        target = urljoin(self.address, form.get("action") or self.address)
        if (form.get("method") or "get").lower() == "get":
            return self._read(self.client.get(target, params=data))
        headers = {"Referer": self.address}
        return self._read(self.client.post(target, data=data, files=dict(files or {}) or None, headers=headers))

    def links(self) -> Sequence[str]:
        """Return the addresses that the page links to."""
        return [] if self.page is None else [urljoin(self.address, link) for link in self.page.xpath("//a/@href")]

    def call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Call the API in the name of whoever is logged in.

        Raises: Stuck with the problem's own sentence.
        """
        headers = {
            "X-CSRFToken": self.client.cookies.get("csrftoken") or self.client.cookies.get("__Host-csrftoken") or "",
            "Referer": f"{self.base}/",
        }
        response = self.client.request(method, path, json=body, headers=headers)
        if response.status_code >= 400:
            kind = response.headers.get("content-type", "")
            said = response.json().get("detail") if "json" in kind else response.text[:300]
            raise Stuck(f"{method} {path} answered {response.status_code}: {said}")
        return response.json() if response.content else None

    def close(self) -> None:
        self.client.close()
