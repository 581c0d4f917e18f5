from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from ilt.learning.models import Activity
from ilt.links.models import Link
from ilt.rounds import queries as rounds
from ilt.rounds.models import Document
from ilt.rounds.rules import save_section
from ilt.strategy.models import Goal, Handoff, Indicator, Resource
from ilt.throughline.graph import Node
from ilt.throughline.queries import graph_of
from ilt.vision.models import Need

pytestmark = pytest.mark.django_db


def planned(cast: Cast, times: int = 1) -> None:
    save_section(
        cast.ben, rounds.document_of(cast.school, Document.Kind.VISION), "students", "They quote.", 0
    )
    for _time in range(times):
        Need.objects.create(school=cast.school, text="Argue", evidence="Check", evidence_on=date(2026, 9, 1))
        goal = Goal.objects.create(
            school=cast.school, title="Ask", owner=cast.fay, teams=["Grade 5", "Grade 4"]
        )
        Indicator.objects.create(goal=goal, reach="short", text="Notes", due_on=date(2026, 11, 2))
        Resource.objects.create(school=cast.school, kind="time", title="team time", minutes=240)
        Handoff.objects.create(
            goal=goal, from_team="Grade 5", to_team="", what="Notes", on=date(2026, 11, 9), person=cast.ben
        )
        activity = Activity.objects.create(
            school=cast.school,
            title="Try",
            setting="team",
            on=date(2026, 10, 12),
            minutes=60,
            teams=["Grade 5"],
        )
        Link.objects.create(
            school=cast.school,
            kind="learned",
            from_kind="goal",
            from_ref=goal.id,
            to_kind="activity",
            to_ref=activity.id,
        )


def test_every_kind_of_thing_is_read_with_its_facts(cast: Cast) -> None:
    planned(cast)
    graph = graph_of(cast.school)
    goal, activity = Goal.objects.get(), Activity.objects.get()
    found = graph.nodes[("goal", str(goal.id))]
    assert found == Node(
        "goal", str(goal.id), "Ask", state="active", teams=("Grade 5", "Grade 4"), person=str(cast.fay.id)
    )
    assert graph.nodes[("element", "students")].detail == "They quote."
    assert graph.nodes[("element", "students")].title == "What students do, say and make"
    assert sorted(kind for kind, _ref in graph.nodes) == [
        "activity", "element", "evidence", "goal", "handoff", "need", "resource",
    ]  # fmt: skip
    assert [node.day for node in graph.after(found, "activity")] == [date(2026, 10, 12)]
    assert [node.title for node in graph.after(found, "evidence")] == ["Notes"]
    assert graph.nodes[("activity", str(activity.id))].minutes == 60


def test_another_schools_plan_is_not_in_it(cast: Cast) -> None:
    planned(cast)
    assert graph_of(cast.other_school).nodes == {}


@pytest.mark.parametrize("times", [1, 3])
def test_two_statements_read_it_however_much_there_is(cast: Cast, times: int) -> None:
    planned(cast, times)
    with CaptureQueriesContext(
        connection,
    ) as made:
        graph_of(cast.school)
    assert len(made) == 2
