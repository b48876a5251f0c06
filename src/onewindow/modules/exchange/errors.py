"""Why a source gave no values."""

from onewindow.domain.errors import DomainError


class SourceUnavailable(DomainError):
    """The source gave nothing that can be used; the question is asked instead.

    `reason` is stable: down, time-out, refused, garbage, stale (a file older than agreed), resting (the circuit is open),
    rate (asked too often) or no-connector.
    """

    code = "source-unavailable"
    template = "{resource} gives no answer at the moment ({reason}). Type the values in, or try again later."
    status = 503

    def __init__(self, *, resource: str, reason: str) -> None:
        self.resource, self.reason = resource, reason
        super().__init__(resource=resource, reason=reason)


class NoRecord(DomainError):
    """The source answered that it knows nothing under this key."""

    code = "no-record"
    template = "{resource} has no record under this key. Check the number, or type the values in."
    status = 404

    def __init__(self, *, resource: str) -> None:
        self.resource = resource
        super().__init__(resource=resource)


class QueryWithoutGrounds(DomainError):
    """No data query without a purpose and the matter it serves."""

    code = "query-without-grounds"
    template = "{resource} was not asked: {missing} is missing. Name the purpose, and the keys and fields of the matter it serves."


class ConnectorRefused(DomainError):
    """The settings of a connector are not usable."""

    code = "connector-refused"
    template = "The connectors were not loaded: {problems}"


class QueryRefused(SourceUnavailable):
    """The exchange itself does not ask; the question is asked of the applicant instead."""

    status = 403
    reason_code = ""

    def __init__(self, *, resource: str, **said: object) -> None:
        self.resource, self.reason = resource, self.reason_code
        DomainError.__init__(self, resource=resource, **said)


class NotGranted(QueryRefused):
    """Nobody has been given these fields for this purpose."""

    code = "not-granted"
    template = "{resource} was not asked: no grant covers these fields for “{purpose}”. Ask its owner for a grant, or type the values in."
    reason_code = "not-granted"


class ConsentMissing(QueryRefused):
    """The person has not agreed, or not any more."""

    code = "consent-missing"
    template = "{resource} was not asked: the person it is about has not agreed to it, or not any more. Type the values in."
    reason_code = "no-consent"


class QuotaSpent(QueryRefused):
    """As many records as may be were taken today."""

    code = "quota-spent"
    template = "{resource} was not asked: the {most} records a day that may be taken are taken. Go on tomorrow, or ask the owner for more."
    status = 429
    reason_code = "quota"

    def __init__(self, *, resource: str, most: int, whose: str, grant: str) -> None:
        self.whose, self.grant = whose, grant
        super().__init__(resource=resource, most=most)


class ExchangeStopped(QueryRefused):
    """Without time stamps nobody could prove later what was asked when."""

    code = "exchange-stopped"
    template = "{resource} was not asked: time stamps have been missing since {since}. The operator must mend the time-stamping service."
    status = 503
    reason_code = "stopped"


class GrantRefused(DomainError):
    """A grant in a file is not usable."""

    code = "grant-refused"
    template = "Grant {place} was not loaded, nor any other: {what}. Write resource, organisation, fields, purposes and from."


class EnquiriesRefused(DomainError):
    """The list of enquiries in a file is not usable."""

    code = "enquiries-refused"
    template = "Enquiry {place} was not loaded, nor any other: {what}."


class EnquiryNotProven(DomainError):
    """A register answers about somebody only to whom it is proven to be."""

    code = "enquiry-not-proven"
    template = "It is not sure enough yet who you are. Have your identity confirmed under “My account”, then ask again."
    status = 403


class EnquiryNotYours(DomainError):
    """What the register is asked under is not proven for whoever asks."""

    code = "enquiry-not-yours"
    template = "This is asked under a number that is not proven for you. Ask in your own name, or for an enterprise that you represent."
    status = 403


class CorrectionIncomplete(DomainError):
    """An answer that says nothing to the person."""

    code = "correction-incomplete"
    template = "Choose “corrected” or “it stands”, and write the sentence that the person will read."


class CorrectionClosed(DomainError):
    """It was answered already, or taken back by the person."""

    code = "correction-closed"
    template = "This was answered already, or the person took it back. Load the list again."
    status = 409


class StampFailed(DomainError):
    """The time-stamping authority gave nothing that holds."""

    code = "stamp-failed"
    template = "No time stamp came: {what}. Check ONEWINDOW_TSA_URL and ONEWINDOW_TSA_ROOT, and ask the authority."
    status = 503


class LogNotWritten(DomainError):
    """A segment of the log cannot be written, or does not hold what it should."""

    code = "log-not-written"
    template = "The log of questions was not written to {folder}: {what}."


class ArchiveChanged(DomainError):
    """The archive is not what was archived, so that nothing may be removed."""

    code = "archive-changed"
    template = "Nothing was removed: {segment} of the archive does not hold ({what}). Put it back from a backup."
    status = 409
