from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection, transaction
from tests.cast import Cast

from ilt.collection.answers import read
from ilt.cycle.models import Wave
from ilt.report.answers_frame import frame_of
from ilt.report.models import LedgerLine, Snapshot
from ilt.report.rules import publish_due, release_due
from ilt.report.tests.survey import (
    CLOSES,
    EARLY,
    RELEASE,
    closed_survey,
    library_release,
    made_up,
    noon,
)
from ilt.roster.models import Act
from ilt.shared import clock
from ilt.shared.models import Job

pytestmark = pytest.mark.django_db(databases=["default", "box"])


def publish(run_jobs: Callable[[], int]) -> None:
    with clock.at(noon(CLOSES)):
        publish_due()
        run_jobs()


def state_on(day: date, wave: Wave) -> str:
    with clock.at(noon(day)):
        release_due()
    return Wave.objects.get(id=wave.id).state


def published() -> tuple[object, ...]:
    """Everything that a publication writes."""
    return (
        list(Snapshot.objects.values()),
        list(LedgerLine.objects.order_by("id").values()),
        list(Act.objects.values()),
    )


def test_answers_come_out_of_the_box_as_they_were_given(cast: Cast) -> None:
    wave = closed_survey(cast)
    made = made_up(24).responses
    got = frame_of(read(wave.id), made.instrument, "Birch School")
    assert sorted(map(str, got.rows())) == sorted(map(str, made.frame.select(got.columns).rows()))


def test_what_is_published_is_what_the_library_releases_from_the_same_answers(
    cast: Cast, run_jobs: Callable[[], int]
) -> None:
    wave = closed_survey(cast)
    publish(run_jobs)
    expected, snapshot = library_release(), Snapshot.objects.get(wave=wave)
    assert snapshot.release == expected.to_json()
    assert snapshot.release_sha256 == sha256(expected.to_json().encode()).hexdigest()
    kept = LedgerLine.objects.filter(wave=wave).values_list("subject", "statistic", "banded")
    assert sorted(kept) == sorted((line.subject, line.statistic, line.banded) for line in expected.ledger())
    assert ("topic:voice", "mean", False) in kept
    assert Wave.objects.get(id=wave.id).state == Wave.State.PUBLISHED


def test_publishing_again_changes_nothing(cast: Cast, run_jobs: Callable[[], int]) -> None:
    closed_survey(cast)
    with clock.at(noon(CLOSES)):
        publish_due()
        Job.objects.update(state=Job.State.FAILED)
        publish_due()  # asked for again while the first is still in the queue
        assert run_jobs() == 2
    before = published()
    assert len(before[0]) == 1
    Job.objects.all().delete()
    publish(run_jobs)
    assert published() == before


def test_a_survey_that_too_few_answered_is_not_published(cast: Cast, run_jobs: Callable[[], int]) -> None:
    wave = closed_survey(cast)
    Wave.objects.update(outcome=Wave.Outcome.NONE)
    publish(run_jobs)
    assert (Snapshot.objects.count(), Wave.objects.get(id=wave.id).state) == (0, Wave.State.CLOSED)


def test_results_open_to_the_team_and_then_to_everybody_on_the_promised_days(cast: Cast) -> None:
    wave = closed_survey(cast)
    Wave.objects.update(state=Wave.State.PUBLISHED)
    days = (EARLY - timedelta(1), EARLY, RELEASE - timedelta(1), RELEASE)
    state = Wave.State
    assert [state_on(day, wave) for day in days] == [
        state.PUBLISHED,
        state.OPEN_TO_ILT,
        state.OPEN_TO_ILT,
        state.RELEASED,
    ]


def test_results_never_open_later_than_21_days_after_the_close(cast: Cast) -> None:
    wave = closed_survey(cast)
    Wave.objects.update(state=Wave.State.PUBLISHED, release_on=CLOSES + timedelta(60), ilt_days_earlier=0)
    assert state_on(CLOSES + timedelta(20), wave) == Wave.State.PUBLISHED
    assert state_on(CLOSES + timedelta(21), wave) == Wave.State.RELEASED


REFUSED = [
    "UPDATE ilt_snapshot SET release = '{}'",
    "DELETE FROM ilt_snapshot",
    "UPDATE ilt_ledgerline SET decimals = 3",
    "UPDATE ilt_ledgerline SET withdrawn = TRUE, subject = 'another'",
    "DELETE FROM ilt_ledgerline",
    "UPDATE ilt_ledgerline SET withdrawn = FALSE WHERE withdrawn",
]


def test_what_was_published_can_be_withdrawn_and_never_changed(
    cast: Cast, run_jobs: Callable[[], int]
) -> None:
    closed_survey(cast)
    publish(run_jobs)
    line = LedgerLine.objects.order_by("id")[0]
    LedgerLine.objects.filter(id=line.id).update(withdrawn=True)
    before = published()
    for statement in REFUSED:
        with (
            pytest.raises(DatabaseError, match="insert-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert published() == before
    assert LedgerLine.objects.get(id=line.id).withdrawn
