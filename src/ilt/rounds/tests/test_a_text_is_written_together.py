from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from tests.cast import Cast

from ilt.roster.models import Membership
from ilt.rounds import queries, rules
from ilt.rounds.differences import pieces
from ilt.rounds.models import Consent, Document, Objection, Remark, Round, Section, Wording
from ilt.rounds.spec import Part, Spec
from ilt.shared import clock, search
from ilt.shared.rows import Refused, Stale

pytestmark = pytest.mark.django_db

START = datetime(2026, 10, 5, 14, tzinfo=UTC)
LABELS = {"one": "First part", "two": "Second part"}


def content(document: Document) -> dict[str, object]:
    return {"texts": queries.texts_of(document)}


def gaps(document: Document) -> list[str]:
    return [] if "one" in queries.texts_of(document) else ["Write the first part."]


SPEC = Spec(
    kind=Document.Kind.VISION,
    page="vision",
    read="plan.read",
    edit="plan.edit",
    circle=Round.Circle.STAFF,
    label=lambda document, key: LABELS.get(key, ""),
    content=content,
    parts=lambda frozen: [Part(key, LABELS[key], text) for key, text in frozen["texts"].items()],
    gaps=gaps,
)


def vision(cast: Cast) -> Document:
    return queries.document_of(cast.school, Document.Kind.VISION)


def written(cast: Cast) -> Document:
    rules.save_section(cast.ben, SPEC, vision(cast), "one", "We read together.", 0)
    return vision(cast)


def in_comments(cast: Cast) -> Document:
    with clock.at(START):
        rules.open_comments(cast.fay, SPEC, written(cast), 7)
    return vision(cast)


def in_round(cast: Cast) -> Document:
    document = in_comments(cast)
    with clock.at(START + timedelta(days=8)):
        rules.open_round(cast.fay, SPEC, document, 5)
    return vision(cast)


DURING, AFTER = START + timedelta(days=9), START + timedelta(days=14)


def found(cast: Cast, typed: str) -> list[str]:
    return [one.ref for one in search.find(cast.school.id, typed, ["staff", "team"])]


def test_a_part_that_is_emptied_is_found_no_more(cast: Cast) -> None:
    document = written(cast)
    assert found(cast, "first") == ["next-one"]
    rules.save_section(cast.fay, SPEC, document, "one", "", 1)
    assert found(cast, "first") == []


def test_what_is_adopted_is_found_in_place_of_the_version_before(cast: Cast) -> None:
    rules.save_section(cast.ben, SPEC, vision(cast), "two", "We count.", 0)
    document = adopted(cast)
    assert sorted(found(cast, "we")) == ["one", "two"]
    search.remember(
        school=cast.school.id, place="vision", ref="row7", audience="staff", title="", text="We see"
    )
    rules.new_version(cast.fay, document)
    rules.save_section(cast.ben, SPEC, vision(cast), "one", "We write.", 1)
    rules.save_section(cast.ben, SPEC, vision(cast), "two", "", 1)
    assert sorted(found(cast, "we")) == ["next-one", "one", "row7", "two"]
    next_adopted(cast)
    assert (sorted(found(cast, "we")), found(cast, "write")) == (["one", "row7"], ["one"])


def next_adopted(cast: Cast) -> None:
    """The next version on the same way, some weeks later."""
    for days, step in (
        (20, lambda: rules.open_comments(cast.fay, SPEC, vision(cast), 7)),
        (28, lambda: rules.open_round(cast.fay, SPEC, vision(cast), 5)),
        (29, lambda: rules.consent(cast.ben, vision(cast))),
        (34, lambda: rules.adopt(cast.fay, SPEC, vision(cast))),
    ):
        with clock.at(START + timedelta(days=days)):
            step()


def test_two_people_write_one_part_and_neither_loses_a_word(cast: Cast) -> None:
    document = written(cast)
    rules.save_section(cast.fay, SPEC, document, "one", "We read and write together.", 1)
    with pytest.raises(Stale) as stale:
        rules.save_section(cast.ben, SPEC, document, "one", "We read aloud together.", 1)
    assert stale.value.theirs.text == "We read and write together."
    assert stale.value.theirs.by_id == cast.fay.id
    rules.save_section(cast.ben, SPEC, document, "one", "We read aloud and write together.", 2)
    assert queries.texts_of(document) == {"one": "We read aloud and write together."}
    assert list(Wording.objects.order_by("number").values_list("text", flat=True)) == [
        "We read together.",
        "We read and write together.",
        "We read aloud and write together.",
    ]


