import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ilt.shared.models import Writing
from ilt.shared.search import AROUND, MOST_FOUND, find, forget, forget_all, remember

pytestmark = pytest.mark.django_db
STAFF, TEAM = ["staff"], ["staff", "team"]


def written(text: str, ref: str = "1", **more: object) -> None:
    remember(
        **{"school": 1, "place": "vision", "ref": ref, "audience": "staff", "title": "", "text": text} | more
    )


def refs(typed: str, audiences: list[str] = STAFF, school: int = 1) -> list[str]:
    return [each.ref for each in find(school, typed, audiences)]


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Los niños leen en español.", "ninos espanol"),
        ("Students argue from evidence.", "evid"),
        ("Students argue from evidence.", "EVIDENCE students"),
        ("Straße und Ünal", "strasse unal"),
        ("A follow-up of grade-5, and/or 3.5 hours", "follow or 5 3.5"),
        ("Write to ana@school.example today", "school example"),
        ("See https://school.example/plan/maths", "maths"),
        ("A_snake and a_camel", "camel"),
        ("اللغة العربية", "العربية"),
        ("It's the teachers' lesson", "teacher's"),
        ("Office hours", "oﬃce"),
    ],
)
def test_a_word_is_found_as_people_type_it(text: str, typed: str) -> None:
    written(text)
    assert refs(typed) == ["1"]


@pytest.mark.parametrize("typed", ["", " ", "***", '"', "students nothing", "tudents", "🙂"])
def test_what_is_not_there_is_not_found(typed: str) -> None:
    written("Students argue from evidence.")
    assert refs(typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        'students" OR "x',
        "students*",
        "students & !evidence:*",
        "students NEAR/2 evidence",
        "words : students",
        "-students",
        "^students",
        "(students",
        "students') OR ('1'='1",
        "students'; DROP TABLE ilt_writing; --",
        "students %s %(school)s",
        "students\\",
        "students\0",
        "students <-> evidence",
    ],
)
def test_signs_of_the_databases_own_languages_are_only_signs(typed: str) -> None:
    written("Students or x 2 near words drop table ilt writing evidence 1 s school")
    written("Something else", ref="2")
    assert refs(typed) == ["1"]


def test_only_what_holds_all_words_is_found() -> None:
    written("Students or teachers", ref="both")
    written("Students", ref="one")
    assert refs("students OR teachers") == ["both"]


@pytest.mark.parametrize("letters", [50_000, 61])
def test_endless_words_are_written_and_typed_without_harm(letters: int) -> None:
    written("a" * letters + " end")
    assert refs("a" * letters) == ["1"]
    assert refs("end " * 12_500) == ["1"]
    assert refs("b" * letters) == []


def test_a_text_of_fifty_thousand_letters_is_found_by_its_last_word() -> None:
    written("wort " * 10_000 + "schluss")
    (found,) = find(1, "schluss", STAFF)
    assert found.excerpt.endswith("schluss")
    assert len(found.excerpt) <= 2 * AROUND + len("… ")


def test_the_excerpt_shows_where_the_word_begins_and_not_a_part_of_another() -> None:
    written("Restart " + "x " * 200 + "the art of asking")
    (found,) = find(1, "art", STAFF)
    assert "the art of asking" in found.excerpt


def test_drafts_are_found_by_the_team_alone() -> None:
    written("Secret plan", ref="draft", audience="team")
    written("Open plan", ref="open")
    assert (refs("plan"), sorted(refs("plan", TEAM))) == (["open"], ["draft", "open"])
    assert (refs("secret"), refs("secret", TEAM), refs("secret", [])) == ([], ["draft"], [])


def test_many_drafts_do_not_crowd_out_what_a_reader_may_read() -> None:
    for number in range(MOST_FOUND + 1):
        written("plan plan plan", ref=f"draft{number}", audience="team")
    written("One plan among other words", ref="open")
    assert refs("plan") == ["open"]
    assert len(refs("plan", TEAM)) == MOST_FOUND


def test_a_school_finds_nothing_of_another() -> None:
    written("Plan of theirs", school=2)
    assert (refs("plan"), refs("plan", school=2)) == ([], ["1"])


def test_the_newest_wording_is_found_and_the_old_one_forgotten() -> None:
    written("Old words")
    written("New words")
    assert (refs("old"), refs("new"), Writing.objects.count()) == ([], ["1"], 1)
    written("")
    assert (refs("new"), Writing.objects.count()) == ([], 0)


def test_what_is_forgotten_is_found_no_more() -> None:
    written("Plan", ref="1")
    written("Plan", ref="2")
    written("Plan", ref="next-3")
    written("Plan", ref="next-4", place="strategy")
    forget(school=1, place="vision", ref="1")
    assert sorted(refs("plan")) == ["2", "next-3", "next-4"]
    forget_all(school=1, place="vision", begins="next-")
    assert sorted(refs("plan")) == ["2", "next-4"]


def test_finding_asks_the_database_once() -> None:
    for number in range(3):
        written("Plan", ref=str(number))
    with CaptureQueriesContext(connection) as asked:
        assert len(find(1, "plan", STAFF)) == 3
    assert len(asked) == 1
