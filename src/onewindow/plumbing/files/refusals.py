"""Why a file is not taken: each sentence says what is wrong, in which file, and how to mend it."""

from onewindow.domain.errors import DomainError


class FileRefused(DomainError):
    """The file was not taken; nothing of it was kept."""

    code = "file-refused"
    template = "The file “{name}” was not taken. Choose a PDF, PNG, JPEG or WebP file of at most 10 MB."


class FileEmpty(FileRefused):
    code = "file-empty"
    template = "The file “{name}” is empty. Choose it again, or scan the document once more."


class FileTooLarge(FileRefused):
    code = "file-too-large"
    template = "The file “{name}” has {megabytes} MB; 10 MB are allowed. Scan it with fewer dots per inch, or split it."
    status = 413


class FileTypeRefused(FileRefused):
    code = "file-type"
    template = (
        "The file “{name}” is not a PDF, PNG, JPEG or WebP file, whatever its name says. Save it as one of these and choose it again."
    )


class FileArchive(FileRefused):
    code = "file-archive"
    template = "The file “{name}” is an archive or an Office document. Unpack it, or save it as a PDF, and choose each document by itself."


class FileMistyped(FileRefused):
    code = "file-mistyped"
    template = "The file “{name}” says it is {said}, but its content is {found}. Save it again under its own type."


class FileBroken(FileRefused):
    code = "file-broken"
    template = "The file “{name}” cannot be opened: it is damaged or far too many dots large. Save or scan it again."


class FileInfected(FileRefused):
    code = "file-infected"
    template = (
        "The file “{name}” holds something that the virus check knows as harmful ({found}). "
        "Clean the computer it comes from, then scan the document once more."
    )


class FileNotChecked(FileRefused):
    code = "file-not-checked"
    template = "The file “{name}” could not be checked for viruses at the moment, so it was not taken. Send it again in some minutes."
    status = 503


class FileActive(FileRefused):
    code = "file-active"
    template = "The PDF “{name}” holds more than pages to read ({found}). Print it to a new PDF, or scan the paper, and choose that file."


class FileLocked(FileRefused):
    code = "file-locked"
    template = "The PDF “{name}” is protected by a password. Save a copy without protection, and choose that file."


class FileCarries(FileRefused):
    code = "file-carries"
    template = "The file “{name}” carries something else before or behind the document. Print it to a new PDF, and choose that file."


class FileUnpacks(FileRefused):
    code = "file-unpacks"
    template = "The PDF “{name}” is packed in a way that cannot be looked through. Print it to a new PDF, and choose that file."
