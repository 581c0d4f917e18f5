"""A faculty of twelve and its survey, made through the rules people use."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from tests.cast import Cast, person, works_at
from tests.respondents import OpenWave, post

from coherently.instrument import shipped
from ilt.cycle import rules
from ilt.cycle.models import Invitation, Wave
from ilt.cycle.queries import by_id
from ilt.roster.models import User
from ilt.shared import clock

BEFORE = datetime(2026, 9, 10, 15, tzinfo=UTC)  # Thursday, eleven in the morning at school
OPENING_DAY = date(2026, 9, 14)  # Monday
FIRST_MORNING = datetime(2026, 9, 14, 12, tzinfo=UTC)
LAST_MINUTE = datetime(2026, 9, 26, 0, 0, tzinfo=UTC)  # Friday the 25th, eight in the evening at school
OVER = datetime(2026, 9, 26, 0, 5, tzinfo=UTC)


def faculty(cast: Cast, count: int = 9) -> list[User]:
    """Ben, Cleo, Fay and more teachers, all of them with an address."""
    more = [works_at(person(f"T{number:02}", "Teach"), cast.school) for number in range(count)]
    return [cast.ben, cast.cleo, cast.fay, *more]


def draft(cast: Cast, delivery: str = "mail", people: list[User] | None = None) -> Wave:
    people = people or faculty(cast)
    with clock.at(BEFORE):
        wave = rules.create(cast.fay, cast.school)
        rules.set_languages(wave, ["en", "es"])
        rules.set_people(wave, [each.id for each in people])
        rules.set_window(wave, OPENING_DAY, 10, time(7), time(20))
        rules.set_plan(wave, Wave.Reminders.EVERYONE)
        rules.set_release(wave, date(2026, 10, 9), 7)
        rules.set_delivery(wave, delivery, cast.cleo)
        rules.see_promise(wave)
    return wave


def ready(cast: Cast, delivery: str = "mail", people: list[User] | None = None) -> Wave:
    wave = draft(cast, delivery, people)
    with clock.at(BEFORE):
        rules.confirm_as_facilitator(cast.fay, wave)
        rules.confirm_as_teacher(by_id(wave.id), cast.cleo)
        wave = by_id(wave.id)
        rules.make_ready(cast.fay, wave)
    return wave


def opened(
    cast: Cast, run_jobs: Callable[[], int], delivery: str = "mail", people: list[User] | None = None
) -> Wave:
    wave = ready(cast, delivery, people)
    with clock.at(FIRST_MORNING):
        rules.open_now(cast.fay, wave)
        run_jobs()
    wave = by_id(wave.id)
    assert wave.state == Wave.State.OPEN
    return wave


def take(wave: Wave, count: int) -> None:
    """So many links are used, as the collect route marks it."""
    free = Invitation.objects.filter(wave=wave, collected=0).values_list("id", flat=True)[:count]
    Invitation.objects.filter(id__in=list(free)).update(collected=1)


def answer(wave: Wave, count: int) -> None:
    """So many ballots arrive in the box, by the route that browsers use."""
    ballot = OpenWave(wave.id, shipped(), wave.fp)
    for _ballot in range(count):
        body = {**ballot.credential(), "rev": 1, "sealed": ballot.sealed([4] * 60)}
        status, _reply = post(f"/box/{wave.id}/ballot", body)
        assert status == 201
