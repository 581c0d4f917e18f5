from django.db import models

LANGUAGES = [("en", "English"), ("es", "Español")]


def english_only() -> list[str]:
    return ["en"]


class District(models.Model):
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64)
    languages = models.JSONField(default=english_only)


class School(models.Model):
    class Level(models.TextChoices):
        ELEMENTARY = "elementary"
        MIDDLE = "middle"
        HIGH = "high"
        OTHER = "other"

    district = models.ForeignKey(District, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    nces = models.CharField(max_length=12, blank=True)
    level = models.CharField(max_length=12, choices=Level, default=Level.OTHER)
    zone = models.CharField(max_length=64)
    languages = models.JSONField(default=english_only)
    shares_plan = models.BooleanField(default=False)  # the district office may read charter and plan


class SchoolYear(models.Model):
    class Preset(models.TextChoices):
        FALL = "fall"
        SPRING = "spring"

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    preset = models.CharField(max_length=6, choices=Preset, default=Preset.FALL)
    days_off = models.JSONField(default=list)  # ISO dates without school, besides weekends

    class Meta:
        constraints = [
            models.UniqueConstraint("school", "starts_on", name="one_year_per_start"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")), name="year_ends_later"
            ),
        ]
