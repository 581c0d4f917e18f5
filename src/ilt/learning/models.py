from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ilt.roster.models import User
from ilt.schools.models import School


class Activity(models.Model):
    """A time when adults learn together."""

    class Setting(models.TextChoices):
        TEAM = "team", _("Team time")
        FACULTY = "faculty", _("Faculty meeting")
        COACHING = "coaching", _("Coaching")
        VISIT = "visit", _("Peer visit")
        WORKSHOP = "workshop", _("Workshop")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        DROPPED = "dropped", _("Dropped")

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    setting = models.CharField(max_length=8, choices=Setting)
    on = models.DateField(null=True, blank=True)
    starts = models.TimeField(null=True, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)  # planned
    kept = models.PositiveIntegerField(null=True, blank=True)  # minutes that were there in the end
    teams: Any = models.JSONField(default=list)
    everybody = models.BooleanField(default=False)
    lead = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cover_needed = models.PositiveIntegerField(default=0)  # lessons that somebody has to cover
    cover_arranged = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State, default=State.PLANNED)
    revision = models.PositiveIntegerField(default=1)
