from django.db import models

from ilt.schools.models import School


class Need(models.Model):
    """What students need, and what showed it."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    evidence = models.TextField(blank=True)
    evidence_on = models.DateField(null=True, blank=True)
    archived = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
