"""The vision on one page. Whether it fits is measured, not guessed."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from ilt.rounds.spec import Part
from ilt.shared.paper import measured, pdf
from ilt.shared.text import blocks

TEMPLATE = Path(__file__).parent / "paper" / "vision.typ"


def one_page(school: str, title: str, note: str, parts: Sequence[Part]) -> bytes:
    return pdf(TEMPLATE, _data(school, title, note, parts))


def lines_too_long(school: str, parts: Sequence[Part]) -> int:
    """How many lines of the text do not fit on the page; 0 if all do."""
    return _lines_too_long(school, get_language() or "en", tuple(parts))


@lru_cache(maxsize=64)  # the page of a draft asks each time it is shown
def _lines_too_long(school: str, language: str, parts: tuple[Part, ...]) -> int:
    over: float = measured(TEMPLATE, _data(school, "", "", parts), "lines-over")
    return ceil(over)


def _data(school: str, title: str, note: str, parts: Sequence[Part]) -> dict[str, Any]:
    return {
        "title": title or school,
        "language": get_language() or "en",
        "school": school,
        "note": note,
        "parts": [
            {"key": part.key, "label": part.label, "blocks": [asdict(block) for block in blocks(part.text)]}
            for part in parts
        ],
    }
