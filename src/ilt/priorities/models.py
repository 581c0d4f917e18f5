from django.db import models
from django.utils.translation import gettext_lazy as _

from ilt.report.models import Snapshot
from ilt.roster.models import User
from ilt.schools.models import School


class Priority(models.Model):
    """A finding that the team takes up. It ends in a goal, a promise, or a reasoned "not now"."""

    class Fate(models.TextChoices):
        OPEN = "open", _("Open")
        GOAL = "goal", _("A goal")
        PROMISE = "promise", _("A promise")
        NOT_NOW = "not_now", _("Not now")

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=200)  # its key within the release
    title = models.CharField(max_length=160)
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()
    fate = models.CharField(max_length=8, choices=Fate, default=Fate.OPEN)
    reason = models.TextField(blank=True)  # of "not now"
    archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "school",
                "snapshot",
                "finding",
                condition=models.Q(archived=False),
                name="a_finding_is_taken_up_once",
            )
        ]
