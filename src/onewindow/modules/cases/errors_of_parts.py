"""What can go wrong where several people complete and confirm one matter."""

from collections.abc import Sequence

from onewindow.domain.catalogue.model import Text
from onewindow.domain.errors import DomainError


class UnknownRole(DomainError):
    code = "unknown-role"
    template = "Nobody “{role}” has to confirm this matter. Load the page again: it lists who does."


class RoleTaken(DomainError):
    """One person for each role at a time."""

    code = "role-taken"
    template = "Somebody is already invited as “{role}”. Withdraw that invitation first, then invite somebody else."
    status = 409


class TooManyInvitations(DomainError):
    code = "too-many-invitations"
    template = "You have sent {most} invitations within a day. Wait until tomorrow; those that were sent stay good."
    status = 429


class InvitationOver(DomainError):
    """Withdrawn, refused, past its day, or filed."""

    code = "invitation-over"
    template = "This invitation has ended. Ask whoever invited you, or invite anew."
    status = 409


class OwnInvitation(DomainError):
    code = "own-invitation"
    template = "This is your own matter: whoever you invited confirms it, in an account of their own."
    status = 403


class TakesPartAlready(DomainError):
    code = "takes-part-already"
    template = "You already take part in this matter. Each role needs a person of its own."
    status = 409


class ConfirmedAnew(DomainError):
    """What is to be confirmed is not what the page showed."""

    code = "part-changed"
    template = "Something changed since you opened this page. Read it again: what you confirm is what stands there now."
    status = 409


class OtherName(DomainError):
    """Whoever confirms is not whom the applicant named."""

    code = "other-name"
    template = (
        "The invitation is for somebody of another name than the one you are proven to have. "
        "Ask whoever invited you to write your name as on your identity card and to invite you again."
    )
    status = 403


class RefusalEmpty(DomainError):
    code = "refusal-empty"
    template = "Write why you do not confirm. Nothing was sent."


class ConfirmedByOther(DomainError):
    """The applicant alone cannot change any more what somebody else confirmed with them."""

    code = "confirmed-by-other"
    template = (
        "“{field}” was confirmed by somebody beside the applicant, who cannot change it alone. "
        "Decide by what stands there, or refuse, so that both file it anew."
    )
    status = 409


class ConfirmationsMissing(DomainError):
    """Others have not confirmed the matter as it reads now."""

    code = "confirmations-missing"
    template = (
        "These have not confirmed what you are about to send: {names}. Invite them, or wait until they have; everything else is saved."
    )
    status = 409

    def __init__(self, *, names: Sequence[Text], roles: Sequence[str]) -> None:
        super().__init__(names=", ".join(roles), roles=list(roles))
        self.values = {"names": list(names), "roles": list(roles)}
