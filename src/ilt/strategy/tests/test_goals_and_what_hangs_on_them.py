"""Goals, indicators, handoffs and resources: how many, when, and what is kept when one goes."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests.cast import Cast

from ilt.links.models import Link
from ilt.links.rules import link
from ilt.priorities.models import Priority
from ilt.report.tests.survey import published_survey
from ilt.rounds import rules as writing
from ilt.shared import clock, search
from ilt.shared.models import Writing
from ilt.shared.rows import Refused, Stale
from ilt.strategy import rules
from ilt.strategy.document import SPEC
from ilt.strategy.models import Goal, Handoff, Indicator, Resource
from ilt.strategy.tests.written import (
    AFTER_COMMENTS,
    AFTER_ROUND,
    ASK,
    IN_ROUND,
    START,
    TEXTS,
    add_goal,
    adopted,
    in_round,
    name_teams,
    plan_evidence,
    strategy,
    whole_draft,
    write_goal,
)
from ilt.vision.tests import written as vision

pytestmark = pytest.mark.django_db

TOKEN = "8a9d3c1e-0b59-4b6e-9d57-111111111111"
State = Goal.State


def page_of(cast: Cast, name: str, *numbers: int) -> str:
    return reverse(name, args=[cast.school.id, *numbers])


def posted(cast: Cast, address: str, **facts: object) -> object:
    with clock.at(START):
        return cast.browser_of(cast.ben).post(address, {"token": TOKEN, "revision": "1", **facts})


def priority_of(cast: Cast) -> Priority:
    return Priority.objects.create(
        school=cast.school,
        snapshot=published_survey(cast),
        finding="look/trust",
        title="Trust",
        made_on=date(2026, 10, 12),
    )


def test_a_team_adds_a_goal_by_its_form(cast: Cast) -> None:
    name_teams(cast)
    facts = {"title": ASK, "owner": cast.ben.id, "teams": ["Grade 4"], "review_on": "2027-05-03"}
    answer = posted(cast, page_of(cast, "goal_new"), **facts, state="active")
    assert answer.url == page_of(cast, "strategy")
    goal = Goal.objects.get()
    assert (goal.title, goal.owner, goal.teams) == (ASK, cast.ben, ["Grade 4"])
    assert (goal.review_on, goal.state) == (date(2027, 5, 3), State.ACTIVE)


def test_a_fourth_active_goal_is_refused_and_can_be_parked(cast: Cast) -> None:
    with clock.at(START):
        goals = [add_goal(cast, f"Goal {number}") for number in (1, 2, 3)]
        with pytest.raises(Refused, match="3 goals are active; no more fit"):
            add_goal(cast, "Goal 4")
        fourth = add_goal(cast, "Goal 4", state=State.PARKED)
        with pytest.raises(Refused, match="3 goals are active"):
            rules.move_goal(cast.ben, fourth, State.ACTIVE)
        rules.move_goal(cast.ben, goals[0], State.CLOSED)
        rules.move_goal(cast.ben, fourth, State.ACTIVE)
    states = Goal.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == [State.CLOSED, State.ACTIVE, State.ACTIVE, State.ACTIVE]


@pytest.mark.parametrize("day", [date(2026, 8, 23), date(2027, 6, 12)])
def test_a_day_outside_the_school_year_is_refused(cast: Cast, day: date) -> None:
    sentence = "Choose a day from Aug 24, 2026 to Jun 11, 2027, the school year."
    with clock.at(START):
        with pytest.raises(Refused, match=sentence):
            add_goal(cast, review_on=day)
        goal = add_goal(cast)
        with pytest.raises(Refused, match=sentence):
            rules.save_indicator(cast.ben, goal, None, 0, reach="short", text="Notes", due_on=day)
    assert not Indicator.objects.exists()


def test_an_indicator_without_a_date_is_asked_for_one_and_nothing_typed_is_lost(cast: Cast) -> None:
    with clock.at(START):
        goal = add_goal(cast)
    answer = posted(
        cast, page_of(cast, "indicator_new", goal.id), reach="short", text="Notes <b>&", due_on=""
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Say by when. Without a date nobody comes back to look." in shown
    assert "Notes &lt;b&gt;&amp;" in shown
    assert not Indicator.objects.exists()


def test_a_team_notes_what_an_indicator_showed_even_during_a_round(cast: Cast) -> None:
    vision.adopted(cast)
    in_round(cast)
    first = Indicator.objects.get(reach="short")
    with clock.at(AFTER_COMMENTS):
        today = clock.today(cast.school.zone)
        with pytest.raises(Refused, match="still to come"):
            rules.mark_shown(cast.ben, first, 1, shown_on=today + timedelta(days=1), showed="?")
        rules.mark_shown(cast.ben, first, 1, shown_on=today, showed="Nine of twelve **asked** why.")
    first.refresh_from_db()
    assert (first.shown_on, first.showed) == (date(2026, 11, 17), "Nine of twelve **asked** why.")
    (found,) = search.find(cast.school.id, "nine of twelve", {"staff"})
    assert (found.place, found.ref) == ("strategy", f"indicator{first.id}")
    with clock.at(IN_ROUND):
        writing.consent(cast.cleo, strategy(cast))
    with clock.at(AFTER_ROUND):
        writing.adopt(cast.fay, SPEC, strategy(cast))
    assert search.find(cast.school.id, "nine of twelve", {"staff"}) == [found]


def test_while_a_round_is_open_goals_stand_still(cast: Cast) -> None:
    vision.adopted(cast)
    goal = in_round(cast)
    with clock.at(AFTER_COMMENTS):
        for change in (
            lambda: add_goal(cast, "One more"),
            lambda: rules.move_goal(cast.ben, goal, State.PARKED),
            lambda: rules.archive(cast.ben, cast.school, Handoff.objects.get()),
            lambda: plan_evidence(cast, goal),
        ):
            with pytest.raises(Refused, match="stays as it is until it ends"):
                change()


def test_an_adopted_strategy_takes_no_new_goal_but_a_new_owner(cast: Cast) -> None:
    vision.adopted(cast)
    goal = adopted(cast)
    with clock.at(AFTER_COMMENTS):
        with pytest.raises(Refused, match="Begin a new version to add a goal"):
            add_goal(cast, "One more")
        facts = {"title": ASK, "teams": [], "review_on": None, "priority": None}
        rules.save_goal(cast.fay, cast.school, goal, 1, owner=cast.fay, **facts)
    goal.refresh_from_db()
    assert goal.owner == cast.fay


def test_of_two_people_who_change_a_goal_the_second_sees_what_the_first_saved(cast: Cast) -> None:
    name_teams(cast)
    with clock.at(START):
        goal = add_goal(cast)
        facts = {"owner": cast.ben, "teams": ["Grade 4"], "review_on": None, "priority": None}
        rules.save_goal(cast.fay, cast.school, goal, 1, title="Fay's words", **facts)
        with pytest.raises(Stale):
            rules.save_goal(cast.ben, cast.school, goal, 1, title="Ben's words", **facts)
    answer = posted(cast, page_of(cast, "goal", goal.id), title="Ben's words", owner=cast.ben.id)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Fay&#x27;s words" in shown
    assert "Ben&#x27;s words" in shown
    assert Goal.objects.get().title == "Fay's words"


def test_a_goal_goes_to_the_archive_with_its_links_and_comes_back(cast: Cast) -> None:
    with clock.at(START):
        goal = add_goal(cast)
        write_goal(cast, goal, **TEXTS)
        plan_evidence(cast, goal)
        link(cast.ben, cast.school, ("element", "teachers"), ("goal", str(goal.id)))
        assert len(found(cast)) == len(TEXTS) + 2
        rules.move_goal(cast.ben, goal, State.ARCHIVED)
    assert found(cast) == []
    assert Link.objects.count() == 1
    browser = cast.browser_of(cast.fay)
    assert ASK in browser.get(page_of(cast, "strategy_archive")).content.decode()
    browser.post(page_of(cast, "goal_state", goal.id), {"state": "parked"})
    assert Goal.objects.get().state == State.PARKED
    assert found(cast) == ["next-parked"]
    browser.post(page_of(cast, "goal_state", goal.id), {"state": "active"})
    assert {f"next-goal{goal.id}", f"next-goal{goal.id}.learn", f"next-goal{goal.id}.stops"} < set(
        found(cast)
    )


def found(cast: Cast) -> list[str]:
    """What a search finds on the page of the strategy; every part of it is about its goal."""
    rows = Writing.objects.filter(school=cast.school.id, place="strategy")
    return [row.ref for row in rows]


def test_archived_rows_leave_the_page_and_are_taken_back(cast: Cast) -> None:
    whole_draft(cast)
    browser = cast.browser_of(cast.ben)
    for name, row in (
        ("indicator", Indicator.objects.get(reach="short")),
        ("handoff", Handoff.objects.get()),
        ("resource", Resource.objects.get()),
    ):
        address = page_of(cast, f"{name}_archive", row.id)
        for _click in range(2):
            browser.post(address)
        assert f'id="{name}{row.id}"' not in browser.get(page_of(cast, "strategy")).content.decode()
        form = browser.get(page_of(cast, "strategy_archive")).content.decode().partition(address)[2]
        assert '<button class="second" name="back">Take back' in form.partition("</form>")[0]
        browser.post(address, {"back": ""})
        assert f'id="{name}{row.id}"' in browser.get(page_of(cast, "strategy")).content.decode()


def test_a_priority_that_a_goal_takes_up_has_its_fate_and_loses_it_with_the_goal(cast: Cast) -> None:
    priority = priority_of(cast)
    with clock.at(START):
        goal = add_goal(cast, priority=priority)
        priority.refresh_from_db()
        assert priority.fate == Priority.Fate.GOAL
        rules.move_goal(cast.ben, goal, State.ARCHIVED)
    priority.refresh_from_db()
    assert priority.fate == Priority.Fate.OPEN


def test_a_goal_keeps_its_priority_when_that_is_archived(cast: Cast) -> None:
    priority = priority_of(cast)
    with clock.at(START):
        goal = add_goal(cast, priority=priority)
        Priority.objects.update(archived=True)
        page = cast.browser_of(cast.ben).get(page_of(cast, "goal", goal.id)).content.decode()
        assert f'<option value="{priority.id}" selected>Trust</option>' in page
        assert "Trust" not in cast.browser_of(cast.ben).get(page_of(cast, "goal_new")).content.decode()


def test_a_priority_is_made_a_goal_with_the_priority_chosen_if_the_form_offers_it(cast: Cast) -> None:
    priority = priority_of(cast)

    def options(query: object) -> str:
        page = cast.browser_of(cast.ben).get(page_of(cast, "goal_new"), {"priority": query}).content.decode()
        return page.partition('<select name="priority"')[2].partition("</select>")[0]

    assert f'<option value="{priority.id}" selected>Trust</option>' in options(priority.id)
    for other in (priority.id + 1, "x"):
        assert f'<option value="{priority.id}">Trust</option>' in options(other)
        assert "selected" not in options(other)


def test_a_draft_tells_who_does_not_write_it_no_title_and_no_number_of_a_goal(cast: Cast) -> None:
    with clock.at(START):
        goal = add_goal(cast)
        keys = ("goal{}", "goal{}.learn", "goal{}9", "goal{}.handoffs")
        places = [page_of(cast, "strategy_comment", key.format(goal.id)) for key in keys]
        pages = [cast.browser_of(cast.cleo).post(place, {"text": ""}) for place in places]
    told = [(page.status_code, ASK in page.content.decode()) for page in pages]
    assert told == [(422, False)] * len(keys)


def test_what_a_draft_shows_is_found_by_all_staff_once_they_read_the_draft(cast: Cast) -> None:
    with clock.at(START):
        plan_evidence(cast, add_goal(cast))
        seen = Indicator.objects.get(reach="short")
        rules.mark_shown(cast.ben, seen, 1, shown_on=date(2026, 11, 2), showed="Few reasons yet")

    def found() -> list[int]:
        return [len(search.find(cast.school.id, "few reasons", [who])) for who in ("staff", "team")]

    assert found() == [0, 1]
    with clock.at(START):
        writing.open_comments(cast.fay, SPEC, strategy(cast), 7)
    assert found() == [1, 0]


def test_a_handoff_goes_from_one_team_to_another(cast: Cast) -> None:
    name_teams(cast)
    with clock.at(START):
        goal = add_goal(cast)
    facts = {"from_team": "Grade 4", "what": "What we tried", "on": "2026-12-08", "person": cast.cleo.id}
    address = page_of(cast, "handoff_new", goal.id)
    refused = posted(cast, address, **facts, to_team="Grade 4")
    assert "A handoff goes from one team to another. Choose two teams." in refused.content.decode()
    posted(cast, address, **facts, to_team="leadership team")
    handoff = Handoff.objects.get()
    assert (handoff.from_team, handoff.to_team, handoff.person) == ("Grade 4", "leadership team", cast.cleo)


def test_time_needs_minutes_and_money_keeps_words(cast: Cast) -> None:
    address = page_of(cast, "resource_new")
    refused = posted(cast, address, kind="time", title="Team time", amount="a lot")
    assert "Say how many minutes a month there are." in refused.content.decode()
    posted(cast, address, kind="money", title="Grant", minutes="10", amount="$2,000")
    kept = Resource.objects.get()
    assert (kept.kind, kept.minutes, kept.amount) == ("money", None, "$2,000")
