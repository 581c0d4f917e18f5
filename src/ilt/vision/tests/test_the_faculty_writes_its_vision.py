"""The vision's pages, as the people of a school use them."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document as WordFile
from tests.cast import Cast

from ilt.roster.models import Act, Membership, User
from ilt.roster.tests.traces import traces_of
from ilt.rounds import rules
from ilt.rounds.models import Consent, Document, Objection, Remark, Version
from ilt.schools.models import School
from ilt.shared import clock, search
from ilt.vision.models import Need
from ilt.vision.rules import SPEC
from ilt.vision.tests.written import (
    AFTER_COMMENTS,
    AFTER_ROUND,
    IN_COMMENTS,
    IN_ROUND,
    START,
    TEXTS,
    adopted,
    in_comments,
    in_round,
    vision,
    whole_draft,
    write,
)

pytestmark = pytest.mark.django_db


def read(cast: Cast, person: User | None, name: str = "vision", *more: object, **asked: str) -> Any:
    return cast.browser_of(person).get(reverse(name, args=[cast.school.id, *more]), asked)


def shown(response: Any) -> str:
    return str(response.content.decode())


def send(cast: Cast, person: User, name: str, *more: object, **typed: object) -> Any:
    """What the page answers; where it leads on, the page that follows is its `next`."""
    browser, address = cast.browser_of(person), reverse(name, args=[cast.school.id, *more])
    answer = browser.post(address, {"token": str(uuid4()), **typed})
    answer.next = browser.get(answer["Location"]) if answer.status_code == 302 else None  # type: ignore[attr-defined]
    return answer


# Drafting


def test_the_team_writes_a_part_and_a_teacher_not_on_it_sees_no_draft(cast: Cast) -> None:
    done = send(cast, cast.ben, "vision_edit", "students", text=TEXTS["students"], revision=0)
    assert (done.status_code, done["Location"]) == (302, reverse("vision", args=[cast.school.id]))
    assert "<strong>ask each other</strong>" in shown(read(cast, cast.fay))
    for reader in (cast.cleo, cast.ana, cast.gus):
        page = shown(read(cast, reader))
        assert "ask each other" not in page
        assert "The team is drafting." in page
        assert send(cast, reader, "vision_comment", "students", text="?").status_code == 422
        assert "ask each other" not in shown(send(cast, reader, "vision_comment", "students", text="?"))


def test_two_people_write_the_same_part_and_the_later_sees_both_texts(cast: Cast) -> None:
    write(cast, teachers="Ask and wait.")
    send(cast, cast.fay, "vision_edit", "teachers", text="Ask, wait, ask again.", revision=1)
    told = send(cast, cast.ben, "vision_edit", "teachers", text="Ask, and wait longer.", revision=1)
    assert told.status_code == 422
    assert "Somebody saved this while you were writing" in shown(told)
    assert "Ask, wait, ask again." in shown(told)
    assert "Ask, and wait longer.</textarea>" in shown(told)
    assert 'name="revision" value="2"' in shown(told)
    send(cast, cast.ben, "vision_edit", "teachers", text="Ask, wait longer, ask again.", revision=2)
    assert "Ask, wait longer, ask again." in shown(read(cast, cast.fay))


def test_a_second_try_after_a_refused_one_still_tells_of_a_colleagues_words(cast: Cast) -> None:
    write(cast, teachers="Ask and wait.")
    send(cast, cast.fay, "vision_edit", "teachers", text="Fay's words.", revision=1)
    refused = send(cast, cast.ben, "vision_edit", "teachers", text="a" * 50_000, revision=1)
    assert refused.status_code == 422
    assert "The text has 50000 signs. 1500 fit." in shown(refused)
    assert "a" * 50_000 in shown(refused)
    assert 'name="revision" value="1"' in shown(refused)
    told = send(cast, cast.ben, "vision_edit", "teachers", text="Ben's words.", revision=1)
    assert "Fay&#x27;s words." in shown(told)


@pytest.mark.parametrize("field", ["text", "evidence"])
def test_markup_and_scripts_in_a_need_are_shown_as_typed(cast: Cast, field: str) -> None:
    hostile = "<script>alert(1)</script> [x](javascript:alert) {{ school.id }}"
    send(cast, cast.ben, "need_new", **{"text": "A", "evidence": "B", field: hostile})
    page = shown(read(cast, cast.ben))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_long_and_right_to_left_words_are_kept_whole(cast: Cast) -> None:
    User.objects.filter(id=cast.ben.id).update(last_name="عبد الرحمن" + " de la Vega" * 6)
    in_comments(cast)
    with clock.at(IN_COMMENTS):
        send(cast, cast.ben, "vision_comment", "students", text="مرحبا بالعالم")
        page = shown(read(cast, cast.cleo))
    assert '<div class="written" dir="auto"><p>مرحبا بالعالم</p>' in page
    assert "عبد الرحمن" + " de la Vega" * 6 in page


def test_a_need_is_added_changed_archived_and_taken_back(cast: Cast) -> None:
    send(cast, cast.ben, "need_new", text="Argue", evidence="", evidence_on="")
    need = Need.objects.get()
    assert "This need has no evidence yet." in shown(read(cast, cast.ben))
    send(
        cast,
        cast.fay,
        "need",
        need.id,
        text="Argue",
        evidence="64 texts",
        evidence_on="2026-09-09",
        revision=1,
    )
    stale = send(cast, cast.ben, "need", need.id, text="Argue well", evidence="", evidence_on="", revision=1)
    assert "64 texts" in shown(stale)
    send(cast, cast.ben, "need_archive", need.id)
    assert read(cast, cast.ben).context["needs"] == []
    refused = send(cast, cast.fay, "need", need.id, text="Argue better", revision=2)
    assert "Take it back first" in shown(refused)
    assert "Argue better" in shown(refused)
    assert 'name="back">Take back' in shown(read(cast, cast.ben))
    send(cast, cast.ben, "need_archive", need.id, back="")
    assert [one.evidence for one in read(cast, cast.ben).context["needs"]] == ["64 texts"]
    assert list(Act.objects.order_by("id").values_list("action", flat=True)) == [
        "need.saved", "need.saved", "need.archived", "need.taken_back",
    ]  # fmt: skip


def test_a_sixth_need_waits_also_when_it_comes_out_of_the_archive(cast: Cast) -> None:
    for number in range(5):
        send(cast, cast.ben, "need_new", text=f"Need {number}")
    assert "at most 5 needs" in shown(send(cast, cast.ben, "need_new", text="One more"))
    first = Need.objects.order_by("id")[0]
    send(cast, cast.ben, "need_archive", first.id)
    send(cast, cast.ben, "need_new", text="One more")
    send(cast, cast.ben, "need_archive", first.id, back="")
    first.refresh_from_db()
    assert first.archived


def test_evidence_from_tomorrow_is_refused(cast: Cast) -> None:
    with clock.at(START):
        refused = send(cast, cast.ben, "need_new", text="Argue", evidence="x", evidence_on="2026-10-06")
    assert "This day is still to come." in shown(refused)


def test_an_empty_corner_is_named(cast: Cast) -> None:
    whole_draft(cast)
    write(cast, content="")
    assert "This part is empty: Content and tasks." in shown(read(cast, cast.ben))


# Comments and consent


def test_all_staff_comment_and_read_what_became_of_each_comment(cast: Cast) -> None:
    in_comments(cast)
    with clock.at(IN_COMMENTS):
        for key in ("students", "needs"):
            assert "41 of 64" in shown(read(cast, cast.cleo, "vision_comment", "needs"))
            assert send(cast, cast.cleo, "vision_comment", key, text=f"Whose? {key}").status_code == 302
        first = Remark.objects.get(key="students")
        refused = send(cast, cast.fay, "vision_answer", first.id, revision=1, fate="not_taken", answer="")
        assert "Say why it is not taken" in shown(refused)
        send(cast, cast.fay, "vision_answer", first.id, revision=1, fate="not_taken", answer="All of them.")
    with clock.at(AFTER_COMMENTS):
        for reader in (cast.cleo, cast.ana, cast.gus):
            page = shown(read(cast, reader))
            assert ("All of them." in page, "Not taken" in page, "Not answered yet" in page) == (True,) * 3
        assert "Comments without an answer: 1." in shown(read(cast, cast.ben))


def test_of_two_who_answer_the_same_comment_or_objection_neither_loses_a_word(cast: Cast) -> None:
    in_comments(cast)
    with clock.at(IN_COMMENTS):
        said = rules.comment(cast.cleo, SPEC, vision(cast), "fit", "Whose?")
        send(cast, cast.fay, "vision_answer", said.id, revision=1, fate="taken", answer="All of them.")
        late = send(cast, cast.ben, "vision_answer", said.id, revision=1, fate="parked", answer="Next year.")
        assert (late.status_code, "Next year.</textarea>" in shown(late)) == (422, True)
        assert late.context["theirs"] == [("What becomes of it", "Taken"), ("Answer", "All of them.")]
        again = {"fate": "parked", "answer": "All, next year."}
        send(cast, cast.ben, "vision_answer", said.id, revision=late.context["revision"], **again)
    assert Remark.objects.get().answer == "All, next year."
    with clock.at(AFTER_COMMENTS):
        rules.open_round(cast.fay, SPEC, vision(cast), 5)
        doubt = rules.object_to(cast.cleo, SPEC, vision(cast), key="fit", reason="Vague", suggestion="Name")
        send(cast, cast.fay, "vision_objection", doubt.id, revision=1, answer="The strategy will.")
        late = send(cast, cast.ben, "vision_objection", doubt.id, revision=1, answer="We will.")
    assert (late.status_code, late.context["theirs"]) == (422, [("Written answer", "The strategy will.")])
    assert Objection.objects.get().answer == "The strategy will."


def test_a_comment_that_comes_too_late_is_not_lost(cast: Cast) -> None:
    in_comments(cast)
    with clock.at(AFTER_COMMENTS):
        late = send(cast, cast.cleo, "vision_comment", "students", text="I began on the last day")
    assert (late.status_code, Remark.objects.count()) == (422, 0)
    assert "The days for comments are over." in shown(late)
    assert "I began on the last day</textarea>" in shown(late)


def test_staff_consent_object_get_an_answer_and_the_vision_is_adopted(cast: Cast) -> None:
    in_round(cast)
    with clock.at(IN_ROUND):
        send(cast, cast.ben, "vision_consent", round=1)
        assert "1 of 4 have consented so far" in shown(read(cast, cast.cleo))
        send(cast, cast.cleo, "vision_object", key="needs", reason="Too vague", suggestion="Name texts")
    with clock.at(AFTER_ROUND):
        page = shown(send(cast, cast.fay, "vision_step", step="adopt").next)
        assert "Objections without an answer: 1. Answer them in writing first." in page
        objection = Objection.objects.get()
        send(cast, cast.fay, "vision_objection", objection.id, revision=1, answer="The strategy will.")
        send(cast, cast.cleo, "vision_settle", objection.id)
        send(cast, cast.fay, "vision_step", step="adopt")
        assert "Settled: who objected can live" in shown(read(cast, cast.cleo, "vision_version", 1))
    assert (Version.objects.get().number, vision(cast).phase) == (1, "adopted")


def test_nobody_consents_to_a_text_that_they_have_not_read(cast: Cast) -> None:
    in_round(cast)
    with clock.at(IN_ROUND):
        page = shown(read(cast, cast.cleo))
        rules.amend(cast.fay, SPEC, vision(cast))
        write(cast, fit="Another text.")
        rules.open_round(cast.fay, SPEC, vision(cast), 5)
        assert 'name="round" value="1"><button>I consent' in page
        refused = send(cast, cast.cleo, "vision_consent", round=1)
        assert (Consent.objects.count(), "The text has changed" in shown(refused.next)) == (0, True)
        assert 'name="round" value="2"><button>I consent' in shown(refused.next)
        send(cast, cast.cleo, "vision_consent", round=2)
    assert Consent.objects.count() == 1


def test_consent_to_a_text_that_nobody_has_begun_is_refused(cast: Cast) -> None:
    refused = send(cast, cast.cleo, "vision_consent", round=1)
    assert "No consent round is open." in shown(refused.next)


def test_an_answered_objection_of_an_ended_round_stays_as_it_was(cast: Cast) -> None:
    in_round(cast)
    with clock.at(IN_ROUND):
        objection = rules.object_to(
            cast.cleo, SPEC, vision(cast), key="fit", reason="Vague", suggestion="Name"
        )
        rules.answer_objection(cast.fay, SPEC, objection, 1, "We amend.")
        rules.amend(cast.fay, SPEC, vision(cast))
        rules.open_round(cast.fay, SPEC, vision(cast), 5)
        refused = send(cast, cast.fay, "vision_objection", objection.id, revision=1, answer="Changed")
    assert "a round that has ended" in shown(refused)
    assert Objection.objects.get().answer == "We amend."


def test_who_left_is_asked_no_longer(cast: Cast) -> None:
    Membership.objects.filter(person=cast.cleo).update(left=True)
    in_round(cast)
    with clock.at(IN_ROUND):
        assert "0 of 3 have consented so far" in shown(read(cast, cast.ben))
        assert send(cast, cast.cleo, "vision_consent").status_code == 404
    assert not Consent.objects.exists()


# An objection whose author stays unnamed


def test_an_objection_handed_in_for_a_colleague_leaves_no_trace_of_them(cast: Cast) -> None:
    in_round(cast)
    words = {"key": "fit", "reason": "I fear for my class", "suggestion": "Begin with two teams"}
    with clock.at(IN_ROUND):
        assert "I hand this in for a colleague" in shown(read(cast, cast.ben, "vision_object"))
        assert "I hand this in" not in shown(read(cast, cast.ana, "vision_object"))
        send(cast, cast.ben, "vision_object", **words, carried="on", by=cast.cleo.id, author="Cleo Cano")
        assert traces_of(cast.cleo) == set()
        page = shown(read(cast, cast.gus))
        assert "An objection that Ben Boyd hands in for a colleague" in page
        # The control: an own objection is found by the same search.
        send(cast, cast.cleo, "vision_object", **words)
    assert traces_of(cast.cleo) == {"ilt_objection.by_id"}


def test_a_school_leader_hands_in_nothing_for_others(cast: Cast) -> None:
    in_round(cast)
    with clock.at(IN_ROUND):
        words = {"key": "fit", "reason": "No", "suggestion": "Yes"}
        refused = send(cast, cast.ana, "vision_object", **words, carried="on")
        assert "Only a teacher on the leadership team" in shown(refused)
        assert not Objection.objects.exists()
        send(cast, cast.ana, "vision_object", **words)
    assert Objection.objects.get().by == cast.ana


# What is adopted


def test_a_teacher_reads_the_adopted_vision_while_the_team_drafts_the_next(cast: Cast) -> None:
    adopted(cast)
    rules.new_version(cast.fay, vision(cast))
    write(cast, content="Short texts only.")
    for reader in (cast.cleo, cast.ana, cast.ben):
        page = shown(read(cast, reader))
        assert "Whole texts at grade level." in page
        assert "Version 1, adopted on Oct 19, 2026" in page
        assert ("Short texts only." in page) == (reader == cast.ben)


def test_a_version_shows_what_changed_and_an_unchanged_one_says_so(cast: Cast) -> None:
    adopted(cast)
    with clock.at(AFTER_ROUND):
        rules.open_round(cast.fay, SPEC, vision(cast), 3)
        assert "Whole texts at grade level." in shown(read(cast, cast.cleo))
        rules.consent(cast.cleo, vision(cast))
    with clock.at(AFTER_ROUND + timedelta(days=4)):
        rules.adopt(cast.fay, SPEC, vision(cast))
    changes = read(cast, cast.cleo, "vision_version", 2, show="changes")
    assert "Nothing: the text is the same." in shown(changes)
    assert "What changed" not in shown(read(cast, cast.cleo, "vision_version", 1))
    version = Version.objects.get(number=2)
    version.content["texts"]["content"] = "Whole texts at any level."
    version.save()
    page = shown(read(cast, cast.cleo, "vision_version", 2, show="changes"))
    assert "<del>grade </del><ins>any </ins>level." in page
    assert "Version 2, adopted on Oct 23, 2026" in shown(read(cast, cast.cleo, "vision_versions"))
    assert read(cast, cast.cleo, "vision_version", 3).status_code == 404


def test_the_district_office_reads_what_is_adopted_where_the_school_shares_it(cast: Cast) -> None:
    adopted(cast)
    rules.new_version(cast.fay, vision(cast))
    assert read(cast, cast.eli).status_code == 404
    cast.school.shares_plan = True
    cast.school.save()
    with clock.at(AFTER_ROUND):
        rules.open_comments(cast.fay, SPEC, vision(cast), 7)
        rules.comment(cast.cleo, SPEC, vision(cast), "fit", "Between colleagues")
        write(cast, content="Short texts only.")
        page = shown(read(cast, cast.eli))
    assert "Whole texts at grade level." in page
    assert "Short texts only." not in page
    assert "Between colleagues" not in page
    assert read(cast, cast.eli, "vision_pdf").status_code == 200


def test_all_staff_see_what_the_next_version_would_change_and_can_print_it(cast: Cast) -> None:
    adopted(cast)
    rules.new_version(cast.fay, vision(cast))
    write(cast, content="Short texts at grade level.")
    assert [read(cast, who, "vision_changes").status_code for who in (cast.fay, cast.cleo)] == [200, 404]
    with clock.at(AFTER_ROUND):
        rules.open_comments(cast.fay, SPEC, vision(cast), 7)
        page = shown(read(cast, cast.cleo, "vision_changes"))
        printed = read(cast, cast.cleo, "vision_word", version="next").content
        valid = read(cast, cast.cleo, "vision_word").content
        School.objects.update(shares_plan=True)
        shared = read(cast, cast.eli, "vision_word", version="next").content
    assert "<del>Whole </del><ins>Short </ins>texts at grade level." in page
    words = ["Short texts" in "".join(each.text for each in WordFile(BytesIO(file)).paragraphs)
             for file in (printed, valid, shared)]  # fmt: skip
    assert words == [True, False, False]


# Search


def found(cast: Cast, typed: str, *audiences: str) -> list[tuple[str, str]]:
    return [(one.place, one.ref) for one in search.find(cast.school.id, typed, audiences)]


def test_a_draft_is_found_by_the_team_and_by_all_staff_once_comments_open(cast: Cast) -> None:
    whole_draft(cast)
    assert found(cast, "quotations", "team", "staff") == [("vision", "next-fit")]
    assert found(cast, "argue", "team", "staff") == [("vision", "next-needs")]
    assert found(cast, "quotations", "staff") == []
    rules.open_comments(cast.fay, SPEC, vision(cast), 7)
    assert found(cast, "quotations", "staff") == [("vision", "next-fit")]


def test_the_adopted_words_stay_found_while_the_next_are_written(cast: Cast) -> None:
    adopted(cast)
    rules.new_version(cast.fay, vision(cast))
    write(cast, fit="Grade 6 debates.")
    assert found(cast, "quotations", "staff") == [("vision", "fit")]
    assert found(cast, "debates", "staff") == []
    assert found(cast, "debates", "team", "staff") == [("vision", "next-fit")]


# Speed


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("stage", ["draft", "revision", "consent", "adopted"])
def test_the_page_takes_at_most_twelve_statements(cast: Cast, stage: str, rows: int) -> None:
    adopted(cast)
    if stage != "adopted":
        rules.new_version(cast.fay, vision(cast))
    for number in range(rows):
        Remark.objects.create(
            document=vision(cast),
            version=2,
            key="fit",
            text=f"{number}",
            by=cast.cleo,
            at=START,
            fate="taken",
        )
        Need.objects.create(school=cast.school, text=f"Need {number}", evidence="Seen")
    Document.objects.filter(id=vision(cast).id).update(phase=stage if stage != "consent" else "revision")
    if stage == "consent":
        with clock.at(AFTER_ROUND):
            rules.open_round(cast.fay, SPEC, vision(cast), 5)
            for number in range(rows):
                rules.object_to(cast.cleo, SPEC, vision(cast), key="fit", reason=f"{number}", suggestion="?")
    browser = cast.browser_of(cast.fay)
    with clock.at(AFTER_ROUND), CaptureQueriesContext(connection) as asked:
        page = browser.get(reverse("vision", args=[cast.school.id]))
    assert page.status_code == 200
    assert len(asked) == {"draft": 10, "revision": 11, "consent": 10, "adopted": 10}[stage]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_version_with_all_that_was_said_takes_at_most_twelve_statements(cast: Cast, rows: int) -> None:
    in_round(cast)
    with clock.at(IN_ROUND):
        for number in range(rows):
            words = {"document": vision(cast), "key": "fit", "text": f"{number}", "by": cast.cleo}
            Remark.objects.create(version=1, at=START, fate="taken", answered_by=cast.fay, **words)
            said = rules.object_to(
                cast.cleo, SPEC, vision(cast), key="fit", reason=f"{number}", suggestion="?"
            )
            rules.answer_objection(cast.fay, SPEC, said, 1, "We name it.")
        rules.consent(cast.ben, vision(cast))
    with clock.at(AFTER_ROUND):
        rules.adopt(cast.fay, SPEC, vision(cast))
    browser = cast.browser_of(cast.cleo)
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(reverse("vision_version", args=[cast.school.id, 1]))
    assert shown(page).count("We name it.") == rows
    assert len(asked) == 10
