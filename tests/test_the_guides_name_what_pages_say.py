"""Guides set in bold what pages say. A page that says something else now makes a guide stale."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDES = sorted((ROOT / "docs/how").glob("first-*.md"))
STEP = re.compile(r"^\d+\. .*(?:\n   .*)*", re.MULTILINE)
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
CATALOG = (ROOT / "src/ilt/locale/es/LC_MESSAGES/django.po").read_text(encoding="utf-8")
TEXT = re.compile(r'^msgid(?:_plural)? "(.*)"((?:\n".*")*)', re.MULTILINE)
TEXTS = {first + re.sub(r'\n"(.*)"', r"\1", more) for first, more in TEXT.findall(CATALOG)}


def labels(guide: str) -> set[str]:
    return {" ".join(label.split()) for step in STEP.findall(guide) for label in BOLD.findall(step)}


def on_a_page(label: str) -> bool:
    return any(text.startswith(label) for text in TEXTS)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_label_in_the_steps_of_a_guide_stands_on_a_page(guide: Path) -> None:
    named = labels(guide.read_text(encoding="utf-8"))
    assert len(named) > 10
    assert sorted(label for label in named if not on_a_page(label)) == []


def test_a_label_that_no_page_says_is_found() -> None:
    assert labels("1. Press **Begin\n   now**.\n\nNot a step: **Quietly**.") == {"Begin now"}
    assert not on_a_page("Begin now, or never")
