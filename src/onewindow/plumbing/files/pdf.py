"""Looking through a PDF without rendering it: what could act, what is hidden, what is packed too tightly.

Scanned from outside, with no trust in its own tables: a reader that mends broken files finds objects where the tables say there are none.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from onewindow.plumbing.files.refusals import FileActive, FileBroken, FileCarries, FileLocked, FileUnpacks
from onewindow.plumbing.files.scan import known_signature

MOST_UNPACKED = 128 * 1024 * 1024
CHUNK = 1024 * 1024
OVERLAP = 256

_ends = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|$)"
_active = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|FileAttachment|RichMedia|XFA|SubmitForm|ImportData|Rendition|GoToE|Movie|Sound|Screen)" + _ends
)
_locked = re.compile(rb"/Encrypt" + _ends)
_modern = re.compile(rb"/(ObjStm|XRef)" + _ends)
_rare_packing = re.compile(rb"/(LZWDecode|LZW|RunLengthDecode|RL|ASCII85Decode|A85|ASCIIHexDecode|AHx|Crypt)" + _ends)
_escaped = re.compile(rb"#([0-9A-Fa-f]{2})")
_stream = re.compile(rb"stream[ \t]*\r?\n?")
_markup = re.compile(rb"<\s*(html|script|svg|body|iframe|!doctype|\?php|img|object|embed)", re.IGNORECASE)
_other_archives = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")


def look_through(content: bytes, name: str) -> None:
    """Refuse a PDF that is more than pages to read.

    Raises: FileBroken, FileCarries, FileLocked, FileUnpacks, FileActive.
    """
    end = content.rfind(b"%%EOF")
    if not content.startswith(b"%PDF-") or end < 0:
        raise FileBroken(name=name)
    if not _comments_only(content[end + 5 :]) or _carries(content):
        raise FileCarries(name=name)
    plain = _plain_names(content)
    if _locked.search(plain):
        raise FileLocked(name=name)
    packed_rarely = _modern.search(plain) and _rare_packing.search(plain)
    if packed_rarely or any(_hides(plain_head) for plain_head in _object_stream_heads(plain)):
        raise FileUnpacks(name=name)
    for part in _parts(content, plain, name):
        if found := _active.search(part):
            raise FileActive(name=name, found=found[1].decode())


def hidden_signature(content: bytes) -> str:
    """Return the name of a known signature in what the PDF packs, or nothing. What unpacks without end is refused elsewhere."""
    try:
        return next((found for part in _unpacked(content, "") if (found := known_signature(part))), "")
    except FileUnpacks:
        return ""


def _comments_only(tail: bytes) -> bool:
    lines = tail.strip(b"\r\n\t \x00").splitlines()
    return len(tail) <= 1024 and not _markup.search(tail) and all(line.startswith(b"%") for line in lines)


def _carries(content: bytes) -> bool:
    if _markup.search(content[:1024]) or any(mark in content for mark in _other_archives):
        return True
    return zipfile.is_zipfile(io.BytesIO(content))


def _plain_names(content: bytes) -> bytes:
    """Undo #xx in names: /J#61vaScript is /JavaScript."""
    return _escaped.sub(lambda match: bytes([int(match[1], 16)]), content)


def _object_stream_heads(plain: bytes) -> Iterator[bytes]:
    """Give what stands between the beginning of an object and its stream."""
    for match in _stream.finditer(plain):
        head = plain[max(0, match.start() - 2048) : match.start()]
        yield head[head.rfind(b" obj") + 1 :]


def _hides(head: bytes) -> bool:
    """Tell whether a stream of objects is also filtered by a predictor: nobody writes that, and no name in it could be read."""
    return b"/First" in head and b"/Predictor" in head


def _parts(content: bytes, plain: bytes, name: str) -> Iterator[bytes]:
    yield plain
    for part in _unpacked(content, name):
        yield _plain_names(part)


def _unpacked(content: bytes, name: str) -> Iterator[bytes]:
    """Give what every packed stream holds, in pieces that overlap. Raises: FileUnpacks."""
    left = MOST_UNPACKED
    for match in _stream.finditer(content):
        begin = match.end()
        head = content[begin : begin + 2]
        if len(head) < 2 or head[0] & 0x0F != 8 or (head[0] << 8 | head[1]) % 31:
            continue
        unpacker, before = zlib.decompressobj(), b""
        waiting: bytes | memoryview = memoryview(content)[begin:]
        while not unpacker.eof:
            try:
                piece = unpacker.decompress(waiting, CHUNK)
            except zlib.error:
                break
            waiting = unpacker.unconsumed_tail
            left -= len(piece)
            if left < 0:
                raise FileUnpacks(name=name)
            if not piece:  # cut off: nothing left to read, and nothing waiting to come out
                break
            yield before + piece
            before = piece[-OVERLAP:]
