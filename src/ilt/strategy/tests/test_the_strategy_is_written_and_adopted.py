"""The strategy as a text: who writes what, what keeps it from a round, what is frozen, what prints."""

import json
from io import BytesIO

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document as WordFile
from tests.cast import Cast

from ilt.cycle.models import Wave
from ilt.priorities.models import Priority
from ilt.report.tests.survey import published_survey
from ilt.rounds import rules as writing
from ilt.rounds.models import Version
from ilt.shared import clock, search
from ilt.shared.rows import Refused
from ilt.strategy import rules
from ilt.strategy.document import SPEC, gaps, is_bare
from ilt.strategy.models import Goal, Indicator
from ilt.strategy.tests.written import (
    AFTER_COMMENTS,
    ASK,
    COMMITMENT,
    IN_COMMENTS,
    IN_ROUND,
    START,
    add_goal,
    adopted,
    in_comments,
    in_round,
    plan_evidence,
    strategy,
    whole_draft,
    write,
    write_goal,
)
from ilt.vision.tests import written as vision

pytestmark = pytest.mark.django_db

THEORY = (
    "If leaders protect an hour each week, then teams plan one question together, "
    "then teachers ask it and wait, then students explain how they know."
)


def read(cast: Cast, person: object, name: str = "strategy", *numbers: object) -> str:
    address = reverse(name, args=[cast.school.id, *numbers])
    return str(cast.browser_of(person).get(address).content.decode())  # type: ignore[arg-type]


def test_an_empty_strategy_says_what_comes_first(cast: Cast) -> None:
    assert gaps(strategy(cast)) == [
        "First adopt the vision. The strategy says how teachers learn to bring it about.",
        "No goal is active. Write a first goal: what will teachers learn?",
    ]
    assert "To the vision" in read(cast, cast.ben)
    vision.adopted(cast)
    assert "To the vision" not in read(cast, cast.ben)


def test_every_gap_of_a_goal_is_named_with_its_title(cast: Cast) -> None:
    vision.adopted(cast)
    with clock.at(START):
        goal = add_goal(cast, review_on=None)
        write_goal(cast, goal, learn="Reasons", stops="Nothing!")
        rules.save_indicator(cast.ben, goal, None, 0, reach="short", text="Notes", due_on=START.date())
    parts = [
        "Who learns it",
        "Where it is learned",
        "How it is coordinated",
        "The time it takes",
        "If leaders ...",
        "then teams ...",
        "then teachers ...",
        "then students ...",
    ]
    kinds = "“Middle: student work”, “Long: outcomes or a survey topic”"
    assert gaps(strategy(cast)) == [
        f"{ASK}: still to write: {', '.join(f'“{part}”' for part in parts)}.",
        f"{ASK}: nothing stops or waits? Say why there is time all the same.",
        f"{ASK}: no indicator yet for: {kinds}. Say what and by when.",
        f"{ASK}: choose a day to review it.",
    ]


@pytest.mark.parametrize("text", ["Nothing", "nothing.", "None!", "**Nada**", "N/A", "-"])
def test_nothing_alone_is_no_answer_to_what_stops(text: str) -> None:
    assert is_bare(text)
    assert not is_bare(f"{text}, because the schedule has a free hour")


def test_a_whole_strategy_has_no_gap(cast: Cast) -> None:
    vision.adopted(cast)
    whole_draft(cast)
    assert gaps(strategy(cast)) == []


def test_the_theory_of_action_and_the_commitment_read_as_sentences(cast: Cast) -> None:
    whole_draft(cast)
    shown = read(cast, cast.ben)
    assert THEORY in shown
    promise = (
        "I will learn to listen in visits, with the grade 4 team, and I protect this time: Tuesdays, 2 to 3."
    )
    assert promise in shown


def test_a_theory_with_a_part_missing_is_not_shown_as_a_sentence(cast: Cast) -> None:
    goal = whole_draft(cast)
    with clock.at(START):
        write_goal(cast, goal, teams="")
    assert "If leaders protect" not in read(cast, cast.ben)


def test_only_the_principal_writes_the_commitment_and_all_staff_read_it(cast: Cast) -> None:
    address = reverse("strategy_edit", args=[cast.school.id, "commitment.learn"])
    for other in (cast.ben, cast.fay, cast.cleo, cast.gus):
        assert cast.browser_of(other).get(address).status_code == 404
    browser = cast.browser_of(cast.ana)
    for number, (key, text) in enumerate(COMMITMENT.items()):
        answer = browser.post(
            reverse("strategy_edit", args=[cast.school.id, f"commitment.{key}"]),
            {"text": text, "revision": 0, "token": f"8a9d3c1e-0b59-4b6e-9d57-00000000000{number}"},
        )
        assert answer.status_code == 302
    assert "I will learn to listen in visits" in read(cast, cast.cleo)
    goal_part = reverse("strategy_edit", args=[cast.school.id, f"goal{add_goal(cast).id}.learn"])
    assert browser.get(goal_part).status_code == 404


