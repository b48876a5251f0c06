"""The queue as a table: which columns, in which words. Nothing stands in it that the list does not show its reader."""

from collections.abc import Iterable, Mapping, Sequence

from onewindow.domain.catalogue.model import Text
from onewindow.domain.lifecycle import TaskState
from onewindow.modules.cases.selectors.inbox_rows import InboxRow
from onewindow.plumbing import text

NAME: Text = {"zh": "待办列表", "en": "Queue", "ru": "Очередь"}
COLUMNS: Sequence[tuple[Text, int]] = (
    ({"zh": "办件编号", "en": "Reference", "ru": "Номер дела"}, 16),
    ({"zh": "办件", "en": "Case", "ru": "Дело"}, 32),
    ({"zh": "一件事", "en": "One Thing", "ru": "Одно дело"}, 28),
    ({"zh": "事项", "en": "Service", "ru": "Услуга"}, 36),
    ({"zh": "环节", "en": "Step", "ru": "Шаг"}, 24),
    ({"zh": "经办人", "en": "Who has it", "ru": "У кого"}, 16),
    ({"zh": "状态", "en": "How it stands", "ru": "Состояние"}, 22),
    ({"zh": "剩余工作日", "en": "Working days left", "ru": "Осталось рабочих дней"}, 14),
    ({"zh": "办理期限", "en": "Due", "ru": "Срок"}, 14),
    ({"zh": "时限（工作日）", "en": "Limit in working days", "ru": "Норма, рабочих дней"}, 14),
    ({"zh": "提交时间", "en": "Filed", "ru": "Подано"}, 18),
    ({"zh": "开始时间", "en": "Began", "ru": "Начато"}, 18),
    ({"zh": "办结时间", "en": "Done", "ru": "Завершено"}, 18),
)
"""(head, width in characters)"""
_STANDS: Mapping[str, Text] = {
    "done": {"zh": "已办结", "en": "done", "ru": "завершено"},
    "skipped": {"zh": "无需办理", "en": "not needed", "ru": "не требуется"},
    "waiting": {"zh": "尚未开始", "en": "not begun yet", "ru": "ещё не начато"},
    "notice": {"zh": "等申请人补正", "en": "with the applicant", "ru": "у заявителя"},
    "lapsed": {"zh": "补正期已过", "en": "time to answer has passed", "ru": "срок ответа истёк"},
    "held": {"zh": "等主管决定", "en": "waits for the supervisor", "ru": "ждёт руководителя"},
    "paused": {"zh": "计时暂停", "en": "clock stopped", "ru": "срок приостановлен"},
    "late": {"zh": "超期", "en": "late", "ru": "просрочено"},
    "due_today": {"zh": "今天到期", "en": "due today", "ru": "срок сегодня"},
    "on_time": {"zh": "时限内", "en": "on time", "ru": "в срок"},
    "": {"zh": "办理中", "en": "under way", "ru": "в работе"},
}
_BETWEEN: Text = {"zh": "、", "en": ", ", "ru": ", "}
MORE: Text = {
    "zh": "列表还有更多行，这里是前 {rows} 行。请先筛选，再导出其余部分。",
    "en": "The list goes on; these are its first {rows} rows. Filter it to take the others along.",
    "ru": "Список продолжается; здесь первые строки ({rows}). Чтобы выгрузить остальные, сузьте список.",
}


def columns(language: str) -> list[tuple[str, int]]:
    """Return the heads with their widths."""
    return [(text.localised(head, language), width) for head, width in COLUMNS]


def line(row: InboxRow, language: str) -> list[object]:
    """Return one row of the queue, column by column."""
    return [
        row.reference,
        row.title,
        text.localised(row.event_name, language),
        _listed((step.service_name for step in row.steps), language),
        _listed((step.name for step in row.steps), language),
        text.localised(row.holder_name, language),
        text.localised(_STANDS[_stands(row)], language),
        row.days_left,
        row.due_date,
        row.limit_days,
        row.filed_at,
        row.opened_at,
        row.done_at if row.state == TaskState.DONE else None,
    ]


def _listed(names: Iterable[Text], language: str) -> str:
    """Name each once."""
    return text.localised(_BETWEEN, language).join(dict.fromkeys(text.localised(name, language) for name in names))


def _stands(row: InboxRow) -> str:
    if row.state in {TaskState.DONE, TaskState.SKIPPED}:
        return str(row.state)
    if row.pause_reason == "held":
        return "held"
    if row.state == TaskState.WAITING:
        return "waiting"
    if row.state == TaskState.PAUSED:
        return row.pause_reason if row.pause_reason in {"notice", "lapsed"} else "paused"
    return row.light if row.light in _STANDS else ""
