"""A text as a Word file that can be edited: titles as headings, points as lists."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from docx import Document
from docx.shared import Pt

from ilt.shared.text import Block, blocks

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
    counts: dict[int, int] = {}
    for name, text in parts:
        file.add_heading(name, level=1)
        for block in blocks(text):
            _add(file, block, counts)
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def _add(file: Any, block: Block, counts: dict[int, int]) -> None:
    style, depth = STYLES[block.kind], min(block.depth + 1, DEEPEST)
    deep = depth > 1 and block.kind in ("point", "step")
    line = file.add_paragraph(style=f"{style} {depth}" if deep else style)
    if block.kind == "step":
        if block.number == 1:
            counts[depth] = _new_count(file, line.style)
        line._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = counts[depth]
    for run in block.runs:
        written = line.add_run(run.text)
        written.bold, written.italic = run.strong, run.emphasis


def _new_count(file: Any, style: Any) -> int:
    """A list of its own: Word would count on from the list before, whatever stands between them."""
    lists = file.part.numbering_part.numbering_definitions._numbering
    usual = lists.num_having_numId(style.element.pPr.numPr.numId.val)
    fresh = lists.add_num(usual.abstractNumId.val)
    fresh.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(fresh.numId)
