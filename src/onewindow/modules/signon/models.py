"""Rows of the one log-in. Other modules reach them through `services` and `selectors` only."""

import uuid
from typing import ClassVar

from django.db import models


class System(models.Model):
    """A department's system whose users log in here; an inactive one is answered nothing from the next request on."""

    id = models.CharField(max_length=40, primary_key=True)
    """Its client_id."""
    organisation = models.CharField(max_length=80, db_index=True)
    name = models.JSONField(default=dict)
    audience = models.CharField(max_length=10)
    """citizens: everybody with an account; staff: who has a post at the organisation."""
    public = models.BooleanField(default=False)
    """A program on the user's own device, which can keep no secret."""
    secret_hash = models.CharField(max_length=64, blank=True, default="")
    claims = models.JSONField(default=dict)
    """What it is told: {claim: {purpose: {zh, en, ru}, basis}}."""
    redirect_uris = models.JSONField(default=list)
    logout_uris = models.JSONField(default=list)
    is_active = models.BooleanField(default=False)
    registered_by = models.UUIDField(null=True)
    registered_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class StaffKey(models.Model):
    """A key for the system that keeps a department's staff (SCIM). It acts for the administrator who made it, and for nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation = models.CharField(max_length=80, db_index=True)
    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class SigningKey(models.Model):
    """A key that signs who somebody is; the private half is sealed."""

    id = models.CharField(max_length=43, primary_key=True)
    """The thumbprint of the public half (RFC 7638)."""
    sealed = models.TextField()
    public = models.JSONField()
    """Shape: a JSON Web Key."""
    made_at = models.DateTimeField()
    signs_from = models.DateTimeField(db_index=True)
    published_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.id


class Grant(models.Model):
    """Somebody's agreement that a system may know them, and under which name it knows them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="grants")
    user = models.UUIDField(db_index=True)
    sub = models.CharField(max_length=32, unique=True)
    """Random, and another at each system: two systems cannot put together what they know of one person."""
    scopes = models.JSONField(default=list)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["system", "user"], name="signon_one_grant"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Login(models.Model):
    """One log-in to a system, from the code that began it to its end; all its tokens end with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="logins")
    session = models.CharField(max_length=32, db_index=True)
    """The browser's session here, under a name that says nothing about its cookie."""
    scopes = models.JSONField(default=list)
    redirect_uri = models.TextField()
    nonce = models.TextField(blank=True)
    challenge = models.CharField(max_length=43)
    proved_at = models.DateTimeField()
    """When the person last proved here who they are."""
    methods = models.JSONField(default=list)
    """Shape: RFC 8176."""
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    code_hash = models.CharField(max_length=64, unique=True)
    code_until = models.DateTimeField()
    code_used_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class Token(models.Model):
    """A key of a log-in; only its hash is kept."""

    hash = models.CharField(max_length=64, primary_key=True)
    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=10)
    """access, refresh"""
    scopes = models.JSONField(default=list)
    until = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    """A refresh token counts once; the second time ends the log-in."""

    def __str__(self) -> str:
        return self.kind
