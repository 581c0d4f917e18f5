import pypdfium2

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
