"""A document as a file to print."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from ilt.rounds.spec import Part
from ilt.shared.paper import pdf
from ilt.shared.text import blocks

TEMPLATE = Path(__file__).parent / "paper" / "document.typ"


def document(title: str, note: str, parts: Sequence[Part]) -> bytes:
    """A PDF with a title, a line below it, and the parts one after the other, on numbered pages."""
    return pdf(TEMPLATE, page_data(title, note, parts))


def page_data(title: str, note: str, parts: Sequence[Part]) -> dict[str, Any]:
    """What a template of a document is given."""
    return {
        "title": title,
        "language": get_language() or "en",
        "note": note,
        "parts": [
            {"key": part.key, "label": part.label, "blocks": [asdict(block) for block in blocks(part.text)]}
            for part in parts
        ],
    }
