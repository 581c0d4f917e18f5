"""Long work shows progress, can be stopped, and lives on after a crash."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override
from django_tasks_db.models import DBTaskResult
from tests.cast import Cast

from ilt.shared import clock, jobs
from ilt.shared.jobs import Progress, Refused, job
from ilt.shared.models import Job

RunJobs = Callable[[], int]
NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
pieces_done: list[str] = []


@pytest.fixture(autouse=True)
def nothing_done_yet() -> None:
    pieces_done.clear()


@job
def print_booklets(progress: Progress, wave: str) -> None:
    progress.total(3)
    for number in range(3):
        pieces_done.append(f"{wave}-{number}")
        progress.step()


@job
def print_for_a_wave_that_is_gone(progress: Progress) -> None:
    raise Refused("This survey was canceled. Nothing is printed.")


@job
def print_with_a_broken_printer(progress: Progress) -> None:
    raise OSError("the secret words of a comment")


def test_a_person_sees_how_far_the_work_is(run_jobs: RunJobs) -> None:
    row = jobs.start(print_booklets, key="booklets:7", wave="7")
    assert (row.state, row.done) == (Job.State.WAITING, 0)
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.done, row.total) == (Job.State.DONE, 3, 3)


def test_asking_twice_does_the_work_once(run_jobs: RunJobs) -> None:
    jobs.start(print_booklets, key="booklets:7", wave="7")
    jobs.start(print_booklets, key="booklets:7", wave="7")
    run_jobs()
    assert pieces_done == ["7-0", "7-1", "7-2"]


def test_work_can_be_asked_for_again_after_it_ended(run_jobs: RunJobs) -> None:
    for _again in range(2):
        jobs.start(print_booklets, key="booklets:7", wave="7")
        run_jobs()
    assert len(pieces_done) == 6


def test_a_person_stops_the_work(run_jobs: RunJobs) -> None:
    row = jobs.start(print_booklets, key="booklets:7", wave="7")
    jobs.cancel(row)
    run_jobs()
    row.refresh_from_db()
    assert row.state == Job.State.CANCELED
    assert pieces_done == ["7-0"]


def test_a_refusal_is_a_sentence_for_the_person(run_jobs: RunJobs) -> None:
    row = jobs.start(print_for_a_wave_that_is_gone, key="gone")
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.sentence) == (Job.State.FAILED, "This survey was canceled. Nothing is printed.")


@job
def print_without_a_printer(progress: Progress) -> None:
    raise Refused(
        gettext(
            "This version of the questionnaire was used before with other words. Raise its version first."
        )
    )


@pytest.mark.parametrize("work", [print_without_a_printer, print_with_a_broken_printer])
def test_whoever_reads_why_work_failed_reads_it_in_their_language(
    work: Any, cast: Cast, run_jobs: RunJobs, static_files: None
) -> None:
    with override("es"):
        row = jobs.start(work, key="failing", owner=str(cast.fay.pk))
        run_jobs()
        row.refresh_from_db()
        spanish = gettext(row.sentence)
    assert spanish != row.sentence
    for language, sentence in (("en", row.sentence), ("es", spanish)):
        client = cast.browser_of(cast.fay)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = client.get(reverse("job", kwargs={"job_id": row.id})).content.decode()
        assert f'<p class="problem">{sentence}</p>' in page


def test_an_error_keeps_no_word_of_its_message(
    run_jobs: RunJobs, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs.log, "propagate", True)
    row = jobs.start(print_with_a_broken_printer, key="broken")
    run_jobs()
    row.refresh_from_db()
    kept = row.sentence + caplog.text + "".join(DBTaskResult.objects.values_list("traceback", flat=True))
    assert "OSError" in caplog.text
    assert "secret words" not in kept


def crash_in_the_middle(row: Job, at: datetime) -> None:
    """What a killed worker leaves behind: a running row with an old heartbeat."""
    DBTaskResult.objects.all().delete()
    Job.objects.filter(id=row.id).update(state=Job.State.RUNNING, attempt=row.attempt + 1, heartbeat=at)
    row.refresh_from_db()


def test_work_that_fell_silent_gets_another_try(run_jobs: RunJobs) -> None:
    row = jobs.start(print_booklets, key="booklets:7", wave="7")
    crash_in_the_middle(row, NOON)
    with clock.at(NOON + timedelta(minutes=3)):
        jobs.sweep()
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.done, row.attempt) == (Job.State.DONE, 3, 2)


def claimed_at(at: datetime) -> None:
    """What a worker leaves behind that was killed before its first word."""
    for each in DBTaskResult.objects.all():
        each.claim("killed")
    DBTaskResult.objects.update(started_at=at)


def test_work_that_was_claimed_and_never_begun_is_done_once_after_all(run_jobs: RunJobs) -> None:
    row = jobs.start(print_booklets, key="booklets:7", wave="7")
    claimed_at(NOON)
    with clock.at(NOON + timedelta(seconds=119)):
        jobs.sweep()
        assert run_jobs() == 0
    with clock.at(NOON + timedelta(minutes=3)):
        jobs.sweep()
        jobs.sweep()
    assert run_jobs() == 1
    row.refresh_from_db()
    assert (row.state, row.done) == (Job.State.DONE, 3)


def test_long_work_that_shows_life_is_not_begun_a_second_time(run_jobs: RunJobs) -> None:
    row = jobs.start(print_booklets, key="booklets:7", wave="7")
    claimed_at(NOON)
    late = NOON + timedelta(hours=1)
    Job.objects.filter(id=row.id).update(state=Job.State.RUNNING, attempt=1, heartbeat=late)
    with clock.at(late + timedelta(minutes=1)):
        jobs.sweep()
    assert run_jobs() == 0


def test_ended_work_leaves_no_times(run_jobs: RunJobs) -> None:
    for key, work in (("booklets:7", print_booklets), ("broken", print_with_a_broken_printer)):
        jobs.start(work, key=key, **({"wave": "7"} if work is print_booklets else {}))
    run_jobs()
    waiting = jobs.start(print_booklets, key="booklets:8", wave="8")
    jobs.sweep()
    assert [row.args_kwargs["args"] for row in DBTaskResult.objects.all()] == [[str(waiting.id)]]


def test_work_that_still_shows_life_is_left_alone(run_jobs: RunJobs) -> None:
    row = jobs.start(print_booklets, key="booklets:7", wave="7")
    crash_in_the_middle(row, NOON)
    with clock.at(NOON + timedelta(seconds=119)):
        jobs.sweep()
    assert run_jobs() == 0


def test_after_three_crashes_a_person_is_told(run_jobs: RunJobs) -> None:
    row = jobs.start(print_booklets, key="booklets:7", wave="7")
    for _crash in range(3):
        crash_in_the_middle(row, NOON)
    with clock.at(NOON + timedelta(minutes=3)):
        jobs.sweep()
    row.refresh_from_db()
    assert row.state == Job.State.FAILED
    assert row.sentence == "This work stopped three times. Ask the person who runs the server."
