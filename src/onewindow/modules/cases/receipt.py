"""The receipt of a filed case on paper: what came in, when, for whom, by when each service is decided, and where to ask."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from onewindow.domain.catalogue.model import Text
from onewindow.modules.cases.selectors.case_rows import CasePage, EvidenceLine, FeeLine, ValueLine
from onewindow.plumbing import documents, text

OWN = frozenset({"typed", "answer"})
"""Where the values come from that the applicant stated."""


@dataclass(frozen=True, slots=True)
class Limit:
    """By when a service is decided at the latest.  Unit: working days from filing."""

    days: int
    due: date


WORDS: Mapping[str, Text] = {
    "kind": {"zh": "提交回执", "en": "Receipt of an application", "ru": "Расписка о приёме заявления"},
    "reference": {"zh": "办件编号", "en": "Reference number", "ru": "Номер дела"},
    "at": {"zh": "收到时间", "en": "Received", "ru": "Получено"},
    "for": {"zh": "申请人", "en": "Applicant", "ru": "Заявитель"},
    "title": {"zh": "名称", "en": "Name of the undertaking", "ru": "Название"},
    "by": {"zh": "提交人", "en": "Filed by", "ru": "Подал(а)"},
    "services": {"zh": "办理事项与时限", "en": "Services and their limits", "ru": "Услуги и сроки"},
    "service": {"zh": "事项", "en": "Service", "ru": "Услуга"},
    "limit": {"zh": "时限", "en": "Limit", "ru": "Срок"},
    "due": {"zh": "最迟决定日期", "en": "Decided by", "ru": "Решение до"},
    "pause": {
        "zh": "时限自提交之日起按工作日计算。需要补正的，到您答复为止，时限停止计算。",
        "en": "Limits count working days from filing. If something has to be put right, the clock stands still until it is answered.",
        "ru": "Сроки считаются в рабочих днях со дня подачи. Если что-то нужно исправить, срок не идёт, пока вы не ответите.",
    },
    "attached": {"zh": "随附材料", "en": "Attached", "ru": "Приложено"},
    "promised": {"zh": "以承诺代替", "en": "Promised instead of bringing", "ru": "Обещано вместо документа"},
    "fetched": {"zh": "由登记库提供，无需提交", "en": "Shown by registers, not to be brought", "ru": "Из реестров, приносить не нужно"},
    "stated": {"zh": "填报内容", "en": "What was stated", "ru": "Что указано"},
    "corrected": {"zh": "（{day} 更正）", "en": " (put right on {day})", "ru": " (исправлено {day})"},
    "replaced": {"zh": "，后已更换", "en": ", replaced later", "ru": ", позже заменено"},
    "fees": {"zh": "费用", "en": "Fees", "ru": "Плата"},
    "assessed": {"zh": "由办理单位核定", "en": "assessed later", "ru": "будет рассчитана"},
    "day": {"zh": "{n} 个工作日", "en": "{n} working day", "ru": "{n} раб. дн."},
    "days": {"zh": "{n} 个工作日", "en": "{n} working days", "ru": "{n} раб. дн."},
    "same": {"zh": "当日", "en": "the same day", "ru": "в тот же день"},
    "what": {
        "zh": "本回执证明平台已在上述时间收到申请。它不是决定，也不是证照。",
        "en": "This receipt says that the application came in at that time. It is neither a decision nor a licence.",
        "ru": "Расписка подтверждает, что заявление получено в указанное время. Она не является ни решением, ни документом.",
    },
    "how": {
        "zh": "查询进度：扫码，或打开 {address}，凭办件编号和手机号查看。",
        "en": "Where it stands: scan the code or open {address}; the reference number and your telephone number show it.",
        "ru": "Как узнать, где дело: отсканируйте код или откройте {address}; нужны номер дела и ваш телефон.",
    },
}

TEMPLATE = (
    documents.LOOK
    + """
#let head(words) = block(above: 18pt, below: 6pt, sticky: true, text(size: 13pt, fill: rgb("#073e78"))[#words])
#v(6pt)
#grid(columns: (1fr, 30mm), column-gutter: 8mm, facts(it.facts, 11pt),
  block(inset: (top: 8pt), image(bytes(it.qr), format: "svg", width: 30mm)))
