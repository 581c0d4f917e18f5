import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from ilt.roster.models import User
from ilt.rounds import rules
from ilt.rounds.queries import document_of
from ilt.rounds.rules import save_section
from ilt.rounds.spec import Spec
from ilt.schools.models import School
from ilt.shared import clock
from ilt.shared.search import remember
from ilt.team.rules import SPEC as CHARTER
from ilt.vision.rules import SPEC as VISION
from ilt.vision.tests.written import (
    AFTER_COMMENTS,
    AFTER_ROUND,
    IN_COMMENTS,
    IN_ROUND,
    in_comments,
    in_round,
    vision,
)

pytestmark = pytest.mark.django_db
STATEMENTS = 6


def written(cast: Cast, text: str, **more: object) -> None:
    words = {"school": cast.school.id, "place": "vision", "ref": "fit", "audience": "staff", "title": "Fit"}
    remember(**(words | {"text": text} | more))


def found(cast: Cast, who: User, typed: str) -> list[str]:
    page = cast.browser_of(who).get(f"/school/{cast.school.id}/search", {"q": typed}).context
    return [each["address"] for each in page["found"]]


def test_a_teacher_finds_what_was_written_and_goes_to_its_place(cast: Cast) -> None:
    written(cast, "Students argue from evidence.")
    written(cast, "Evidence of argument", place="throughline_copy", ref="3")
    here = f"/school/{cast.school.id}"
    assert set(found(cast, cast.cleo, "evid")) == {f"{here}/vision#fit", f"{here}/throughline/copies/3"}


@pytest.mark.parametrize(
    ("spec", "key", "finders"),
    [(VISION, "fit", ["ben", "fay"]), (CHARTER, "norms", ["ana", "ben", "fay"])],
    ids=["vision", "charter"],
)
def test_those_who_write_a_draft_find_it_and_nobody_else(
    cast: Cast, spec: Spec, key: str, finders: list[str]
) -> None:
    save_section(cast.fay, spec, document_of(cast.school, spec.kind), key, "A secret draft", 0)
    names = ("ana", "ben", "cleo", "fay", "gus")
    assert [name for name in names if found(cast, getattr(cast, name), "secret")] == finders


def leads_to(cast: Cast, who: User, typed: str) -> list[tuple[str, bool]]:
    """Where a search leads, and whether that page has the place."""
    browser, places = cast.browser_of(who), []
    for address in found(cast, who, typed):
        text = browser.get(address).content.decode()
        places.append((address.partition("/vision")[2], f'id="{address.partition("#")[2]}"' in text))
    return places


def test_what_people_said_about_a_text_is_found_with_its_answer_where_it_stands(cast: Cast) -> None:
    in_comments(cast)
    with clock.at(IN_COMMENTS):
        said = rules.comment(cast.cleo, VISION, vision(cast), "fit", "Whose **letters**?")
        assert leads_to(cast, cast.gus, "letters cano") == [(f"#comment{said.id}", True)]
        rules.answer_comment(cast.fay, VISION, said, 1, fate="taken", answer="Those of pen pals.")
        assert leads_to(cast, cast.cleo, "pals") == [(f"#comment{said.id}", True)]
    with clock.at(AFTER_COMMENTS):
        rules.open_round(cast.fay, VISION, vision(cast), 5)
    words = {"key": "fit", "reason": "Too vague", "suggestion": "Name genres"}
    with clock.at(IN_ROUND):
        doubt = rules.object_to(cast.ben, VISION, vision(cast), **words, carried=True)
        rules.answer_objection(cast.fay, VISION, doubt, 1, "Poems first.")
        rules.consent(cast.cleo, vision(cast))
        assert leads_to(cast, cast.gus, "genres poems") == [(f"#objection{doubt.id}", True)]
        assert found(cast, cast.gus, "boyd") == []
    with clock.at(AFTER_ROUND):
        rules.adopt(cast.fay, VISION, vision(cast))
        assert leads_to(cast, cast.gus, "pals") == [(f"/versions/1#comment{said.id}", True)]
        assert leads_to(cast, cast.gus, "genres") == [(f"/versions/1#objection{doubt.id}", True)]


