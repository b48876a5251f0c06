"""Why a batch was not loaded."""

from onewindow.domain.errors import DomainError


class NoStore(DomainError):
    """Nobody has said which columns the resource has."""

    code = "no-record-store"
    template = "There is no store for {resource}. Describe its columns first: “onewindow exchange describe FILE”."
    status = 404


class StoreHolds(DomainError):
    """The columns of a store stay while records lie in it."""

    code = "record-store-holds"
    template = "{resource} holds records under other columns. Describe it as it was, or load the new columns under another name."
    status = 409


class FileRefused(DomainError):
    """A file cannot be read as one of the resource."""

    code = "record-file-refused"
    template = "{file} was not loaded, nothing has changed: {what}"


class RowsRefused(DomainError):
    """Some rows are wrong and nobody has said where to write why."""

    code = "record-rows-refused"
    template = (
        "{file} was not loaded, nothing has changed: {count} of its rows are wrong, the first is {where}: {reason} "
        "Say where to write them with --rejects, and the others are loaded."
    )


class StoreBusy(DomainError):
    """Somebody else has loaded a batch meanwhile."""

    code = "record-store-busy"
    template = "Another batch of {resource} was loaded while this one was read; nothing of this one has changed. Load it again."
    status = 409
