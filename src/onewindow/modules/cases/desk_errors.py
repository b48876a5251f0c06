"""What officers are told of ready texts, notes and exports."""

from onewindow.domain.errors import DomainError
from onewindow.modules.cases.errors import EntriesRefused


class LanguageMissing(DomainError):
    code = "language-missing"
    template = "Write this in every language: each applicant reads their own."


class LawMissing(DomainError):
    code = "law-missing"
    template = "Name the law in every language: a refusal says what it rests on."


class TemplateIncomplete(EntriesRefused):
    """A ready text that lacks a language, or its law."""

    code = "template-incomplete"
    template = "{count} entries are missing: {names}. Nothing was saved: fill them in, then save again."


class TemplateMisplaced(DomainError):
    code = "template-misplaced"
    template = "“{value}” is not what a ready text of your organisation can be for. Choose from the list."


class NoteEmpty(DomainError):
    code = "note-empty"
    template = "Write the note first. Nothing was saved."


class ExportsWaiting(DomainError):
    code = "exports-waiting"
    template = "{count} of your exports are still being made. Wait until one is done, or remove one from the list."
    status = 409