def test_saving_the_same_words_again_changes_nothing(cast: Cast) -> None:
    document = written(cast)
    rules.save_section(cast.ben, SPEC, document, "one", "We read together.", 0)
    assert Section.objects.get().revision == 1
    assert Wording.objects.count() == 1


def test_an_emptied_part_counts_as_unwritten(cast: Cast) -> None:
    document = written(cast)
    rules.save_section(cast.ben, SPEC, document, "one", "", 1)
    assert queries.texts_of(document) == {}
    with pytest.raises(Refused, match="Nothing is written yet"):
        rules.open_comments(cast.fay, SPEC, document, 7)


@pytest.mark.parametrize("days", [0, 6, 29])
def test_comments_are_open_for_one_to_four_weeks(cast: Cast, days: int) -> None:
    with pytest.raises(Refused, match="7 to 28 days"):
        rules.open_comments(cast.fay, SPEC, written(cast), days)


def test_comments_end_by_themselves_and_the_team_revises(cast: Cast) -> None:
    document = in_comments(cast)
    assert document.comments_until == date(2026, 10, 12)
    with clock.at(START + timedelta(days=7)):
        assert queries.phase_of(document) == Document.Phase.COMMENTS
        rules.comment(cast.cleo, SPEC, document, "one", "Whose reading?")
    with clock.at(START + timedelta(days=8)):
        assert queries.phase_of(document) == Document.Phase.REVISION
        with pytest.raises(Refused, match="The days for comments are over"):
            rules.comment(cast.cleo, SPEC, document, "one", "Too late")
        rules.save_section(cast.ben, SPEC, document, "one", "All of us read together.", 1)


def test_a_comment_not_taken_needs_a_reason(cast: Cast) -> None:
    document = in_comments(cast)
    with clock.at(START):
        remark = rules.comment(cast.cleo, SPEC, document, "one", "Whose reading?")
        for fate in (Remark.Fate.NOT_TAKEN, Remark.Fate.IN_PART):
            with pytest.raises(Refused, match="Say why"):
                rules.answer_comment(cast.fay, SPEC, remark, 1, fate=fate, answer="")
        with pytest.raises(Refused, match="Say what becomes of this comment"):
            rules.answer_comment(cast.fay, SPEC, remark, 1, fate=Remark.Fate.OPEN, answer="Well")
        rules.answer_comment(
            cast.fay, SPEC, remark, 1, fate=Remark.Fate.NOT_TAKEN, answer="We mean all students."
        )
    (kept,) = queries.comments_of(document, 1)
    assert (kept.fate, kept.answer, kept.answered_by) == ("not_taken", "We mean all students.", cast.fay)


def test_no_round_opens_before_every_comment_has_its_answer_and_every_gap_is_closed(cast: Cast) -> None:
    document = in_comments(cast)
    with clock.at(START):
        rules.comment(cast.cleo, SPEC, document, "one", "Whose reading?")
        with pytest.raises(Refused, match="Comments are open"):
            rules.open_round(cast.fay, SPEC, document, 5)
    with clock.at(START + timedelta(days=8)):
        rules.save_section(cast.ben, SPEC, document, "two", "More", 0)
        rules.save_section(cast.ben, SPEC, document, "one", "", 1)
        assert rules.before_consent(SPEC, document, queries.comments_of(document, 1)) == [
            "Write the first part.",
            "Comments without an answer: 1. Answer them first.",
        ]
        with pytest.raises(Refused, match="Write the first part"):
            rules.open_round(cast.fay, SPEC, document, 5)


def test_the_text_stands_still_while_people_consent(cast: Cast) -> None:
    document = in_round(cast)
    with clock.at(DURING), pytest.raises(Refused, match="stays as it is"):
        rules.save_section(cast.ben, SPEC, document, "one", "Something else", 1)


