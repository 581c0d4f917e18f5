"""Long work: progress, heartbeat, a second life after a crash. The one module that knows the job library.

A job takes ids, never content, and is safe to run twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop, override
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from ilt.shared import clock
from ilt.shared.models import Job

log = logging.getLogger("ilt.jobs")

SILENCE_ALLOWED = timedelta(minutes=2)
ATTEMPTS_ALLOWED = 3


class Canceled(Exception):
    """The person who started the job stopped it."""


class Refused(Exception):
    """The job cannot be done; the sentence says what to do next."""


class Progress:
    """Handed to every job: `progress.step()` after each piece of work shows life and progress."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def total(self, pieces: int) -> None:
        self._save(total=pieces, done=0)

    def step(self, pieces: int = 1) -> None:
        if Job.objects.filter(id=self.job.id, cancel=True).exists():
            raise Canceled
        self._save(done=self.job.done + pieces)

    def _save(self, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(self.job, name, value)
        Job.objects.filter(id=self.job.id).update(heartbeat=clock.now(), **changes)


JobFunction = Callable[..., None]


def job(function: JobFunction) -> Task[[str], None]:
    """Makes `function(progress, **ids)` a job that `start` can run."""

    @task
    @wraps(function)
    def run(job_id: str) -> None:
        _run(function, Job.objects.get(id=job_id))

    return run


def start(work: Task[[str], None], key: str, owner: str = "", **ids: str) -> Job:
    """Runs the job once, however often it is asked for under this key, from the caller's transaction on."""
    with transaction.atomic():
        row, made = Job.objects.get_or_create(
            key=key, defaults={"kind": work.module_path, "ids": ids, "owner": owner}
        )
        if made or row.state in {Job.State.FAILED, Job.State.CANCELED, Job.State.DONE}:
            Job.objects.filter(id=row.id).update(
                state=Job.State.WAITING, attempt=0, cancel=False, sentence="", ids=ids, done=0, total=0
            )
            work.enqueue(str(row.id))
    row.refresh_from_db()
    return row


def cancel(row: Job) -> None:
    Job.objects.filter(id=row.id).update(cancel=True)


def run_waiting() -> int:
    """Does here and now what the worker would do, until nothing waits; returns how many jobs ran."""
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="here",
        excluded_queue_names=[],
    )
    ran = 0
    while waiting := list(DBTaskResult.objects.ready()):
        for each in waiting:
            each.claim(worker.worker_id)
            worker.run_task(each)
            ran += 1
    return ran


def sweep() -> None:
    """Gives jobs without a heartbeat for two minutes another try, three times at most.

    Forgets the job library's own rows of ended work: they only keep times.
    """
    DBTaskResult.objects.finished().delete()
    silent_since = clock.now() - SILENCE_ALLOWED
    _return_what_was_claimed_and_never_begun(silent_since)
    for row in Job.objects.filter(state=Job.State.RUNNING, heartbeat__lt=silent_since):
        if row.attempt >= ATTEMPTS_ALLOWED:
            _end(
                row,
                Job.State.FAILED,
                gettext_noop("This work stopped three times. Ask the person who runs the server."),
            )
            continue
        with transaction.atomic():
            Job.objects.filter(id=row.id).update(state=Job.State.WAITING)
            import_string(row.kind).enqueue(str(row.id))


def _return_what_was_claimed_and_never_begun(silent_since: datetime) -> None:
    """A worker killed between claiming work and beginning it leaves a job that would wait for ever."""
    for claimed in DBTaskResult.objects.running().filter(started_at__lt=silent_since):
        (job_id,) = claimed.args_kwargs["args"]
        if Job.objects.filter(id=job_id, state=Job.State.RUNNING, heartbeat__gte=silent_since).exists():
            continue
        with transaction.atomic():
            claimed.delete()
            for row in Job.objects.filter(id=job_id, state=Job.State.WAITING):
                import_string(row.kind).enqueue(str(row.id))


def _run(function: JobFunction, row: Job) -> None:
    Job.objects.filter(id=row.id).update(
        state=Job.State.RUNNING, attempt=row.attempt + 1, heartbeat=clock.now(), done=0
    )
    row.refresh_from_db()
    try:
        with override("en"):  # whoever reads how the work ended may speak another language than its starter
            function(Progress(row), **row.ids)
    except Canceled:
        _end(row, Job.State.CANCELED, gettext_noop("This work was stopped. Nothing was changed halfway."))
    except Refused as refusal:
        _end(row, Job.State.FAILED, str(refusal))
    except Exception as error:
        # The class alone: a message or a traceback could quote what people wrote.
        log.error("job %s failed: %s", row.kind, type(error).__name__)
        _end(
            row,
            Job.State.FAILED,
            gettext_noop("Something went wrong on our side. Try again, or ask for help."),
        )
    else:
        _end(row, Job.State.DONE, "")


def _end(row: Job, state: Job.State, sentence: str) -> None:
    Job.objects.filter(id=row.id).update(state=state, sentence=sentence[:400], heartbeat=clock.now())
