"""A text as a Word file that can be edited: titles as headings, points as lists."""

from collections.abc import Iterable
from io import BytesIO

from docx import Document
from docx.shared import Pt

from ilt.shared.text import blocks

STYLES = {"paragraph": "Normal", "point": "List Bullet", "step": "List Number", "quote": "Quote"}
DEEPEST = 3  # Word's template has lists of three depths
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word(title: str, subtitle: str, parts: Iterable[tuple[str, str]], language: str) -> bytes:
    """A file with a title and, for each part, its name and its text."""
    file = Document()
    file.core_properties.title, file.core_properties.language = title, language
    file.core_properties.author = ""
    file.styles["Normal"].font.size = Pt(11)
    file.add_heading(title, level=0)
    if subtitle:
        file.add_paragraph(subtitle, style="Subtitle")
    for name, text in parts:
        file.add_heading(name, level=1)
        for block in blocks(text):
            depth = min(block.depth + 1, DEEPEST)
            deep = depth > 1 and block.kind in ("point", "step")
            line = file.add_paragraph(style=f"{STYLES[block.kind]} {depth}" if deep else STYLES[block.kind])
            for run in block.runs:
                written = line.add_run(run.text)
                written.bold, written.italic = run.strong, run.emphasis
    out = BytesIO()
    file.save(out)
    return out.getvalue()
