from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ilt.priorities.models import Priority
from ilt.roster.models import User
from ilt.schools.models import School


class Goal(models.Model):
    """A teacher-learning goal. Its long texts are sections of the strategy, under `goal<id>.<field>`."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PARKED = "parked", _("Parked")
        CLOSED = "closed", _("Closed")
        ARCHIVED = "archived", _("Archived")

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    teams: Any = models.JSONField(default=list)  # names of teams, as the staff list has them
    review_on = models.DateField(null=True, blank=True)
    priority = models.ForeignKey(Priority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)


class Indicator(models.Model):
    """Evidence that is planned for a goal: what will be looked at, and by when."""

    class Reach(models.TextChoices):
        SHORT = "short", _("Short: practice")
        MIDDLE = "middle", _("Middle: student work")
        LONG = "long", _("Long: outcomes or a survey topic")

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="+")
    reach = models.CharField(max_length=6, choices=Reach)
    text = models.CharField(max_length=300)
    due_on = models.DateField()
    shown_on = models.DateField(null=True, blank=True)
    showed = models.TextField(blank=True)  # what it showed
    archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)


class Resource(models.Model):
    """Time, money, people or materials that are there for learning."""

    class Kind(models.TextChoices):
        TIME = "time", _("Time")
        MONEY = "money", _("Money")
        PEOPLE = "people", _("People")
        MATERIALS = "materials", _("Materials")

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    title = models.CharField(max_length=160)
    minutes = models.PositiveIntegerField(null=True, blank=True)  # of time, per month
    amount = models.CharField(max_length=80, blank=True)  # of the other kinds, in words
    archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)


class Handoff(models.Model):
    """Who carries what from one team to another, and when."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="+")
    from_team = models.CharField(max_length=80)
    to_team = models.CharField(max_length=80)
    what = models.CharField(max_length=300)
    on = models.DateField()
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
