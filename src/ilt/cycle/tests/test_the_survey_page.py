from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, person, works_at

from ilt.cycle import rules
from ilt.cycle.models import Invitation, Wave
from ilt.cycle.queries import by_id
from ilt.cycle.rules import bands, paper
from ilt.cycle.tests.waves import BEFORE, FIRST_MORNING, draft, faculty, opened, ready, take
from ilt.roster.models import Act
from ilt.shared import clock

pytestmark = pytest.mark.django_db(databases=["default", "box"])

Jobs = Callable[[], int]


def address(wave: Wave, place: str = "") -> str:
    return f"/school/{wave.school_id}/waves/{wave.id}{place}"


def page(browser: Client, where: str) -> str:
    return browser.get(where).content.decode()


def test_slips_come_first_and_no_reminder_is_announced_where_nobody_gets_mail(
    cast: Cast, run_jobs: Jobs
) -> None:
    wave = opened(cast, run_jobs, delivery="slips")
    to_print = f'class="button" href="{address(wave, "/print")}"'
    with clock.at(FIRST_MORNING):
        before = page(cast.browser_of(cast.fay), address(wave))
        paper.order(cast.fay, wave, "slips", 14)
        run_jobs()
        after = page(cast.browser_of(cast.fay), address(wave))
    assert (to_print in before, to_print in after) == (True, False)
    for where in (address(wave), f"/trust/{wave.id}", address(wave, "/extend")):
        assert "reminder" not in page(cast.browser_of(cast.fay), where).casefold()
    for where in ("/room", "/people"):
        assert "in your mail" not in page(cast.browser_of(cast.fay), address(wave, where))
    assert "Draw a slip and type its code." in page(cast.browser_of(cast.fay), address(wave, "/room"))


# The band


