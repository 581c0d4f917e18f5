"""The vision on paper and as a Word file."""

from io import BytesIO

import pypdfium2
import pytest
from django.urls import reverse
from docx import Document as WordFile
from tests.cast import Cast

from ilt.rounds import rules
from ilt.rounds.spec import Part
from ilt.shared import clock
from ilt.shared.rows import Refused
from ilt.vision.paper import lines_too_long, one_page
from ilt.vision.rules import SPEC, gaps
from ilt.vision.tests.written import (
    AFTER_COMMENTS,
    IN_COMMENTS,
    adopted,
    in_comments,
    vision,
    whole_draft,
    write,
)

LONG_NAME = "Escuela " + "Nuestra Señora de los Remedios " * 3 + "مدرسة"


def text_of(file: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(file)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return pages


def parts_of(lines: int) -> list[Part]:
    """A page whose lesson has so many points of one line."""
    corners = [Part(key, key.title(), "Some words.") for key in ("students", "teachers", "content")]
    lesson = "\n".join(f"- line {number}" for number in range(lines))
    return [Part("needs", "What students need", "Argue\n\n> Seen"), *corners, Part("fit", "Lesson", lesson)]


def full_page(school: str) -> int:
    """With so many points the page is full: one more is one too many."""
    return 90 - lines_too_long(school, parts_of(90))


@pytest.mark.parametrize("school", ["Birch School", LONG_NAME])
def test_lines_too_long_are_counted_exactly_as_the_printed_page_breaks(school: str) -> None:
    full = full_page(school)
    for more, pages in ((0, 1), (1, 2), (9, 2)):
        parts = parts_of(full + more)
        assert lines_too_long(school, parts) == more
        assert len(text_of(one_page(school, "Version 12, adopted on Sep 14, 2026", parts))) == pages


@pytest.mark.django_db
def test_a_vision_nine_lines_too_long_is_told_so_and_asks_nobody_for_consent(cast: Cast) -> None:
    in_comments(cast)
    frozen = SPEC.parts(SPEC.content(vision(cast)))
    others = [part for part in frozen if part.key != "examples"]

    many = "\n".join(f"- {number}" for number in range(90))
    nine = 99 - lines_too_long(cast.school.name, [*others, Part("examples", "Examples", many)])
    with clock.at(IN_COMMENTS):
        write(cast, examples="\n".join(f"- {number}" for number in range(nine)))
    sentence = "This is 9 lines too long for one page."
    with clock.at(AFTER_COMMENTS):
        assert gaps(vision(cast)) == [sentence]
        with pytest.raises(Refused, match=sentence):
            rules.open_round(cast.fay, SPEC, vision(cast), 5)
        page = cast.browser_of(cast.ben).get(reverse("vision", args=[cast.school.id]))
        assert sentence in page.content.decode()
        write(cast, examples="\n".join(f"- {number}" for number in range(nine - 8)))
        assert gaps(vision(cast)) == ["This is one line too long for one page."]
        write(cast, examples="\n".join(f"- {number}" for number in range(nine - 9)))
        assert gaps(vision(cast)) == []


@pytest.mark.django_db
def test_staff_print_the_adopted_vision_and_the_team_its_draft(cast: Cast) -> None:
    whole_draft(cast)
    address = reverse("vision_pdf", args=[cast.school.id])
    (draft,) = text_of(cast.browser_of(cast.ben).get(address).content)
    assert ("Draft" in draft, "Whole texts at grade level." in draft) == (True, True)
    assert cast.browser_of(cast.cleo).get(address).status_code == 404


@pytest.mark.django_db
def test_the_adopted_vision_prints_on_one_page_and_opens_in_word(cast: Cast) -> None:
    adopted(cast)
    rules.new_version(cast.fay, vision(cast))
    write(cast, content="Short texts only.")
    browser = cast.browser_of(cast.cleo)
    answer = browser.get(reverse("vision_pdf", args=[cast.school.id]))
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        'attachment; filename="vision.pdf"',
    )
    (page,) = text_of(answer.content)
    assert "Version 1, adopted on Oct 19, 2026" in page
    assert ("Whole texts at grade level." in page, "Short texts only." in page) == (True, False)

    file = WordFile(BytesIO(browser.get(reverse("vision_word", args=[cast.school.id])).content))
    lines = [(line.style.name, line.text) for line in file.paragraphs]
    assert lines[:6] == [
        ("Title", "Vision for the instructional core"),
        ("Subtitle", "Birch School · Version 1, adopted on Oct 19, 2026"),
        ("Heading 1", "What students need"),
        ("Normal", "Argue from a text"),
        ("Quote", "Seen on Sep 9, 2026:\n41 of 64 texts gave no reason."),
        ("Heading 1", "What students do, say and make"),
    ]
    assert ("List Bullet", "They ask each other what it means.") in lines


@pytest.mark.django_db
def test_two_needs_are_one_part_of_the_page(cast: Cast) -> None:
    whole_draft(cast)
    assert [part.key for part in SPEC.parts(SPEC.content(vision(cast)))][:2] == ["needs", "students"]
    page = cast.browser_of(cast.ben).get(reverse("vision_edit", args=[cast.school.id, "needs"]))
    assert page.status_code == 404
