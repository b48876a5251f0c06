"""Checking a piece of a file column by column, never row by row: only what does not pass at once is looked at alone."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from onewindow.domain import codes
from onewindow.domain.exchange.records import Column, Description
from onewindow.modules.exchange.records.refusals import LONGEST, Refusal

Flags = np.ndarray[Any, np.dtype[np.bool_]]
_ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
}
_YES, _NO = frozenset({"true", "t", "yes", "y", "1", "是", "да"}), frozenset({"false", "f", "no", "n", "0", "否", "нет"})
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a file. `columns`: as read, by name; `numbers`: of the rows; `refused`: rows that could not even be read."""

    columns: Mapping[str, pa.Array]
    numbers: np.ndarray[Any, np.dtype[np.int64]]
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows of a piece that are right: a typed array for each column of the description, their numbers, which say “gone”."""

    arrays: tuple[pa.Array, ...]
    numbers: np.ndarray[Any, np.dtype[np.int64]]
    gone: Flags
    refused: tuple[Refusal, ...]


def check(piece: Piece, description: Description, *, deletes: bool) -> Checked:
    """Return the rows of a piece that are right, and why the others are not. `deletes`: the file names keys of records that are gone."""
    count = len(piece.numbers)
    gone = np.full(count, deletes)
    bad, refused = np.zeros(count, bool), list(piece.refused)
    if description.deletion in piece.columns and not deletes:
        flags, wrong = read(Column(description.deletion, "boolean"), piece.columns[description.deletion])
        gone = _flags(pc.fill_null(flags, fill_value=False))
        refused += _told(wrong, description.deletion, piece, bad)
    arrays = []
    for column in description.columns:
        if deletes and not column.key:
            arrays.append(pa.nulls(count, _ARROW[column.type]))
            continue
        array, wrong = read(column, piece.columns.get(column.name, pa.nulls(count, pa.string())))
        if column.required and array.null_count:
            empty = _flags(array.is_null())
            for _, flags in wrong:
                empty &= ~flags
            wrong.append(("missing", empty if column.key else empty & ~gone))
        refused += _told(wrong, column.name, piece, bad)
        arrays.append(array)
    if not bad.any():
        return Checked(tuple(arrays), piece.numbers, gone, tuple(refused))
    good = pa.array(~bad)
    return Checked(tuple(array.filter(good) for array in arrays), piece.numbers[~bad], gone[~bad], tuple(refused))


def read(column: Column, raw: pa.Array) -> tuple[pa.Array, list[tuple[str, Flags]]]:
    """Return the values of a column in its type, nothing where they are empty or wrong, and which are wrong by what code."""
    if isinstance(raw, pa.ChunkedArray):
        raw = raw.combine_chunks()
    if pa.types.is_dictionary(raw.type):
        raw = raw.dictionary_decode()
    if pa.types.is_large_string(raw.type) or pa.types.is_string_view(raw.type):
        raw = pc.cast(raw, pa.string())
    wrong: list[tuple[str, Flags]] = []
    if pa.types.is_string(raw.type):
        raw = pc.utf8_trim_whitespace(raw)
        if _shortest(raw) == 0:
            raw = pc.if_else(pc.equal(pc.binary_length(raw), 0), pa.scalar(None, pa.string()), raw)
    if column.type == "text":
        return _text(column, raw, wrong), wrong
    kind = _ARROW[column.type]
    try:
        array = _cast(raw, column.type)
    except pa.ArrowInvalid:
        array = _one_by_one(raw, _SCALAR[column.type], kind)
    except (pa.ArrowNotImplementedError, pa.ArrowTypeError):
        array = pa.nulls(len(raw), kind)
    if column.type == "number":
        array = pc.if_else(pc.is_finite(array), array, pa.scalar(None, kind))
    if array.null_count > raw.null_count:
        wrong.append((f"not-{column.type}", _flags(pc.and_(array.is_null(), raw.is_valid()))))
    return array, wrong


def _told(wrong: Iterable[tuple[str, Flags]], name: str, piece: Piece, bad: Flags) -> Iterator[Refusal]:
    for code, flags in wrong:
        yield from (Refusal(int(number), name, code) for number in piece.numbers[flags])
        bad |= flags


# --- text ---


def _text(column: Column, raw: pa.Array, wrong: list[tuple[str, Flags]]) -> pa.Array:
    if pa.types.is_nested(raw.type) or pa.types.is_binary(raw.type):
        wrong.append(("not-text", _flags(raw.is_valid())))
        return pa.nulls(len(raw), pa.string())
    array = raw if pa.types.is_string(raw.type) else pc.cast(raw, pa.string())
    if column.key and _any_byte(array, lambda held: held > 127):
        array = pc.utf8_normalize(array, form="NFC")
    if _any_byte(array, lambda held: (held < 32) | (held == 127)):
        array = _without(array, pc.match_substring_regex(array, r"[\x00-\x1f\x7f]"), "signs", wrong)
    if _longest(array) > LONGEST:
        array = _without(array, pc.greater(pc.utf8_length(array), LONGEST), "too-long", wrong)
    if column.code:
        array = _coded(array, column.code, wrong)
    if column.listed:
        listed = pc.is_in(array, value_set=pa.array(column.listed))
        if not pc.all(listed).as_py():
            array = _without(array, pc.and_not(array.is_valid(), listed), "not-listed", wrong)
    return array


def _without(array: pa.Array, flags: pa.Array, code: str, wrong: list[tuple[str, Flags]]) -> pa.Array:
    flags = pc.fill_null(flags, fill_value=False)
    wrong.append((code, _flags(flags)))
    return pc.if_else(flags, pa.scalar(None, pa.string()), array)


def _coded(array: pa.Array, code: str, wrong: list[tuple[str, Flags]]) -> pa.Array:
    """Check numbers that carry their own check: all at once; what does not pass is read as a person would have written it."""
    passes, alone = _CODES[code]
    good = passes(array)
    if good.all():
        return array
    places = np.flatnonzero(~good & _flags(array.is_valid()))
    found: dict[str, list[int]] = {}
    values = array.to_pylist()
    for place in places:
        try:
            values[place] = alone(values[place])
        except codes.CodeRefused as error:
            values[place] = None
            found.setdefault(f"{code}-{error.reason}", []).append(int(place))
    for reason, which in found.items():
        flags = np.zeros(len(array), bool)
        flags[which] = True
        wrong.append((reason, flags))
    return pa.array(values, pa.string())


_ID_SUMS = np.zeros((4, 17), np.int16)
"""What the digits count for: in the check digit, in year, month and day."""
_ID_SUMS[0] = [pow(2, 17 - place, 11) for place in range(17)]
_ID_SUMS[1, 6:10], _ID_SUMS[2, 10:12], _ID_SUMS[3, 12:14] = (1000, 100, 10, 1), (10, 1), (10, 1)
_ID_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_USCC_SIGNS = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = np.array([pow(3, place, 31) for place in range(17)], np.int32)
_USCC_VALUE = np.full(256, -1, np.int32)
_USCC_VALUE[np.frombuffer(_USCC_SIGNS, np.uint8)] = np.arange(31)
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0], np.int32)
"""The most days of a month; of what is no month none."""


def _resident_ids(array: pa.Array) -> Flags:
    """Tell which are resident identity numbers in plain form. Source: GB 11643"""
    signs, whole = _signs(array)
    digits = signs[:17] - np.uint8(48)  # what is no digit becomes more than nine
    good: Flags = whole & (digits.max(axis=0) <= 9)
    # No product of matrices: that of floats wakes the threads of BLAS, which then spin; that of whole numbers takes seven times as long.
    check, years, months, days = np.einsum("sd,dn->sn", _ID_SUMS, digits.astype(np.int16))
    good &= signs[17] == _ID_CHECKS[check % 11]
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0))
    most = _DAYS[np.clip(months, 0, 13)] - ((months == 2) & ~leap)
    good &= (years >= 1870) & (days >= 1) & (days <= most)
    return good


def _credit_codes(array: pa.Array) -> Flags:
    """Tell which are unified social credit codes in plain form. Source: GB 32100"""
    signs, whole = _signs(array)
    values = _USCC_VALUE[signs]
    good: Flags = whole & (values.min(axis=0) >= 0) & (values[2:8].max(axis=0) <= 9)
    good &= (31 - (_USCC_WEIGHTS @ values[:17]) % 31) % 31 == values[17]
    return good


_CODES: Mapping[str, tuple[Callable[[pa.Array], Flags], Callable[[str], str]]] = {
    "resident-id": (_resident_ids, codes.resident_id),
    "uscc": (_credit_codes, codes.credit_code),
}


def _signs(array: pa.Array) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], Flags]:
    """Return 18 rows, the first bytes of all values, the second and so on; and which values have just so many. The others are zeros."""
    whole = _flags(pc.fill_null(pc.equal(pc.binary_length(array), 18), fill_value=False))
    signs = np.zeros((len(array), 18), np.uint8)
    chosen = array if whole.all() else array.filter(pa.array(whole))
    signs[whole] = bytes_of(chosen).reshape(-1, 18)
    return np.ascontiguousarray(signs.T), whole


def bytes_of(array: pa.Array) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the bytes of all texts, one after the other."""
    if len(array) == 0 or array.buffers()[2] is None:
        return np.zeros(0, np.uint8)
    bounds = np.frombuffer(array.buffers()[1], np.int32)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(array.buffers()[2], np.uint8)[bounds[0] : bounds[-1]]


