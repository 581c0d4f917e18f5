import pypdfium2
import pytest

from ilt.rounds.paper import document
from ilt.rounds.spec import Part


def test_a_printed_text_shows_what_was_typed_even_where_no_font_has_the_sign() -> None:
    hostile, long = "#set page(fill: red)\n\nمرحبا 😀 <b>", "line\n\n" * 80
    parts = [Part("one", "First", hostile), Part("two", "Second", long)]
    file = pypdfium2.PdfDocument(document("Charter", "Birch School · Draft", parts))
    pages = [page.get_textpage().get_text_range() for page in file]
    file.close()
    assert len(pages) > 1
    assert "#set page(fill: red)" in pages[0]
    assert "Charter · 2 / " in pages[1]


def test_a_text_that_was_pasted_with_the_unseen_sign_of_a_file_is_printed() -> None:
    file = pypdfium2.PdfDocument(
        document("Charter", "Birch School · Draft", [Part("one", "First", "\ufeffOne")])
    )
    words = file[0].get_textpage().get_text_range()
    file.close()
    assert "One" in words


@pytest.mark.parametrize(
    ("text", "begins"),
    [("Two words", "left"), ("1. “Two” שתי", "left"), ("שתי מילים", "right"), ("- (2) كلمتان two", "right")],
)
def test_a_paragraph_begins_at_the_side_from_which_its_first_letter_is_read(text: str, begins: str) -> None:
    file = pypdfium2.PdfDocument(document("Charter", "Birch School · Draft", [Part("one", "First", text)]))
    page, margin = file[0].get_textpage(), 22 / 25.4 * 72
    _title, _note, _heading, *boxes, _foot = [page.get_rect(each) for each in range(page.count_rects())]
    gaps = {"left": min(box[0] for box in boxes) - margin}
    gaps["right"] = file[0].get_width() - margin - max(box[2] for box in boxes)
    file.close()
    assert {side for side, gap in gaps.items() if gap < 5} == {begins}
