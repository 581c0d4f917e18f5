from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.db import connections
from django.test import Client
from tests.cast import Cast
from tests.respondents import OpenWave, post

from coherently.instrument import shipped
from ilt.collection.queries import ballots, public_keys, receipts
from ilt.cycle import keys, rules
from ilt.cycle.models import Invitation, MailJob, Voucher, Wave
from ilt.cycle.queries import by_id
from ilt.cycle.rules import closing, paper
from ilt.cycle.tests.waves import BEFORE, FIRST_MORNING, OVER, answer, opened, ready, take
from ilt.roster.models import Act
from ilt.shared import clock

# VACUUM runs outside transactions only, so these tests commit.
pytestmark = pytest.mark.django_db(databases=["default", "box"], transaction=True)

Jobs = Callable[[], int]
State, Outcome = Wave.State, Wave.Outcome


def closed(wave: Wave) -> Wave:
    with clock.at(OVER):
        rules.close_due()
    return by_id(wave.id)


def answered(cast: Cast, run_jobs: Jobs, count: int) -> Wave:
    """Twelve people are asked and so many answer; the one extension is used up."""
    wave = opened(cast, run_jobs)
    with clock.at(FIRST_MORNING):
        take(wave, count)
        answer(wave, count)
    Wave.objects.filter(id=wave.id).update(extended=True)
    return by_id(wave.id)


def nothing_left_of(wave: Wave) -> None:
    for table in (Invitation, Voucher, MailJob):
        assert not table.objects.filter(wave=wave).exists()
    assert ballots(wave.id) == 0
    with pytest.raises(keys.KeysMissing):
        keys.secret_of(wave.id, 1, 0)


@pytest.mark.parametrize(
    ("count", "outcome", "kept"),
    [(8, Outcome.PROFILE, 8), (7, Outcome.NONE, 0)],
)
def test_the_close_counts_writes_and_forgets(
    cast: Cast, run_jobs: Jobs, count: int, outcome: str, kept: int
) -> None:
    wave = closed(answered(cast, run_jobs, count))
    assert (wave.state, wave.outcome, wave.invited, wave.collected) == ("closed", outcome, 12, kept)
    assert len(receipts(wave.id)) == kept
    nothing_left_of(wave)


@pytest.mark.parametrize(
    ("count", "invited", "outcome"),
    [
        (7, 8, Outcome.NONE),
        (8, 16, Outcome.WITH_CARE),
        (8, 17, Outcome.NONE),
        (64, 100, Outcome.WITH_CARE),
        (65, 100, Outcome.PROFILE),
        (49, 100, Outcome.NONE),
        (50, 100, Outcome.WITH_CARE),
    ],
)
def test_the_outcome_follows_from_the_response(count: int, invited: int, outcome: str) -> None:
    assert closing.outcome_of(count, invited) == outcome


def test_nothing_closes_within_the_grace_of_five_minutes(cast: Cast, run_jobs: Jobs) -> None:
    wave = answered(cast, run_jobs, 8)
    with clock.at(OVER - timedelta(seconds=1)):
        rules.close_due()
    assert by_id(wave.id).state == State.OPEN


def test_a_clock_behind_the_journal_closes_nothing(cast: Cast, run_jobs: Jobs) -> None:
    wave = answered(cast, run_jobs, 8)
    Act.objects.create(at=OVER + timedelta(days=1), action="staff.imported", school=cast.school)
    assert closed(wave).state == State.OPEN


def test_no_ballot_is_taken_after_the_close(cast: Cast, run_jobs: Jobs) -> None:
    wave = answered(cast, run_jobs, 8)
    ballot = OpenWave(wave.id, shipped(), wave.fp)
    body = {**ballot.credential(), "rev": 1, "sealed": ballot.sealed()}
    closed(wave)
    with clock.at(OVER):
        status, _reply = post(f"/box/{wave.id}/ballot", body)
    assert (status, ballots(wave.id)) == (410, 0)


