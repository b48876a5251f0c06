"""SOAP over HTTP. The WSDL stands in the settings: nothing is fetched to understand an answer, and hostile XML is refused."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

import stamina

from onewindow.modules.exchange.connectors.auth import Auth, auth_of
from onewindow.modules.exchange.connectors.base import SettingsProblem
from onewindow.modules.exchange.connectors.environment import check_places, checked, filled, variable
from onewindow.modules.exchange.connectors.http_json import TryAgain, call
from onewindow.modules.exchange.connectors.reading import Reader, fill, mapping, plain, require_known, seconds, text
from onewindow.modules.exchange.errors import NoRecord, SourceUnavailable

LARGEST_WSDL = 500_000
_KNOWN = frozenset(
    {"wsdl", "operation", "url", "arguments", "key", "auth", "timeout_seconds", "gives", "no_record_when", "no_record_faults"}
)
_ODD = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What zeep raises, beside its own, at documents that nobody foresaw."""
_XML = "text/xml; charset=utf-8"


@dataclass(frozen=True)
class Soap:
    """`arguments` are those of the operation, with {element}; `no_record_faults`: codes of faults that say “no such record”."""

    resource: str
    wsdl: str
    operation: str
    url: str
    arguments: Mapping[str, Any]
    key: Mapping[str, str] | None
    auth: Auth | None
    timeout_seconds: float
    no_record_faults: frozenset[str]
    reader: Reader

    @classmethod
    def from_settings(cls, resource: str, settings: Mapping[str, Any]) -> "Soap":
        """Return the connection. Raises: SettingsProblem."""
        require_known(settings, _KNOWN)
        wsdl, operation, url = (text(settings, name) for name in ("wsdl", "operation", "url"))
        if len(wsdl) > LARGEST_WSDL:
            raise SettingsProblem(f"the wsdl is longer than {LARGEST_WSDL} characters")
        if operation not in _operations(wsdl):
            raise SettingsProblem(f"the wsdl has no operation “{operation}”; it has {', '.join(_operations(wsdl)) or 'none'}")
        key = settings.get("key")
        if key is not None and (not isinstance(key, dict) or set(key) != {"header", "env"}):
            raise SettingsProblem("key must have a header and an env")
        if key is not None:
            checked(key["env"], "key")
        return cls(
            resource=resource,
            wsdl=wsdl,
            operation=operation,
            url=check_places(url, "url"),
            arguments=mapping(settings, "arguments"),
            key=key,
            auth=auth_of(settings.get("auth")),
            timeout_seconds=seconds(settings, 5.0),
            no_record_faults=frozenset(str(code) for code in settings.get("no_record_faults", ())),
            reader=Reader.from_settings(resource, settings),
        )

    def fetch(self, keys: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask once, and once more where the connection broke or a gateway stumbled."""
        try:
            for attempt in stamina.retry_context(on=TryAgain, attempts=2, wait_initial=0.05, wait_max=0.2, wait_jitter=0.05, timeout=None):
                with attempt:
                    return self.reader.values(self._ask(keys), keys)
        except TryAgain:
            pass
        raise SourceUnavailable(resource=self.resource, reason="down")

    def _ask(self, keys: Mapping[str, Any]) -> Any:
        zeep, etree = _libraries()
        binding = _binding(self.wsdl)
        arguments = fill(self.resource, self.arguments, keys)
        try:
            envelope, headers = binding.create_message(self.operation, **arguments), {"Content-Type": _XML, "Accept": "text/xml"}
            body = etree.tostring(envelope.content, encoding="utf-8", xml_declaration=True)
        except (zeep.exceptions.Error, TypeError, ValueError):  # arguments that the operation does not have
            raise SourceUnavailable(resource=self.resource, reason="no-connector") from None
        headers["SOAPAction"] = f'"{binding.action(self.operation)}"'
        if self.key:
            headers[self.key["header"]] = variable(self.key["env"])
        request = {"method": "POST", "url": filled(self.url), "headers": headers, "content": body, "timeout": self.timeout_seconds}
        statuses: list[int] = []
        seen = lambda _request, response: statuses.append(response.status_code)  # noqa: E731  (one expression)
        content = call(self.resource, request, self.auth, check=seen, ok=(200, 500))  # SOAP 1.1 sends faults with 500
        try:
            return plain(zeep.helpers.serialize_object(binding.read(self.operation, content), dict))
        except zeep.exceptions.Fault as fault:
            raise self._meaning(fault) from None
        except (zeep.exceptions.Error, etree.LxmlError, *_ODD):
            raise SourceUnavailable(resource=self.resource, reason="down" if 500 in statuses else "garbage") from None

    def _meaning(self, fault: Any) -> NoRecord | SourceUnavailable:
        code = str(fault.code or "").rpartition(":")[2]
        if code in self.no_record_faults:
            return NoRecord(resource=self.resource)
        return SourceUnavailable(resource=self.resource, reason="refused" if code.startswith("Client") else "down")


class _Binding:
    """A WSDL that was read, offline."""

    def __init__(self, wsdl: str) -> None:
        zeep, _ = _libraries()
        strict = zeep.Settings(strict=True, xml_huge_tree=False, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        self.client = zeep.Client(io.BytesIO(wsdl.encode()), transport=_Offline(), settings=strict)
        service = next(iter(self.client.wsdl.services.values()))
        self.binding = next(iter(service.ports.values())).binding
        self.names = tuple(sorted(self.binding._operations))

    def create_message(self, operation: str, **arguments: Any) -> Any:
        return self.binding._operations[operation].create(**arguments)

    def action(self, operation: str) -> str:
        return str(self.binding._operations[operation].soapaction or "")

    def read(self, operation: str, content: bytes) -> Any:
        return self.binding.process_reply(self.client, self.binding._operations[operation], _Reply(content))


class _Reply:
    """As much of an answer as zeep looks at; its status was judged before."""

    status_code = 200
    encoding = "utf-8"

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.headers = {"Content-Type": _XML}


class _Offline:
    """A transport that fetches nothing: what a WSDL imports must stand in it."""

    def load(self, url: str) -> bytes:
        raise ValueError(f"nothing is fetched, and {url[:80]} was to be; put it into the document")


@cache
def _libraries() -> tuple[Any, Any]:
    """Return zeep and lxml's etree: slow to load, untyped, and needed only where there is SOAP."""
    import_module("zeep.helpers")
    return import_module("zeep"), import_module("lxml.etree")


@lru_cache(maxsize=64)
def _binding(wsdl: str) -> _Binding:
    """Return the one reading of a WSDL in this process. Raises: SettingsProblem."""
    zeep, etree = _libraries()
    try:
        return _Binding(wsdl)
    except (zeep.exceptions.Error, etree.LxmlError, *_ODD, StopIteration) as error:
        raise SettingsProblem(f"the wsdl cannot be read ({type(error).__name__}: {' '.join(str(error).split())[:120]})") from None


def _operations(wsdl: str) -> tuple[str, ...]:
    return _binding(wsdl).names
