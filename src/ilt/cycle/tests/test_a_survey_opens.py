from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from tests.cast import Cast

from ilt.collection import pages
from ilt.collection.queries import public_keys
from ilt.cycle import keys, rules
from ilt.cycle.models import FrozenInstrument, Invitation, MailJob, Wave
from ilt.cycle.queries import by_id, instrument_of
from ilt.cycle.rules import opening
from ilt.cycle.rules.mailing import language_of
from ilt.cycle.tests.waves import BEFORE, FIRST_MORNING, opened, ready
from ilt.roster.models import Act
from ilt.shared import clock
from ilt.shared.models import Job

pytestmark = pytest.mark.django_db(databases=["default", "box"])

Jobs = Callable[[], int]


def test_the_clock_opens_a_ready_survey_and_everybody_gets_a_link_of_her_own(
    cast: Cast, run_jobs: Jobs
) -> None:
    wave = ready(cast)
    with clock.at(FIRST_MORNING - timedelta(hours=2)):
        rules.open_due()
        assert run_jobs() == 0
    with clock.at(FIRST_MORNING):
        rules.open_due()
        run_jobs()
    wave = by_id(wave.id)
    assert (wave.state, wave.invited) == ("open", 12)
    links = [line for each in mail.outbox for line in each.body.splitlines() if "/s/" in line]
    assert len(set(links)) == 12
    for link in links:
        before, _hash, secret_and_fp = link.partition("#")
        assert before == f"{settings.PUBLIC_URL}/s/{wave.id}"
        secret, fp = secret_and_fp.split(".")
        assert fp == wave.fp
        row = Invitation.objects.get(wave=wave, secret_hash=keys.secret_hash(secret))
        assert [row.person.email] == [each.to[0] for each in mail.outbox if secret in each.body]


def test_a_person_gets_mail_and_ballot_in_her_language(cast: Cast, run_jobs: Jobs) -> None:
    cast.cleo.language = "es"
    cast.cleo.save()
    wave = opened(cast, run_jobs)
    assert (language_of(wave, cast.cleo), language_of(wave, cast.ben)) == ("es", "en")
    assert pages.read(wave.id, "es") != pages.read(wave.id, "en")
    assert b"Totalmente en desacuerdo" in (pages.read(wave.id, "es") or b"")


def test_the_words_of_the_survey_are_frozen_in_every_language(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    assert set(FrozenInstrument.objects.values_list("language", flat=True)) == {"en", "es"}
    spanish = instrument_of(wave, "es")
    assert spanish.scale_of("safety").points[0] == "Totalmente en desacuerdo"
    assert spanish.fingerprint == instrument_of(wave).fingerprint


def test_words_that_changed_under_a_frozen_version_do_not_open(cast: Cast, run_jobs: Jobs) -> None:
    wave = ready(cast)
    FrozenInstrument.objects.create(
        instrument_id=wave.instrument,
        version=wave.instrument_version,
        language="en",
        fingerprint="0" * 64,
        file="",
    )
    with clock.at(FIRST_MORNING):
        job = rules.open_now(cast.fay, wave)
        run_jobs()
    assert by_id(wave.id).state == Wave.State.READY
    job.refresh_from_db()
    assert (job.state, job.sentence) == (
        "failed",
        "This version of the questionnaire was used before with other words. Raise its version first.",
    )


def test_nothing_secret_is_stored(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    secret = keys.secret_of(wave.id, cast.cleo.id, 0)
    assert any(secret in each.body for each in mail.outbox)
    rows = [list(table.objects.values_list()) for table in (Wave, Invitation, MailJob, Job, Act)]
    assert secret not in repr(rows)


@pytest.mark.parametrize("step", ["_write_invitations", "open_box", "queue_invitations"])
def test_a_crash_while_opening_repeats_and_doubles_nothing(
    cast: Cast, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    wave = ready(cast)
    real = getattr(opening, step)

    def crash(given: object) -> None:
        real(given)
        raise OSError("power cut")

    with clock.at(FIRST_MORNING):
        monkeypatch.setattr(opening, step, crash)
        rules.open_now(cast.fay, wave)
        run_jobs()
        assert by_id(wave.id).state == Wave.State.READY
        assert mail.outbox == []
        monkeypatch.undo()
        rules.open_due()
        run_jobs()
    wave = by_id(wave.id)
    assert (wave.state, wave.invited, Invitation.objects.count()) == ("open", 12, 12)
    assert len(mail.outbox) == 12
    box = public_keys(wave.id)
    assert box is not None
    assert (box.fp, box.closes_at) == (wave.fp, wave.closes_at)


def test_a_survey_does_not_open_before_its_day(cast: Cast, run_jobs: Jobs) -> None:
    wave = ready(cast)
    address = f"/school/{cast.school.id}/waves/{wave.id}/open"
    with clock.at(BEFORE):
        page = cast.browser_of(cast.fay).post(address, follow=True).content.decode()
        assert run_jobs() == 0
    assert "The day of the opening has not come yet." in page
    assert by_id(wave.id).state == Wave.State.READY


def test_a_clock_behind_the_journal_opens_and_closes_nothing(cast: Cast, run_jobs: Jobs) -> None:
    wave = ready(cast)
    Act.objects.create(at=FIRST_MORNING + timedelta(days=3), action="staff.imported", school=cast.school)
    with clock.at(FIRST_MORNING):
        rules.open_due()
        assert run_jobs() == 0
        with pytest.raises(rules.WaveRefused, match="clock of this server is behind"):
            rules.open_now(cast.fay, wave)
        page = cast.browser_of(cast.fay).get(f"/school/{cast.school.id}/waves/{wave.id}").content.decode()
    assert "The clock of this server is behind the journal." in page


def test_a_failed_check_of_the_server_blocks_the_opening(cast: Cast, run_jobs: Jobs, settings: Any) -> None:
    wave = ready(cast)
    settings.DEBUG = True
    with clock.at(FIRST_MORNING):
        rules.open_due()
        assert run_jobs() == 0
        with pytest.raises(rules.WaveRefused, match="mode for programmers"):
            rules.open_now(cast.fay, wave)


def test_a_ready_survey_that_lost_its_mail_server_says_so(cast: Cast, run_jobs: Jobs, settings: Any) -> None:
    wave = ready(cast)
    settings.MAIL_WORKS = False
    with clock.at(FIRST_MORNING):
        rules.open_due()
        assert run_jobs() == 0
        page = cast.browser_of(cast.fay).get(f"/school/{cast.school.id}/waves/{wave.id}").content.decode()
    assert "Say how the ballots reach people." in page


def test_invitations_are_written_anew_in_random_order(
    cast: Cast, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any fixed order would do for a thief; a stub in place of the random source shows that it decides."""

    class Backwards:
        def shuffle(self, people: list[object]) -> None:
            people.sort(reverse=True)

    monkeypatch.setattr(opening, "SystemRandom", Backwards)
    kept: list[int] = []
    real = Invitation.objects.bulk_create

    def keep(rows: Iterable[Invitation]) -> list[Invitation]:
        made = real(list(rows))
        kept.extend(row.person_id for row in made)
        return made

    monkeypatch.setattr(Invitation.objects, "bulk_create", keep)
    wave = opened(cast, run_jobs)
    assert (
        kept[-12:] == sorted(Invitation.objects.filter(wave=wave).values_list("person_id", flat=True))[::-1]
    )
