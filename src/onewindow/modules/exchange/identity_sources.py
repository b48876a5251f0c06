"""How people are compared with the registers of other authorities, for the module of identity below."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from onewindow.domain.identification import same_name
from onewindow.modules.exchange import services
from onewindow.modules.identity.services import Claimed, SourceSilent, Ward
from onewindow.plumbing import accesses
from onewindow.plumbing.actors import Actor

PURPOSE = "identification"


def _write_down(resource: str, user_id: UUID, actor: Actor, now: datetime) -> None:
    """Record the question before it is asked: whose account it is about sees it. Raises: AccessNotLogged."""
    accesses.read(
        actor=actor,
        what=accesses.REGISTER,
        subject_kind="user",
        subject_id=user_id,
        persons=[user_id],
        purpose=PURPOSE,
        at=now,
        details={"resources": [resource]},
    )


class PopulationRegister:
    """The population source, asked by the resident number. Its answer is compared here and goes nowhere."""

    def agrees(self, claimed: Claimed, *, user_id: UUID, actor: Actor, now: datetime) -> bool:
        """Tell whether the register has this name, and this phone where one is given, under the number. Raises: SourceSilent."""
        _write_down(settings.ONEWINDOW_POPULATION_SOURCE, user_id, actor, now)
        try:
            answer = services.query(
                resource=settings.ONEWINDOW_POPULATION_SOURCE,
                keys={"resident-id": claimed.resident_id},
                fields=("full-name", "phone") if claimed.phone else ("full-name",),
                purpose=PURPOSE,
                subject_kind="user",
                subject_id=user_id,
                actor=actor,
                now=now,
            )
        except services.NoRecord:
            return False
        except services.SourceUnavailable:
            raise SourceSilent from None
        named = same_name(str(answer.values.get("full-name", "")), claimed.name)
        return named and (not claimed.phone or answer.values.get("phone") == claimed.phone)


class BusinessRegister:
    """The business register, asked by the credit code. Whom it names is compared here and goes nowhere."""

    def represented(self, uscc: str, representative: Claimed, *, user_id: UUID, actor: Actor, now: datetime) -> str | None:
        """Return the registered name where the register names exactly this person as representative. Raises: SourceSilent."""
        _write_down(settings.ONEWINDOW_BUSINESS_SOURCE, user_id, actor, now)
        try:
            answer = services.query(
                resource=settings.ONEWINDOW_BUSINESS_SOURCE,
                keys={"uscc": uscc},
                fields=("legal-name", "full-name", "resident-id"),
                purpose=PURPOSE,
                subject_kind="user",
                subject_id=user_id,
                actor=actor,
                now=now,
            )
        except services.NoRecord:
            return None
        except services.SourceUnavailable:
            raise SourceSilent from None
        told = answer.values
        same = told.get("resident-id") == representative.resident_id and same_name(str(told.get("full-name", "")), representative.name)
        return str(told["legal-name"]) if same and told.get("legal-name") else None


class GuardianRegister:
    """The register of guardians, asked by the guardian's own number. Whom it is about is compared here."""

    def children_of(self, guardian: Claimed, *, user_id: UUID, actor: Actor, now: datetime) -> tuple[Ward, ...]:
        """Return the children, none where the register does not have exactly this guardian. Raises: SourceSilent."""
        _write_down(settings.ONEWINDOW_GUARDIAN_SOURCE, user_id, actor, now)
        try:
            answer = services.query(
                resource=settings.ONEWINDOW_GUARDIAN_SOURCE,
                keys={"resident-id": guardian.resident_id},
                fields=("full-name", "children"),
                purpose=PURPOSE,
                subject_kind="user",
                subject_id=user_id,
                actor=actor,
                now=now,
            )
        except services.NoRecord:
            return ()
        except services.SourceUnavailable:
            raise SourceSilent from None
        if not same_name(str(answer.values.get("full-name", "")), guardian.name):
            return ()
        return tuple(Ward(row["full-name"], row["resident-id"]) for row in answer.values.get("children", ()))
