"""Files that mean harm, made on the spot: viruses, two files in one, pictures and PDFs without end, names that lead elsewhere."""

import base64
import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, PngImagePlugin

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"<html><body><script>document.title='ran'</script></body></html>"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
ACTIONS = {
    "script": b"/S /JavaScript /JS (app.alert(1))",
    "script with a hidden name": b"/S /J#61vaScr#69pt /JS (app.alert(1))",
    "program": b"/S /Launch /F (cmd.exe)",
    "form sent away": b"/S /SubmitForm /F (http://example.org)",
    "data fetched": b"/S /ImportData /F (x)",
    "film": b"/S /Rendition /R 1 0 R",
    "file in a file": b"/Names << /EmbeddedFiles 2 0 R >>",
    "one embedded file": b"/Type /EmbeddedFile",
    "attachment": b"/Subtype /FileAttachment",
    "rich media": b"/Subtype /RichMedia",
    "form that computes": b"/AcroForm << /XFA 2 0 R >>",
    "elsewhere": b"/S /GoToE /F (x)",
}
NAMES = [
    "../../../etc/cron.d/x",
    "..\\..\\windows\\system32\\x",
    "/etc/passwd",
    "C:\\x",
    "a\x00.pdf\x00.html",
    "x\r\nSet-Cookie: a=b",
    "\u202efdp.exe",
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "'; drop table cases_case; --",
    "con",
    "...",
    "~",
    "x" * 400,
    "%2e%2e%2fx",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "a/../../b",
    "\u2066x\u2069",
    ".htaccess",
]
PAGES = {
    "html": (SCRIPT, "text/html"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>', "image/svg+xml"),
    "xml": (b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><x/>', "text/xml"),
    "xhtml": (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>', "application/xhtml+xml"),
    "js": (b"alert(1)//", "text/javascript"),
    "css": (b"body{background:url(javascript:alert(1))}", "text/css"),
    "swf": (b"CWS\x0a" + b"\0" * 200, "application/x-shockwave-flash"),
    "exe": (b"MZ\x90\0" + b"\0" * 400, "application/x-msdownload"),
    "elf": (b"\x7fELF" + b"\0" * 200, "application/octet-stream"),
    "sh": (b"#!/bin/sh\nid\n", "text/x-sh"),
    "php": (b"<?php system($_GET[0]); ?>", "application/x-httpd-php"),
    "hta": (b"<hta:application/><script>1</script>", "application/hta"),
    "rtf": (b"{\\rtf1\\object}", "application/rtf"),
    "eml": (b"From: a\nContent-Type: text/html\n\n" + SCRIPT, "message/rfc822"),
    "mht": (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n" + SCRIPT, "multipart/related"),
    "gif": (b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)", "image/gif"),
    "bmp": (b"BM" + b"\0" * 60, "image/bmp"),
    "ps": (b"%!PS-Adobe-3.0\n(x) run", "application/postscript"),
    "lnk": (b"L\0\0\0\x01\x14\x02\0" + b"\0" * 80, "application/x-ms-shortcut"),
    "ole": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "application/msword"),
    "class": (b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 100, "application/java-vm"),
}


UNKNOWN_ENDINGS = {"elf", "ole", "class"}
"""What no machine opens by its ending: part of the name, and the right ending is put behind it."""


@dataclass(frozen=True)
class Hostile:
    """One file. `refused`: whether it must not be taken at all; the others are taken, without what was in them."""

    what: str
    content: bytes
    name: str
    said: str
    refused: bool = True


def picture(kind: str = "PNG", size: tuple[int, int] = (16, 16), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind, **options)
    return buffer.getvalue()


def pdf(body: bytes, packed: bytes = b"", extra: bytes = b"") -> bytes:
    stream = b"2 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode %s>>\nstream\n%s\nendstream\nendobj\n" % (extra, packed)
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog "
        + body
        + b" >>\nendobj\n"
        + (stream if packed else b"")
        + b"trailer << /Root 1 0 R >>\n%%EOF\n"
    )


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def tarred(name: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(name))
    return buffer.getvalue()


def _viruses() -> Iterator[Hostile]:
    for what, content in {
        "bare": EICAR,
        "in a PDF": pdf(b"/X (%s)" % EICAR),
        "packed in a PDF": pdf(b"", zlib.compress(b"1 0 (%s)" % EICAR)),
        "behind a picture": picture() + EICAR,
        "in a JPEG's comment": picture("JPEG", comment=EICAR),
        "behind a WebP": picture("WEBP") + EICAR,
    }.items():
        for name, said in (("x.pdf", "application/pdf"), ("x.png", "image/png"), ("x", ""), ("x.com", "application/octet-stream")):
            yield Hostile(f"virus {what} as {name}", content, name, said)


def _archives() -> Iterator[Hostile]:
    bomb = zipped(a=b"\0" * 8_000_000)
    nested = bomb
    for level in range(4):
        nested = zipped(**{f"level{level}.zip": nested})
    slipping = zipped(**{"..__..__etc__passwd": b"x"})
    office = zipped(**{"[Content_Types].xml": b"<Types/>", "word__vbaProject.bin": b"\0" * 100})
    for what, content in {
        "zip bomb": bomb,
        "nested zip": nested,
        "zip slip": slipping,
        "office macro": office,
        "gzip bomb": gzip.compress(b"\0" * 8_000_000),
        "tar slip": tarred("../../x"),
        "rar": b"Rar!\x1a\x07\0" + b"\0" * 50,
        "7z": b"7z\xbc\xaf\x27\x1c" + b"\0" * 50,
    }.items():
        for name, said in (
            ("x.zip", "application/zip"),
            ("x.pdf", "application/pdf"),
            ("x.png", "image/png"),
            ("x.docx", "application/msword"),
        ):
            yield Hostile(f"{what} as {name}", content, name, said)


def _pages() -> Iterator[Hostile]:
    for ending, (content, kind) in PAGES.items():
        for name, said in ((f"x.{ending}", kind), ("x.pdf", "application/pdf"), ("x.png", "image/png"), (f"x.{ending}.jpg", "image/jpeg")):
            yield Hostile(f"{ending} as {name}", content, name, said)
        yield Hostile(f"PDF named {ending}", PDF, f"x.{ending}", kind, refused=ending not in UNKNOWN_ENDINGS)


def _two_in_one() -> Iterator[Hostile]:
    archive = zipped(**{"index.html": SCRIPT})
    for kind, ending in (("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")):
        for what, behind in {
            "page": SCRIPT,
            "zip": archive,
            "PDF": PDF,
            "program": b"MZ\x90\0" + b"\0" * 99,
            "script": b"*/=1;alert(1)",
        }.items():
            yield Hostile(f"{ending} and {what}", picture(kind) + behind, f"x.{ending}", f"image/{kind.lower()}", refused=False)
            yield Hostile(f"{ending} and {what} as PDF", picture(kind) + behind, "x.pdf", "application/pdf")
    for what, content in {
        "page behind": PDF + SCRIPT,
        "zip behind": PDF + archive,
        "picture behind": PDF + picture(),
        "program behind": PDF + b"MZ" + b"\0" * 99,
        "page in front": SCRIPT + PDF,
        "picture in front": b"GIF89a" + PDF,
        "zip in front": archive + PDF,
        "page at the head": PDF.replace(b"\n1 0", b"\n" + SCRIPT + b"\n1 0", 1),
        "rar inside": pdf(b"/X (Rar!\x1a\x07\x01\0)"),
        "zip whose comment is a PDF": archive[:-2] + len(PDF).to_bytes(2, "little") + PDF,
    }.items():
        yield Hostile(f"PDF with {what}", content, "x.pdf", "application/pdf")
        yield Hostile(f"PDF with {what}, nameless", content, "x", "")


def _pdfs() -> Iterator[Hostile]:
    for what, action in ACTIONS.items():
        yield Hostile(f"PDF: {what}", pdf(b"/OpenAction << " + action + b" >>"), "x.pdf", "application/pdf")
        yield Hostile(f"PDF: {what}, packed", pdf(b"", zlib.compress(b"3 0 << " + action + b" >>")), "x.pdf", "application/pdf")
        hidden = pdf(b"", zlib.compress(b"3 0 << " + action + b" >>")).replace(b"/ObjStm", b"/Obj#53tm")
        yield Hostile(f"PDF: {what}, packed under another name", hidden, "x.pdf", "")
        armoured = pdf(b"", base64.a85encode(zlib.compress(b"3 0 << " + action + b" >>")) + b"~>").replace(
            b"/FlateDecode", b"[/ASCII85Decode /FlateDecode]"
        )
        yield Hostile(f"PDF: {what}, packed twice", armoured, "x.pdf", "application/pdf")
    packed = zlib.compress(b"\0" * 140_000_000, 9)
    yield Hostile("PDF bomb", pdf(b"", packed), "x.pdf", "application/pdf")
    many = b"".join(b"stream\n" + zlib.compress(b"\0" * 30_000_000, 9) + b"endstream\n" for _ in range(5))
    yield Hostile("PDF of many bombs", pdf(b"")[:-7] + many + b"%%EOF", "x.pdf", "application/pdf")
    yield Hostile("PDF under a password", pdf(b"").replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 9 0 R"), "x.pdf", "application/pdf")
    yield Hostile("PDF behind a predictor", pdf(b"", zlib.compress(b"x"), b"/DecodeParms << /Predictor 12 >> "), "x.pdf", "application/pdf")


def _pictures() -> Iterator[Hostile]:
    for side in (8_000, 60_000, 2_000_000_000):
        flood = bytearray(picture())
        flood[16:24] = side.to_bytes(4, "big") * 2
        yield Hostile(f"PNG of {side} dots a side", bytes(flood), "x.png", "image/png")
    yield Hostile("PNG of 64 million white dots", picture("PNG", (8_000, 8_000)), "x.png", "image/png")
    jpeg = picture("JPEG", progressive=True)
    scan = jpeg[jpeg.index(b"\xff\xda") : -2]
    yield Hostile("JPEG drawn in a thousand passes", jpeg[:-2] + scan * 1000 + b"\xff\xd9", "x.jpg", "image/jpeg")
    noted = PngImagePlugin.PngInfo()
    noted.add_text("x", SCRIPT.decode(), zip=True)
    noted.add_itxt("XML:com.adobe.xmp", SCRIPT.decode())
    yield Hostile("PNG with notes", picture(pnginfo=noted), "x.png", "image/png", refused=False)
    bomb = PngImagePlugin.PngInfo()
    bomb.add_text("x", "a" * 8_000_000, zip=True)
    yield Hostile("PNG with a note without end", picture(pnginfo=bomb), "x.png", "image/png")
    for kind in ("PNG", "JPEG", "WEBP"):
        whole = picture(kind, (64, 64))
        for cut in (9, 20, len(whole) // 2):
            yield Hostile(f"{kind} cut at {cut}", whole[:cut], f"x.{kind.lower()}", f"image/{kind.lower()}")


def _names() -> Iterator[Hostile]:
    for name in NAMES:
        yield Hostile(f"name {name[:30]!r}", PDF, name, "application/pdf", refused=name.endswith((".html", ".exe")))


def hostile_files() -> list[Hostile]:
    """Return them all. Whatever is not refused must be harmless as it is served."""
    makers = (_viruses, _archives, _pages, _two_in_one, _pdfs, _pictures, _names)
    return [file for make in makers for file in make()]
