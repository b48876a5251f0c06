"""Why a source gave no values."""

from onewindow.domain.errors import DomainError


class SourceUnavailable(DomainError):
    """The source gave nothing that can be used; the question is asked instead.

    `reason` is stable: down, time-out, refused, garbage, resting (the circuit is open) or no-connector.
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
