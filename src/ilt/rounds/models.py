from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ilt.roster.models import User
from ilt.schools.models import School


class Document(models.Model):
    """A text that a school writes together, and goes on with from year to year."""

    class Kind(models.TextChoices):
        CHARTER = "charter"
        VISION = "vision"
        STRATEGY = "strategy"

    class Phase(models.TextChoices):
        DRAFT = "draft"
        COMMENTS = "comments"
        REVISION = "revision"
        CONSENT = "consent"
        ADOPTED = "adopted"

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    phase = models.CharField(max_length=10, choices=Phase, default=Phase.DRAFT)
    comments_until = models.DateField(null=True)
    adopted = models.PositiveSmallIntegerField(default=0)  # number of the version that is valid

    class Meta:
        constraints = [models.UniqueConstraint("school", "kind", name="one_document_of_a_kind")]


class Section(models.Model):
    """How a part of a document reads now."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    revision = models.PositiveIntegerField()  # the number of its wording; who saves says which one they read
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("document", "key", name="one_section_per_key")]


class Wording(models.Model):
    """Every wording that was ever saved: nobody's words are lost."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("section", "number", name="wordings_are_numbered")]


class Remark(models.Model):
    """A remark on one part. It ends as taken, taken in part, not taken with a reason, or parked."""

    class Fate(models.TextChoices):
        OPEN = "open", _("Not answered yet")
        TAKEN = "taken", _("Taken")
        IN_PART = "in_part", _("Taken in part")
        NOT_TAKEN = "not_taken", _("Not taken")
        PARKED = "parked", _("Parked for a later version")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()  # the one in the making when it was written
    key = models.CharField(max_length=40)
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    fate = models.CharField(max_length=10, choices=Fate, default=Fate.OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)


class Round(models.Model):
    """A text, frozen, that everybody in a circle is asked to live with."""

    class Circle(models.TextChoices):
        STAFF = "staff"
        TEAM = "team"

    class State(models.TextChoices):
        OPEN = "open"
        ADOPTED = "adopted"
        AMENDED = "amended"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    circle = models.CharField(max_length=5, choices=Circle)
    asked = models.PositiveSmallIntegerField()
    content: Any = models.JSONField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint("document", "number", name="rounds_are_numbered"),
            models.UniqueConstraint(
                "document", condition=models.Q(state="open"), name="one_open_round_at_a_time"
            ),
        ]


class Consent(models.Model):
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("round", "person", name="one_consent_each")]


class Objection(models.Model):
    """A reason why not, with a suggestion. It gets a written answer before anything is adopted."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # none: unnamed
    carried_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    suggestion = models.TextField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled = models.BooleanField(default=False)  # who objected can live with the answer
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by__isnull=False, carried_by__isnull=True)
                | models.Q(by__isnull=True, carried_by__isnull=False),
                name="an_objection_comes_from_one_person_or_through_one",
            )
        ]


class Version(models.Model):
    """What was adopted, frozen. The one with the highest number is valid."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    content: Any = models.JSONField()
    adopted_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint("document", "number", name="versions_are_numbered")]
