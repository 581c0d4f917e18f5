import pytest
from django.contrib.messages import get_messages
from tests.cast import Cast

from ilt.rounds.models import Round
from ilt.shared import clock
from ilt.strategy.tests.written import AFTER_COMMENTS, in_comments, strategy
from ilt.throughline.places import mended_at
from ilt.throughline.queries import open_gaps
from ilt.throughline.rules import STRATEGY, waive
from ilt.vision.tests import written as vision

pytestmark = pytest.mark.django_db


def ask_for_consent(cast: Cast) -> list[str]:
    """What the facilitator is told after asking for a consent round."""
    address = f"/school/{cast.school.id}/strategy/step"
    answer = cast.browser_of(cast.fay).post(address, {"step": "round", "days": "5"})
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_strategy_goes_to_the_faculty_when_each_gap_is_mended_or_left_open(cast: Cast) -> None:
    vision.adopted(cast)
    in_comments(cast)
    with clock.at(AFTER_COMMENTS):
        *others, last = open_gaps(cast.school)
        assert ask_for_consent(cast) == [
            f"The through-line has {len(others) + 1} gaps. Mend them, or leave them open with a reason."
        ]
        for gap in others:
            waive(cast.fay, cast.school, gap, "We come to it in spring")
        one_left = "The through-line has one gap. Mend it, or leave it open with a reason."
        assert ask_for_consent(cast) == STRATEGY.gaps(strategy(cast)) == [one_left]
        waive(cast.fay, cast.school, last, "We come to it in spring")
        assert ask_for_consent(cast) == []
    assert Round.objects.filter(document=strategy(cast), state=Round.State.OPEN).count() == 1


def test_a_goal_that_nobody_learns_is_mended_by_an_activity_that_serves_it(cast: Cast) -> None:
    goal = in_comments(cast)
    with clock.at(AFTER_COMMENTS):
        gap = next(each for each in open_gaps(cast.school) if each.rule == "L06")
        form = cast.browser_of(cast.ben).get(mended_at(cast.school.id, gap)).content.decode()
    served = form.partition('name="goals"')[2].partition(">")[0]
    assert served.split() == [f'value="{goal.id}"', 'id="id_goals_0"', "checked"]