@pytest.mark.parametrize("number", range(closing.DONE))
def test_a_crash_at_any_step_repeats_it_and_doubles_nothing(
    cast: Cast, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The machine stops after a step was done and before that was recorded."""
    wave = answered(cast, run_jobs, 8)
    real = closing.STEPS[number]

    def crash(given: Wave) -> None:
        real(given)
        raise OSError("power cut")

    monkeypatch.setattr(closing, "STEPS", [*closing.STEPS[:number], crash, *closing.STEPS[number + 1 :]])
    assert closed(wave).closing_step == number
    monkeypatch.undo()
    wave = closed(wave)
    assert (wave.state, wave.outcome, wave.collected) == ("closed", "profile", 8)
    assert len(receipts(wave.id)) == 8
    assert Act.objects.filter(action="wave.closed").count() == 1
    nothing_left_of(wave)


def test_both_files_are_rewritten_and_their_journals_empty(cast: Cast, run_jobs: Jobs) -> None:
    wave = answered(cast, run_jobs, 8)
    hashes = list(Invitation.objects.filter(wave=wave).values_list("secret_hash", flat=True))
    closed(wave)
    if connections["default"].vendor != "sqlite":
        return
    file = Path(connections["default"].settings_dict["NAME"])
    content = file.read_bytes() + file.with_name(f"{file.name}-wal").read_bytes()
    assert [each for each in hashes if each.encode() in content] == []


def test_a_busy_store_is_rewritten_at_the_next_tick(
    cast: Cast, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = answered(cast, run_jobs, 8)
    monkeypatch.setattr("ilt.collection.rules.rewrite_box", lambda: False)
    assert closed(wave).state == State.CLOSING
    monkeypatch.undo()
    assert closed(wave).state == State.CLOSED


def test_trouble_in_one_school_keeps_no_other_open(
    cast: Cast, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = answered(cast, run_jobs, 8)
    Wave.objects.create(
        school=cast.other_school,
        year=cast.year,
        zone=cast.other_school.zone,
        state=State.CLOSING,
        instrument=wave.instrument,
    )  # its box does not exist, so that its close fails
    assert closed(wave).state == State.CLOSED
    assert Wave.objects.get(school=cast.other_school).state == State.CLOSING


def test_under_65_percent_the_window_extends_itself_once_by_five_school_days(
    cast: Cast, run_jobs: Jobs
) -> None:
    wave = opened(cast, run_jobs)
    with clock.at(FIRST_MORNING):
        take(wave, 12)
        answer(wave, 7)
    wave = closed(wave)
    assert (wave.state, wave.closes_on, wave.release_on) == ("open", date(2026, 10, 2), date(2026, 10, 16))
    assert wave.closes_at == OVER + timedelta(days=7, minutes=-5)
    box = public_keys(wave.id)
    assert box is not None
    assert box.closes_at == wave.closes_at
    assert closed(wave).closes_on == date(2026, 10, 2)
    with clock.at(OVER + timedelta(days=7)):
        rules.close_due()
    assert by_id(wave.id).outcome == Outcome.NONE


def test_the_facilitator_extends_once_and_a_reminder_follows(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    fay = cast.browser_of(cast.fay)
    place = f"/school/{cast.school.id}/waves/{wave.id}/extend"
    with clock.at(FIRST_MORNING):
        for days, status in (("11", 422), ("0", 422), ("", 422), ("3", 302), ("1", 422)):
            assert fay.post(place, {"days": days}).status_code == status
    wave = by_id(wave.id)
    assert (wave.closes_on, wave.release_on) == (date(2026, 9, 30), date(2026, 10, 14))
    assert wave.plan["reminder_days"] == ["2026-09-21", "2026-09-24", "2026-09-28"]


def test_two_tabs_extend_a_survey_once(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    tabs = [by_id(wave.id), by_id(wave.id)]
    with clock.at(FIRST_MORNING):
        rules.extend(cast.fay, tabs[0], 5)
        with pytest.raises(rules.WaveRefused, match="extended already"):
            rules.extend(cast.fay, tabs[1], 10)
    box, wave = public_keys(wave.id), by_id(wave.id)
    assert box is not None
    assert (box.closes_at, wave.closes_on) == (wave.closes_at, date(2026, 10, 2))


def test_a_survey_that_is_over_cannot_be_asked_to_cancel(cast: Cast, run_jobs: Jobs) -> None:
    wave = closed(answered(cast, run_jobs, 8))
    where = f"/school/{cast.school.id}/waves/{wave.id}"
    assert cast.browser_of(cast.fay).get(f"{where}/cancel")["Location"] == where
    assert cast.browser_of(cast.fay).post(f"{where}/cancel")["Location"] == where
    assert by_id(wave.id).state == State.CLOSED


def test_sheets_of_a_ready_survey_go_when_it_is_canceled(cast: Cast, run_jobs: Jobs) -> None:
    wave = ready(cast)
    with clock.at(BEFORE):
        paper.order(cast.fay, wave, "poster")
        run_jobs()
        assert paper.file_of(wave, "poster").exists()
        rules.cancel(cast.fay, wave)
        rules.close_due()
    assert not paper.file_of(wave, "poster").exists()
    nothing_left_of(wave)


def test_a_canceled_survey_is_destroyed_unread_and_everybody_is_told(cast: Cast, run_jobs: Jobs) -> None:
    wave = answered(cast, run_jobs, 10)
    mail.outbox.clear()
    with clock.at(FIRST_MORNING):
        place = f"/school/{cast.school.id}/waves/{wave.id}/cancel"
        assert cast.browser_of(cast.fay).get(place).status_code == 200
        assert by_id(wave.id).state == State.OPEN
        cast.browser_of(cast.fay).post(place)
        rules.close_due()
        run_jobs()
    wave = by_id(wave.id)
    assert (wave.state, wave.outcome, wave.collected) == ("canceled", "none", 0)
    assert receipts(wave.id) == []
    nothing_left_of(wave)
    assert len({each.to[0] for each in mail.outbox}) == 12
    assert "nobody has read them" in mail.outbox[0].body


def test_a_survey_canceled_in_the_middle_of_its_opening_leaves_no_key_and_no_box(
    cast: Cast, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = ready(cast)

    def crash(given: Wave) -> None:
        raise OSError("power cut")

    monkeypatch.setattr("ilt.cycle.rules.opening.queue_invitations", crash)
    with clock.at(FIRST_MORNING):
        rules.open_now(cast.fay, wave)
        run_jobs()
        rules.cancel(cast.fay, by_id(wave.id))
        rules.close_due()
    box = public_keys(wave.id)
    assert box is not None
    assert not box.is_open
    nothing_left_of(wave)


def test_a_second_clock_that_is_late_leaves_the_outcome(cast: Cast, run_jobs: Jobs) -> None:
    wave = answered(cast, run_jobs, 8)
    with clock.at(OVER):
        closing._end_or_extend(wave)
        late = by_id(wave.id)
        rules.close_due()
        closing.STEPS[0](late)
    wave = by_id(wave.id)
    assert (wave.state, wave.outcome, wave.closing_step) == ("closed", "profile", closing.DONE)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_ballot_page_follows_a_moved_release_and_a_cancellation(
    cast: Cast, run_jobs: Jobs, language: str
) -> None:
    wave = opened(cast, run_jobs)

    def said() -> bytes:
        page = Client().get(f"/s/{wave.id}", {"language": language}).content
        return page.partition(b'id="say-closed" hidden>')[2].partition(b"</p>")[0]

    texts = [said()]
    with clock.at(FIRST_MORNING):
        rules.move_release(cast.fay, by_id(wave.id), date(2026, 10, 8), "")
        texts.append(said())
        rules.cancel(cast.fay, by_id(wave.id))
        texts.append(said())
    assert len(set(texts)) == 3
    if language == "en":
        assert texts[1:] == [
            b"This survey closed on Sep 25, 2026. Results come on Oct 8, 2026.",
            b"The survey was canceled. All answers were destroyed unread.",
        ]


def test_the_trust_page_counts_ballots_that_could_not_be_read(cast: Cast, run_jobs: Jobs) -> None:
    wave = answered(cast, run_jobs, 8)
    ballot = OpenWave(wave.id, shipped(), wave.fp)
    with clock.at(FIRST_MORNING):
        spoiled = {**ballot.credential(), "rev": 0, "sealed": ballot.sealed([99] * 60)}
        assert post(f"/box/{wave.id}/ballot", spoiled)[0] == 201
    row = "<dt>Ballots that could not be read</dt><dd>1</dd>"
    assert row not in Client().get(f"/trust/{wave.id}").content.decode()
    assert closed(wave).collected == 8
    assert row in Client().get(f"/trust/{wave.id}").content.decode()


def test_print_files_are_gone_after_the_close(cast: Cast, run_jobs: Jobs) -> None:
    wave = answered(cast, run_jobs, 8)
    with clock.at(FIRST_MORNING):
        paper.order(cast.fay, wave, "poster")
        run_jobs()
    assert paper.file_of(wave, "poster").exists()
    closed(wave)
    assert list((Path(settings.DATA_DIR) / "print" / wave.id.hex).glob("*")) == []
