from django.db import models
from django.utils.translation import gettext_lazy as _

from ilt.priorities.models import Priority
from ilt.report.models import Snapshot
from ilt.roster.models import User
from ilt.schools.models import School


class Promise(models.Model):
    """What the faculty said, in a published finding, and what is done about it."""

    class State(models.TextChoices):
        OPEN = "open", _("Not done yet")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=200)
    priority = models.ForeignKey(Priority, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    will = models.CharField(max_length=300)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    did = models.TextField(blank=True)  # what was done, or why not
    made_on = models.DateField()
    revision = models.PositiveIntegerField(default=1)


class Action(models.Model):
    """Something that somebody does by a day."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DOING = "doing", _("Begun")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    source_kind = models.CharField(max_length=10)  # goal, promise, priority, vision, strategy ...
    source_ref = models.CharField(max_length=40)
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    reason = models.TextField(blank=True)  # why it was dropped
    revision = models.PositiveIntegerField(default=1)

    @property
    def source(self) -> str:
        return f"{self.source_kind}:{self.source_ref}"
