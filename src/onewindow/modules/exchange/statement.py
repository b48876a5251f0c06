"""A statement of what a register answered, on paper: what, when, from which register, and how to compare it."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from onewindow.domain.catalogue.model import Text
from onewindow.domain.exchange.messages import canonical
from onewindow.plumbing import documents, text
from onewindow.plumbing.sealing import keys

CODE_BYTES = 10


@dataclass(frozen=True, slots=True)
class Statement:
    """Shape: texts are {zh, en, ru}; `lines` are (name, type, choices, value); `none` is said where there is no record, else empty."""

    title: Text
    register: Text
    owner: Text
    holder: str
    key: str
    none: Text
    lines: tuple[tuple[Text, str, tuple[Mapping[str, object], ...], Any], ...]
    at: datetime
    until: datetime
    code: str


WORDS: Mapping[str, Text] = {
    "kind": {"zh": "查询结果告知单", "en": "Statement of a register's answer", "ru": "Справка об ответе реестра"},
    "holder": {"zh": "查询人", "en": "About", "ru": "О ком"},
    "register": {"zh": "数据来源", "en": "Register", "ru": "Реестр"},
    "owner": {"zh": "主管单位", "en": "Kept by", "ru": "Ведёт"},
    "at": {"zh": "查询时间", "en": "Answered", "ru": "Ответ получен"},
    "code": {"zh": "比对码", "en": "Code to compare", "ru": "Код для сверки"},
    "what": {
        "zh": "本单如实记载该登记库在上述时间的答复，不是证照，也不代替主管单位出具的证明。",
        "en": "This statement says what the register answered at that time. It is no licence, and does not replace a certificate "
        "of the office that keeps the register.",
        "ru": "Справка передаёт ответ реестра на указанное время. Она не является документом и не заменяет свидетельства ведомства, "
        "которое ведёт реестр.",
    },
    "how": {
        "zh": "如何核对：请查询人登录平台，在“我的查询”中打开同一结果，比对各项内容和比对码；{until}以后请重新查询。",
        "en": "How to compare it: the person logs in and opens the same answer under “Enquiries”; every line and the code must agree. "
        "After {until} ask the register anew.",
        "ru": "Как сверить: человек входит на портал и открывает тот же ответ в разделе «Справки»; все строки и код должны совпасть. "
        "После {until} спросите реестр заново.",
    },
    "yes": {"zh": "是", "en": "yes", "ru": "да"},
    "no": {"zh": "否", "en": "no", "ru": "нет"},
    "yuan": {"zh": "{amount} 元", "en": "¥{amount}", "ru": "{amount} юаней"},
}

TEMPLATE = """
#let it = json(bytes(sys.inputs.content))
#set document(title: it.title, author: it.by)
#set page(paper: "a4", margin: (x: 24mm, top: 24mm, bottom: 22mm), footer: text(size: 8.5pt, fill: rgb("#4a5a73"))[#it.by #h(1fr) #it.code])
#set text(font: "Noto Sans SC", size: 11pt, fill: rgb("#16233b"), lang: it.lang)
#set par(leading: 0.75em)
#text(size: 10pt, fill: rgb("#4a5a73"))[#it.kind]
#v(-4pt)
#text(size: 22pt, fill: rgb("#073e78"))[#it.title]
#line(length: 100%, stroke: 1.2pt + rgb("#0b5cad"))
#let facts(rows, size) = table(
  columns: (36%, 1fr), stroke: (x, y) => (bottom: 0.5pt + rgb("#d5dde8")), inset: (x: 0pt, y: 8pt),
  ..rows.map(row => (text(fill: rgb("#4a5a73"))[#row.at(0)], text(size: size)[#row.at(1)])).flatten()
)
#v(6pt)
#if it.none != "" { text(size: 13pt)[#it.none] } else { facts(it.lines, 13pt) }
#v(14pt)
#facts(it.facts, 11pt)
#v(14pt)
#block(width: 100%, fill: rgb("#f3f6fa"), inset: 12pt, radius: 3pt)[#it.what #parbreak() #it.how]
"""


def code(content: Mapping[str, Any]) -> str:
    """Return a code that follows from an answer, in groups of four: nobody without the installation's key can make one."""
    key = keys.derived(settings.ONEWINDOW_LOG_KEY, b"exchange-statements")
    made = base64.b32encode(hmac.digest(key, canonical(content), "sha256")[:CODE_BYTES]).decode()
    return "-".join(made[start : start + 4] for start in range(0, len(made), 4))


def statement(row: Statement, *, language: str) -> bytes:
    """Return the statement as a PDF in a language."""
    word = {name: text.localised(said, language) for name, said in WORDS.items()}
    zone = ZoneInfo(settings.TIME_ZONE)
    at, until = row.at.astimezone(zone), row.until.astimezone(zone)
    facts = (
        (word["holder"], " ".join(part for part in (row.holder, row.key) if part)),
        (word["register"], text.localised(row.register, language)),
        (word["owner"], text.localised(row.owner, language)),
        (word["at"], f"{at:%Y-%m-%d %H:%M} (UTC{at:%z})"),
        (word["code"], row.code),
    )
    content = {
        "lang": {"zh": "zh", "ru": "ru"}.get(language[:2], "en"),
        "kind": word["kind"],
        "by": text.localised(settings.ONEWINDOW_CITY_PRODUCT, language) or "OneWindow",
        "title": text.localised(row.title, language),
        "none": text.localised(row.none, language) if row.none else "",
        "lines": [
            (text.localised(name, language), _said(value, kind, choices, word, language)) for name, kind, choices, value in row.lines
        ],
        "facts": [fact for fact in facts if fact[1]],
        "code": row.code,
        "what": word["what"],
        "how": word["how"].format(until=f"{until:%Y-%m-%d}"),
    }
    return documents.pdf(template=TEMPLATE, content=content, at=row.at)


def _said(value: Any, kind: str, choices: tuple[Mapping[str, object], ...], word: Mapping[str, str], language: str) -> str:
    if isinstance(value, bool):
        return word["yes"] if value else word["no"]
    if kind == "money" and isinstance(value, int):
        return word["yuan"].format(amount=f"{value / 100:,.2f}")
    if kind == "date":
        return date.fromisoformat(str(value)).isoformat()
    chosen = next((row["name"] for row in choices if str(row.get("id")) == str(value)), None)
    return text.localised(chosen, language) if isinstance(chosen, Mapping) else str(value)
