"""A strategy as a team writes it, and its way to adoption, for tests."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.cast import Cast

from ilt.roster.models import Membership
from ilt.rounds import queries as rounds
from ilt.rounds import rules as writing
from ilt.rounds.models import Document
from ilt.shared import clock
from ilt.strategy import rules
from ilt.strategy.document import SPEC
from ilt.strategy.models import Goal

START = datetime(2026, 11, 9, 15, tzinfo=UTC)
IN_COMMENTS, AFTER_COMMENTS = START + timedelta(days=2), START + timedelta(days=8)
IN_ROUND, AFTER_ROUND = START + timedelta(days=9), START + timedelta(days=14)
ASK = "We learn to ask for reasons"

TEXTS = {
    "learn": "To ask questions that let students give **reasons**.",
    "who": "Both grade teams, with the coach.",
    "where": "Team time and peer visits.",
    "coordination": "Try in teams, then bring it to the faculty.",
    "time": "Two hours a month.",
    "leaders": "protect an hour each week.",
    "teams": "plan one question together",
    "teachers": "ask it and wait",
    "students": "explain how they know.",
    "stops": "The weekly data sheet.",
}
COMMITMENT = {"learn": "to listen in visits", "with": "the grade 4 team", "time": "Tuesdays, 2 to 3."}


def strategy(cast: Cast) -> Document:
    return rounds.document_of(cast.school, Document.Kind.STRATEGY)


def name_teams(cast: Cast) -> None:
    for person, team in ((cast.ben, "Grade 4"), (cast.cleo, "Grade 5")):
        Membership.objects.filter(person=person).update(team=team)


def add_goal(cast: Cast, title: str = ASK, **facts: Any) -> Goal:
    given = {"owner": cast.ben, "teams": ["Grade 4"], "review_on": date(2027, 5, 3), "priority": None}
    return rules.save_goal(cast.ben, cast.school, None, 0, title=title, **{**given, **facts})


def write(cast: Cast, **texts: str) -> None:
    document = strategy(cast)
    there = rounds.sections_of(document)
    for key, text in texts.items():
        revision = there[key].revision if key in there else 0
        writing.save_section(cast.ben, SPEC, document, key, text, revision)


def write_goal(cast: Cast, goal: Goal, **texts: str) -> None:
    write(cast, **{f"goal{goal.id}.{key}": text for key, text in texts.items()})


def plan_evidence(cast: Cast, goal: Goal) -> None:
    for reach, text, due in (
        ("short", "Notes from two visits", date(2026, 12, 4)),
        ("middle", "Texts with reasons", date(2027, 2, 5)),
        ("long", "Topic: shared strategy", date(2027, 5, 28)),
    ):
        rules.save_indicator(cast.ben, goal, None, 0, reach=reach, text=text, due_on=due)


def whole_draft(cast: Cast) -> Goal:
    """Everything that a strategy needs, with one goal."""
    with clock.at(START):
        goal = add_goal(cast)
        write_goal(cast, goal, **TEXTS)
        write(cast, **{f"commitment.{key}": text for key, text in COMMITMENT.items()})
        plan_evidence(cast, goal)
        rules.save_handoff(
            cast.ben,
            goal,
            None,
            0,
            from_team="Grade 4",
            to_team="leadership team",
            what="What we tried",
            on=date(2026, 12, 8),
            person=cast.ben,
        )
        rules.save_resource(
            cast.ben, cast.school, None, 0, kind="time", title="Team time", minutes=240, amount=""
        )
    return goal


def in_comments(cast: Cast) -> Goal:
    goal = whole_draft(cast)
    with clock.at(START):
        writing.open_comments(cast.fay, SPEC, strategy(cast), 7)
    return goal


def in_round(cast: Cast) -> Goal:
    """The vision must be adopted."""
    goal = in_comments(cast)
    with clock.at(AFTER_COMMENTS):
        writing.open_round(cast.fay, SPEC, strategy(cast), 5)
    return goal


def adopted(cast: Cast) -> Goal:
    goal = in_round(cast)
    with clock.at(IN_ROUND):
        writing.consent(cast.cleo, strategy(cast))
    with clock.at(AFTER_ROUND):
        writing.adopt(cast.fay, SPEC, strategy(cast))
    return goal
