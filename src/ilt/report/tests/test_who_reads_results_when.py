import gzip
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from coherently.instrument import shipped
from coherently.report.html import fragment
from ilt.cycle.models import Wave
from ilt.report.rules import publish_due, release_due
from ilt.report.tests.survey import CLOSES, EARLY, RELEASE, closed_survey, library_release, noon
from ilt.roster.models import User
from ilt.shared import clock

pytestmark = pytest.mark.django_db(databases=["default", "box"])

LARGEST_PAGE = 30 * 1024
STATEMENTS = 10


@pytest.fixture
def wave(cast: Cast, run_jobs: Callable[[], int]) -> Wave:
    made = closed_survey(cast)
    with clock.at(noon(CLOSES)):
        publish_due()
        run_jobs()
    return made


def pages(wave: Wave) -> list[str]:
    own = {"school_id": wave.school_id, "wave_id": wave.id}
    return [
        reverse("results", kwargs={"school_id": wave.school_id}),
        reverse("wave_results", kwargs=own),
        reverse("wave_methods", kwargs=own),
    ]


def read_on(day: date, person: User | None, cast: Cast, wave: Wave) -> list[tuple[int, str]]:
    """Status and text of all pages of results, as this person sees them on this day."""
    with clock.at(noon(day)):
        release_due()
        answers = [cast.browser_of(person).get(page) for page in pages(wave)]
        return [(answer.status_code, unescape(answer.content.decode())) for answer in answers]


def told_by_the_release() -> list[str]:
    """Whole cells and sentences that only the results hold."""
    text = fragment(library_release(), shipped("en"), "en")
    cells = re.findall(r"<td[^>]*>([^<]+ \([^<]+\)|\d+ %)<", text)
    sentences = re.findall(r"<p class=\"r-lead\">([^<]+)<|<p class=\"r-say\">([^<]+)<", text)
    return [unescape(each) for each in {*cells, *(a or b for a, b in sentences)}]


def leaked(answers: list[tuple[int, str]]) -> set[str]:
    secrets = told_by_the_release()
    return {secret for _, text in answers for secret in secrets if secret in text}


