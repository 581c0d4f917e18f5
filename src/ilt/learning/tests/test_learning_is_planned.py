"""Activities on the calendar: when they can be, what they serve, what they ask of people."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast

from ilt.learning import rules
from ilt.learning.models import Activity
from ilt.links.models import Link
from ilt.roster.models import Membership
from ilt.rounds.models import Document
from ilt.schools.models import SchoolYear
from ilt.shared import clock, search
from ilt.shared.rows import Refused, Stale
from ilt.strategy.models import Goal, Resource

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 9, 15, tzinfo=UTC)
TOKEN = "8a9d3c1e-0b59-4b6e-9d57-111111111111"
USUAL: dict[str, Any] = {
    "setting": "team",
    "on": date(2026, 11, 10),
    "starts": time(14, 30),
    "minutes": 60,
    "teams": ["Grade 4"],
    "everybody": False,
    "lead": None,
    "cover_needed": 0,
    "cover_arranged": 0,
    "goals": [],
    "resources": [],
}


def plan(cast: Cast, title: str = "Plan a question", **facts: Any) -> Activity:
    with clock.at(NOW):
        return rules.save_activity(cast.ben, cast.school, None, 0, title=title, **{**USUAL, **facts})


def goal_and_time(cast: Cast) -> tuple[Goal, Resource]:
    """Of a strategy that all staff read."""
    Document.objects.create(school=cast.school, kind="strategy", phase="comments")
    goal = Goal.objects.create(school=cast.school, title="We learn to ask for reasons")
    return goal, Resource.objects.create(school=cast.school, kind="time", title="Team time", minutes=90)


def page_of(cast: Cast, name: str, *numbers: int) -> str:
    return reverse(name, args=[cast.school.id, *numbers])


def read(cast: Cast, person: Any, name: str, **query: Any) -> str:
    with clock.at(NOW):
        return str(cast.browser_of(person).get(page_of(cast, name), query).content.decode())


def posted(cast: Cast, address: str, **facts: Any) -> Any:
    usual = {"token": TOKEN, "revision": "1", "cover_needed": "0", "cover_arranged": "0"}
    with clock.at(NOW):
        return cast.browser_of(cast.ben).post(address, {**usual, **facts}, follow=True)


def test_a_team_plans_an_activity_with_what_it_serves_and_uses(cast: Cast) -> None:
    goal, there = goal_and_time(cast)
    Membership.objects.filter(person=cast.ben).update(team="Grade 4")
    posted(
        cast,
        page_of(cast, "activity_new"),
        title="Plan a question",
        setting="team",
        on="2026-11-10",
        starts="14:30",
        minutes="60",
        teams=["Grade 4"],
        lead=cast.ben.id,
        goals=[goal.id],
        resources=[there.id],
    )
    activity = Activity.objects.get()
    assert (activity.on, activity.starts, activity.minutes) == (date(2026, 11, 10), time(14, 30), 60)
    assert (activity.teams, activity.lead) == (["Grade 4"], cast.ben)
    links = Link.objects.order_by("kind").values_list("kind", "from_ref", "to_ref")
    assert list(links) == [
        ("learned", str(goal.id), str(activity.id)),
        ("uses", str(activity.id), str(there.id)),
    ]
    shown = read(cast, cast.cleo, "learning")
    assert "November 2026" in shown
    assert "We learn to ask for reasons" in shown
    (found,) = search.find(cast.school.id, "plan question", {"staff"})
    assert (found.place, found.ref) == ("learning", f"activity{activity.id}")


def test_taking_a_goal_from_an_activity_cuts_only_that_link(cast: Cast) -> None:
    goal, there = goal_and_time(cast)
    activity = plan(cast, goals=[str(goal.id)], resources=[str(there.id)])
    Goal.objects.update(state=Goal.State.ARCHIVED)
    form = cast.browser_of(cast.ben).get(page_of(cast, "activity", activity.id)).content.decode()
    assert "We learn to ask for reasons" in form  # an archived goal that is linked stays a choice
    with clock.at(NOW):
        facts = {**USUAL, "resources": [str(there.id)]}
        rules.save_activity(cast.ben, cast.school, activity, 1, title="Plan a question", **facts)
    assert [row.kind for row in Link.objects.all()] == ["uses"]


def test_a_time_that_the_clock_skips_is_refused(cast: Cast) -> None:
    """In New York the clocks go from 2:00 to 3:00 on Mar 14, 2027."""
    with pytest.raises(Refused) as refused:
        plan(cast, on=date(2027, 3, 14), starts=time(2, 30))
    assert str(refused.value) == (
        "Clocks go forward that night: 02:30 does not exist on Mar 14, 2027. Choose another time."
    )
    plan(cast, on=date(2027, 3, 14), starts=time(3, 30))
    with pytest.raises(Refused, match="A time of day needs a day"):
        plan(cast, on=None)


@pytest.mark.parametrize("day", [date(2026, 8, 23), date(2027, 6, 12)])
def test_a_day_outside_the_school_year_is_refused(cast: Cast, day: date) -> None:
    with pytest.raises(Refused, match="Choose a day from Aug 24, 2026 to Jun 11, 2027"):
        plan(cast, on=day)


@pytest.mark.parametrize("minutes", ["4", "481", "-60"])
def test_minutes_that_no_activity_takes_are_refused_and_nothing_typed_is_lost(
    cast: Cast, minutes: str
) -> None:
    answer = posted(
        cast, page_of(cast, "activity_new"), title="Long", setting="team", everybody="on", minutes=minutes
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "An activity takes 5 to 480 minutes. Type a number between them." in shown
    assert f'value="{minutes}"' in shown
    assert 'value="Long"' in shown


def test_a_day_without_school_is_kept_with_a_hint(cast: Cast) -> None:
    SchoolYear.objects.filter(id=cast.year.id).update(days_off=["2026-11-11"])
    facts = {"title": "Visit", "setting": "visit", "everybody": "on"}
    answer = posted(cast, page_of(cast, "activity_new"), **facts, on="2026-11-11")
    assert "Nov 11, 2026 is not a school day." in answer.content.decode()
    assert Activity.objects.get().on == date(2026, 11, 11)
    with clock.at(NOW):
        assert rules.hint(cast.school, date(2026, 11, 14)) != ""  # a Saturday
        assert rules.hint(cast.school, date(2026, 11, 12)) == ""


def test_somebody_takes_part_and_no_more_cover_is_arranged_than_needed(cast: Cast) -> None:
    with pytest.raises(Refused, match="Say who takes part"):
        plan(cast, teams=[])
    with pytest.raises(Refused, match="More cover is arranged than needed"):
        plan(cast, cover_needed=1, cover_arranged=2)


def test_what_took_place_keeps_its_minutes_and_what_is_ahead_cannot(cast: Cast) -> None:
    over, ahead = plan(cast, on=date(2026, 11, 9)), plan(cast, on=date(2026, 11, 10))
    with clock.at(NOW):
        rules.hold(cast.ben, over, 1, kept=45)
        with pytest.raises(Refused, match="still to come"):
            rules.hold(cast.ben, ahead, 1, kept=45)
    over.refresh_from_db()
    assert (over.state, over.kept) == (Activity.State.HELD, 45)
    shown = read(cast, cast.cleo, "learning")
    assert "Minutes planned: 120. Minutes kept: 45." in shown


def test_a_dropped_activity_asks_nothing_of_anybody_and_can_be_planned_again(cast: Cast) -> None:
    goal, _there = goal_and_time(cast)
    activity = plan(cast, goals=[str(goal.id)])
    browser = cast.browser_of(cast.ben)
    for _click in range(2):
        browser.post(page_of(cast, "activity_drop", activity.id))
    assert Activity.objects.get().state == Activity.State.DROPPED
    assert "Minutes planned" not in read(cast, cast.ben, "learning")
    assert 'name="back">Plan it again' in read(cast, cast.ben, "learning")
    browser.post(page_of(cast, "activity_drop", activity.id), {"back": ""})
    assert Activity.objects.get().state == Activity.State.PLANNED
    assert Link.objects.count() == 1


def test_of_two_people_who_change_an_activity_the_second_sees_what_the_first_saved(cast: Cast) -> None:
    goal, _there = goal_and_time(cast)
    activity = plan(cast)
    with clock.at(NOW):
        facts = {**USUAL, "goals": [str(goal.id)]}
        rules.save_activity(cast.fay, cast.school, activity, 1, title="Fay's words", **facts)
        with pytest.raises(Stale) as stale:
            rules.save_activity(cast.ben, cast.school, activity, 1, title="Ben's words", **USUAL)
    assert (stale.value.theirs.title, stale.value.theirs.goals) == ("Fay's words", [str(goal.id)])
    assert Link.objects.count() == 1
    mine = {"title": "Ben's words", "setting": "visit", "everybody": "on"}
    shown = posted(cast, page_of(cast, "activity", activity.id), **mine).content.decode()
    for label, value in (
        ("What do we learn together?", "Fay&#x27;s words"),
        ("Where?", "Team time"),
        ("Day", "Nov. 10, 2026"),
        ("Everybody takes part", "No"),
        ("Which goals does it serve?", "We learn to ask for reasons"),
    ):
        assert f'<dt>{label}</dt><dd dir="auto">{value}</dd>' in shown


def own_minutes(cast: Cast, person: Any) -> list[int]:
    with clock.at(NOW):
        answer = cast.browser_of(person).get(page_of(cast, "learning_load"))
    return [month.planned for month in answer.context["mine"]]


def test_people_see_their_own_load_and_nobody_elses(cast: Cast) -> None:
    Membership.objects.filter(person=cast.ben).update(team="Grade 4")
    plan(cast, minutes=60)
    plan(cast, minutes=30, teams=[], everybody=True)
    plan(cast, minutes=45, on=date(2026, 12, 1), teams=["Grade 5"], lead=cast.cleo)
    assert own_minutes(cast, cast.ben) == [90]
    assert own_minutes(cast, cast.cleo) == [30, 45]
    assert own_minutes(cast, cast.gus) == [30]
    for reader in (cast.ana, cast.fay, cast.gus):
        assert "Boyd" not in read(cast, reader, "learning_load")


def test_goals_of_a_first_draft_are_the_teams_alone(cast: Cast) -> None:
    goal, _there = goal_and_time(cast)
    Document.objects.update(phase="draft")
    plan(cast, goals=[str(goal.id)])

    def told(who: Any) -> list[bool]:
        page = read(cast, who, "learning")
        return [word in page for word in ("Plan a question", "ask for reasons", "serves no goal")]

    assert told(cast.ben) == [True, True, False]
    assert told(cast.cleo) == told(cast.ana) == [True, False, False]
    Document.objects.update(phase="comments")
    assert told(cast.cleo) == [True, True, False]


def test_each_school_year_has_its_own_calendar(cast: Cast) -> None:
    before = SchoolYear.objects.create(
        school=cast.school, starts_on=date(2025, 8, 25), ends_on=date(2026, 6, 12)
    )
    plan(cast, title="Long ago", on=date(2025, 10, 1))
    plan(cast, title="This fall")
    assert "Long ago" not in read(cast, cast.cleo, "learning")
    earlier = read(cast, cast.cleo, "learning", year=before.id)
    assert "Long ago" in earlier
    assert "This fall" not in earlier
    assert "This fall" in read(cast, cast.cleo, "learning", year="x")


@pytest.mark.parametrize("name", ["learning", "learning_load"])
def test_a_page_asks_for_the_same_statements_with_one_and_with_three_activities(
    cast: Cast, name: str
) -> None:
    goal, there = goal_and_time(cast)
    Membership.objects.filter(person=cast.ben).update(team="Grade 4")
    browser, counted = cast.browser_of(cast.cleo), []
    for number in (1, 2, 3):
        plan(cast, f"Activity {number}", goals=[str(goal.id)], resources=[str(there.id)], lead=cast.ben)
        with clock.at(NOW), CaptureQueriesContext(connection) as asked:
            assert browser.get(page_of(cast, name)).status_code == 200
        counted.append(len(asked))
    assert counted == {"learning": [11, 11, 11], "learning_load": [8, 8, 8]}[name]
