"""The box. It knows waves and ballots, and no person, no school and no time of an answer.

Tables are made by hand-written SQL in the migrations (without row ids on SQLite, so that nothing keeps the
order of arrival). Every column here is on the allow-list that a test compares with the database.
"""

import uuid

from django.db import models


class BoxWave(models.Model):
    class State(models.TextChoices):
        OPEN = "open"
        CLOSING = "closing"
        CLOSED = "closed"
        DESTROYED = "destroyed"

    wave = models.UUIDField(primary_key=True)
    instrument = models.TextField()  # the frozen instrument file itself
    state = models.CharField(max_length=9, choices=State)
    sign_spki = models.TextField()
    seal_spki = models.TextField()
    fp = models.CharField(max_length=16)
    closes_at = models.DateTimeField()
    grace_s = models.PositiveIntegerField()
    payload_len = models.PositiveIntegerField()
    has_comments = models.BooleanField()


class Slip(models.Model):
    row_id = models.CharField(max_length=64, primary_key=True)
    wave = models.UUIDField()


class Ballot(models.Model):
    row_id = models.CharField(max_length=64, primary_key=True)
    wave = models.UUIDField()
    rev = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()
    sealed_comment = models.BinaryField(null=True)


class CloseStep(models.Model):
    """The journal of a close: counts and digests only."""

    class Step(models.TextChoices):
        COUNTED = "counted"
        WRITTEN = "written"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.UUIDField()
    step = models.CharField(max_length=12)
    facts = models.JSONField(default=dict)


class Answers(models.Model):
    """One person's answers after the close, in random order, tied to nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.UUIDField()
    packed = models.BinaryField()
    groups = models.BinaryField()


class Receipt(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.UUIDField()
    code = models.CharField(max_length=20)


class Comment(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.UUIDField()
    text = models.TextField()
