import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from tests.cast import Cast

from coherently.instrument import shipped
from ilt.cycle.models import Wave
from ilt.report.tests.survey import published_survey
from ilt.report.told import Told, told

pytestmark = pytest.mark.django_db
State = Wave.State


def strengths(found: list[Told]) -> list[tuple[str, str, str]]:
    return [(each.key, each.title, each.sentence) for each in found if each.section == "strength"]


@pytest.mark.parametrize(
    ("state", "team", "staff"),
    [(State.PUBLISHED, 0, 0), (State.OPEN_TO_ILT, 1, 0), (State.RELEASED, 1, 1), (State.ARCHIVED, 1, 1)],
)
def test_a_finding_is_told_to_nobody_before_they_may_read_it(
    cast: Cast, state: State, team: int, staff: int
) -> None:
    published_survey(cast, state)
    surveys = [{each.wave for each in told(cast.school, early)} for early in (True, False)]
    assert [len(each) for each in surveys] == [team, staff]
    assert told(cast.other_school, early=True) == []


def test_findings_are_told_in_the_language_of_the_reader(cast: Cast) -> None:
    published_survey(cast)
    english = strengths(told(cast.school, early=False))
    with override("es"):
        spanish = strengths(told(cast.school, early=False))
    topic = shipped("en").construct(english[0][0].removeprefix("strength/"))
    assert english[0][1:] == (topic.title, f"Most of us say: {topic.definition}")
    assert [key for key, *_ in spanish] == [key for key, *_ in english]
    assert not {sentence for *_, sentence in spanish} & {sentence for *_, sentence in english}


def test_who_answered_and_what_is_too_few_cannot_be_taken_up(cast: Cast) -> None:
    published_survey(cast)
    codes = {each.key.partition("/")[0] for each in told(cast.school, early=False)}
    assert codes & {"rate", "rate_over", "care", "silent", "few", "reach", "tie"} == set()
    assert codes >= {"strength", "place", "agreement_largely"}


def test_a_correction_takes_the_place_of_what_was_published(cast: Cast) -> None:
    correction = published_survey(cast)
    correction.pk, correction.number = None, 2
    correction.save()
    assert {each.snapshot_id for each in told(cast.school, early=False)} == {correction.pk}


def test_results_are_read_and_put_into_words_once(cast: Cast) -> None:
    published_survey(cast)
    told(cast.school, early=False)
    with CaptureQueriesContext(connection) as asked:
        told(cast.school, early=True)
    assert len(asked) == 1