def test_the_page_shows_what_the_library_writes_in_the_readers_language(cast: Cast, wave: Wave) -> None:
    client = cast.browser_of(cast.cleo)
    for language in ("en", "es"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        with clock.at(noon(RELEASE)):
            release_due()
            page = client.get(pages(wave)[0]).content.decode()
        assert fragment(library_release(), shipped(language), language) in page


def test_teachers_and_the_team_read_the_same_report(cast: Cast, wave: Wave) -> None:
    own = re.compile(r"<main.*</main>", re.DOTALL)
    texts = [
        [own.findall(text)[0] for _, text in read_on(RELEASE, person, cast, wave)]
        for person in (cast.ana, cast.ben, cast.cleo, cast.fay, cast.gus)
    ]
    assert all(each == texts[0] for each in texts)
    assert leaked(read_on(RELEASE, cast.cleo, cast, wave)) == set(told_by_the_release())


def answers_of_all(day: date, cast: Cast, wave: Wave) -> dict[str, tuple[list[int], bool]]:
    """Per person: the status of each page, and whether anything of the release is on them."""
    found: dict[str, tuple[list[int], bool]] = {}
    for name, person in cast.people().items():
        answers = read_on(day, person, cast, wave)
        found[name] = ([status for status, _ in answers], bool(leaked(answers)))
    return found


def expected(early: bool, everybody: bool) -> dict[str, Any]:
    staff = dict.fromkeys(["ana", "cleo", "gus"], ([200] * 3, everybody))
    team = dict.fromkeys(["ben", "fay"], ([200] * 3, early))
    others = dict.fromkeys(["dora", "eli", "hana", "ivo"], ([404] * 3, False))
    return staff | team | others | {"visitor": ([302] * 3, False)}


def test_nobody_reads_a_number_before_its_day(cast: Cast, wave: Wave) -> None:
    assert len(told_by_the_release()) > 40
    assert answers_of_all(EARLY - timedelta(1), cast, wave) == expected(early=False, everybody=False)
    assert answers_of_all(EARLY, cast, wave) == expected(early=True, everybody=False)
    assert answers_of_all(RELEASE, cast, wave) == expected(early=True, everybody=True)


@pytest.mark.parametrize("state", [Wave.State.OPEN, Wave.State.CLOSING, Wave.State.CLOSED])
def test_an_unpublished_survey_says_when_its_results_come(cast: Cast, state: Wave.State) -> None:
    wave = closed_survey(cast)
    Wave.objects.update(state=state)
    ((_, teacher), *_), ((_, team), *_) = (
        read_on(CLOSES, person, cast, wave) for person in (cast.cleo, cast.ben)
    )
    assert "Results open to everyone on Oct 12, 2026." in teacher
    assert "It reads them from Oct 5, 2026." in teacher
    assert "The leadership team reads them from Oct 5, 2026, and so do you." in team


def test_a_survey_without_a_report_offers_a_talk_without_numbers(cast: Cast) -> None:
    wave = closed_survey(cast)
    for invited, sentence in (
        (16, "Fewer than half of us answered, so there is no report."),
        (15, "Too few answers came in, so there is no report."),
    ):
        Wave.objects.update(outcome=Wave.Outcome.NONE, collected=0, invited=invited)
        answers = read_on(CLOSES, cast.cleo, cast, wave)
        assert all(sentence in text for _, text in answers)
        assert leaked(answers) == set()


def test_a_canceled_survey_and_a_draft_have_no_results(cast: Cast) -> None:
    wave = closed_survey(cast)
    for state in (Wave.State.CANCELED, Wave.State.DRAFT):
        Wave.objects.update(state=state)
        (_, nothing), *rest = read_on(RELEASE, cast.ben, cast, wave)
        assert "No survey has been opened here yet." in nothing
        assert [status for status, _ in rest] == [404, 404]


def test_the_latest_results_stand_where_newer_ones_will_come(cast: Cast, wave: Wave) -> None:
    with clock.at(noon(RELEASE)):
        release_due()
    spring = {"opens_on": date(2027, 4, 5), "closes_on": date(2027, 4, 16), "release_on": date(2027, 4, 30)}
    Wave.objects.create(school=cast.school, year=cast.year, zone="UTC", state=Wave.State.OPEN, **spring)
    (_, page), *_ = read_on(RELEASE, cast.cleo, cast, wave)
    assert "Those of the newer survey open to everyone on Apr 30, 2027." in page
    assert "Survey that opened on Apr 5, 2027" in page
    assert set(told_by_the_release()) == leaked([(200, page)])


def test_every_way_to_results_leads_on_to_those_of_last_year(cast: Cast, wave: Wave) -> None:
    last_year = {
        "opens_on": date(2025, 9, 15),
        "closes_on": date(2025, 9, 26),
        "release_on": date(2025, 10, 9),
    }
    earlier = Wave.objects.create(
        school=cast.school, year=cast.year, zone="UTC", state=Wave.State.CLOSED, outcome="none", **last_year
    )
    link = 'href="{}">Survey that opened on {}<'
    back = link.format(pages(earlier)[1], "Sep 15, 2025")
    newest, by_address, _ = read_on(RELEASE, cast.cleo, cast, wave)
    assert (back in newest[1], back in by_address[1]) == (True, True)
    forth = link.format(pages(wave)[1], "Sep 14, 2026")
    assert forth in read_on(RELEASE, cast.cleo, cast, earlier)[1][1]


def test_the_methods_lead_to_the_exact_number_and_say_what_is_not_validated(cast: Cast, wave: Wave) -> None:
    (*_, (_, methods)) = read_on(RELEASE, cast.cleo, cast, wave)
    trust = f"/trust/{wave.id}?school={cast.school.id}"
    assert f'<a href="{trust}">The exact number can be counted on the trust page.</a>' in methods
    assert "The survey has version 0.9.0. It is not yet validated." in methods


def test_results_of_another_school_do_not_exist_under_ones_own_address(cast: Cast, wave: Wave) -> None:
    Wave.objects.update(school=cast.other_school)
    here = {"school_id": cast.school.id, "wave_id": wave.id}
    for name in ("wave_results", "wave_methods"):
        assert cast.browser_of(cast.ben).get(reverse(name, kwargs=here)).status_code == 404


def test_the_page_is_small_and_asks_the_database_little(
    cast: Cast, wave: Wave, django_assert_num_queries: Any
) -> None:
    with clock.at(noon(RELEASE)):
        release_due()
    client: Client = cast.browser_of(cast.cleo)
    for surveys in (1, 3):
        for _ in range(surveys - 1):
            earlier = {"state": Wave.State.ARCHIVED, "opens_on": date(2025, 9, 15)}
            Wave.objects.create(school=cast.school, year=cast.year, zone="UTC", **earlier)
        with django_assert_num_queries(STATEMENTS):
            page = client.get(pages(wave)[0])
        assert page.status_code == 200
        assert len(gzip.compress(page.content)) <= LARGEST_PAGE
