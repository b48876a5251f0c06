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
    proof_level = models.PositiveSmallIntegerField(default=0)
    """The level now (domain.identification), derived from the identifications that hold; their job lowers it where one ends."""
    proof_source = models.CharField(max_length=80, blank=True)
    proved_at = models.DateTimeField(null=True)
    number = SealedText(blank=True, hashed=True)
    """The resident number that is proven, found by its hash: one identity belongs to one account."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(HashOf("number"), name="identity_one_number"),
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class Identification(models.Model):
    """One proof of who somebody is, kept with its time and its source; the level is the highest of those that hold."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identifications")
    level = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=20)
    """phone, email, register, window, face, national, demo: what it is worth, ONEWINDOW_IDENTIFICATION says."""
    source = models.CharField(max_length=80)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    """The officer who looked at the card."""
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user"], condition=Q(ended_at=None), name="identity_proofs_now"),
        ]

    def __str__(self) -> str:
        return f"{self.method} of {self.user_id}"


class NationalIdentity(SealedRow):
    """Whose account somebody of the national provider logs in to. Neither side has a second one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="national_identities")
    issuer = models.CharField(max_length=200)
    subject = SealedText(hashed=True)
    """Issuer and subject, found by their hash."""
    linked_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "issuer"], name="identity_one_national_identity"),
            models.UniqueConstraint(HashOf("subject"), name="identity_one_national_subject"),
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class VisitCode(models.Model):
    """What somebody shows at the window so that the officer finds their account: a short-lived code, kept as a hash."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="visit_code")
    hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user_id)


class FaceCheck(models.Model):
    """A check that somebody began at the face channel. `check` is the channel's name for it; no picture ever comes here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="face_checks")
    check_id = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="waiting")
    begun_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.state


class LegalPerson(models.Model):
    """An enterprise or organisation that somebody has proven to represent; the business register was asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    representative = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="enterprises")
    source = models.CharField(max_length=80)
    confirmed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.uscc


class MandateRow(SealedRow):
    """Somebody may act for a party: who gives, who receives, in which matters, from when until when. domain.mandates decides."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    party = models.UUIDField(db_index=True)
    """For whom: a user or a legal person, by id."""
    party_kind = models.CharField(max_length=8)
    role = models.CharField(max_length=8)
    matters = models.JSONField(default=list)
    """Ids of One Things; empty: all."""
    receiver_name = SealedText(blank=True)
    receiver_number = SealedText(blank=True, hashed=True)
    """The receiver's resident number: it is offered to a person, whether or not they have an account."""
    receiver_mark = models.CharField(max_length=64, blank=True, default="", db_index=True)
    """Of offers from before numbers were sealed: a hash of the number under the secret key of that day; empty once it is accepted."""
    receiver = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="mandates")
    from_date = models.DateField()
    until_date = models.DateField()
    """The last day."""
    state = models.CharField(max_length=10, default="offered")
    offered_at = models.DateTimeField()
    offered_by = models.UUIDField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(until_date__gte=models.F("from_date")), name="identity_mandate_in_order"),
            models.CheckConstraint(condition=~Q(state="accepted") | Q(receiver__isnull=False), name="identity_mandate_received"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(HashOf("receiver_number"), name="identity_mandate_receiver")]

    def __str__(self) -> str:
        return f"{self.party} → {self.receiver_id or 'offered'}"


class Child(SealedRow):
    """A child whose guardian the register named: the party of what is filed for it, as long as it has no account of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = SealedText()
    number = SealedText(hashed=True)
    """As the register told them. An account that is proven to be the child is found by the number."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(HashOf("number"), name="identity_one_child"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Guardianship(models.Model):
    """The register named somebody as guardian of a child. It counts for some hours, until the child is of age, or until it ends here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    guardian = models.ForeignKey(User, on_delete=models.CASCADE, related_name="guardianships")
    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="guardianships")
    source = models.CharField(max_length=80)
    told_at = models.DateTimeField()
    """When the guardian had the register asked last."""
    checked_at = models.DateTimeField()
    """When it said so last, whoever asked."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["guardian", "child"], condition=Q(ended_at=None), name="identity_one_guardianship"),
        ]

    def __str__(self) -> str:
        return f"{self.guardian_id} → {self.child_id}"


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


class Assistance(models.Model):
    """An officer at a counter helps a person to fill in one matter, for a short time: the person agreed to it by a code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    officer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assistances_given")
    organisation = models.CharField(max_length=200)
    party = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="assistances")
    """Null where nobody has the phone or e-mail that was typed: the officer sees no difference."""
    matter = models.CharField(max_length=200)
    offered_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=64, blank=True)
    """A hash of the code that was sent last: first to begin, later to confirm what is to be filed."""
    code_until = models.DateTimeField(null=True)
    mark = models.CharField(max_length=120, blank=True)
    """What the code that was sent last confirms; empty: the beginning."""
    confirmed = models.CharField(max_length=120, blank=True)
    """What the person confirmed by a code of their own."""

    def __str__(self) -> str:
        return f"{self.officer_id} helps {self.party_id}"


class Terminal(models.Model):
    """A device that an organisation has set up for everybody: it shows the pages for the terminal and keeps nothing of anybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation = models.CharField(max_length=200, db_index=True)
    name = models.CharField(max_length=80)
    place = models.CharField(max_length=200, blank=True)
    secret = models.CharField(max_length=64, unique=True)
    """A hash: of the code by which the device is set up, then of what it holds itself."""
    code_until = models.DateTimeField(null=True)
    """Until when the code can be used; null once the device is set up."""
    added_at = models.DateTimeField()
    added_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