def test_parts_made_of_rows_are_not_written_as_a_text(cast: Cast) -> None:
    goal = whole_draft(cast)
    browser = cast.browser_of(cast.ben)
    for key in (f"goal{goal.id}", f"goal{goal.id}.handoffs", "resources", f"goal{goal.id + 9}.learn", "x"):
        assert browser.get(reverse("strategy_edit", args=[cast.school.id, key])).status_code == 404


def test_a_draft_is_for_the_team_and_a_text_in_comments_for_all_staff(cast: Cast) -> None:
    goal = whole_draft(cast)
    assert ASK not in read(cast, cast.cleo)
    assert [found.ref for found in search.find(cast.school.id, "asks reasons", {"staff"})] == []
    with clock.at(START):
        writing.open_comments(cast.fay, SPEC, strategy(cast), 7)
    with clock.at(IN_COMMENTS):
        assert THEORY in read(cast, cast.cleo)
        quoted = read(cast, cast.cleo, "strategy_comment", f"goal{goal.id}.handoffs")
    assert "Dec 8, 2026: Ben Boyd carries this from Grade 4 to the leadership team: What we tried" in quoted
    refs = {found.ref for found in search.find(cast.school.id, "reasons", {"staff"})}
    assert {f"next-goal{goal.id}", f"next-goal{goal.id}.learn"} <= refs


def test_a_priority_of_early_results_stays_with_the_team_wherever_its_goal_is_read(cast: Cast) -> None:
    vision.adopted(cast)
    facts = {"finding": "look/trust", "title": "Early words", "made_on": START.date()}
    snapshot = published_survey(cast, Wave.State.OPEN_TO_ILT)
    priority = Priority.objects.create(school=cast.school, snapshot=snapshot, **facts)
    goal = whole_draft(cast)
    with clock.at(START):
        named = {"title": ASK, "owner": cast.ben, "teams": [], "review_on": goal.review_on}
        rules.save_goal(cast.ben, cast.school, goal, 1, priority=priority, **named)
        writing.open_comments(cast.fay, SPEC, strategy(cast), 7)
        goal_part = SPEC.parts(SPEC.content(strategy(cast)))[0]
        seen = {
            who: "Early words" in read(cast, getattr(cast, who))
            for who in ("ana", "ben", "cleo", "fay", "gus")
        }
    assert seen == {"ana": False, "ben": True, "cleo": False, "fay": True, "gus": False}
    assert (goal_part.key, "Early words" in goal_part.text) == (f"goal{goal.id}", False)
    refs = [found.ref for found in search.find(cast.school.id, "early words", {"staff"})]
    Wave.objects.update(state=Wave.State.RELEASED)
    goal_part = SPEC.parts(SPEC.content(strategy(cast)))[0]
    assert (refs, "From the priority: Early words" in goal_part.text) == ([], True)
    with clock.at(START):
        assert "Early words" in read(cast, cast.cleo)


def test_a_round_freezes_goals_with_all_their_facts(cast: Cast) -> None:
    vision.adopted(cast)
    goal = adopted(cast)
    frozen = Version.objects.get(document__kind="strategy").content
    (kept,) = frozen["goals"]
    facts = {name: kept[name] for name in ("id", "title", "owner", "teams", "review_on", "priority")}
    assert facts == {
        "id": goal.id,
        "title": ASK,
        "owner": "Ben Boyd",
        "teams": ["Grade 4"],
        "review_on": "2027-05-03",
        "priority": "",
    }
    assert [each["due_on"] for each in kept["indicators"]] == ["2026-12-04", "2027-02-05", "2027-05-28"]
    assert kept["handoffs"][0]["person"] == "Ben Boyd"
    assert frozen["commitment"] == {f"commitment.{key}": text for key, text in COMMITMENT.items()}
    in_another_order = json.loads(json.dumps(frozen, sort_keys=True))  # PostgreSQL keeps one of its own
    assert SPEC.parts(in_another_order) == SPEC.parts(SPEC.content(strategy(cast)))
    with clock.at(AFTER_COMMENTS):
        rules.move_goal(cast.ben, goal, Goal.State.ARCHIVED)
    read_later = {part.key: part.text for part in SPEC.parts(frozen)}
    assert read_later[f"goal{goal.id}.theory"] == THEORY
    assert (
        "- Short: practice, by Dec 4, 2026: Notes from two visits" in read_later[f"goal{goal.id}.indicators"]
    )
    assert THEORY in read(cast, cast.cleo)


