"""A statement of what a register answered, on paper: what, when, from which register, and how to compare it."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
}

TEMPLATE = (
    documents.LOOK
    + """
#v(6pt)
#if it.none != "" { text(size: 13pt)[#it.none] } else { facts(it.lines, 13pt) }
#v(14pt)
#facts(it.facts, 11pt)
#v(14pt)
#block(width: 100%, fill: rgb("#f3f6fa"), inset: 12pt, radius: 3pt)[#it.what #parbreak() #it.how]
"""
)


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
        "lang": documents.typst_language(language),
        "kind": word["kind"],
        "by": text.localised(settings.ONEWINDOW_CITY_PRODUCT, language) or "OneWindow",
        "title": text.localised(row.title, language),
        "none": text.localised(row.none, language) if row.none else "",
        "lines": [
            (text.localised(name, language), documents.said(value, kind, choices, language)) for name, kind, choices, value in row.lines
        ],
        "facts": [fact for fact in facts if fact[1]],
        "code": row.code,
        "what": word["what"],
        "how": word["how"].format(until=f"{until:%Y-%m-%d}"),
    }
    return documents.pdf(template=TEMPLATE, content=content, at=row.at)
