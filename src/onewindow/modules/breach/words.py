"""What the letters say, in three languages."""

from collections.abc import Collection, Mapping

Words = Mapping[str, Mapping[str, str]]
"""{cause, harm, taken, advice: {zh, en, ru}}"""

CATEGORY: Words = {
    "identity": {"zh": "姓名、证件号码等身份信息", "en": "who you are (name, numbers)", "ru": "личность (имя, номера документов)"},
    "contact": {"zh": "手机号码、邮箱", "en": "telephone and e-mail", "ru": "телефон и электронная почта"},
    "address": {"zh": "地址", "en": "addresses", "ru": "адреса"},
    "enterprise": {"zh": "企业信息", "en": "your undertaking", "ru": "сведения о предприятии"},
    "matter": {"zh": "办理事项和进度", "en": "your matter and how it stands", "ru": "ваше дело и его ход"},
    "documents": {"zh": "提交的材料", "en": "documents you gave", "ru": "поданные документы"},
    "payment": {"zh": "缴费信息", "en": "fees paid", "ru": "сведения об оплате"},
    "post": {"zh": "任职信息", "en": "your post", "ru": "ваша должность"},
    "use": {"zh": "登录和使用记录", "en": "traces of your log-ins and use", "ru": "следы входов и использования"},
}
_JOINED = {"zh": "；", "en": "; ", "ru": "; "}

CAUSE: Words = {
    "account": {
        "zh": "一个可以查看您信息的账户可能被他人使用",
        "en": "an account that may see your data may have been used by somebody else",
        "ru": "учётной записью с доступом к вашим данным мог воспользоваться посторонний",
    },
    "system": {
        "zh": "一个接入的业务系统可能泄露了登录信息",
        "en": "a system you log in to through us may have leaked what it was told",
        "ru": "подключённая система могла раскрыть полученные при входе сведения",
    },
    "register": {
        "zh": "与登记机关的一条数据连接可能被他人使用",
        "en": "a connection to a register may have been used by somebody else",
        "ru": "соединением с реестром мог воспользоваться посторонний",
    },
    "tables": {
        "zh": "数据库的一部分可能被复制",
        "en": "part of the database may have been copied",
        "ru": "часть базы данных могла быть скопирована",
    },
    "files": {
        "zh": "保存的文件可能被复制",
        "en": "stored files may have been copied",
        "ru": "хранимые файлы могли быть скопированы",
    },
    "span": {
        "zh": "一段时间内显示的信息可能被他人看到",
        "en": "what was shown during some time may have been seen by somebody else",
        "ru": "показанное за некоторое время мог видеть посторонний",
    },
}
DEFAULT: Words = {
    "harm": {
        "zh": "可能有人冒充您或政府部门与您联系",
        "en": "somebody may pretend to be you, or to be an office that writes to you",
        "ru": "кто-то может выдать себя за вас или написать вам от имени ведомства",
    },
    "taken": {
        "zh": "我们已关闭相关账户和密钥，并已报告主管部门",
        "en": "we have closed the accounts and keys it went through, and told the authority",
        "ru": "мы закрыли учётные записи и ключи, через которые это произошло, и сообщили ведомству",
    },
    "advice": {
        "zh": "请更换登录密码，不要把验证码告诉任何人，并在“谁查看过我的数据”中核对",
        "en": "change your password, tell nobody a code, and look at “Who looked at my data”",
        "ru": "смените пароль, никому не сообщайте коды и проверьте раздел «Кто смотрел мои данные»",
    },
}


def categories(names: Collection[str], language: str) -> str:
    """Return categories as a letter says them.

    >>> categories(["contact", "matter"], "en")
    'telephone and e-mail; your matter and how it stands'
    """
    return _JOINED[language].join(CATEGORY[name][language] for name in names)


def values(kind: str, names: Collection[str], own: Words, language: str) -> dict[str, str]:
    """Return what fills the template of the letter in one language; the operator's own words come first."""
    said = {"cause": CAUSE[kind], **DEFAULT, **own}
    return {"categories": categories(names, language), **{name: texts.get(language) or texts["zh"] for name, texts in said.items()}}
