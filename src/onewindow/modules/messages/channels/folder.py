"""For development: every message is a file in a folder of the installation."""

import os
from pathlib import Path

from onewindow.modules.messages.channels.base import NotCarried, Written


class FolderChannel:
    """Writes each message beside the data; nobody outside this machine receives anything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def carry(self, message: Written) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            content = f"To: {message.to}\nTemplate: {message.template}\nSubject: {message.subject}\n\n{message.body}\n"
            half = self.folder / f".{message.id}"
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                file.write(content)
            half.rename(self.folder / f"{message.id}.txt")
        except OSError as error:
            raise NotCarried from error

    def try_out(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise NotCarried from error
