"""PDF by Typst. Data reach a template as JSON: nothing that a person wrote is ever read as a command."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

TEMPLATES = Path(__file__).parents[1]  # of all slices: a template may import /shared/writing.typ
FORBIDDEN = ("could not be displayed", "disallowed codepoint")


def pdf(template: Path, data: dict[str, Any]) -> bytes:
    """A tagged PDF (PDF/UA-1) of a template and its data."""
    inputs = _inputs(data)
    try:
        file: bytes = typst.compile(str(template), pdf_standards=["ua-1"], **inputs)
    except typst.TypstError as refused:
        if not any(each in str(refused) for each in FORBIDDEN):
            raise
        # PDF/UA forbids a sign that no font here has, such as an emoji, and the unseen one that begins files
        # and comes along when text is pasted. People still get their page.
        file = typst.compile(str(template), **inputs)
    return file


def measured(template: Path, data: dict[str, Any], label: str) -> Any:
    """What a template notes about itself under a label, such as how much did not fit."""
    return json.loads(typst.query(str(template), f"<{label}>", field="value", one=True, **_inputs(data)))


def _inputs(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "root": str(TEMPLATES),
        "ignore_system_fonts": True,
        "sys_inputs": {"data": json.dumps(data)},
        "font_paths": [settings.FONT_DIR] if settings.FONT_DIR else [],
    }
