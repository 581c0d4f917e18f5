from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from ilt.learning.models import Activity
from ilt.roster.models import Membership
from ilt.rounds.models import Document, Section
from ilt.shared import clock
from ilt.strategy.models import Goal, Handoff
from ilt.throughline.graph import Node
from ilt.throughline.queries import graph_of, open_gaps, thread_of
from ilt.throughline.tests.plan import handoff, planned

pytestmark = pytest.mark.django_db


def test_every_kind_of_thing_is_read_with_its_facts(cast: Cast) -> None:
    planned(cast)
    graph = graph_of(cast.school)
    goal, activity = Goal.objects.get(), Activity.objects.get()
    found = graph.nodes[("goal", str(goal.id))]
    assert found == Node(
        "goal", str(goal.id), "Ask 1", state="active", teams=("Grade 5", "Grade 4"), person=str(cast.fay.id)
    )
    element = graph.nodes[("element", "students")]
    assert (element.title, element.detail) == ("What students do, say and make", "They quote.")
    assert [(kind, node.title) for (kind, _ref), node in graph.nodes.items()] == [
        ("need", "Argue 1"),
        ("element", "What students do, say and make"),
        ("goal", "Ask 1"),
        ("activity", "Try 1"),
        ("resource", "Time 1"),
        ("evidence", "Notes 1"),
        ("handoff", "Notes"),
    ]
    assert [node.day for node in graph.after(found, "activity")] == [date(2026, 10, 12)]
    assert [node.title for node in graph.after(found, "evidence")] == ["Notes 1"]
    assert graph.nodes[("activity", str(activity.id))].minutes == 60


def test_another_schools_plan_is_not_in_it(cast: Cast) -> None:
    planned(cast)
    assert graph_of(cast.other_school).nodes == {}


@pytest.mark.parametrize("times", [1, 3])
def test_four_statements_read_it_however_much_there_is(cast: Cast, times: int) -> None:
    planned(cast, times)
    with CaptureQueriesContext(connection) as made:
        thread_of(cast.school)
    assert len(made) == 4


def test_a_handoff_that_nobody_carries_is_a_gap_of_the_strategy(cast: Cast) -> None:
    planned(cast)
    before = open_gaps(cast.school)
    handoff(Goal.objects.get(), None)
    new = [each for each in open_gaps(cast.school) if each not in before]
    nobody = Handoff.objects.get(person=None)
    assert [(each.rule, each.ref, each.sentence) for each in new] == [
        ("L20", str(nobody.id), "Nobody carries this from the Grade 5 team to the leadership team.")
    ]


def test_who_left_looks_after_no_goal_and_carries_nothing(cast: Cast) -> None:
    planned(cast)
    before = open_gaps(cast.school)
    Membership.objects.filter(person__in=[cast.fay, cast.ben]).update(left=True)
    new = [each.rule for each in open_gaps(cast.school) if each not in before]
    assert new == ["L13", "L20"]


def test_a_parked_goals_handoffs_and_evidence_ask_for_nothing(cast: Cast) -> None:
    planned(cast)
    handoff(Goal.objects.get(), None)
    Goal.objects.update(state=Goal.State.PARKED)
    graph = graph_of(cast.school)
    assert {node.state for node in graph.nodes.values() if node.kind in ("handoff", "evidence")} == {"parked"}
    assert {each.kind for each in open_gaps(cast.school)} == {"activity"}


def test_the_commitment_counts_when_all_of_it_is_written(cast: Cast) -> None:
    planned(cast)
    strategy = Document.objects.get(school=cast.school, kind=Document.Kind.STRATEGY)
    said = []
    for part in ("learn", "with", "time"):
        said.append("L21" in {each.rule for each in thread_of(cast.school).hints})
        Section.objects.create(
            document=strategy, key=f"commitment.{part}", text="Yes", revision=1, by=cast.ana, at=clock.now()
        )
    assert said == [True, True, True]
    assert "L21" not in {each.rule for each in thread_of(cast.school).hints}


def test_a_draft_is_not_read_by_those_who_do_not_write_it(cast: Cast) -> None:
    planned(cast, phase="draft")
    thread = thread_of(cast.school, reads_drafts=False)
    assert [kind for kind, _ref in thread.graph.nodes] == ["activity"]
    assert {each.kind for each in [*thread.gaps, *thread.hints]} <= {"activity"}
    assert thread.graph.edges == []


def test_an_adopted_plan_stays_readable_while_its_next_version_is_drafted(cast: Cast) -> None:
    planned(cast, phase="draft")
    Document.objects.filter(school=cast.school).update(adopted=1)
    assert thread_of(cast.school, reads_drafts=False).hidden == frozenset()
