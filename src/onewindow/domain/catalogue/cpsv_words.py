"""The words an export adds: labels of code-list concepts, and what a service is described by where nobody described it."""

from collections.abc import Mapping

DEFAULT_BASE = "https://onewindow.example/id/"
"""What addresses begin with where an installation names no address of its own."""

HANDLED_BY = {
    "zh": "{service}，由{organisation}办理。",
    "en": "{service}, handled by: {organisation}.",
    "ru": "{service}; исполнитель: {organisation}.",
}
TIME_LIMIT = {
    "zh": "法定办理时限：{days}个工作日。",
    "en": " Time limit: {days} working days.",
    "ru": " Срок: {days} рабочих дней.",
}

CONCEPTS: Mapping[str, Mapping[str, str]] = {
    "audience/legal": {"zh": "法人", "en": "Legal persons", "ru": "Юридические лица"},
    "audience/natural": {"zh": "自然人", "en": "Natural persons", "ru": "Физические лица"},
    "channel/online": {"zh": "网上", "en": "Online", "ru": "Онлайн"},
    "channel/mobile": {"zh": "移动端", "en": "Mobile", "ru": "Мобильное приложение"},
    "channel/counter": {"zh": "窗口", "en": "Counter", "ru": "Окно приёма"},
    "channel/terminal": {"zh": "自助终端", "en": "Self-service terminal", "ru": "Терминал самообслуживания"},
    "event-kind/business": {"zh": "企业事件", "en": "Business event", "ru": "Событие бизнеса"},
    "event-kind/life": {"zh": "个人事件", "en": "Life event", "ru": "Жизненное событие"},
    "evidence/licence": {"zh": "证照", "en": "Licence", "ru": "Лицензия или свидетельство"},
    "evidence/document": {"zh": "材料", "en": "Document", "ru": "Документ"},
    "requirement/always": {"zh": "必要", "en": "Always required", "ru": "Требуется всегда"},
    "requirement/conditional": {"zh": "视情形", "en": "Required in some cases", "ru": "Требуется в некоторых случаях"},
    "service-kind/licence": {"zh": "行政许可", "en": "Administrative licence", "ru": "Административное разрешение"},
    "service-kind/confirmation": {"zh": "行政确认", "en": "Administrative confirmation", "ru": "Административное подтверждение"},
    "service-kind/registration": {"zh": "行政登记", "en": "Registration", "ru": "Регистрация"},
    "service-kind/filing": {"zh": "备案", "en": "Filing", "ru": "Уведомление"},
    "service-kind/benefit": {"zh": "行政给付", "en": "Benefit", "ru": "Выплата"},
    "service-kind/reward": {"zh": "行政奖励", "en": "Reward", "ru": "Поощрение"},
    "service-kind/ruling": {"zh": "行政裁决", "en": "Ruling", "ru": "Административное решение по спору"},
    "service-kind/levy": {"zh": "行政征收", "en": "Levy", "ru": "Сбор"},
    "service-kind/public-service": {"zh": "公共服务", "en": "Public service", "ru": "Государственная услуга"},
}
"""`scheme/key` → label; a kind that is not listed is labelled with its own key."""
