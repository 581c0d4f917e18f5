import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from ilt.schools.models import LANGUAGES, District, School


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person, with or without an address to sign in with.

    No last_login: a time beside a name would help to guess who answered when.
    """

    last_login = None
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80)
    email = models.EmailField(max_length=254, null=True, unique=True)
    language = models.CharField(max_length=8, choices=LANGUAGES, default="en")
    is_active = models.BooleanField(default=True)
    source = models.CharField(max_length=80, blank=True)  # where a staff list knows this person from
    source_id = models.CharField(max_length=80, blank=True)

    USERNAME_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_per_address")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_session_auth_hash(self) -> str:
        """A new address ends sign-ins, as a new password does: the old one may have let a stranger in."""
        return salted_hmac("ilt.sign-in", f"{self.password} {self.email}", algorithm="sha256").hexdigest()


class Membership(models.Model):
    """A person on the staff of a school. The kind proposes the faculty list and grants no right."""

    class Kind(models.TextChoices):
        TEACHER = "teacher"
        SPECIALIST = "specialist"
        PARAPROFESSIONAL = "paraprofessional"
        LEADER = "leader"
        OTHER = "other"
        DISTRICT = "district"
        SYSTEM = "system"

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.TEACHER)
    team = models.CharField(max_length=80, blank=True)
    left = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint("person", "school", name="one_membership_per_school")]


class Grant(models.Model):
    """A right held by a person: by school, by district, or on the host."""

    class Role(models.TextChoices):
        MEMBER = "M"
        FACILITATOR = "F"
        LEADER = "P"
        COACH = "C"
        DISTRICT = "D"
        RESEARCHER = "S"
        HOST = "A"

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=1, choices=Role)
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey(District, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person", "role", "school", "district", name="one_grant_each", nulls_distinct=False
            ),
        ]


class StaffImport(models.Model):
    """A staff list on its way in: proposed, previewed, applied, undone. The file itself is not kept."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        APPLIED = "applied"
        UNDONE = "undone"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    table = models.JSONField()  # header and rows with only the columns we may keep; emptied 24 hours later
    mapping = models.JSONField(default=dict)
    changes = models.JSONField(default=list)  # what applying changed, with the values before, for undo
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)


class Act(models.Model):
    """The journal of administrative acts: who set what up. Never anything a respondent does."""

    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    detail: Any = models.JSONField(default=dict)
