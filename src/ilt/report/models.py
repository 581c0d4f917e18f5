from typing import Any

from django.db import models

from ilt.cycle.models import Wave


class Snapshot(models.Model):
    """What was published about a wave, as frozen JSON. Insert-only by trigger: a correction is a new one."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=64)
    instrument_version = models.CharField(max_length=32)
    instrument_sha256 = models.CharField(max_length=64)
    plan: Any = models.JSONField()
    library_version = models.CharField(max_length=32)
    release = models.TextField()  # canonical JSON of the release
    release_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint("wave", "audience", "number", name="snapshot_numbers_are_unique")
        ]


class LedgerLine(models.Model):
    """One released number. Insert-only by trigger; only `withdrawn` may turn true."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="+")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    statistic = models.CharField(max_length=40)
    audience = models.CharField(max_length=20)
    decimals = models.PositiveSmallIntegerField()
    banded = models.BooleanField()
    gate_version = models.CharField(max_length=16)
    released_on = models.DateField()
    withdrawn = models.BooleanField(default=False)