def _any_byte(array: pa.Array, test: Callable[[Any], Any]) -> bool:
    return bool(test(bytes_of(array)).any())


def _longest(array: pa.Array) -> int:
    return int(pc.max(pc.binary_length(array)).as_py() or 0)


def _shortest(array: pa.Array) -> int | None:
    found: int | None = pc.min(pc.binary_length(array)).as_py()
    return found


def _flags(array: pa.Array) -> Flags:
    found: Flags = array.to_numpy(zero_copy_only=False).astype(bool)
    return found


# --- the other types ---


def _cast(raw: pa.Array, kind: str) -> pa.Array:
    """Return a column in its type at once. Raises: ArrowInvalid where one value is not."""
    text = pa.types.is_string(raw.type)
    if kind == "boolean" and not pa.types.is_boolean(raw.type):
        word = pc.utf8_lower(raw if text else pc.cast(raw, pa.string()))
        yes, no = (pc.is_in(word, value_set=pa.array(sorted(words))) for words in (_YES, _NO))
        return pc.if_else(pc.or_(yes, no), yes, pa.scalar(None, pa.bool_()))
    if kind == "moment" and not (pa.types.is_timestamp(raw.type) and raw.type.tz):
        try:
            return pc.cast(raw, _ARROW[kind])
        except pa.ArrowInvalid:
            naive = pc.cast(raw, pa.timestamp("us"))
            return pc.cast(pc.assume_timezone(naive, settings.TIME_ZONE), _ARROW[kind])
    return pc.cast(raw, _ARROW[kind])


def _one_by_one(raw: pa.Array, turn: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Read a column of which something is wrong: each different value once, nothing for what is wrong."""
    if not pa.types.is_string(raw.type):
        raw = pc.cast(raw, pa.string())
    different = pc.dictionary_encode(raw)
    turned = [_or_nothing(turn, value) for value in different.dictionary.to_pylist()]
    return pc.take(pa.array(turned, kind), different.indices)


def _or_nothing(turn: Callable[[str], Any], text: str) -> Any:
    try:
        return turn(text)
    except (ValueError, OverflowError):
        return None


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,19}", text) or not -(2**63) <= int(text) < 2**63:
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text)


def _date(text: str) -> date:
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return date(*map(int, found.groups()))


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def _never(text: str) -> None:
    raise ValueError(text)


_SCALAR: Mapping[str, Callable[[str], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _never,
    "date": _date,
    "moment": _moment,
}
