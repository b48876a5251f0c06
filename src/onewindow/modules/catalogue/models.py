"""Rows of the catalogue: releases, temporal objects, drafts, the directory of services that nobody has described yet, code lists."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from onewindow.domain.errors import DomainError


class PublishedIsImmutable(DomainError):
    """Cases in flight keep the release they were filed under, so a published object never changes."""

    code = "published-is-immutable"
    template = "{kind} “{key}” is published and cannot be changed. Publish a new version of it instead."
    status = 409


class Release(models.Model):
    """One state of the whole catalogue."""

    number = models.PositiveIntegerField(primary_key=True)
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        return f"release {self.number}"


class CatalogueObject(models.Model):
    """One version of one object; it holds from release `since` until before release `until`."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    document = models.JSONField()
    since = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="begun")
    until = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="ended", null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "key", "since"], name="catalogue_one_version_per_release"),
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(until=None), name="catalogue_one_current_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}@{self.since_id}"

    def save(self, **options: Any) -> None:
        """Insert only: the database refuses a changed document too (see the migrations)."""
        if not self._state.adding:
            raise PublishedIsImmutable(kind=self.kind, key=self.key)
        super().save(**{**options, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> tuple[int, dict[str, int]]:
        raise PublishedIsImmutable(kind=self.kind, key=self.key)


class DraftObject(models.Model):
    """Somebody's unpublished edit of one object, or a new one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    document = models.JSONField()
    based_on = models.PositiveIntegerField(null=True)
    author = models.UUIDField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "key", "author"], name="catalogue_one_draft_per_author"),
        ]

    def __str__(self) -> str:
        return f"draft {self.kind}/{self.key}"


class ImportRun(models.Model):
    """One file of another platform's catalogue, read once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    source = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    imported_by = models.UUIDField(null=True)
    changed = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"import of {self.source}"


class ImportRow(models.Model):
    """What became of one row of the file."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=[("accepted", "accepted"), ("repaired", "repaired"), ("refused", "refused")])
    code = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=500, blank=True)
    remarks = models.JSONField(default=list)
    """[{code, sentence}]: how it was repaired or why it was refused."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "number"], name="catalogue_one_outcome_per_row"),
        ]

    def __str__(self) -> str:
        return f"row {self.number}: {self.outcome}"


class DirectoryEntry(models.Model):
    """A service that exists but whose steps nobody has described: it can be found, not compiled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=120, unique=True)
    """The implementation code in its full form, with every repair applied."""
    given_code = models.CharField(max_length=120)
    basic_code = models.CharField(max_length=40)
    area = models.CharField(max_length=12)
    name = models.CharField(max_length=500)
    group = models.CharField(max_length=500, blank=True)
    organisation_name = models.CharField(max_length=200)
    organisation_uscc = models.CharField(max_length=18)
    department_code = models.CharField(max_length=60, blank=True)
    task_type = models.CharField(max_length=10, blank=True)
    link = models.CharField(max_length=1000, blank=True)
    source = models.CharField(max_length=200)
    row_digest = models.CharField(max_length=64)
    repairs = models.JSONField(default=list)
    imported_at = models.DateTimeField()
    completed_into = models.CharField(max_length=200, blank=True)
    """The service that a person made of it; empty while nobody has."""

    class Meta:
        verbose_name_plural = "directory entries"

    def __str__(self) -> str:
        return self.name


class SynonymGroup(models.Model):
    """Words that mean the same to people who search: the office's and everyday ones, in any language."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    words = models.JSONField()
    updated_at = models.DateTimeField()
    updated_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return " = ".join(self.words)


class CodeList(models.Model):
    """One list as its publisher gives it: “region” (GB/T 2260) and “industry” (GB/T 4754) serve the fields of these types."""

    id = models.SlugField(primary_key=True)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=500)
    valid_from = models.DateField()
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.title} ({self.valid_from})"


class Code(models.Model):
    """One entry of a list."""

    code_list = models.ForeignKey(CodeList, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=20)
    name = models.JSONField()
    parent = models.CharField(max_length=20, blank=True)
    path = models.JSONField(default=list)
    """Names of what it lies in, the widest first."""
    words = models.TextField()
    """What it is found by: code, names, their sounds and initials, and the same of what it lies in; folded."""
    ended_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code_list", "code"], name="catalogue_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code_list_id}/{self.code}"
