"""Pieces of HTML, all texts escaped.

Roles are spelled out because narrow screens lay tables out as blocks, and some browsers then forget that
they are tables.
"""

from collections.abc import Iterable, Sequence
from html import escape


def lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)


def paragraph(text: str, name: str = "", attributes: str = "") -> str:
    named = f' class="{name}"' if name else ""
    return f"<p{named}{attributes}>{escape(text)}</p>"


def bullets(sentences: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in sentences)}</ul>"


def hidden(text: str) -> str:
    return f'<span class="r-hidden">{escape(text)}</span>'


def head(text: str) -> str:
    return f'<th scope="col" role="columnheader">{escape(text)}</th>'


def label_head(point: int, text: str, attributes: str) -> str:
    return (
        f'<th scope="col" role="columnheader" class="r-share"{attributes}><b>{point}</b> {escape(text)}</th>'
    )


def picture_head(text: str, below: str) -> str:
    return f'<th scope="col" role="columnheader" class="r-pic">{hidden(text)}{below}</th>'


def numbers(points: int) -> str:
    """The numbers of a scale, to stand below the marks of its axis."""
    each = "".join(f"<span>{point}</span>" for point in range(1, points + 1))
    return f'<span class="r-numbers" aria-hidden="true">{each}</span>'


def ends(low: str, high: str, attributes: str = "") -> str:
    """The labels of both ends of a scale."""
    both = f"<span>{escape(low)}</span><span>{escape(high)}</span>"
    return f'<span class="r-ends" aria-hidden="true"{attributes}>{both}</span>'


def row_head(text: str, attributes: str = "", note: str = "") -> str:
    return f'<th scope="row" role="rowheader"><span{attributes}>{escape(text)}</span>{note}</th>'


def cell(text: str, name: str = "", attributes: str = "") -> str:
    named = f' class="{name}"' if name else ""
    return f'<td role="cell"{named}{attributes}>{escape(text)}</td>'


def table(name: str, caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "\n".join(f'<tr role="row">{"".join(cells)}</tr>' for cells in rows)
    return (
        f'<table class="{name}" role="table">\n<caption>{escape(caption)}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{"".join(heads)}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{body}\n</tbody>\n</table>'
    )
