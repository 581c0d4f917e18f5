import uuid
from typing import Any

from django.db import models

from ilt.roster.models import User
from ilt.schools.models import School, SchoolYear

ZEROS = "0" * 64


class FrozenInstrument(models.Model):
    """An instrument file as a wave used it. A frozen id and version never changes."""

    instrument_id = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    language = models.CharField(max_length=35)
    fingerprint = models.CharField(max_length=64)
    file = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint("instrument_id", "version", "language", name="frozen_version_is_one"),
        ]


class Wave(models.Model):
    """One survey of one faculty: what was planned, what is on, what came of it. It reads no answer."""

    class State(models.TextChoices):
        DRAFT = "draft"
        READY = "ready"
        OPEN = "open"
        CLOSING = "closing"
        CLOSED = "closed"
        PUBLISHED = "published"
        OPEN_TO_ILT = "open_to_ilt"
        RELEASED = "released"
        ARCHIVED = "archived"
        CANCELED = "canceled"

    class Outcome(models.TextChoices):
        UNKNOWN = ""
        PROFILE = "profile"
        WITH_CARE = "with_care"
        NONE = "none"

    class Delivery(models.TextChoices):
        MAIL = "mail"
        SLIPS = "slips"
        BOTH = "both"

    class Reminders(models.TextChoices):
        EVERYONE = "everyone"
        MISSING = "missing"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    year = models.ForeignKey(SchoolYear, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=11, choices=State, default=State.DRAFT)
    outcome = models.CharField(max_length=9, choices=Outcome, default=Outcome.UNKNOWN, blank=True)

    instrument = models.CharField(max_length=64)
    instrument_version = models.CharField(max_length=32)
    languages = models.JSONField(default=list)
    asks_leaders = models.BooleanField(default=False)
    opens_on = models.DateField(null=True)
    closes_on = models.DateField(null=True)
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    zone = models.CharField(max_length=64)
    release_on = models.DateField(null=True)
    ilt_days_earlier = models.PositiveSmallIntegerField(default=7)
    delivery = models.CharField(max_length=5, choices=Delivery, default=Delivery.BOTH)
    reminders = models.CharField(max_length=8, choices=Reminders, default=Reminders.EVERYONE)
    keyer = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    plan: Any = models.JSONField(default=dict)  # the publication plan, frozen at opening

    confirmed_by_facilitator = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by_teacher = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirm_code = models.CharField(max_length=10, blank=True)  # read out to the teacher who has no sign-in
    promise_seen = models.BooleanField(default=False)
    extended = models.BooleanField(default=False)
    postponed_reason = models.CharField(max_length=400, blank=True)

    sign_spki = models.TextField(blank=True)
    seal_spki = models.TextField(blank=True)
    fp = models.CharField(max_length=16, blank=True)
    reissued = models.PositiveIntegerField(default=0)
    slips_printed = models.PositiveIntegerField(default=0)
    slips_left = models.PositiveIntegerField(default=0)
    invited = models.PositiveIntegerField(default=0)
    # The lower end of the band while open; the count of answers from the close on.
    collected = models.PositiveIntegerField(default=0)
    band_of = models.DateTimeField(null=True)  # the hour or day the band was made for; no respondent's time
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    closing_step = models.PositiveSmallIntegerField(default=0)  # how many steps of the close are done

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_on__isnull=True) | models.Q(closes_on__gt=models.F("opens_on")),
                name="wave_closes_later",
            ),
        ]


class Invitation(models.Model):
    """That a person is asked, and whether a ballot was taken. Never what was answered, never when.

    Hash columns begin as zeros of the final length, so no row grows or moves on its page when it is used.
    """

    class Channel(models.TextChoices):
        LINK = "link"
        SLIP = "slip"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=4, choices=Channel)
    counter = models.PositiveSmallIntegerField(default=0)
    secret_hash = models.CharField(max_length=64, default=ZEROS, db_index=True)
    collected = models.PositiveSmallIntegerField(default=0)
    blinded_hash = models.CharField(max_length=64, default=ZEROS)
    reissued = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint("wave", "person", name="asked_once_per_wave")]


class Voucher(models.Model):
    """A link that was exchanged for a slip. It is tied to nobody."""

    voucher_hash = models.CharField(max_length=64, primary_key=True)
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")


class MailJob(models.Model):
    """A mail to one person about one wave. No times; deleted at the close."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)

    class Meta:
        constraints = [models.UniqueConstraint("wave", "person", "kind", name="one_mail_of_a_kind")]
