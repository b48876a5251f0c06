"""Rows of identity. Other modules reach them through `services` and `selectors` only."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from onewindow.plumbing.sealing.fields import HashOf, SealedJSON, SealedRow, SealedText


class UserManager(BaseUserManager["User"]):
    """Finds people by the name they log in with, whatever its case."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(SealedRow, AbstractBaseUser):
    """Somebody who can log in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    username = models.CharField(max_length=150, unique=True)
    email = SealedText(blank=True, hashed=True)
    phone = SealedText(blank=True, hashed=True)
    display_name = SealedJSON(default=dict)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("username"), name="identity_one_username"),
            models.UniqueConstraint(HashOf("email"), name="identity_one_email"),
            models.UniqueConstraint(HashOf("phone"), name="identity_one_phone"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Person(SealedRow):
    """What is proven about a user: {element: value}, by whom and when."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="person")
    facts = SealedJSON(default=dict)
    proof_level = models.CharField(max_length=20, blank=True)
    """none, phone, demo, register …: how sure it is that this is the person."""
    proof_source = models.CharField(max_length=80, blank=True)
    proved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.user_id)


class Region(models.Model):
    """An administrative division (GB/T 2260)."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.JSONField(default=dict)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")
    """The division it lies in: a community in a township, a township in a county, up to the province."""

    def __str__(self) -> str:
        return self.code


class Organisation(models.Model):
    """A public organisation as the catalogue names it."""

    id = models.CharField(max_length=80, primary_key=True)
    name = models.JSONField(default=dict)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="organisations")

    def __str__(self) -> str:
        return self.id


class Post(models.Model):
    """Somebody's work at an organisation; an inactive post gives nothing from the next request on."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="posts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    title = models.JSONField(default=dict)
    roles = models.JSONField(default=list)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="posts")
    """Where it works; with a region, only matters of it and of what lies in it are seen."""
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "organisation"], name="identity_one_post_per_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}@{self.organisation_id}"


class Leave(models.Model):
    """A post whose holder is away from one day until another; meanwhile a colleague of the same organisation does its work."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="leaves")
    substitute = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="stands_in")
    from_date = models.DateField()
    until_date = models.DateField()
    """The last day."""
    roles = models.JSONField(default=list)
    """What is lent: what the post held when the leave was recorded, the right to give rights excepted."""
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(until_date__gte=models.F("from_date")), name="identity_leave_in_order"),
            models.CheckConstraint(condition=~Q(post=models.F("substitute")), name="identity_leave_by_another"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["substitute", "from_date"], condition=Q(ended_at=None), name="identity_leave_now"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} → {self.substitute_id}"


class ApiToken(models.Model):
    """A key for a program that acts in somebody's name; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Tries(models.Model):
    """When somebody tried something that is limited, under a hash of who: {key: moments within the limit's time}."""

    key = models.CharField(max_length=64, primary_key=True)
    moments = models.JSONField(default=list)
    latest = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