def test_a_round_asks_everybody_on_the_staff_and_counts_them(cast: Cast) -> None:
    document = in_round(cast)
    here = Membership.objects.filter(school=cast.school, left=False).count()
    with clock.at(DURING):
        rules.consent(cast.cleo, document)
        rules.consent(cast.cleo, document)
        standing = queries.standing_of(document, cast.cleo, "staff")
        assert standing is not None
        assert (standing.round.asked, standing.consents, standing.i_consent) == (here, 1, True)
        with pytest.raises(Refused, match="This round asks others"):
            rules.consent(cast.dora, document)


def test_nobody_consents_once_the_days_of_a_round_are_over(cast: Cast) -> None:
    document = in_round(cast)
    with clock.at(AFTER), pytest.raises(Refused, match="The days of this round are over"):
        rules.consent(cast.cleo, document)
    assert not Consent.objects.exists()


def test_who_objects_no_longer_consents(cast: Cast) -> None:
    document = in_round(cast)
    with clock.at(DURING):
        rules.consent(cast.cleo, document)
        rules.object_to(cast.cleo, SPEC, document, key="one", reason="Too vague", suggestion="Name the texts")
    assert not Consent.objects.exists()


def test_nothing_is_adopted_while_an_objection_has_no_answer(cast: Cast) -> None:
    document = in_round(cast)
    with clock.at(DURING):
        rules.consent(cast.ben, document)
        objection = rules.object_to(
            cast.cleo, SPEC, document, key="one", reason="Vague", suggestion="Name texts"
        )
    with clock.at(AFTER):
        with pytest.raises(Refused, match="Objections without an answer: 1"):
            rules.adopt(cast.fay, SPEC, document)
        with pytest.raises(Refused, match="no answer yet"):
            rules.settle(cast.cleo, objection)
        rules.answer_objection(cast.fay, SPEC, objection, 1, "The strategy names them.")
        objection.refresh_from_db()
        with pytest.raises(Refused, match="Only who handed in"):
            rules.settle(cast.ben, objection)
        rules.settle(cast.cleo, objection)
        version = rules.adopt(cast.fay, SPEC, document)
    assert (version.number, version.content) == (1, {"texts": {"one": "We read together."}})
    assert Objection.objects.get().settled


def test_a_changed_answer_is_settled_by_nobody_yet(cast: Cast) -> None:
    document = in_round(cast)
    with clock.at(DURING):
        objection = rules.object_to(
            cast.cleo, SPEC, document, key="one", reason="Vague", suggestion="Name texts"
        )
        rules.answer_objection(cast.fay, SPEC, objection, 1, "The strategy names them.")
        objection.refresh_from_db()
        rules.settle(cast.cleo, objection)
        rules.answer_objection(cast.fay, SPEC, objection, 2, "Nobody names them.")
    assert (Objection.objects.get().answer, Objection.objects.get().settled) == ("Nobody names them.", False)


def test_an_open_round_is_not_cut_short_unless_everybody_has_answered(cast: Cast) -> None:
    document = in_round(cast)
    with clock.at(DURING):
        with pytest.raises(Refused, match="Nobody has consented yet"):
            rules.adopt(cast.fay, SPEC, document)
        rules.consent(cast.ben, document)
        with pytest.raises(Refused, match="The round is still open"):
            rules.adopt(cast.fay, SPEC, document)
        words = {"key": "one", "reason": "Too soon", "suggestion": "In May"}
        for person in (cast.cleo, cast.gus):  # she consents later, and he is not asked
            rules.answer_objection(
                cast.fay, SPEC, rules.object_to(person, SPEC, document, **words), 1, "In two steps."
            )
        rules.consent(cast.cleo, document)
        with pytest.raises(Refused, match="The round is still open"):
            rules.adopt(cast.fay, SPEC, document)
        for person in queries.circle_of(cast.school, Round.Circle.STAFF):
            rules.consent(person, document)
        assert rules.adopt(cast.fay, SPEC, document).number == 1


def test_a_teacher_of_the_team_hands_in_an_objection_whose_author_is_kept_nowhere(cast: Cast) -> None:
    document = in_round(cast)
    words = {"key": "one", "reason": "I fear for my class", "suggestion": "Begin with two teams"}
    with clock.at(DURING):
        carried = rules.object_to(cast.ben, SPEC, document, **words, carried=True)
        for leader_or_teacher in (cast.ana, cast.cleo):
            with pytest.raises(Refused, match="Only a teacher on the leadership team"):
                rules.object_to(leader_or_teacher, SPEC, document, **words, carried=True)
    assert (carried.by, carried.carried_by) == (None, cast.ben)


