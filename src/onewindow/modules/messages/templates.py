"""The words of the messages. A gateway that knows templates by number of its own gets the name and the values too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from onewindow.plumbing import text


@dataclass(frozen=True, slots=True)
class Template:
    """One message in three languages. Shape: `subject` and `body` are {zh, en, ru}; the names in braces come from the values."""

    subject: Mapping[str, str]
    body: Mapping[str, str]
    useful_for: timedelta
    """After this nobody wants it any more."""

    def filled(self, language: str, values: Mapping[str, str]) -> tuple[str, str]:
        """Return subject and body.

        >>> TEMPLATES["log-in-code"].filled("en", {"code": "4821", "minutes": "10"})[1]
        'Your log-in code is 4821. It is good for 10 minutes. Tell it to nobody: no office ever asks for it.'
        """
        return text.localised(self.subject, language), text.localised(self.body, language).format_map(values)


_CODE = timedelta(minutes=10)

NOBODY = "nobody"
"""Written where no account was found, so that the answer takes the same work; it is never carried."""

TEMPLATES: Mapping[str, Template] = {
    NOBODY: Template(subject={}, body={}, useful_for=timedelta(0)),
    "log-in-code": Template(
        subject={"zh": "登录验证码", "en": "Your log-in code", "ru": "Код для входа"},
        body={
            "zh": "您的登录验证码是 {code}，{minutes} 分钟内有效。请勿告诉任何人：任何部门都不会向您索要。",
            "en": "Your log-in code is {code}. It is good for {minutes} minutes. Tell it to nobody: no office ever asks for it.",
            "ru": "Код для входа: {code}. Он действует {minutes} мин. Никому его не сообщайте: ни одно ведомство его не спрашивает.",
        },
        useful_for=_CODE,
    ),
    "sign-up-code": Template(
        subject={"zh": "注册验证码", "en": "Your code for a new account", "ru": "Код для новой учётной записи"},
        body={
            "zh": "您的注册验证码是 {code}，{minutes} 分钟内有效。如果不是您本人操作，请忽略。",
            "en": "Your code for a new account is {code}. It is good for {minutes} minutes. If you did not ask for it, do nothing.",
            "ru": "Код для новой учётной записи: {code}. Он действует {minutes} мин. Если вы его не запрашивали, ничего не делайте.",
        },
        useful_for=_CODE,
    ),
    "sign-up-known": Template(
        subject={"zh": "您已有账户", "en": "You already have an account", "ru": "У вас уже есть учётная запись"},
        body={
            "zh": "有人用这个号码或邮箱注册，但您已有账户：请直接登录，忘记密码可用验证码登录。如果不是您本人操作，请忽略。",
            "en": "Somebody asked for a new account with this address, but you have one: log in, with a code if the password is forgotten. "
            "If it was not you, do nothing.",
            "ru": "Кто-то пытался создать учётную запись с этим адресом, но она у вас уже есть: войдите, а если забыли пароль — по коду. "
            "Если это были не вы, ничего не делайте.",
        },
        useful_for=timedelta(hours=1),
    ),
    "help-code": Template(
        subject={"zh": "窗口帮办验证码", "en": "Your code for help at the window", "ru": "Код для помощи в окне"},
        body={
            "zh": "{office}的窗口人员将当面帮您填写“{about}”。如果您同意，请把验证码 {code} 告诉面前的工作人员，{minutes} 分钟内有效。"
            "如果您不在窗口，请勿告诉任何人。",
            "en": "At {office} an officer will fill in “{about}” beside you. If you agree, tell the officer in front of you the code "
            "{code}; it is good for {minutes} minutes. If you are not at the window, tell it to nobody.",
            "ru": "{office}: сотрудник окна заполнит рядом с вами «{about}». Если вы согласны, назовите код {code} сотруднику перед вами; "
            "он действует {minutes} мин. Если вы не у окна, никому его не сообщайте.",
        },
        useful_for=_CODE,
    ),
    "help-confirm": Template(
        subject={"zh": "提交确认码", "en": "Your code to confirm and send", "ru": "Код для подтверждения и отправки"},
        body={
            "zh": "窗口为您填写的“{about}”即将提交。请核对全部内容；"
            "告知或输入 {code} 即表示您本人声明内容真实、完整，{minutes} 分钟内有效。",
            "en": "What was filled in for you for “{about}” is about to be sent. Read all of it: by telling or typing {code} you yourself "
            "declare that it is true and complete. The code is good for {minutes} minutes.",
            "ru": "То, что заполнено для вас («{about}»), готово к отправке. Прочитайте всё: называя или вводя код {code}, вы сами "
            "заявляете, что всё верно и полно. Код действует {minutes} мин.",
        },
        useful_for=_CODE,
    ),
    "contact-code": Template(
        subject={"zh": "更换联系方式验证码", "en": "Your code for the change", "ru": "Код для замены"},
        body={
            "zh": "您更换登录手机或邮箱的验证码是 {code}，{minutes} 分钟内有效。如果不是您本人操作，请忽略。",
            "en": "Your code for changing how you log in is {code}. It is good for {minutes} minutes. "
            "If you did not ask for it, do nothing.",
            "ru": "Код для замены телефона или почты: {code}. Он действует {minutes} мин. Если вы его не запрашивали, ничего не делайте.",
        },
        useful_for=_CODE,
    ),
    "national-linked": Template(
        subject={"zh": "已绑定国家身份认证", "en": "The national log-in was linked", "ru": "Привязан национальный вход"},
        body={
            "zh": "您的账户现在可以用国家身份认证登录。如果不是您本人操作，请立即登录解除绑定，并联系窗口。",
            "en": "Your account can be logged in to by the national log-in from now on. "
            "If it was not you, log in and undo it at once, and tell the counter.",
            "ru": "Теперь в вашу учётную запись можно войти через национальный вход. Если это были не вы, сразу войдите, "
            "отмените это и сообщите в окно.",
        },
        useful_for=timedelta(days=2),
    ),
    "national-unlinked": Template(
        subject={"zh": "已解除国家身份认证", "en": "The national log-in was removed", "ru": "Национальный вход отвязан"},
        body={
            "zh": "您的账户不再能用国家身份认证登录。如果不是您本人操作，请立即登录并联系窗口。",
            "en": "Your account can no longer be logged in to by the national log-in. "
            "If it was not you, log in at once and tell the counter.",
            "ru": "Теперь войти в вашу учётную запись через национальный вход нельзя. "
            "Если это были не вы, сразу войдите и сообщите в окно.",
        },
        useful_for=timedelta(days=2),
    ),
    "contact-changed": Template(
        subject={"zh": "登录方式已更换", "en": "How you log in was changed", "ru": "Способ входа изменён"},
        body={
            "zh": "您的账户已改用其他手机或邮箱登录。如果不是您本人操作，请立即用密码登录并联系窗口。",
            "en": "Your account is logged in to with another phone or e-mail from now on. "
            "If it was not you, log in with your password at once and tell the counter.",
            "ru": "Теперь в вашу учётную запись входят по другому телефону или почте. Если это были не вы, сразу войдите с паролем "
            "и сообщите в окно приёма.",
        },
        useful_for=timedelta(hours=24),
    ),
    "register-corrected": Template(
        subject={"zh": "登记信息已更正", "en": "The register was put right", "ru": "Данные реестра исправлены"},
        body={
            "zh": "您提出的“{register}”信息有误，主管部门已更正。办件编号：{reference}。登录后在办件中可看答复。",
            "en": "You said that something in “{register}” is not right: its owner has put it right. Case: {reference}. "
            "Log in to read the answer at your case.",
            "ru": "Вы сообщили об ошибке («{register}»): владелец реестра её исправил. Дело: {reference}. Ответ — в деле, после входа.",
        },
        useful_for=timedelta(days=7),
    ),
    "register-stands": Template(
        subject={"zh": "登记信息经核对无误", "en": "The register stands", "ru": "Данные реестра остаются"},
        body={
            "zh": "您提出的“{register}”信息有误，主管部门核对后维持原记录。办件编号：{reference}。登录后在办件中可看原因。",
            "en": "You said that something in “{register}” is not right: its owner has checked it, and it stands. Case: {reference}. "
            "Log in to read why at your case.",
            "ru": "Вы сообщили об ошибке («{register}»): владелец проверил, запись остаётся. Дело: {reference}. "
            "Почему — в деле, после входа.",
        },
        useful_for=timedelta(days=7),
    ),
    "notice": Template(
        subject={"zh": "账户通知", "en": "About your account", "ru": "О вашей учётной записи"},
        body={"zh": "{body}", "en": "{body}", "ru": "{body}"},
        useful_for=timedelta(hours=24),
    ),
    "case-news": Template(
        subject={"zh": "办件有新进展", "en": "News of your case", "ru": "Новое по вашему делу"},
        body={
            "zh": "办件 {reference} 有新消息，请登录查看。",
            "en": "There is something new in your case {reference}. Log in to read it.",
            "ru": "По делу {reference} есть новое. Войдите, чтобы прочитать.",
        },
        useful_for=timedelta(hours=24),
    ),
    "quota-spent": Template(
        subject={"zh": "数据调用达到当日上限", "en": "A day's limit of data is reached", "ru": "Дневной предел данных исчерпан"},
        body={
            "zh": "{at}，{asker}对“{resource}”的调用达到授权的当日上限，今天不再应答。请登录查看是谁在查询、为何查询；"
            "如有异常，可立即收回授权。",
            "en": "At {at} {asker} reached the day's limit of its grant for “{resource}”; nothing more is answered under it today. "
            "Log in to see who asked and what for. If it looks wrong, end the grant: it counts at once.",
            "ru": "{at}: {asker} исчерпал дневной предел по разрешению на «{resource}»; сегодня ответов больше не будет. "
            "Войдите и посмотрите, кто и зачем запрашивал. Если что-то не так, отзовите разрешение: это действует сразу.",
        },
        useful_for=timedelta(hours=24),
    ),
    "steps-handed-over": Template(
        subject={"zh": "有待办事项转给您", "en": "Steps have come to you", "ru": "Вам передали шаги"},
        body={
            "zh": "同事休假期间，其 {count} 个待办步骤转给您办理。请登录办理台，在“我领的”里查看。",
            "en": "A colleague is on leave, and {count} of their steps are yours meanwhile. Log in: your desk shows them.",
            "ru": "Коллега в отпуске, и число переданных вам шагов: {count}. Войдите: они показаны на рабочем столе среди ваших.",
        },
        useful_for=timedelta(hours=24),
    ),
    "steps-back": Template(
        subject={"zh": "您的待办事项已转回", "en": "Your steps are back", "ru": "Ваши шаги вернулись"},
        body={
            "zh": "您休假结束，{count} 个没办完的步骤已转回给您。请登录办理台，在“我领的”里查看。",
            "en": "Your leave is over, and {count} steps that were not done are yours again. Log in: your desk shows them.",
            "ru": "Ваш отпуск закончился; число шагов, которые снова ваши: {count}. Они показаны на рабочем столе.",
        },
        useful_for=timedelta(hours=24),
    ),
    "call-back": Template(
        subject={"zh": "有一条差评待回访", "en": "A bad evaluation waits for an answer", "ru": "Плохая оценка ждёт ответа"},
        body={
            "zh": "“{about}”收到一条差评，请在 {until} 前整改并答复。评价人匿名。登录后在“差评回访”中查看和答复。",
            "en": "“{about}” was judged badly. See to it and answer by {until}. Who judged is not told. Log in and open “Call-backs”.",
            "ru": "«{about}»: получена плохая оценка. Разберитесь и ответьте до {until}. Кто оценил, не сообщается. "
            "Войдите и откройте «Ответы на плохие оценки».",
        },
        useful_for=timedelta(days=2),
    ),
    "overdue": Template(
        subject={"zh": "有办件已超期", "en": "A limit has passed", "ru": "Срок прошёл"},
        body={
            "zh": "“{about}”的“{step}”应于 {due} 前办结，现已超期。今天可能还有其他超期办件：登录后在“本部门”的“超期”中查看。",
            "en": "“{step}” of “{about}” was due on {due} and is late. There may be others today: log in and open Department, Late.",
            "ru": "Шаг «{step}» услуги «{about}» должен был быть сделан до {due} и просрочен. Сегодня могут быть и другие: "
            "войдите и откройте «Отдел», «Просрочено».",
        },
        useful_for=timedelta(days=2),
    ),
    "overdue-again": Template(
        subject={"zh": "办件长时间超期", "en": "A limit has passed long since", "ru": "Срок давно прошёл"},
        body={
            "zh": "“{about}”的“{step}”应于 {due} 前办结，至今未办；主管此前已获通知。请督促办理。",
            "en": "“{step}” of “{about}” was due on {due} and is still not done; its supervisor was told before. Please see to it.",
            "ru": "Шаг «{step}» услуги «{about}» должен был быть сделан до {due} и всё ещё не сделан; руководителю отдела "
            "об этом сообщали. Примите меры.",
        },
        useful_for=timedelta(days=2),
    ),
    "silence-granted": Template(
        subject={"zh": "您的申请已依法视为准予", "en": "Granted by law", "ru": "Разрешено в силу закона"},
        body={
            "zh": "办件 {reference}：“{about}”在期限内未作出决定，依法视为准予。依据：{law}。登录后在办件中查看结果。",
            "en": "Case {reference}: nobody decided on “{about}” within the limit. By law it is granted: {law}. Log in to see the result.",
            "ru": "Дело {reference}: решение по услуге «{about}» не принято в срок. По закону она считается предоставленной: {law}. "
            "Результат — в деле, после входа.",
        },
        useful_for=timedelta(days=7),
    ),
    "silence-granted-here": Template(
        subject={"zh": "有事项因超期视为准予", "en": "Silence has granted a service", "ru": "Молчание предоставило услугу"},
        body={
            "zh": "办件 {reference}：“{about}”超期未决定，已依法视为准予（{law}）。请在 {until} 前复核；登录后在“系统决定复核”中查看。",
            "en": "Case {reference}: nobody decided on “{about}” in time, and by law it is granted ({law}). "
            "Have it looked at by {until}: log in and open “Re-checks”.",
            "ru": "Дело {reference}: решение по услуге «{about}» не принято в срок, по закону она предоставлена ({law}). "
            "Проверьте до {until}: войдите и откройте «Проверка решений системы».",
        },
        useful_for=timedelta(days=7),
    ),
    "recheck-wrong": Template(
        subject={"zh": "系统决定经复核有误", "en": "A decision of the system is not right", "ru": "Решение системы неверно"},
        body={
            "zh": "办件 {reference}：系统对“{about}”作出的决定经复核认为有误。已发结果在两名工作人员撤销前仍然有效。"
            "登录后在“系统决定复核”中查看理由。",
            "en": "Case {reference}: an officer found that the system decided “{about}” wrongly. What was issued holds until two officers "
            "withdraw it. Log in and open “Re-checks” to read why.",
            "ru": "Дело {reference}: проверка показала, что система решила «{about}» неверно. Выданное действует, пока его не отзовут два "
            "сотрудника. Войдите и откройте «Проверка решений системы», чтобы прочесть причину.",
        },
        useful_for=timedelta(days=7),
    ),
    "part-invited": Template(
        subject={"zh": "请您确认一件事项", "en": "Please confirm your part", "ru": "Подтвердите свою часть"},
        body={
            "zh": "{applicant}请您以“{role}”的身份确认“{matter}”。请在 {until} 前打开 {link} 登录办理。链接只能由一个账户使用，请勿转发；"
            "如不认识此人，不必理会。",
            "en": "{applicant} asks you to confirm “{matter}” as: {role}. Open {link} and log in, by {until}. "
            "One account alone can take the link: do not pass it on. If you do not know who asks, do nothing.",
            "ru": "{applicant} просит вас подтвердить «{matter}». Ваша роль: {role}. Откройте {link} и войдите до {until}. "
            "Ссылку примет только одна учётная запись: не пересылайте её. Если вы не знаете, кто просит, ничего не делайте.",
        },
        useful_for=timedelta(days=7),
    ),
    "part-asked": Template(
        subject={"zh": "请您确认一件事项", "en": "Please confirm your part", "ru": "Подтвердите свою часть"},
        body={
            "zh": "{applicant}再次请您以“{role}”的身份确认“{matter}”，请在 {until} 前登录，在“我的办件”中办理。",
            "en": "{applicant} asks you again to confirm “{matter}” as: {role}. Log in by {until}; you find it under “My cases”.",
            "ru": "{applicant} снова просит вас подтвердить «{matter}». Ваша роль: {role}. Войдите до {until}; это в разделе «Мои дела».",
        },
        useful_for=timedelta(days=7),
    ),
    "part-reopened": Template(
        subject={"zh": "您确认的内容有改动", "en": "What you confirmed has changed", "ru": "Подтверждённое изменилось"},
        body={
            "zh": "您以“{role}”的身份确认过的“{matter}”有改动，原确认已失效。请在 {until} 前登录，看过后重新确认。",
            "en": "“{matter}”, which you confirmed as {role}, has changed: your confirmation no longer counts. "
            "Log in by {until}, read it, and confirm it again.",
            "ru": "«{matter}»: подтверждённое вами (роль: {role}) изменилось, и подтверждение больше не действует. "
            "Войдите до {until}, прочтите и подтвердите снова.",
        },
        useful_for=timedelta(days=7),
    ),
    "part-reopened-own": Template(
        subject={"zh": "需要重新确认", "en": "It has to be confirmed again", "ru": "Нужно подтвердить снова"},
        body={
            "zh": "“{matter}”有改动，{name}的确认已失效，已通知对方重新确认。",
            "en": "“{matter}” has changed, so {name} has to confirm it again. We have told them.",
            "ru": "«{matter}» изменилось, поэтому {name} подтверждает снова. Мы сообщили об этом.",
        },
        useful_for=timedelta(days=7),
    ),
    "part-confirmed": Template(
        subject={"zh": "对方已确认", "en": "It is confirmed", "ru": "Подтверждено"},
        body={
            "zh": "{name}已确认“{matter}”。登录后在草稿中可以看到还差什么。",
            "en": "{name} has confirmed “{matter}”. Log in: your draft says what is still missing.",
            "ru": "{name}: «{matter}» подтверждено. Войдите: в черновике сказано, чего ещё не хватает.",
        },
        useful_for=timedelta(days=7),
    ),
    "part-refused": Template(
        subject={"zh": "对方不确认", "en": "It is not confirmed", "ru": "Не подтверждено"},
        body={
            "zh": "{name}没有确认“{matter}”。登录后在草稿中可以看到原因。",
            "en": "{name} does not confirm “{matter}”. Log in: your draft says why.",
            "ru": "{name}: «{matter}» не подтверждено. Войдите: причина указана в черновике.",
        },
        useful_for=timedelta(days=7),
    ),
    "part-taken-back": Template(
        subject={"zh": "对方撤回了确认", "en": "The confirmation was taken back", "ru": "Подтверждение отозвано"},
        body={
            "zh": "{name}撤回了对“{matter}”的确认，重新确认后才能提交。",
            "en": "{name} has taken back the confirmation of “{matter}”. It can be sent once it is confirmed again.",
            "ru": "{name}: подтверждение «{matter}» отозвано. Подать можно, когда оно будет дано снова.",
        },
        useful_for=timedelta(days=7),
    ),
    "part-lapsed": Template(
        subject={"zh": "邀请已过期", "en": "The invitation has ended", "ru": "Приглашение истекло"},
        body={
            "zh": "您请{name}确认“{matter}”的邀请已过期。登录后可在草稿中延期，或另请他人。",
            "en": "The time in which {name} could confirm “{matter}” has passed. Log in to give more time, or to invite somebody else.",
            "ru": "Срок, в который {name} может подтвердить «{matter}», истёк. Войдите, чтобы продлить его или пригласить другого.",
        },
        useful_for=timedelta(days=7),
    ),
    "part-closed": Template(
        subject={"zh": "邀请已结束", "en": "The invitation has ended", "ru": "Приглашение закончилось"},
        body={
            "zh": "{applicant}请您确认“{matter}”的邀请已结束，您不必再办理。",
            "en": "The invitation of {applicant} to confirm “{matter}” has ended. You need not do anything.",
            "ru": "Приглашение подтвердить «{matter}» ({applicant}) закончилось. Вам ничего делать не нужно.",
        },
        useful_for=timedelta(days=7),
    ),
    "breach": Template(
        subject={"zh": "个人信息安全事件告知", "en": "Your personal data: an incident", "ru": "Ваши персональные данные: происшествие"},
        body={
            "zh": "{office}告知：{cause}。涉及您的信息：{categories}。可能的影响：{harm}。已采取的措施：{taken}。您可以：{advice}。"
            "咨询电话：{phone}。本通知不含链接，也不会向您索要密码或验证码。",
            "en": "From {office}: {cause}. Of you it concerns: {categories}. What may come of it: {harm}. What was done: {taken}. "
            "What you can do: {advice}. Questions: {phone}. This letter has no link and asks for no password and no code.",
            "ru": "{office} сообщает: {cause}. Это касается ваших данных: {categories}. Возможные последствия: {harm}. "
            "Что сделано: {taken}. Что можете сделать вы: {advice}. Вопросы: {phone}. "
            "В этом письме нет ссылок, и оно не просит ни пароля, ни кода.",
        },
        useful_for=timedelta(days=7),
    ),
}
