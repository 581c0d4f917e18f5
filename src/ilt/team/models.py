from django.db import models
from django.utils.translation import gettext_lazy as _

from ilt.roster.models import User
from ilt.schools.models import School


class Seat(models.Model):
    """A person on the leadership team: what they bring, until when, and which team they speak with."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    brings = models.CharField(max_length=300, blank=True)
    until = models.DateField(null=True, blank=True)
    team = models.CharField(max_length=80, blank=True)  # as the staff list names it
    archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint("school", "person", name="one_seat_each")]


class DecisionRight(models.Model):
    """Who decides about a topic, and how."""

    class Mode(models.TextChoices):
        INFORM = "inform", _("Inform")
        CONSULT = "consult", _("Consult")
        CONSENT = "consent", _("Consent")
        VOTE = "vote", _("Vote")
        LEADER = "leader", _("A leader decides")

    class Who(models.TextChoices):
        FACULTY = "faculty", _("The faculty")
        ILT = "ilt", _("The leadership team")
        TEAMS = "teams", _("The teacher teams")
        LEADER = "leader", _("A school leader")

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=120)
    mode = models.CharField(max_length=8, choices=Mode)
    who = models.CharField(max_length=8, choices=Who)
    archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)


class Turn(models.Model):
    """Who does what at one meeting of the rota."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    facilitator = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    timekeeper = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorder = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    observer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint("school", "on", name="one_turn_a_day")]
