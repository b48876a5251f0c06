"""What becomes of each row: accepted, repaired (and how) or refused (and why). Nothing is guessed: every repair rests on evidence
in the same file."""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from onewindow.domain.catalogue.documents import canonical
from onewindow.modules.catalogue.directory.codes import ImplementationCode, is_organisation_code, is_uscc, lacks_one, parse
from onewindow.modules.catalogue.directory.rows import UNGROUPED, SourceRow

LIMITS = {"name": 500, "department": 200, "group": 500, "dept_code": 60, "task_type": 10}
"""Longest texts that a directory entry holds. Unit: characters."""


@dataclass(frozen=True, slots=True)
class Remark:
    """`kind`: repair (something was changed), refusal (why nothing was taken) or note (worth knowing, nothing changed)."""

    kind: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A directory entry as both forms of the source give it."""

    code: str
    given_code: str
    basic_code: str
    area: str
    name: str
    group: str
    organisation_name: str
    organisation_uscc: str
    department_code: str
    task_type: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(canonical(asdict(self)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Judged:
    row: SourceRow
    outcome: str
    entry: Entry | None
    remarks: tuple[Remark, ...]


def judge(rows: Iterable[SourceRow]) -> tuple[Judged, ...]:
    """Return the outcome of every row, in the order of the file."""
    listed = tuple(rows)
    known = _authorities(listed)
    by_code: dict[str, SourceRow] = {}
    by_name: dict[tuple[str, str], SourceRow] = {}
    outcomes = []
    for row in listed:
        remarks: list[Remark] = []
        entry = _entry(row, known, remarks)
        if entry and (twin := by_code.get(entry.code)):
            remarks.append(Remark("refusal", "same-code", f"The code is already that of “{twin.name}” ({twin.place})."))
        if entry and (twin := by_name.get((entry.organisation_name, entry.name))):
            remarks.append(Remark("note", "same-name", f"{twin.place} has the same name under another code."))
        refused = entry is None or any(remark.kind == "refusal" for remark in remarks)
        if entry and not refused:
            by_code[entry.code] = row
            by_name[entry.organisation_name, entry.name] = row
        repaired = any(remark.kind == "repair" for remark in remarks)
        outcome = "refused" if refused else "repaired" if repaired else "accepted"
        outcomes.append(Judged(row=row, outcome=outcome, entry=None if refused else entry, remarks=tuple(remarks)))
    return tuple(outcomes)


def _authorities(rows: Iterable[SourceRow]) -> Mapping[str, Mapping[str, int]]:
    """Department → the valid USCCs its implementation codes carry, with the number of rows."""
    known: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        code = parse(row.code.strip())
        if code and is_uscc(code.holder):
            known[row.department.strip()][code.holder] += 1
    return known


def _entry(row: SourceRow, known: Mapping[str, Mapping[str, int]], remarks: list[Remark]) -> Entry | None:
    """Return the entry with its repairs, or None with every reason."""
    name = _clean(row.name, "name", remarks)
    department = _clean(row.department, "department", remarks)
    group = "" if row.group.strip() == UNGROUPED else _clean(row.group, "group", remarks)
    for label, text in (("name", name), ("department", department)):
        if not text:
            remarks.append(Remark("refusal", "no-text", f"The {label} is empty."))
    texts = {"name": name, "department": department, "group": group, "dept_code": row.department_code, "task_type": row.task_type}
    for label, text in texts.items():
        if len(text) > LIMITS[label]:
            remarks.append(Remark("refusal", "too-long", f"The {label} has {len(text)} characters; {LIMITS[label]} is the limit."))
    code = parse(row.code.strip())
    if code is None:
        remarks.append(
            Remark("refusal", "code-malformed", f"The code “{row.code}” is neither basic-area-sequence-USCC-n-nn nor basic-USCC.")
        )
        return None
    area = _area(row, code, remarks)
    holder = _holder(row, code, known.get(row.department.strip(), {}), remarks)
    if holder is None or any(remark.kind == "refusal" for remark in remarks):
        return None
    _compare(row, holder, remarks)
    return Entry(
        code=code.text(holder),
        given_code=row.code.strip(),
        basic_code=code.basic,
        area=area,
        name=name,
        group=group,
        organisation_name=department,
        organisation_uscc=holder,
        department_code=row.department_code.strip(),
        task_type=row.task_type.strip(),
    )


def _clean(text: str, label: str, remarks: list[Remark]) -> str:
    """Return the text with the brackets of its script, plain digits and single spaces."""
    clean = "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cf"} or char in "\t\n\r")
    clean = re.sub(r"[０-９Ａ-Ｚａ-ｚ]", lambda found: unicodedata.normalize("NFKC", found[0]), clean)
    clean = re.sub(r"\s+", " ", clean).strip()
    clean = re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", clean)
    if re.search(r"[\u3400-\u9fff]", clean):
        clean = clean.replace("(", "（").replace(")", "）")
    if clean != text:
        remarks.append(
            Remark("repair", f"{label}-normalised", f"The {label} “{text}” was written “{clean}” (brackets, digits and spaces).")
        )
    return clean


def _area(row: SourceRow, code: ImplementationCode, remarks: list[Remark]) -> str:
    stated = row.area.strip()
    if stated and not re.fullmatch(r"\d{12}", stated):
        remarks.append(Remark("refusal", "area-malformed", f"The area “{stated}” is not twelve digits."))
    elif code.is_short and stated:
        remarks.append(
            Remark("repair", "area-from-column", f"The code is of the short form, without area; the row's own area {stated} was taken.")
        )
    elif code.is_short:
        remarks.append(Remark("refusal", "no-area", "Neither the code nor the row names an area."))
    elif stated and stated != code.area:
        remarks.append(Remark("refusal", "two-areas", f"The code names the area {code.area} and the row {stated}."))
    return code.area or stated


def _holder(row: SourceRow, code: ImplementationCode, known: Mapping[str, int], remarks: list[Remark]) -> str | None:
    """Return the USCC of the authority: the one in the code, or the one the evidence leaves no doubt about."""
    given = code.holder
    if is_uscc(given):
        return given
    department, own = row.department.strip(), row.department_code.strip()
    alike = [uscc for uscc in known if lacks_one(given, uscc)]
    embedding = [uscc for uscc in known if is_organisation_code(given) and uscc[8:17] == given]
    if len(alike) == 1:
        how = f"it lacks one character of {alike[0]}, which {known[alike[0]]} other rows of {department} carry"
        found = alike[0]
    elif len(embedding) == 1:
        how = f"it is the organisation code inside {embedding[0]}, which {known[embedding[0]]} other rows of {department} carry"
        found = embedding[0]
    elif is_uscc(own):
        how = f"the row's own department code is {own}"
        found = own
    else:
        remarks.append(Remark("refusal", "authority-unknown", _why_unknown(given, department, known)))
        return None
    remarks.append(Remark("repair", "uscc-restored", f"The code names its authority by “{given}”, which is not a valid USCC; {how}."))
    return found


def _why_unknown(given: str, department: str, known: Mapping[str, int]) -> str:
    if is_organisation_code(given):
        what = "an organisation code of nine characters"
    elif len(given) == 18:
        what = "18 characters long, but its check character or alphabet is wrong"
    else:
        what = f"{len(given)} characters long where a USCC has 18"
    others = (
        f"none of the {len(known)} USCCs that other rows of {department} carry fits it"
        if known
        else f"no row of {department} carries a USCC"
    )
    return f"The code names its authority by “{given}”, {what}, and {others}."


def _compare(row: SourceRow, holder: str, remarks: list[Remark]) -> None:
    """Note where other columns of the row name another authority than the code does."""
    own = row.department_code.strip()
    if is_uscc(own) and own != holder:
        remarks.append(
            Remark("note", "two-authorities", f"The department code {own} is another authority's than the {holder} in the code.")
        )
    if row.stated_uscc and row.stated_uscc != holder:
        sentence = f"The column uscc says {row.stated_uscc}; the {holder} in the code was taken."
        remarks.append(Remark("repair", "uscc-column-differs", sentence))
