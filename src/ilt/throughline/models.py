from typing import Any

from django.db import models

from ilt.roster.models import User
from ilt.schools.models import School


class Waiver(models.Model):
    """A gap that the team leaves open, with its reason."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=4)
    kind = models.CharField(max_length=10)
    ref = models.CharField(max_length=40)
    about = models.CharField(max_length=80, blank=True)  # the month or team, where a rule knows several
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint("school", "rule", "kind", "ref", "about", name="a_gap_is_waived_once")
        ]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Names the gap, as the gap's own key does."""
        return self.rule, self.kind, self.ref, self.about


class Copy(models.Model):
    """The through-line as it was on a day."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    made_on = models.DateField()
    content: Any = models.JSONField()
