"""E-mail by SMTP, always encrypted unless the server is this machine."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from onewindow.modules.messages.channels.base import NotCarried, Refused, Written

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class SmtpChannel:
    """Speaks to a mail server. Shape of the address: smtp://user:password@host:587 (STARTTLS) or smtps://…:465."""

    def __init__(self, url: str, sender: str, seconds: float = 10.0) -> None:
        self.parts, self.sender, self.seconds = urlsplit(url), sender, seconds

    def carry(self, message: Written) -> None:
        letter = EmailMessage()
        letter["Subject"], letter["From"], letter["To"] = message.subject, self.sender, message.to
        letter["Message-ID"] = f"<{message.id}@{self.sender.rpartition('@')[2].rstrip('>') or 'localhost'}>"
        letter["Content-Language"] = message.language or "zh-hans"
        letter.set_content(message.body)
        try:
            with self._connected() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            raise Refused from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotCarried from error

    def try_out(self) -> None:
        try:
            with self._connected() as server:
                server.noop()
        except (smtplib.SMTPException, OSError) as error:
            raise NotCarried from error

    def _connected(self) -> smtplib.SMTP:
        host = self.parts.hostname or "localhost"
        if self.parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.parts.port or 465, timeout=self.seconds, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, self.parts.port or 587, timeout=self.seconds)
            if host not in _HERE:
                server.starttls(context=ssl.create_default_context())
        if self.parts.username:
            server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        return server
