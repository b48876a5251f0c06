"""What is refused: some of it to a person on a page, some of it to a program in the words of OAuth."""

from onewindow.domain.errors import DomainError


class SystemUnknown(DomainError):
    """Nobody is sent anywhere: the address to send them to cannot be trusted."""

    code = "signon-system-unknown"
    template = "The system that sent you is not registered here. Go back to it, and tell its staff."


class ReturnUnknown(SystemUnknown):
    """The address to send somebody back to is not the system's own."""

    code = "signon-return-unknown"
    template = "The address to send you back to is not registered for this system. Go back to the system, and tell its staff."


class SystemRefused(DomainError):
    """A system cannot be registered so."""

    code = "signon-system-refused"
    template = "Choose whether the system is for citizens or for the staff."


class OrganisationUnknown(SystemRefused):
    code = "signon-organisation-unknown"
    template = "The organisation “{organisation}” is not known here. Load the catalogue first, or correct the id."


class NameMissing(SystemRefused):
    code = "signon-name-missing"
    template = "Write a name that citizens know the system by."


class NowhereToReturn(SystemRefused):
    code = "signon-nowhere-to-return"
    template = "Write at least one address to send people back to."


class AddressRefused(SystemRefused):
    code = "signon-address-refused"
    template = "The address “{address}” is not taken. Write it whole, with https and without “#”; http only for 127.0.0.1."


class ClaimUnknown(SystemRefused):
    code = "signon-claim-unknown"
    template = "There is no claim “{claim}”. Choose from {names}."


class StaffClaim(SystemRefused):
    code = "signon-staff-claim"
    template = "“{claim}” is told to systems of the staff only. Leave it out, or register the system for the staff."


class ClaimUnexplained(SystemRefused):
    code = "signon-claim-unexplained"
    template = "Say for “{claim}” what it is needed for and by which law."


class NotConfirmed(SystemRefused):
    code = "signon-not-confirmed"
    template = "The system is not confirmed yet. Another administrator of your organisation does that."


class NoSecret(SystemRefused):
    code = "signon-no-secret"
    template = "A program on people's own devices can keep no secret, so it has none. It proves each log-in with PKCE alone."


class NotForYou(DomainError):
    """A system of a department's staff."""

    code = "signon-not-for-you"
    template = "“{system}” is for the staff of its own organisation. Ask your administrator for a post there."
    status = 403


class Refused(DomainError):
    """An answer of the protocol. Source: RFC 6749 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6."""

    code = "signon-refused"
    template = "{error}: {description}"

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error=error, description=description)
        self.error, self.description = error, description

    @property
    def answer(self) -> int:
        """The HTTP status of the answer to a program."""
        return 401 if self.error in {"invalid_client", "invalid_token"} else 400


class AskedWrongly(Refused):
    """The system asked for something it cannot have; the person is sent back to it with this answer."""

    code = "signon-asked-wrongly"

    def __init__(self, error: str, description: str, *, redirect_uri: str, state: str) -> None:
        super().__init__(error, description)
        self.redirect_uri, self.state = redirect_uri, state
