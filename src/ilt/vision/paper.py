"""The vision on one page. Whether it fits is measured, not guessed."""

from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from ilt.rounds.paper import page_data
from ilt.rounds.spec import Part
from ilt.shared.paper import measured, pdf

TEMPLATE = Path(__file__).parent / "paper" / "vision.typ"


def title() -> str:
    return _("Vision for the instructional core")


def one_page(school: str, note: str, parts: Sequence[Part]) -> bytes:
    return pdf(TEMPLATE, _data(school, note, parts))


def lines_too_long(school: str, parts: Sequence[Part]) -> int:
    """How many lines of the text do not fit on the page in the reader's language; 0 if all do."""
    return _lines_too_long(school, get_language() or "en", tuple(parts))


@lru_cache(maxsize=64)  # the page of a draft asks each time it is shown
def _lines_too_long(school: str, language: str, parts: tuple[Part, ...]) -> int:
    with override(language):
        over: float = measured(TEMPLATE, _data(school, "", parts), "lines-over")
    return ceil(over)


def _data(school: str, note: str, parts: Sequence[Part]) -> dict[str, Any]:
    return {**page_data(title(), note, parts), "school": school}
