from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from docx import Document

from ilt.shared.text import TextField, blocks, to_html, to_plain
from ilt.shared.word import word


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ('<img src=x onerror="a()">', '<p>&lt;img src=x onerror="a()"&gt;</p>'),
        ("[go](javascript:alert)", "<p>[go](javascript:alert)</p>"),
        ("# Loud", "<p># Loud</p>"),
        ("![spy](https://spy.example/x.png)", '<p>!<a href="https://spy.example/x.png"'),
        ("**we** *read*", "<p><strong>we</strong> <em>read</em></p>"),
        ("{{ secret }} {% now %}", "<p>{{ secret }} {% now %}</p>"),
    ],
)
def test_markup_in_a_text_is_shown_and_never_acts(written: str, shown: str) -> None:
    assert to_html(written).startswith(shown)
    assert "<script" not in to_html(written)


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x1b", "\x85", "\ufffe", "\uffff"])
def test_a_text_with_signs_that_cannot_be_shown_is_refused(sign: str) -> None:
    with pytest.raises(ValidationError, match="signs that cannot be shown"):
        TextField().clean(f"We{sign} read")


def test_fifty_thousand_signs_are_refused_with_both_numbers_and_nothing_is_cut() -> None:
    with pytest.raises(ValidationError, match=r"has 50000 signs\. 4000 fit\. .* nothing has been cut"):
        TextField().clean("a" * 50_000)
    assert TextField(most=50_000).clean("a" * 50_000) == "a" * 50_000


def test_a_point_with_two_paragraphs_stays_one_point() -> None:
    found = [
        (each.kind, each.depth, each.number) for each in blocks("1. one\n\n   more\n2. two\n   - in\n\nend")
    ]
    assert found == [
        ("step", 0, 1),
        ("paragraph", 1, 0),
        ("step", 0, 2),
        ("point", 1, 0),
        ("paragraph", 0, 0),
    ]
    assert to_plain("1. **one**\n2. two") == "one\ntwo"


def test_a_word_file_holds_headings_lists_and_styles_that_can_be_edited() -> None:
    text = "We **read**.\n\n1. one\n2. two\n\nThen:\n\n1. new\n\n- point\n  - deeper"
    file = Document(BytesIO(word("Charter", "Birch School", [("Purpose", text)], "en")))
    lines = [(line.style.name, line.text) for line in file.paragraphs]
    assert lines == [
        ("Title", "Charter"),
        ("Subtitle", "Birch School"),
        ("Heading 1", "Purpose"),
        ("Normal", "We read."),
        ("List Number", "one"),
        ("List Number", "two"),
        ("Normal", "Then:"),
        ("List Number", "new"),
        ("List Bullet", "point"),
        ("List Bullet 2", "deeper"),
    ]
    assert [run.text for run in file.paragraphs[3].runs if run.bold] == ["read"]
    counts = [line._p.pPr.numPr.numId.val for line in file.paragraphs if line.style.name == "List Number"]
    assert counts[0] == counts[1] != counts[2]  # the second list begins with 1 again
