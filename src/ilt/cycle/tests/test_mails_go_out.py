import smtplib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from tests.cast import Cast, person, works_at

from ilt.cycle import keys, rules
from ilt.cycle.models import Invitation, MailJob, Wave
from ilt.cycle.queries import by_id
from ilt.cycle.rules.mailing import reminder_days
from ilt.cycle.tests.waves import FIRST_MORNING, draft, faculty, opened, take
from ilt.roster.models import User
from ilt.shared import clock
from ilt.shared.models import Job

pytestmark = pytest.mark.django_db(databases=["default", "box"])

Jobs = Callable[[], int]
Real = EmailBackend.send_messages


def refusing(monkeypatch: pytest.MonkeyPatch, refuses: Callable[[str], Exception | None]) -> None:
    """A mail server that raises what `refuses` gives for an address."""

    def send(self: EmailBackend, messages: Any) -> int:
        messages = list(messages)
        for message in messages:
            if error := refuses(message.to[0]):
                raise error
        return int(Real(self, messages))

    monkeypatch.setattr(EmailBackend, "send_messages", send)


def page(cast: Cast, who: User, wave: Wave, place: str = "") -> str:
    return cast.browser_of(who).get(f"/school/{cast.school.id}/waves/{wave.id}{place}").content.decode()


def links_to(who: User) -> list[str]:
    return [
        line.partition("#")[2].partition(".")[0]
        for each in mail.outbox
        if each.to == [who.email]
        for line in each.body.splitlines()
        if "/s/" in line
    ]


def remind_on(wave: Wave, number: int, run_jobs: Jobs, hour: int = 14) -> list[str]:
    """Who gets mail on the set day, at this hour UTC (four hours ahead of the school)."""
    mail.outbox.clear()
    day = reminder_days(wave)[number]
    with clock.at(datetime(day.year, day.month, day.day, hour, tzinfo=UTC)):
        rules.send_due()
        rules.send_due()
        run_jobs()
    return sorted(each.to[0] for each in mail.outbox)