@pytest.mark.parametrize(
    ("invited", "count", "sentence"),
    [
        (12, 0, "Under 25 % of us have taken a ballot."),
        (12, 5, "Between 25 and 50 % of us have taken a ballot."),
        (12, 10, "Over 75 % of us have taken a ballot."),
        (12, 12, "Over 90 % of us have taken a ballot."),
        (80, 41, "Between 50 and 55 % of us have taken a ballot."),
        (80, 79, "Over 90 % of us have taken a ballot."),
    ],
)
def test_the_band_tells_broad_steps(invited: int, count: int, sentence: str) -> None:
    step = bands.step_of(invited)
    wave = Wave(invited=invited, collected=count // step * step)
    assert rules.band(wave).sentence == sentence


def test_the_band_is_made_new_once_a_day_and_in_a_large_faculty_once_an_hour(
    cast: Cast, run_jobs: Jobs
) -> None:
    wave = opened(cast, run_jobs)

    def band_after(taken: int, minutes: int) -> int:
        take(wave, taken)
        with clock.at(FIRST_MORNING + timedelta(minutes=minutes)):
            rules.refresh_bands()
        return by_id(wave.id).collected

    assert band_after(taken=4, minutes=0) == 3
    assert band_after(taken=4, minutes=15 * 60) == 3  # eleven in the evening at school
    assert band_after(taken=0, minutes=16 * 60) == 6  # after midnight at school
    Wave.objects.filter(id=wave.id).update(invited=40)
    assert band_after(taken=2, minutes=16 * 60 + 59) == 6
    assert band_after(taken=0, minutes=17 * 60) == 9


def test_slips_handed_out_count_by_what_the_desk_typed(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs, delivery="slips")
    with clock.at(FIRST_MORNING):
        paper.order(cast.fay, wave, "slips", 14)
        run_jobs()
        wave = by_id(wave.id)
        assert (wave.slips_printed, wave.slips_left, bands.taken(wave)) == (14, 14, 0)
        fay = cast.browser_of(cast.fay)
        assert fay.post(address(wave, "/print"), {"slips_left": "15"}).status_code == 422
        assert fay.post(address(wave, "/print"), {"slips_left": "6"}).status_code == 302
    assert bands.taken(by_id(wave.id)) == 8


def test_taking_a_ballot_changes_no_page(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    fay = cast.browser_of(cast.fay)
    places = [address(wave), address(wave, "/people"), address(wave, "/room"), f"/trust/{wave.id}"]
    with clock.at(FIRST_MORNING):
        rules.refresh_bands()

        def shown() -> list[str]:
            pages = (page(fay, place) for place in places)
            return ["".join(line for line in each.splitlines() if "csrf" not in line) for each in pages]

        before = shown()
        take(wave, 12)
        rules.refresh_bands()
        assert shown() == before


# Who sees what


def test_every_teacher_sees_state_and_days_and_only_the_facilitator_acts(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    with clock.at(FIRST_MORNING):
        seen = {
            name: page(cast.browser_of(getattr(cast, name)), address(wave)) for name in ("cleo", "fay", "eli")
        }
    assert all(
        "Open until Sep 25, 2026." in each and "10 school days left." in each for each in seen.values()
    )
    acts = ("Add school days", "Cancel the survey", "Print slips", "Move the day of the results")
    assert [act for act in acts if act in seen["cleo"]] == []
    assert [act for act in acts if act in seen["fay"]] == list(acts)
    assert [act for act in acts if act in seen["eli"]] == ["Add school days", "Cancel the survey"]
    assert "Type in paper booklets" in seen["cleo"]  # she is the keyer
    assert "Type in paper booklets" not in seen["fay"]


def test_another_school_cannot_reach_a_survey_through_its_own_address(cast: Cast, run_jobs: Jobs) -> None:
    wave = draft(cast)
    elsewhere = f"/school/{cast.other_school.id}/waves/{wave.id}"
    for place in ("", "/confirm", "/people", "/print", "/cancel", "/extend", "/release", "/room"):
        assert cast.browser_of(cast.eli).get(elsewhere + place).status_code == 404
        assert cast.browser_of(cast.dora).get(elsewhere + place).status_code == 404


@pytest.mark.parametrize("place", ["", "/people", "/print"])
def test_pages_take_as_many_statements_for_twelve_people_as_for_thirty(
    cast: Cast, run_jobs: Jobs, place: str
) -> None:
    wave = opened(cast, run_jobs)
    counts = []
    for more in (0, 18):
        for number in range(more):
            one = works_at(person(f"More{number}", "Person"), cast.school)
            Invitation.objects.create(wave=wave, person=one, channel="link")
        fay = cast.browser_of(cast.fay)
        with clock.at(FIRST_MORNING), CaptureQueriesContext(connection) as queries:
            assert fay.get(address(wave, place)).status_code == 200
        counts.append(len(queries))
    assert counts == [{"": 12, "/people": 10, "/print": 8}[place]] * 2


@pytest.mark.parametrize("step", ["people", "delivery", "check"])
def test_the_wizard_takes_few_statements(cast: Cast, step: str) -> None:
    wave = draft(cast, people=faculty(cast, 30))
    fay = cast.browser_of(cast.fay)
    with clock.at(BEFORE), CaptureQueriesContext(connection) as queries:
        assert fay.get(address(wave, f"/step/{step}")).status_code == 200
    assert len(queries) == {"people": 8, "delivery": 8, "check": 9}[step]


# The day of the results


def test_the_day_of_the_results_moves_later_once_and_all_staff_see_the_reason(
    cast: Cast, run_jobs: Jobs
) -> None:
    wave = opened(cast, run_jobs)
    fay = cast.browser_of(cast.fay)
    place = address(wave, "/release")
    with clock.at(FIRST_MORNING):
        for day, reason, status in (
            ("2026-10-14", "  ", 422),
            ("2026-10-17", "Report cards are due.", 422),  # 22 days after the close
            ("2026-10-14", "Report cards are due.", 302),
            ("2026-10-15", "Again.", 422),
        ):
            response = fay.post(place, {"release_on": day, "reason": reason})
            assert (day, reason, response.status_code) == (day, reason, status)
        assert "Report cards are due." in page(cast.browser_of(cast.cleo), address(wave))
        assert "Report cards are due." in page(cast.browser_of(None), f"/trust/{wave.id}")
    assert by_id(wave.id).release_on == date(2026, 10, 14)
    act = Act.objects.get(action="release.moved")
    assert act.detail == {"wave": str(wave.id), "before": "2026-10-09", "after": "2026-10-14"}


def test_the_day_of_the_results_may_come_earlier_but_not_before_the_close(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    with clock.at(FIRST_MORNING):
        with pytest.raises(rules.WaveRefused, match="cannot open before the survey has closed"):
            rules.move_release(cast.fay, wave, date(2026, 9, 25), "")
        rules.move_release(cast.fay, wave, date(2026, 9, 28), "")
    assert by_id(wave.id).release_on == date(2026, 9, 28)
    assert by_id(wave.id).postponed_reason == ""


def test_a_state_cannot_be_jumped(cast: Cast) -> None:
    wave = draft(cast)
    for state in (Wave.State.OPEN, Wave.State.CLOSED, Wave.State.RELEASED):
        with pytest.raises(rules.WaveRefused):
            rules.advance(wave, state)
    stale = by_id(wave.id)
    rules.cancel(cast.fay, wave)
    with pytest.raises(rules.WaveRefused):
        rules.advance(stale, Wave.State.READY)
    assert by_id(wave.id).state == Wave.State.CANCELED


# The trust page


def test_the_trust_page_says_confidential_and_what_is_missing(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    trust = page(cast.browser_of(None), f"/trust/{wave.id}")
    for words in (
        "Confidential, not yet anonymous",
        "Ballots are not blind yet",
        "Answers are not sealed yet",
        "could link answers with names",
        "Neither your answers nor the team&#x27;s records serve to evaluate anybody.",
        "Answers on paper are typed in by Cleo Cano",
        " ".join(wave.fp[place : place + 4] for place in range(0, 16, 4)),
        "sha384-",
    ):
        assert words in trust
    assert "Receipts" not in trust


def test_a_failed_check_is_the_first_sentence_of_the_trust_page(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    Wave.objects.filter(id=wave.id).update(fp="0" * 16)
    trust = page(cast.browser_of(None), f"/trust/{wave.id}")
    warning = trust.index("The keys of this survey are not the announced ones.")
    assert warning < trust.index("how answers are protected")


def test_nobody_sees_the_trust_page_of_a_draft(cast: Cast) -> None:
    wave = draft(cast)
    assert cast.browser_of(cast.fay).get(f"/trust/{wave.id}").status_code == 404


def test_a_ready_survey_shows_its_promise_before_it_opens(cast: Cast) -> None:
    trust = page(cast.browser_of(None), f"/trust/{ready(cast).id}")
    assert "Answers stay closed until Sep 25, 2026" in trust
    assert "People asked" not in trust


def test_the_room_screen_tells_progress_without_a_number(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    take(wave, 8)
    with clock.at(FIRST_MORNING):
        rules.refresh_bands()
        room = page(cast.browser_of(cast.fay), address(wave, "/room"))
    assert "More than half of us have taken a ballot." in room
    assert "%" not in room
    assert "<svg" in room
