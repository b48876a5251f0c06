"""A SOAP 1.1 face of the same registers: document/literal, one operation each, the WSDL derived from how a register answers."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from onewindow_sources.registers import Register

page = "/soap/"
kind = "text/xml; charset=utf-8"
no_record = "Client.NoRecord"
_envelope = "http://schemas.xmlsoap.org/soap/envelope/"
_space = "urn:onewindow-sources:"


def register_of(path: str, registers: Mapping[str, Register]) -> Register | None:
    """Return the register whose face a path is."""
    return registers.get(path.removeprefix(page).strip("/"))


def operation_of(register: Register) -> str:
    """Return the name of the one operation.

    >>> from types import SimpleNamespace
    >>> operation_of(SimpleNamespace(id="life-events"))
    'FindLifeEvents'
    """
    return "Find" + "".join(part.title() for part in register.id.split("-"))


def answer(register: Register, body: bytes, *, wrong: bool = False) -> tuple[int, bytes]:
    """Answer one envelope: status and envelope; what cannot be read and what is not there are faults. `wrong`: with another's values."""
    values = _asked(register, body)
    if values is None:
        return 500, _fault("Client", f"Send an envelope with {operation_of(register)} and its keys.")
    record = register.find(values)
    if record is None:
        return 500, _fault(no_record, "There is no such record.")
    name, shown = operation_of(register), register.show_wrong(record) if wrong else register.show(record)
    inner = "".join(_xml(key, value) for key, value in _parts(shown))
    return 200, _wrapped(f"<r:{name}Response xmlns:r={quoteattr(_space + register.id)}>{inner}</r:{name}Response>")


def describe(register: Register, address: str) -> bytes:
    """Return the WSDL 1.1 of a register, whole: it imports nothing."""
    name, space = operation_of(register), _space + register.id
    sample = register.show(register.records[0]) if register.records else {}
    keys = "".join(f'<xs:element name="{_short(key.name)}" type="xs:string"/>' for key in register.keys)
    fields = "".join(_schema(key, value) for key, value in _parts(sample))
    return f"""<?xml version="1.0" encoding="utf-8"?>
<wsdl:definitions name="{name}" targetNamespace="{space}" xmlns:tns="{space}" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/">
<wsdl:documentation>{escape(register.title)}</wsdl:documentation>
<wsdl:types><xs:schema targetNamespace="{space}" elementFormDefault="unqualified">
<xs:element name="{name}"><xs:complexType><xs:sequence>{keys}</xs:sequence></xs:complexType></xs:element>
<xs:element name="{name}Response"><xs:complexType><xs:sequence>{fields}</xs:sequence></xs:complexType></xs:element>
</xs:schema></wsdl:types>
<wsdl:message name="ask"><wsdl:part name="parameters" element="tns:{name}"/></wsdl:message>
<wsdl:message name="told"><wsdl:part name="parameters" element="tns:{name}Response"/></wsdl:message>
<wsdl:portType name="port"><wsdl:operation name="{name}">
<wsdl:input message="tns:ask"/><wsdl:output message="tns:told"/></wsdl:operation></wsdl:portType>
<wsdl:binding name="binding" type="tns:port"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
<wsdl:operation name="{name}"><soap:operation soapAction="{space}#{name}"/>
<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation></wsdl:binding>
<wsdl:service name="service"><wsdl:port name="port" binding="tns:binding">
<soap:address location={quoteattr(address)}/></wsdl:port></wsdl:service>
</wsdl:definitions>
""".encode()


def _asked(register: Register, body: bytes) -> Sequence[str] | None:
    if b"<!" in body:  # no document types and no entities: nobody needs them here
        return None
    try:
        envelope = ElementTree.fromstring(body)  # noqa: S314  (bounded in size by the server, and without a document type)
    except ElementTree.ParseError:
        return None
    asked = envelope.find(f"{{{_envelope}}}Body/{{{_space + register.id}}}{operation_of(register)}")
    if asked is None:
        return None
    values = [(asked.findtext(_short(key.name)) or "").strip() for key in register.keys]
    return values if all(values) else None


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _parts(value: object) -> list[tuple[str, object]]:
    """Return the children of a mapping; a list repeats its name."""
    if not isinstance(value, Mapping):
        return []
    found: list[tuple[str, object]] = []
    for key, child in value.items():
        found.extend((str(key), one) for one in (child if isinstance(child, list) else [child]))
    return found


def _xml(name: str, value: object) -> str:
    if value is None:
        return ""
    inner = "".join(_xml(*part) for part in _parts(value)) if isinstance(value, Mapping) else escape(_text(value))
    return f"<{name}>{inner}</{name}>"


def _schema(name: str, value: object) -> str:
    many = 'minOccurs="0" maxOccurs="unbounded"'
    if isinstance(value, Mapping):
        inner = dict(_parts(value))
        children = "".join(_schema(*part) for part in inner.items())
        return f'<xs:element name="{name}" {many}><xs:complexType><xs:sequence>{children}</xs:sequence></xs:complexType></xs:element>'
    types = {bool: "boolean", int: "integer", float: "decimal"}
    return f'<xs:element name="{name}" type="xs:{types.get(type(value), "string")}" minOccurs="0"/>'


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fault(code: str, text: str) -> bytes:
    return _wrapped(f"<soap:Fault><faultcode>soap:{code}</faultcode><faultstring>{escape(text)}</faultstring></soap:Fault>")


def _wrapped(inner: str) -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?>'
    return f'{head}<soap:Envelope xmlns:soap="{_envelope}"><soap:Body>{inner}</soap:Body></soap:Envelope>'.encode()
