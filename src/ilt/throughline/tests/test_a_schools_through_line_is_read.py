from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from ilt.learning.models import Activity
from ilt.promises.models import Action
from ilt.roster.models import Membership, User
from ilt.rounds.models import Document, Round, Section, Version
from ilt.schools.models import School
from ilt.shared import clock
from ilt.strategy.models import Goal, Handoff, Indicator, Resource
from ilt.throughline.graph import Node
from ilt.throughline.models import Copy
from ilt.throughline.queries import graph_of, open_gaps, thread_of
from ilt.throughline.rules import keep_copy
from ilt.throughline.tests.plan import handoff, linked, planned
from ilt.vision.models import Need

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 1)


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


def next_version_drafted(cast: Cast) -> None:
    """A plan is adopted; then the team drafts more of everything for its next version."""
    planned(cast)
    goal, need = Goal.objects.get(), Need.objects.get()
    evidence = [{"text": each.text} for each in Indicator.objects.all()]
    handoffs = [{"what": each.what} for each in Handoff.objects.all()]
    held = {
        "vision": {"needs": [{"id": need.id}]},
        "strategy": {
            "goals": [{"id": goal.id, "indicators": evidence, "handoffs": handoffs}],
            "resources": [{"title": each.title} for each in Resource.objects.all()],
        },
    }
    for document in Document.objects.all():
        asked = Round.objects.create(
            document=document, number=1, circle="staff", asked=1, content={}, opens_on=DAY, closes_on=DAY
        )
        Version.objects.create(
            document=document, number=1, round=asked, content=held[document.kind], adopted_on=DAY
        )
    Document.objects.update(phase="draft", adopted=1)
    new = Goal.objects.create(school=cast.school, title="Secret goal", owner=cast.fay, teams=["Grade 6"])
    Need.objects.create(school=cast.school, text="Secret need")
    Resource.objects.create(school=cast.school, kind="time", title="Secret time", minutes=60)
    for each in (goal, new):
        Indicator.objects.create(goal=each, reach="short", text="Secret evidence", due_on=DAY)
    handoff(new, None)
    Handoff.objects.filter(goal=new).update(what="Secret handoff")


def test_what_only_a_draft_of_the_next_version_holds_is_the_teams_alone(cast: Cast) -> None:
    next_version_drafted(cast)
    keep_copy(cast.fay, cast.school, "In the draft")
    where = f"/school/{cast.school.id}/throughline"
    copy, new = Copy.objects.get().id, Goal.objects.get(title="Secret goal").id
    pages = [where, *(f"{where}/{each}" for each in ("picture", "lanes", "gaps", f"copies/{copy}"))]

    def secrets(reader: User) -> list[int]:
        texts = [cast.browser_of(reader).get(page).content.decode() for page in pages]
        return [text.count("Secret") for text in texts]

    assert all(secrets(cast.fay)[:4])
    assert secrets(cast.cleo) == secrets(cast.ana) == [0, 0, 0, 0, 0]
    assert cast.browser_of(cast.cleo).get(f"{where}/goal/{new}").status_code == 404
    assert "Ask 1" in cast.browser_of(cast.cleo).get(where).content.decode()
    School.objects.update(shares_plan=True)
    Document.objects.update(phase="comments")
    assert secrets(cast.eli) == [0, 0, 0, 0, 0]
    assert all(secrets(cast.cleo)[:4])


def test_a_copy_of_a_first_draft_stays_the_teams_alone(cast: Cast) -> None:
    planned(cast, phase="draft")
    Goal.objects.update(title="Taken back later")
    copy = keep_copy(cast.fay, cast.school, "In the draft")
    Goal.objects.update(title="As it was opened")
    Document.objects.update(phase="comments")
    page = f"/school/{cast.school.id}/throughline/copies/{copy.id}"
    read = [
        "Taken back later" in cast.browser_of(who).get(page).content.decode() for who in (cast.fay, cast.cleo)
    ]
    assert read == [True, False]


def test_a_new_goal_of_a_draft_is_not_named_on_the_calendar_or_beside_an_action(cast: Cast) -> None:
    next_version_drafted(cast)
    new = Goal.objects.get(title="Secret goal")
    linked(cast.school, new, Activity.objects.get())
    Action.objects.create(
        school=cast.school, title="Copy", owner=cast.ben, due=DAY, source_kind="goal", source_ref=str(new.id)
    )
    with clock.at(datetime(2026, 10, 5, 12, tzinfo=UTC)):
        for page in ("learning", "actions"):
            fays, cleos = (
                cast.browser_of(who).get(f"/school/{cast.school.id}/{page}").content.decode()
                for who in (cast.fay, cast.cleo)
            )
            assert ("Secret goal" in fays, "Secret goal" in cleos) == (True, False)
            assert "A goal that is still a draft" in cleos
