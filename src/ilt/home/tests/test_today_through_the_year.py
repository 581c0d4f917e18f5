from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, person

from ilt.cycle.models import Wave
from ilt.learning.models import Activity
from ilt.priorities.models import Priority
from ilt.promises.models import Action
from ilt.report.models import Snapshot
from ilt.report.tests.survey import RELEASE, noon, published_survey
from ilt.roster.models import Membership, User
from ilt.rounds.models import Consent, Document, Objection, Round
from ilt.shared import clock
from ilt.strategy.models import Goal
from ilt.vision.models import Need

pytestmark = pytest.mark.django_db
Kind, Phase, State = Document.Kind, Document.Phase, Wave.State
STATEMENTS = {"ana": 10, "ben": 9, "cleo": 9, "fay": 11, "gus": 9}


@pytest.fixture(autouse=True)
def on_the_day_of_the_release() -> Iterator[None]:
    with clock.at(noon(RELEASE)):
        yield


def document(cast: Cast, kind: Kind, phase: Phase, **values: object) -> Document:
    until = date(2026, 10, 20) if phase == Phase.COMMENTS else None
    words = {"phase": phase, "comments_until": until} | values
    return Document.objects.update_or_create(school=cast.school, kind=kind, defaults=words)[0]


def priority(cast: Cast, snapshot: Snapshot, fate: str = "open") -> None:
    words = {"school": cast.school, "snapshot": snapshot, "finding": "x", "title": "Time"}
    Priority.objects.create(owner=cast.ben, made_on=RELEASE, fate=fate, **words)


def activity(cast: Cast, title: str, day: date) -> None:
    Activity.objects.create(school=cast.school, title=title, setting="team", on=day)


def page(cast: Cast, who: User) -> object:
    return cast.browser_of(who).get(f"/school/{cast.school.id}").context


def first(cast: Cast) -> tuple[str, str]:
    """The button that comes first for a team member and for a teacher who is not on the team."""
    return tuple(page(cast, who)["step"].button for who in (cast.ben, cast.cleo))


def round_of(text: Document, circle: str = "staff") -> Round:
    days = {"opens_on": RELEASE, "closes_on": date(2026, 10, 19)}
    return Round.objects.create(document=text, number=1, circle=circle, asked=4, content={}, **days)


def test_before_the_first_results_nobody_is_sent_to_the_plan(cast: Cast) -> None:
    assert first(cast) == ("", "")
    published_survey(cast, State.OPEN_TO_ILT)
    assert first(cast) == ("Read the results", "")


def test_each_step_of_the_plan_follows_the_one_before_and_leads_to_a_page_that_opens(cast: Cast) -> None:
    snapshot = published_survey(cast)
    ben, seen, opened = cast.browser_of(cast.ben), [], set()

    def look() -> None:
        steps = [page(cast, who)["step"] for who in (cast.ben, cast.cleo)]
        seen.append(tuple(step.button for step in steps))
        address = steps[0].address
        opened.add((address.rpartition("/")[2], ben.get(address).status_code))

    look()
    priority(cast, snapshot)
    look()
    Need.objects.create(school=cast.school, text="Argue")
    look()
    for phase in (Phase.DRAFT, Phase.COMMENTS, Phase.REVISION, Phase.CONSENT):
        document(cast, Kind.VISION, phase)
        look()
    document(cast, Kind.VISION, Phase.ADOPTED, adopted=1)
    look()
    Priority.objects.update(fate="goal")
    for phase in (Phase.DRAFT, Phase.COMMENTS, Phase.REVISION, Phase.CONSENT):
        document(cast, Kind.STRATEGY, phase)
        look()
    document(cast, Kind.STRATEGY, Phase.ADOPTED, adopted=1)
    look()
    activity(cast, "Try it", date(2026, 11, 2))
    look()
    results = "Read the results"
    assert seen == [
        ("Take up a finding", results),
        ("Write a need", results),
        ("Go on with the vision", results),
        ("Go on with the vision", results),
        ("Read the comments", "Read and comment"),
        ("Go on with the vision", results),
        ("See how it stands", results),
        ("Say what becomes of it", results),
        ("Go on with the strategy", results),
        ("Read the comments", "Read and comment"),
        ("Go on with the strategy", results),
        ("See how it stands", results),
        (results, results),
        ("Open the learning calendar", "Open the learning calendar"),
    ]
    assert opened == {
        (place, 200) for place in ("priorities", "new", "vision", "strategy", "results", "learning")
    }


def test_who_writes_the_strategy_is_led_to_its_gaps(cast: Cast) -> None:
    priority(cast, published_survey(cast), fate="goal")
    document(cast, Kind.VISION, Phase.ADOPTED, adopted=1)
    seen = []
    for phase in Phase:
        document(cast, Kind.STRATEGY, phase)
        buttons = [[each.button for each in page(cast, who)["others"]] for who in (cast.ben, cast.cleo)]
        seen.append(["Look for gaps" in each for each in buttons])
    in_work, later = [True, False], [False, False]
    assert seen == [in_work, in_work, in_work, later, later]