def test_a_round_with_a_gap_does_not_open(cast: Cast) -> None:
    vision.adopted(cast)
    in_comments(cast)
    with clock.at(AFTER_COMMENTS):
        rules.archive(cast.ben, cast.school, Indicator.objects.get(reach="long"))
        with pytest.raises(Refused, match="Long: outcomes or a survey topic"):
            writing.open_round(cast.fay, SPEC, strategy(cast), 5)


def test_who_leads_is_told_before_the_round_that_the_through_line_counts_too(cast: Cast) -> None:
    in_comments(cast)
    told = "Open gaps come before the consent round."
    with clock.at(AFTER_COMMENTS):
        seen = {who: told in read(cast, getattr(cast, who)) for who in ("ana", "ben", "cleo", "fay", "gus")}
    assert seen == {"ana": False, "ben": True, "cleo": False, "fay": True, "gus": False}


def test_what_is_adopted_prints_and_opens_in_word(cast: Cast) -> None:
    vision.adopted(cast)
    adopted(cast)
    browser = cast.browser_of(cast.cleo)
    printed = browser.get(reverse("strategy_pdf", args=[cast.school.id]))
    pages = pypdfium2.PdfDocument(printed.content)
    text = " ".join(page.get_textpage().get_text_range() for page in pages)
    pages.close()
    assert "Version 1, adopted on Nov 23, 2026" in text
    assert "students explain how they know" in " ".join(text.split())
    word = browser.get(reverse("strategy_word", args=[cast.school.id]))
    lines = [line.text for line in WordFile(BytesIO(word.content)).paragraphs]
    assert f"Goal 1: {ASK}" in lines
    assert THEORY in lines


def test_nobody_outside_the_team_gets_a_draft_as_a_file(cast: Cast) -> None:
    whole_draft(cast)
    for name in ("strategy_pdf", "strategy_word"):
        address = reverse(name, args=[cast.school.id])
        assert cast.browser_of(cast.cleo).get(address).status_code == 404
        assert cast.browser_of(cast.ben).get(address).status_code == 200


def statements(cast: Cast, person: object) -> int:
    browser = cast.browser_of(person)  # type: ignore[arg-type]
    address = reverse("strategy", args=[cast.school.id])
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_no_phase_asks_more_than_twelve_statements_however_many_goals_there_are(cast: Cast) -> None:
    vision.adopted(cast)
    goal = in_round(cast)
    counted = {}
    with clock.at(IN_ROUND):
        words = {"key": f"goal{goal.id}", "reason": "Vague", "suggestion": "Name the texts"}
        writing.object_to(cast.cleo, SPEC, strategy(cast), **words)
        counted["consent"] = statements(cast, cast.ben)
        objection = writing.queries.standing_of(strategy(cast), cast.ben, "staff").objections[0]  # type: ignore[union-attr]
        writing.answer_objection(cast.fay, SPEC, objection, 1, "We name them.")
        writing.consent(cast.fay, strategy(cast))
    with clock.at(IN_ROUND.replace(day=25)):
        writing.adopt(cast.fay, SPEC, strategy(cast))
        counted["adopted"] = statements(cast, cast.ben)
        writing.new_version(cast.fay, strategy(cast))
        counted["draft"] = statements(cast, cast.ben)
        writing.open_comments(cast.fay, SPEC, strategy(cast), 7)
        counted["comments"] = statements(cast, cast.ben)
        for number in (2, 3):
            writing.comment(cast.cleo, SPEC, strategy(cast), f"goal{goal.id}", "Whose reasons?")
            plan_evidence(cast, add_goal(cast, f"Goal {number}"))
        counted["three goals"] = statements(cast, cast.ben)
    with clock.at(IN_ROUND.replace(month=12, day=9)):
        counted["revision"] = statements(cast, cast.ben)
    assert counted == {
        "consent": 10, "adopted": 10, "draft": 11, "comments": 12, "three goals": 12, "revision": 12
    }  # fmt: skip


def test_writers_words_are_shown_as_words(cast: Cast) -> None:
    with clock.at(START):
        goal = add_goal(cast, "<script>alert(1)</script> שלום")
        write_goal(cast, goal, learn="<img src=x onerror=alert(1)> **bold**")
        write(cast, **{"commitment.learn": "<b>x</b>", "commitment.with": "us", "commitment.time": "noon"})
    shown = read(cast, cast.ben)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "<strong>bold</strong>" in shown
