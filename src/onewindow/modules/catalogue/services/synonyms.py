"""Words that mean the same to people who search."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from onewindow.domain.errors import DomainError, NotFound
from onewindow.modules.catalogue import models
from onewindow.plumbing import audit, permissions
from onewindow.plumbing.actors import Actor

WORDS, LETTERS = 30, 60


class SynonymsRefused(DomainError):
    """A group needs two words at least."""

    code = "synonyms-refused"
    template = (
        "Write between 2 and {words} different words or short phrases, each at most {letters} characters long, with a comma between them."
    )
    status = 422


@transaction.atomic
def save_synonyms(*, words: Iterable[str], actor: Actor, now: datetime, group_id: UUID | None = None) -> UUID:
    """Keep a new group of words, or change one; searches follow at once.

    Raises: Forbidden, NotFound, SynonymsRefused.
    """
    permissions.require(actor, "catalogue.synonyms", group_id)
    kept = list(dict.fromkeys(plain for word in words if (plain := " ".join(word.split()))))
    if not 2 <= len(kept) <= WORDS or any(len(word) > LETTERS or "\0" in word for word in kept):
        raise SynonymsRefused(words=WORDS, letters=LETTERS)
    written = {"words": kept, "updated_at": now, "updated_by": actor.id}
    if group_id is None:
        group_id = models.SynonymGroup.objects.create(id=uuid4(), **written).id
    elif not models.SynonymGroup.objects.filter(pk=group_id).update(**written):
        raise NotFound(kind="group of words", id=group_id)
    audit.record(actor=actor, action="catalogue.synonyms", subject_kind="synonyms", subject_id=group_id, at=now)
    return group_id


@transaction.atomic
def remove_synonyms(*, group_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a group of words away.

    Raises: Forbidden, NotFound.
    """
    permissions.require(actor, "catalogue.synonyms", group_id)
    deleted, _ = models.SynonymGroup.objects.filter(pk=group_id).delete()
    if not deleted:
        raise NotFound(kind="group of words", id=group_id)
    audit.record(actor=actor, action="catalogue.synonyms-removed", subject_kind="synonyms", subject_id=group_id, at=now)
