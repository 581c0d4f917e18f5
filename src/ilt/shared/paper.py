"""PDF by Typst. Data reach a template as JSON: nothing that a person wrote is ever read as a command."""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings


def pdf(template: Path, data: dict[str, Any]) -> bytes:
    """A tagged PDF (PDF/UA-1) of a template and its data."""
    file: bytes = typst.compile(str(template), pdf_standards=["ua-1"], **_inputs(template, data))
    return file


def measured(template: Path, data: dict[str, Any], label: str) -> Any:
    """What a template notes about itself under a label, such as how much did not fit."""
    inputs = _inputs(template, data)
    return json.loads(typst.query(str(template), f"<{label}>", field="value", one=True, **inputs))


def _inputs(template: Path, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "root": str(template.parent),
        "ignore_system_fonts": True,
        "sys_inputs": {"data": json.dumps(data)},
        "font_paths": [settings.FONT_DIR] if settings.FONT_DIR else [],
    }