def test_an_objection_that_no_page_shows_any_more_is_not_found(cast: Cast) -> None:
    in_round(cast)
    with clock.at(IN_ROUND):
        words = {"key": "fit", "reason": "Too vague", "suggestion": "Name genres"}
        rules.object_to(cast.cleo, VISION, vision(cast), **words)
        rules.amend(cast.fay, VISION, vision(cast))
        assert found(cast, cast.gus, "genres") == []


def test_a_search_never_leaves_the_school(cast: Cast) -> None:
    written(cast, "Plan of Cedar", school=cast.other_school.id)
    assert found(cast, cast.ben, "plan") == []


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", '" onfocus="alert(1)', "x" * 50_000, "'; --"])
def test_whatever_is_typed_comes_back_as_text(cast: Cast, typed: str) -> None:
    page = cast.browser_of(cast.cleo).get(f"/school/{cast.school.id}/search", {"q": typed})
    text = page.content.decode()
    assert (page.status_code, "Nothing here holds all of these words." in text) == (200, True)
    assert ("<script>alert" in text, 'onfocus="alert' in text) == (False, False)


def test_what_was_written_is_shown_as_text(cast: Cast) -> None:
    written(cast, "See <b>this</b>", title="<i>Title</i>")
    text = cast.browser_of(cast.cleo).get(f"/school/{cast.school.id}/search", {"q": "see"}).content.decode()
    assert ("<b>this" in text, "<i>Title" in text, "&lt;i&gt;Title" in text) == (False, False, True)


@pytest.mark.parametrize("more", [1, 3])
def test_searching_asks_the_database_equally_often_for_few_and_many(cast: Cast, more: int) -> None:
    for number in range(more):
        written(cast, "Plan", ref=str(number))
    client = cast.browser_of(cast.ben)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/school/{cast.school.id}/search", {"q": "plan"})
    assert len(asked) == STATEMENTS


# The menu


def menu(cast: Cast, who: User, place: str) -> tuple[list[str], list[str]]:
    """The menu of a page and, below it, the pages of its section; stars mark where one is."""
    text = cast.browser_of(who).get(f"/school/{cast.school.id}{place}").content.decode()
    head = text.partition("<main")[0]
    links = [
        re.findall(r'<a href="[^"]*"( aria-current="\w+")?>([^<]+)</a>', part)
        for part in re.findall(r"<nav[^>]*>(.*?)</nav>", head, re.DOTALL)
    ]
    named = [[f"*{label}" if here else label for here, label in each] for each in links]
    return named[0], named[1] if len(named) > 1 else []


def test_the_menu_shows_the_sections_and_the_pages_of_ones_own(cast: Cast) -> None:
    assert menu(cast, cast.cleo, "") == (["*Today", "Ask", "See", "Decide", "Plan", "Staff"], [])
    sections, pages = menu(cast, cast.cleo, "/promises")
    assert (sections[3], pages) == ("*Decide", ["Priorities", "*Promises", "Actions"])
    sections, pages = menu(cast, cast.fay, "/vision/needs/new")
    assert (sections[4], pages[:4]) == (
        "*Plan", ["*Vision", "Strategy", "Through-line", "Learning calendar"]
    )  # fmt: skip


def test_the_menu_leads_nobody_to_a_closed_door(cast: Cast) -> None:
    assert menu(cast, cast.eli, "")[0] == ["*Today", "Ask", "Staff"]
    School.objects.update(shares_plan=True)
    assert menu(cast, cast.eli, "")[0] == ["*Today", "Ask", "Decide", "Plan", "Staff"]
    for who in (cast.eli, cast.cleo, cast.ana, cast.gus):
        client = cast.browser_of(who)
        head = client.get(f"/school/{cast.school.id}/vision").content.decode().partition("<main")[0]
        doors = re.findall(r'href="(/school/[^"]+)"', head)
        assert {client.get(door).status_code for door in doors} == {200}


def test_pages_of_a_school_have_a_search_field_and_others_have_none(cast: Cast) -> None:
    cleo, field = cast.browser_of(cast.cleo), f'action="/school/{cast.school.id}/search"'
    assert field in cleo.get(f"/school/{cast.school.id}/vision").content.decode()
    assert field not in cleo.get("/help").content.decode()
    assert field not in cast.browser_of(cast.eli).get(f"/school/{cast.school.id}").content.decode()
