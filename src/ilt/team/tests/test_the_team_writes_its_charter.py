"""The charter's pages, as the people of a school use them."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document as WordFile
from tests.cast import Cast, may, person, works_at

from ilt.roster.models import Grant, Membership, User
from ilt.rounds import queries, rules
from ilt.rounds.models import Document, Remark
from ilt.shared import clock, search
from ilt.team.models import DecisionRight, Seat, Turn
from ilt.team.rules import SPEC, gaps, save_right, save_seat, save_turn

pytestmark = pytest.mark.django_db

START = datetime(2026, 9, 7, 14, tzinfo=UTC)
IN_COMMENTS, AFTER_COMMENTS, AFTER_ROUND = (START + timedelta(days=days) for days in (2, 8, 14))


def charter(cast: Cast) -> Document:
    return queries.document_of(cast.school, Document.Kind.CHARTER)


def read(cast: Cast, reader: User, name: str = "charter", *more: object) -> Any:
    return cast.browser_of(reader).get(reverse(name, args=[cast.school.id, *more]))


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def send(cast: Cast, writer: User, name: str, *more: object, **typed: object) -> Any:
    address = reverse(name, args=[cast.school.id, *more])
    return cast.browser_of(writer).post(address, {"token": str(uuid4()), **typed})


def seat(cast: Cast, who: User, **values: Any) -> None:
    facts = {"brings": "Knows the grade", "team": "", "until": None, **values}
    save_seat(cast.fay, cast.school, None, 0, person=who, **facts)


def whole_draft(cast: Cast) -> None:
    with clock.at(START):
        for who in (cast.ana, cast.ben, cast.fay):
            seat(cast, who)
        save_right(cast.fay, cast.school, None, 0, topic="Agenda", mode="consent", who="ilt")
        save_turn(
            cast.fay, cast.school, None, 0, on=date(2026, 9, 29), facilitator=cast.fay, recorder=cast.ben
        )
        for key, text in {
            "purpose": "We look after learning.",
            "norms": "- On time\n- Speak\n- Listen",
        }.items():
            rules.save_section(cast.fay, SPEC, charter(cast), key, text, 0)


def adopted(cast: Cast) -> None:
    whole_draft(cast)
    with clock.at(START):
        rules.open_comments(cast.fay, SPEC, charter(cast), 7)
    with clock.at(AFTER_COMMENTS):
        rules.open_round(cast.fay, SPEC, charter(cast), 5)
        rules.consent(cast.ben, charter(cast))
    with clock.at(AFTER_ROUND):
        rules.adopt(cast.fay, SPEC, charter(cast))


# Writing


def test_an_empty_charter_begins_with_the_purpose(cast: Cast) -> None:
    assert "Start with the purpose" in shown(read(cast, cast.ana))
    assert "The team is drafting." in shown(read(cast, cast.cleo))


def test_principal_and_facilitator_write_purpose_seats_rights_and_rota(cast: Cast) -> None:
    Membership.objects.filter(person=cast.cleo).update(team="Grade 5")
    with clock.at(START):
        send(cast, cast.ana, "charter_edit", "purpose", text="We look after learning.", revision=0)
        send(
            cast,
            cast.ana,
            "seat_new",
            person=cast.ben.id,
            brings="Reads data",
            team="Grade 5",
            until="2027-06-11",
        )
        send(cast, cast.fay, "right_new", topic="Agenda of faculty meetings", mode="consent", who="ilt")
        send(cast, cast.fay, "turn_new", on="2026-09-29", facilitator=cast.fay.id, recorder=cast.ben.id)
        page = shown(read(cast, cast.ben))
    for words in (
        "We look after learning.",
        "Reads data",
        "Jun 11, 2027",
        "Agenda of faculty",
        "Sep 29, 2026",
    ):
        assert words in page


def test_a_purpose_over_three_hundred_signs_is_refused_and_kept_on_the_page(cast: Cast) -> None:
    refused = send(cast, cast.fay, "charter_edit", "purpose", text="a" * 301, revision=0)
    assert "The text has 301 signs. 300 fit." in shown(refused)
    assert "a" * 301 in shown(refused)


def test_two_people_change_one_seat_and_the_later_sees_both(cast: Cast) -> None:
    seat(cast, cast.ben)
    here = Seat.objects.get()
    send(cast, cast.fay, "seat", here.id, person=cast.ben.id, brings="Fay's words", revision=1)
    told = send(cast, cast.ana, "seat", here.id, person=cast.ben.id, brings="Ana's words", revision=1)
    assert told.status_code == 422
    assert "Fay&#x27;s words</dd>" in shown(told)
    assert "Ana&#x27;s words</textarea>" in shown(told)


def test_nobody_has_two_seats_and_an_archived_one_is_given_back(cast: Cast) -> None:
    seat(cast, cast.ben)
    here = Seat.objects.get()
    twice = send(cast, cast.fay, "seat_new", person=cast.ben.id, brings="Again")
    assert "Ben Boyd has a seat already." in shown(twice)
    send(cast, cast.fay, "seat_archive", here.id)
    assert "Take it back first" in shown(
        send(cast, cast.fay, "seat", here.id, person=cast.ben.id, revision=1)
    )
    send(cast, cast.fay, "seat_new", person=cast.ben.id, brings="Again")
    here.refresh_from_db()
    assert (here.archived, here.brings) == (False, "Again")


def test_what_was_archived_is_taken_back(cast: Cast) -> None:
    whole_draft(cast)
    for name, row in (("seat", Seat.objects.get(person=cast.ben)), ("right", DecisionRight.objects.get())):
        send(cast, cast.fay, f"{name}_archive", row.id)
        assert name in [
            route.removesuffix("_archive") for route, _name, _id in read(cast, cast.fay).context["archived"]
        ]
        assert 'name="back">Take back' in shown(read(cast, cast.fay))
        send(cast, cast.fay, f"{name}_archive", row.id, back="")
    assert read(cast, cast.fay).context["archived"] == []


def test_a_seat_until_a_day_gone_by_and_a_meeting_outside_the_year_are_refused(cast: Cast) -> None:
    with clock.at(START):
        late = send(cast, cast.fay, "seat_new", person=cast.ben.id, until="2026-09-06")
        outside = send(cast, cast.fay, "turn_new", on="2027-07-01")
        send(cast, cast.fay, "turn_new", on="2026-09-29")
        twice = send(cast, cast.fay, "turn_new", on="2026-09-29")
    assert "This day has passed." in shown(late)
    assert "Choose a day from Aug 24, 2026 to Jun 11, 2027" in shown(outside)
    assert "This day has a line already." in shown(twice)
    assert Turn.objects.count() == 1


@pytest.mark.parametrize("field", ["topic", "brings"])
def test_markup_in_a_line_is_shown_and_never_acts(cast: Cast, field: str) -> None:
    hostile = '<script>alert(1)</script>"><b>'
    send(cast, cast.fay, "seat_new", person=cast.ben.id, brings=hostile)
    send(cast, cast.fay, "right_new", topic=hostile, mode="vote", who="faculty")
    page = shown(read(cast, cast.fay))
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 2
    with clock.at(START):
        rules.save_section(cast.fay, SPEC, charter(cast), "purpose", hostile, 0)
        rules.open_comments(cast.fay, SPEC, charter(cast), 7)
        quoted = shown(
            read(cast, cast.cleo, "charter_comment", {"topic": "rights", "brings": "seats"}[field])
        )
    assert "<script>alert" not in quoted


# What keeps it a draft


def test_a_team_without_administrator_and_two_teachers_stays_a_draft(cast: Cast) -> None:
    whole_draft(cast)
    assert gaps(charter(cast)) == []
    Seat.objects.filter(person=cast.ana).update(archived=True)
    assert gaps(charter(cast)) == ["No school leader has a seat yet. Leaders and teachers lead together."]
    Seat.objects.filter(person=cast.ana).update(archived=False)
    Seat.objects.filter(person=cast.ben).update(person=cast.gus)  # the coach is not a teacher
    assert gaps(charter(cast)) == ["Teachers with a seat: 1. At least 2 are needed."]


def test_who_left_is_named_and_no_longer_counts(cast: Cast) -> None:
    whole_draft(cast)
    Membership.objects.filter(person=cast.ben).update(left=True)
    assert gaps(charter(cast)) == [
        "Ben Boyd has left. Archive this seat, or give it to somebody else.",
        "Teachers with a seat: 1. At least 2 are needed.",
    ]


def test_purpose_rights_and_the_number_of_norms_are_asked_for(cast: Cast) -> None:
    whole_draft(cast)
    DecisionRight.objects.update(archived=True)
    rules.save_section(cast.fay, SPEC, charter(cast), "purpose", "", 1)
    rules.save_section(cast.fay, SPEC, charter(cast), "norms", "- One\n- Two", 1)
    assert gaps(charter(cast)) == [
        "This part is empty: Purpose.",
        "Write who decides what. One line is enough to begin.",
        "Norms: 2. Write 3 to 7, one a line.",
    ]
    assert "Before a consent round can open" in shown(read(cast, cast.ana))


def test_what_is_worth_a_thought_keeps_nothing_from_opening(cast: Cast) -> None:
    Membership.objects.filter(person=cast.cleo).update(team="Grade 5")
    whole_draft(cast)
    seat(cast, cast.cleo)
    page = read(cast, cast.ana)
    assert page.context["hints"] == [
        "Teams of 5 to 10 people talk well. This one has 4.",
        "Nobody speaks with this team yet: Grade 5.",
        "Cleo Cano has a seat, but no role on the team yet. The principal gives it.",
    ]
    assert page.context["todo"] == []


def test_who_has_a_role_without_a_seat_and_a_seat_that_ran_out_are_named_after_adoption_too(
    cast: Cast,
) -> None:
    whole_draft(cast)
    Seat.objects.filter(person=cast.fay).update(until=date(2026, 9, 30))
    Seat.objects.filter(person=cast.ben).update(until=date(2026, 10, 1))
    for who in (cast.gus, cast.cleo):
        may(who, Grant.Role.MEMBER, cast.school)
    Membership.objects.filter(person=cast.cleo).update(left=True)
    reader = works_at(person("Dee", "Dunn"), cast.school)
    hints = [
        "Teams of 5 to 10 people talk well. This one has 3.",
        "Gus Gray has a role on the team, but no seat.",
        "The seat of Fay Ford lasted until Sep 30, 2026. Give it anew, or archive it.",
    ]
    with clock.at(datetime(2026, 10, 1, 14, tzinfo=UTC)):
        assert read(cast, cast.ana).context["hints"] == hints
        Document.objects.update(phase="adopted", adopted=1)
        assert read(cast, cast.ana).context["hints"] == hints
        assert read(cast, reader).context["hints"] == []


# Comments, consent, version


def test_all_staff_comment_on_seats_and_the_team_alone_is_asked(cast: Cast) -> None:
    whole_draft(cast)
    with clock.at(START):
        rules.open_comments(cast.ana, SPEC, charter(cast), 7)
    with clock.at(IN_COMMENTS):
        assert "Knows the grade" in shown(read(cast, cast.cleo))
        send(cast, cast.cleo, "charter_comment", "seats", text="Nobody of grade 5?")
        send(cast, cast.fay, "charter_answer", Remark.objects.get().id, revision=1, fate="taken", answer="")
    with clock.at(AFTER_COMMENTS):
        send(cast, cast.ana, "charter_step", step="round", days=5)
        assert "0 of 3 have consented so far" in shown(read(cast, cast.cleo))
        assert "I consent" not in shown(read(cast, cast.cleo))
        assert "I consent" in shown(read(cast, cast.ana))
        still = send(cast, cast.fay, "seat_new", person=cast.gus.id, brings="Coaches")
        assert "the text stays as it is" in shown(still)
        assert "Coaches" in shown(still)


def test_the_adopted_charter_reads_the_same_when_people_have_left(cast: Cast) -> None:
    adopted(cast)
    Membership.objects.filter(person=cast.ben).update(left=True)
    User.objects.filter(id=cast.ben.id).update(last_name="Changed")
    for reader in (cast.cleo, cast.gus):
        page = shown(read(cast, reader))
        assert "<strong>Ben Boyd</strong> · Knows the grade" in page
        assert "<strong>Agenda</strong> · Consent · The leadership team" in page
    still = send(cast, cast.fay, "seat_new", person=cast.gus.id)
    assert "Begin a new version to change it." in shown(still)


def test_the_rota_goes_on_while_the_charter_is_adopted(cast: Cast) -> None:
    adopted(cast)
    with clock.at(AFTER_ROUND):
        send(cast, cast.fay, "turn_new", on="2026-10-13", facilitator=cast.ben.id)
        page = shown(read(cast, cast.cleo))
        assert [turn.on for turn in read(cast, cast.cleo).context["turns"]] == [
            date(2026, 9, 29),
            date(2026, 10, 13),
        ]
    assert "Oct 13, 2026" in page
    assert reverse("turn_new", args=[cast.school.id]) not in page


def test_the_charter_prints_and_opens_in_word(cast: Cast) -> None:
    adopted(cast)
    browser = cast.browser_of(cast.cleo)
    printed = pypdfium2.PdfDocument(browser.get(reverse("charter_pdf", args=[cast.school.id])).content)
    text = printed[0].get_textpage().get_text_range()
    printed.close()
    for words in (
        "Charter of the leadership team",
        "Version 1, adopted on Sep 21, 2026",
        "Facilitator: Fay Ford",
    ):
        assert words in text
    file = WordFile(BytesIO(browser.get(reverse("charter_word", args=[cast.school.id])).content))
    lines = [(line.style.name, line.text) for line in file.paragraphs]
    assert ("Heading 1", "Who decides what") in lines
    assert ("List Bullet", "Agenda · Consent · The leadership team") in lines


def test_the_district_office_reads_the_adopted_charter_where_it_is_shared(cast: Cast) -> None:
    adopted(cast)
    assert read(cast, cast.eli).status_code == 404
    cast.school.shares_plan = True
    cast.school.save()
    assert "We look after learning." in shown(read(cast, cast.eli))
    assert read(cast, cast.eli, "charter_edit", "purpose").status_code == 404
    for stranger in (cast.dora, cast.hana, cast.ivo):
        assert read(cast, stranger).status_code == 404


def test_a_seat_of_another_school_is_not_found(cast: Cast) -> None:
    elsewhere = Seat.objects.create(school=cast.other_school, person=cast.dora)
    assert read(cast, cast.fay, "seat", elsewhere.id).status_code == 404
    assert send(cast, cast.fay, "seat_archive", elsewhere.id).status_code == 404
    assert send(cast, cast.fay, "seat_new", person=cast.dora.id).status_code == 422


def test_what_a_seat_brings_is_found_by_those_who_write_it_then_by_all(cast: Cast) -> None:
    whole_draft(cast)
    found = lambda *audiences: [one.ref for one in search.find(cast.school.id, "knows", audiences)]  # noqa: E731
    assert (found("leads"), found("staff")) == (["next-seats"], [])
    rules.open_comments(cast.fay, SPEC, charter(cast), 7)
    assert found("staff") == ["next-seats"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("stage", ["draft", "revision", "consent", "adopted"])
def test_the_page_takes_at_most_twelve_statements(cast: Cast, stage: str, rows: int) -> None:
    adopted(cast)
    if stage != "adopted":
        rules.new_version(cast.fay, charter(cast))
    for number in range(rows):
        who = may(works_at(person(f"P{number}", "Q"), cast.school), Grant.Role.MEMBER, cast.school)
        Seat.objects.create(school=cast.school, person=who, team=f"{number}")
        DecisionRight.objects.create(school=cast.school, topic=f"{number}", mode="vote", who="ilt")
        Turn.objects.create(school=cast.school, on=date(2026, 11, 1 + number), facilitator=who, observer=who)
        remark = {"key": "seats", "text": "?", "by": who, "at": START, "fate": "taken"}
        Remark.objects.create(document=charter(cast), version=2, **remark)
    Document.objects.update(phase="revision" if stage == "consent" else stage)
    if stage == "consent":
        with clock.at(AFTER_ROUND):
            rules.open_round(cast.fay, SPEC, charter(cast), 5)
            for number in range(rows):
                rules.object_to(
                    cast.cleo, SPEC, charter(cast), key="seats", reason=f"{number}", suggestion="?"
                )
    browser = cast.browser_of(cast.fay)
    with clock.at(AFTER_ROUND), CaptureQueriesContext(connection) as asked:
        page = browser.get(reverse("charter", args=[cast.school.id]))
    assert page.status_code == 200
    assert len(asked) == {"draft": 12, "revision": 12, "consent": 11, "adopted": 12}[stage]