def test_everybody_is_reminded_once_on_each_set_day_in_the_morning(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    take(wave, 7)
    assert [day.isoformat() for day in reminder_days(wave)] == ["2026-09-21", "2026-09-24"]
    assert remind_on(wave, 0, run_jobs, hour=12) == []  # eight in the morning is too early
    assert len(remind_on(wave, 0, run_jobs)) == 12
    assert "If you have sent your answers, thank you." in mail.outbox[0].body
    assert remind_on(by_id(wave.id), 0, run_jobs, hour=20) == []
    assert len(remind_on(by_id(wave.id), 1, run_jobs)) == 12
    assert by_id(wave.id).reminders_sent == 2


def test_only_those_without_a_ballot_are_reminded_if_the_plan_says_so(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    Wave.objects.filter(id=wave.id).update(reminders=Wave.Reminders.MISSING)
    take(wave, 7)
    missing = Invitation.objects.filter(wave=wave, collected=0).values_list("person__email", flat=True)
    assert remind_on(by_id(wave.id), 0, run_jobs) == sorted(missing)
    assert len(missing) == 5


def test_two_reminder_days_missed_by_a_stopped_server_become_one_mail(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    assert len(remind_on(wave, 1, run_jobs)) == 12
    assert by_id(wave.id).reminders_sent == 2


def test_my_link_can_be_sent_again_and_stays_the_same(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    take(wave, 12)
    for _again in range(2):
        cast.browser_of(cast.cleo).post(f"/school/{cast.school.id}/waves/{wave.id}/my-link")
        run_jobs()
    links = links_to(cast.cleo)
    assert len(links) == 3
    assert set(links) == {keys.secret_of(wave.id, cast.cleo.id, 0)}


def test_who_is_not_asked_gets_no_link(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    mail.outbox.clear()
    cast.browser_of(cast.ana).post(f"/school/{cast.school.id}/waves/{wave.id}/my-link")
    run_jobs()
    assert mail.outbox == []
    assert "Send me my link again" in page(cast, cast.cleo, wave)
    assert "Send me my link again" not in page(cast, cast.ana, wave)


def test_a_refused_mail_is_listed_and_its_corrected_address_gets_a_new_link(
    cast: Cast, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(cast.cleo.email)
    refusal = smtplib.SMTPRecipientsRefused({address: (550, b"no such user")})
    refusing(monkeypatch, lambda to: refusal if to == address else None)
    wave = opened(cast, run_jobs)
    assert len(mail.outbox) == 11
    assert "1 mail came back. Correct the address." in page(cast, cast.fay, wave)
    assert "The mail came back." in page(cast, cast.fay, wave, "/people")
    assert "came back" not in page(cast, cast.ben, wave)
    before = keys.secret_hash(keys.secret_of(wave.id, cast.cleo.id, 0))
    answer = {"correct": str(cast.cleo.id), "email": " Cleo@Home.example "}
    people = f"/school/{cast.school.id}/waves/{wave.id}/people"
    assert cast.browser_of(cast.fay).post(people, answer).status_code == 302
    run_jobs()
    cast.cleo.refresh_from_db()
    assert cast.cleo.email == "cleo@home.example"
    assert links_to(cast.cleo) == [keys.secret_of(wave.id, cast.cleo.id, 1)]
    assert not Invitation.objects.filter(secret_hash=before).exists()
    assert "came back" not in page(cast, cast.fay, wave)


def test_a_corrected_address_keeps_a_link_whose_ballot_was_taken(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    take(wave, 12)
    mail.outbox.clear()
    rules.correct_address(cast.fay, wave, cast.cleo, "cleo@home.example")
    run_jobs()
    assert mail.outbox[0].to == ["cleo@home.example"]
    assert Invitation.objects.get(wave=wave, person=cast.cleo).counter == 0
    assert f"#{keys.secret_of(wave.id, cast.cleo.id, 0)}." in mail.outbox[0].body


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("no address", "This is no e-mail address."),
        ("", "This field is required."),
        ("BEN.boyd@school.example", "Someone else has this address already."),
    ],
)
def test_an_impossible_address_is_refused(cast: Cast, run_jobs: Jobs, typed: str, sentence: str) -> None:
    wave = opened(cast, run_jobs)
    people = f"/school/{cast.school.id}/waves/{wave.id}/people"
    response = cast.browser_of(cast.fay).post(people, {"correct": str(cast.cleo.id), "email": typed})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert User.objects.get(id=cast.cleo.id).email == "cleo.cano@school.example"


def test_a_silent_mail_server_loses_nothing(
    cast: Cast, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, lambda to: ConnectionRefusedError())
    wave = opened(cast, run_jobs)
    assert MailJob.objects.filter(state=MailJob.State.QUEUED).count() == 12
    assert Job.objects.get(key=f"mails:{wave.id}").state == Job.State.FAILED
    assert "The mail server does not answer." in page(cast, cast.fay, wave)
    monkeypatch.undo()
    with clock.at(FIRST_MORNING + timedelta(minutes=1)):
        rules.send_due()
        run_jobs()
    assert len(mail.outbox) == 12
    assert MailJob.objects.filter(state=MailJob.State.SENT).count() == 12


def test_a_test_mail_shows_the_text_without_a_link_that_works(cast: Cast, run_jobs: Jobs) -> None:
    wave = draft(cast)
    cast.browser_of(cast.fay).post(f"/school/{cast.school.id}/waves/{wave.id}/test-mail")
    run_jobs()
    (sent,) = mail.outbox
    assert sent.to == [cast.fay.email]
    assert sent.subject.startswith("Test: How do we work together?")
    assert "/s/" not in sent.body


def test_the_list_grows_until_three_days_before_the_end(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs, people=faculty(cast))
    nina, omar = (works_at(person(name, "Newman"), cast.school) for name in ("Nina", "Omar"))
    mail.outbox.clear()
    assert wave.closes_at is not None
    people = f"/school/{cast.school.id}/waves/{wave.id}/people"
    with clock.at(wave.closes_at - timedelta(days=3, minutes=1)):
        fay = cast.browser_of(cast.fay)
        fay.post(people, {"add": str(nina.id)})
        fay.post(people, {"add": str(nina.id)})
        run_jobs()
    assert [each.to for each in mail.outbox] == [[nina.email]]
    assert by_id(wave.id).invited == 13
    with clock.at(wave.closes_at - timedelta(days=3)):
        response = cast.browser_of(cast.fay).post(people, {"add": str(omar.id)}, follow=True)
    assert "It can grow until three days before the end." in response.content.decode()
    assert by_id(wave.id).invited == 13
    with clock.at(FIRST_MORNING), pytest.raises(rules.WaveRefused, match="not on the staff list"):
        rules.add_person(cast.fay, by_id(wave.id), cast.dora)


def test_a_facilitator_cannot_redirect_the_sign_in_of_a_leader(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    with pytest.raises(rules.WaveRefused):
        rules.correct_address(cast.fay, wave, cast.ana, "fay.too@school.example")
    assert User.objects.get(id=cast.ana.id).email == "ana.ames@school.example"


def test_no_link_is_sent_before_the_opening_and_none_is_promised(cast: Cast, run_jobs: Jobs) -> None:
    wave = draft(cast)
    where = f"/school/{cast.school.id}/waves/{wave.id}"
    reply = cast.browser_of(cast.cleo).post(f"{where}/my-link", follow=True).content.decode()
    assert "This cannot be done in the present state of the survey." in reply
    assert MailJob.objects.count() == 0