def test_who_writes_the_plan_is_led_to_the_goal_whose_review_has_waited_longest(cast: Cast) -> None:
    priority(cast, published_survey(cast), fate="goal")
    document(cast, Kind.VISION, Phase.ADOPTED, adopted=1)
    document(cast, Kind.STRATEGY, Phase.DRAFT)
    for title, state, day in (
        ("Later", "active", date(2026, 10, 13)),
        ("Parked", "parked", date(2026, 9, 1)),
        ("Reasons", "active", RELEASE),
    ):
        goal = Goal.objects.create(school=cast.school, title=title, state=state, review_on=day)

    def reviews(who: User) -> list[tuple[str, str]]:
        steps = [each for each in page(cast, who)["others"] if each.button == "Review the goal"]
        return [(each.sentence, each.address) for each in steps]

    address = f"/school/{cast.school.id}/strategy"
    said = "A goal was to be reviewed on Oct 12, 2026: “Reasons”."
    assert (reviews(cast.ben), reviews(cast.cleo)) == ([(said, f"{address}#goal{goal.id}")], [])
    assert f'id="goal{goal.id}"' in cast.browser_of(cast.ben).get(address).content.decode()
    goal.review_on = date(2026, 10, 14)
    goal.save()
    assert reviews(cast.ben) == []


def test_the_next_activity_is_the_nearest_to_come(cast: Cast) -> None:
    published_survey(cast)
    for title, day in (("Past", date(2026, 10, 1)), ("Later", date(2026, 12, 1)), ("Near", RELEASE)):
        activity(cast, title, day)
    Activity.objects.create(school=cast.school, title="Dropped", setting="team", on=RELEASE, state="dropped")
    said = page(cast, cast.cleo)["step"].sentence
    assert said == "Next we learn together: “Near”, on Monday, Oct 12, 2026."


def test_the_next_activity_stands_below_what_comes_first(cast: Cast) -> None:
    published_survey(cast)
    document(cast, Kind.VISION, Phase.COMMENTS)
    activity(cast, "Near", RELEASE)
    context = page(cast, cast.cleo)
    buttons = [context["step"].button, *(each.button for each in context["others"])]
    assert (buttons[0], buttons[-1]) == ("Read and comment", "Open the learning calendar")


def test_a_new_survey_comes_first_and_the_plan_goes_on(cast: Cast) -> None:
    published_survey(cast)
    Wave.objects.create(school=cast.school, year=cast.year, state=State.DRAFT, zone="UTC")
    context = page(cast, cast.fay)
    assert [context["step"].button, *(each.button for each in context["others"])] == [
        "Go on preparing", "Write a need"
    ]  # fmt: skip
    assert page(cast, cast.ben)["step"].button == "Write a need"


def test_a_new_draft_of_an_adopted_vision_does_not_hold_up_the_strategy(cast: Cast) -> None:
    priority(cast, published_survey(cast), fate="goal")
    document(cast, Kind.VISION, Phase.DRAFT, adopted=1)
    assert first(cast)[0] == "Go on with the strategy"


@pytest.mark.parametrize(
    ("circle", "asked"), [("staff", {"ana", "ben", "cleo", "fay"}), ("team", {"ana", "ben", "fay"})]
)
def test_an_open_round_waits_for_those_it_asks_until_they_answer(
    cast: Cast, circle: str, asked: set[str]
) -> None:
    open_round = round_of(document(cast, Kind.VISION, Phase.CONSENT), circle)

    def waits_for() -> set[str]:
        names = ("ana", "ben", "cleo", "fay", "gus")
        return {name for name in names if page(cast, getattr(cast, name))["also"]}

    assert waits_for() == asked
    Consent.objects.create(round=open_round, person=cast.ben)
    Objection.objects.create(round=open_round, by=cast.fay, key="fit", reason="R", suggestion="S")
    assert waits_for() == asked - {"ben", "fay"}
    Round.objects.update(state=Round.State.ADOPTED)
    assert waits_for() == set()


def test_my_own_work_stands_on_my_page_and_overdue_work_says_so(cast: Cast) -> None:
    words = {"school": cast.school, "source_kind": "vision"}
    Action.objects.create(title="Mine", owner=cast.cleo, due=date(2026, 10, 1), **words)
    for number in range(6):
        Action.objects.create(title=f"More {number}", owner=cast.cleo, due=date(2026, 11, 1), **words)
    text = cast.browser_of(cast.cleo).get(f"/school/{cast.school.id}").content.decode()
    assert (text.count("(overdue)"), text.count("More "), "and 2 more" in text) == (1, 4, True)
    assert "Mine" not in cast.browser_of(cast.ben).get(f"/school/{cast.school.id}").content.decode()


def test_the_facilitator_hears_of_work_that_somebody_left_behind(cast: Cast) -> None:
    Action.objects.create(
        school=cast.school, title="Orphan", owner=cast.ben, due=date(2026, 11, 1), source_kind="vision"
    )
    Membership.objects.filter(person=cast.ben).update(left=True)
    said = "One open action or promise waits for somebody who has left."
    seen = {
        name: said in cast.browser_of(getattr(cast, name)).get(f"/school/{cast.school.id}").content.decode()
        for name in ("ana", "cleo", "fay")
    }
    assert seen == {"ana": False, "cleo": False, "fay": True}


@pytest.mark.parametrize("more", [1, 3])
def test_today_asks_the_database_seldom_however_much_there_is(cast: Cast, more: int) -> None:
    for number in range(more):
        snapshot = published_survey(cast)
        priority(cast, snapshot)
        Need.objects.create(school=cast.school, text="Argue")
        activity(cast, "Try it", date(2026, 11, 2))
        for owner in (cast.ben, person("P", f"P{number}")):
            Action.objects.create(
                school=cast.school, title="T", owner=owner, due=RELEASE, source_kind="vision"
            )
    for kind in (Kind.VISION, Kind.STRATEGY):
        round_of(document(cast, kind, Phase.CONSENT))
    counted = {}
    for name in STATEMENTS:
        client = cast.browser_of(getattr(cast, name))
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/school/{cast.school.id}")
        counted[name] = len(asked)
    assert counted == STATEMENTS