#head(it.word.services)
#table(columns: (1fr, 30mm, 30mm), stroke: (x, y) => (bottom: 0.5pt + rgb("#d5dde8")), inset: (left: 0pt, right: 6pt, y: 6pt),
  table.header(soft(it.word.service), soft(it.word.limit), soft(it.word.due)),
  ..it.services.map(row => ([#row.name \\ #soft(row.by)], row.limit, row.due)).flatten())
#v(2pt)
#soft(it.word.pause)
#for part in it.parts {
  head(part.head)
  facts(part.lines, 10.5pt, gap: 6pt)
}
#v(14pt)
#block(width: 100%, fill: rgb("#f3f6fa"), inset: 12pt, radius: 3pt, breakable: false)[#it.word.what #parbreak() #it.word.how]
"""
)


def paper(page: CasePage, *, limits: Mapping[str, Limit], status_page: str, language: str) -> bytes:
    """Return the receipt of a case as its reader sees the case, as a PDF in a language; what is masked for the reader stays so."""
    found = content(page, limits=limits, status_page=status_page, language=language)
    return documents.pdf(template=TEMPLATE, content=found, at=page.filed_at)


def sheets(page: CasePage, *, limits: Mapping[str, Limit], status_page: str, language: str) -> list[bytes]:
    """Return the same receipt as one picture a page, to be printed from a browser."""
    found = content(page, limits=limits, status_page=status_page, language=language)
    return documents.pages(template=TEMPLATE, content=found, at=page.filed_at)


def content(page: CasePage, *, limits: Mapping[str, Limit], status_page: str, language: str) -> dict[str, Any]:
    """Return what stands on the receipt."""
    word = {name: text.localised(words, language) for name, words in WORDS.items()}
    return {
        "lang": documents.typst_language(language),
        "kind": word["kind"],
        "title": text.localised(page.event_name, language),
        "by": text.localised(settings.ONEWINDOW_CITY_PRODUCT, language) or "OneWindow",
        "code": page.reference,
        "qr": documents.qr(f"{status_page}?reference={page.reference}"),
        "facts": _facts(page, word, language),
        "services": _services(page, limits, word, language),
        "parts": [{"head": word[name], "lines": lines} for name, lines in _parts(page, word, language) if lines],
        "word": {**word, "how": word["how"].format(address=status_page)},
    }


def _facts(page: CasePage, word: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    at = _local(page.filed_at)
    applicant = text.localised(page.applicant_name, language)
    filed = next((line for line in page.timeline if line.code == "case-filed"), None)
    filer = text.localised(filed.actor_name, language) if filed else ""
    facts = (
        (word["reference"], page.reference),
        (word["at"], f"{at:%Y-%m-%d %H:%M} (UTC{at:%z})"),
        (word["for"], applicant),
        (word["by"], filer if filer != applicant else ""),
        (word["title"], page.title if page.title != applicant else ""),
    )
    return [fact for fact in facts if fact[1]]


def _services(page: CasePage, limits: Mapping[str, Limit], word: Mapping[str, str], language: str) -> list[dict[str, str]]:
    return [
        {
            "name": text.localised(row.name, language),
            "by": text.localised(row.organisation_name, language),
            "limit": _days(limits[row.service].days, word) if row.service in limits else "—",
            "due": limits[row.service].due.isoformat() if row.service in limits else "—",
        }
        for row in page.services
    ]


def _days(days: int, word: Mapping[str, str]) -> str:
    return word["same"] if not days else word["day" if days == 1 else "days"].format(n=days)


def _parts(page: CasePage, word: Mapping[str, str], language: str) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    say = partial(text.localised, language=language)
    yield "attached", _distinct(page, "upload", say, lambda row: "\n".join(_files(row, word)))
    yield "promised", _distinct(page, "commitment", say, lambda row: _wanted_by(row, page, language))
    yield "fetched", _distinct(page, "resource", say, lambda row: say(row.by_name))
    yield "stated", [(say(row.name), _stated(row, page, word, language)) for row in page.values if row.source_kind in OWN]
    yield "fees", [(say(row.service_name), _fee(row, word, language)) for row in page.fees]


def _fee(row: FeeLine, word: Mapping[str, str], language: str) -> str:
    amount = word["assessed"] if row.fen is None else documents.yuan(row.fen, language)
    return "\n".join(part for part in (amount, text.localised(row.name, language)) if part)


def _distinct(page: CasePage, way: str, say: Callable[[Text], str], tell: Callable[[EvidenceLine], str]) -> list[tuple[str, str]]:
    """Name every document that was met in one way once, however many services use it."""
    return [*{row.type: (say(row.type_name), tell(row)) for row in page.evidence if row.way == way}.values()]


def _wanted_by(row: EvidenceLine, page: CasePage, language: str) -> str:
    """Name the services that take one document."""
    names = dict.fromkeys(text.localised(other.service_name, language) for other in page.evidence if other.type == row.type)
    return "\n".join(names)


def _files(row: EvidenceLine, word: Mapping[str, str]) -> Iterable[str]:
    for file in row.files:
        yield f"{file.name}, {_local(file.added_at):%Y-%m-%d}{word['replaced'] if file.superseded else ''}"


def _stated(row: ValueLine, page: CasePage, word: Mapping[str, str], language: str) -> str:
    value = documents.said(row.value, "" if row.masked else row.type, row.choices, language)
    if row.obtained_at <= page.filed_at:
        return value
    return value + word["corrected"].format(day=f"{_local(row.obtained_at):%Y-%m-%d}")


def _local(at: datetime) -> Any:
    return at.astimezone(ZoneInfo(settings.TIME_ZONE))