def test_an_amended_text_is_asked_about_again_and_the_first_round_is_kept(cast: Cast) -> None:
    document = in_round(cast)
    with clock.at(DURING):
        rules.object_to(cast.cleo, SPEC, document, key="one", reason="Vague", suggestion="Name texts")
        rules.amend(cast.fay, SPEC, document)
        document = vision(cast)
        rules.save_section(cast.ben, SPEC, document, "one", "We read stories together.", 1)
        rules.open_round(cast.fay, SPEC, document, 3)
    assert list(Round.objects.order_by("number").values_list("number", "state")) == [
        (1, "amended"),
        (2, "open"),
    ]
    assert queries.standing_of(vision(cast), cast.cleo, "staff").objections == []  # type: ignore[union-attr]


def adopted(cast: Cast) -> Document:
    document = in_round(cast)
    with clock.at(AFTER):
        Consent.objects.create(round=Round.objects.get(), person=cast.ben)
        rules.adopt(cast.fay, SPEC, document)
    return vision(cast)


def test_what_is_adopted_stays_valid_while_the_next_version_is_written(cast: Cast) -> None:
    document = adopted(cast)
    with pytest.raises(Refused, match="Begin a new version"):
        rules.save_section(cast.ben, SPEC, document, "one", "New words", 1)
    rules.new_version(cast.fay, document)
    document = vision(cast)
    rules.save_section(cast.ben, SPEC, document, "one", "New words", 1)
    valid = queries.adopted_at(cast.school, Document.Kind.VISION)
    assert valid is not None
    assert SPEC.parts(valid.content) == [Part("one", "First part", "We read together.")]


def test_last_years_text_can_be_consented_to_again_as_it_stands(cast: Cast) -> None:
    document = adopted(cast)
    with clock.at(AFTER):
        rules.open_round(cast.fay, SPEC, document, 3)
        for person in queries.circle_of(cast.school, Round.Circle.STAFF):
            rules.consent(person, document)
        assert rules.adopt(cast.fay, SPEC, document).number == 2


def test_comments_on_an_earlier_version_do_not_come_back(cast: Cast) -> None:
    document = in_comments(cast)
    with clock.at(START):
        rules.answer_comment(
            cast.fay,
            SPEC,
            rules.comment(cast.cleo, SPEC, document, "one", "Fine"),
            1,
            fate="taken",
            answer="",
        )
    Document.objects.filter(id=document.id).update(adopted=1, phase=Document.Phase.DRAFT)
    assert queries.comments_of(vision(cast), 2) == []


def test_a_difference_shows_whole_words() -> None:
    assert pieces("We read books.", "We all read two books.") == [
        ("same", "We "),
        ("new", "all "),
        ("same", "read "),
        ("new", "two "),
        ("same", "books."),
    ]


def test_one_word_over_and_over_is_compared_as_a_whole() -> None:
    before, after = "a " * 300, "b a " * 150
    assert pieces(before, after) == [("gone", before), ("new", after)]


def test_one_word_is_found_that_changed_in_a_long_text() -> None:
    words = [f"the {number} and" for number in range(150)]
    before, after = " ".join(words), " ".join([*words[:75], "the end and", *words[76:]])
    changed = [piece for kind, piece in pieces(before, after) if kind != "same"]
    assert changed == ["75 ", "end "]


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_save_at_once_one_is_told(cast: Cast) -> None:
    from threading import Barrier, Thread

    document = written(cast)
    together, outcomes = Barrier(2), []

    def save(person: object, text: str) -> None:
        together.wait()
        try:
            rules.save_section(person, SPEC, document, "one", text, 1)  # type: ignore[arg-type]
            outcomes.append(text)
        except Stale as stale:
            outcomes.append(f"told of: {stale.theirs.text}")
        finally:
            connection.close()

    writers = [
        Thread(target=save, args=pair) for pair in ((cast.ben, "Ben's words"), (cast.fay, "Fay's words"))
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    winner = queries.texts_of(document)["one"]
    assert sorted(outcomes) == sorted([winner, f"told of: {winner}"])
