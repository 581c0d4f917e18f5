import uuid

from django.db import models


class Job(models.Model):
    """What a person sees of long work. It holds ids, never content."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELED = "canceled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=200)  # dotted path of the job function
    key = models.CharField(
        max_length=200, unique=True
    )  # one row per piece of work, however often it is asked for
    ids = models.JSONField(default=dict)
    owner = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    heartbeat = models.DateTimeField(null=True)
    cancel = models.BooleanField(default=False)
    sentence = models.CharField(max_length=400, blank=True)  # in English; a page shows it in its own language


class OutgoingMail(models.Model):
    """A mail on its way. The row goes when the mail has gone; no times are kept."""

    class State(models.TextChoices):
        QUEUED = "queued"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)


class FormToken(models.Model):
    """A form that was sent. Sending it again changes nothing."""

    token = models.UUIDField(primary_key=True)
    made_on = models.DateField()


class Writing(models.Model):
    """What can be found by its words, as they are now. The index of the words is the database's own."""

    school = models.BigIntegerField()  # a number: this slice knows no schools
    place = models.CharField(max_length=20)  # the route of its page
    ref = models.CharField(max_length=60)
    audience = models.CharField(max_length=5)  # staff; team; or leads, the team with school leaders
    title = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("school", "place", "ref", name="a_writing_is_listed_once")]
