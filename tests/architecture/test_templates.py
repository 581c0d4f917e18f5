"""Pages carry no script, style or address of others inside, and no word that claims a cause or ranks."""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "ilt"
TEMPLATES = sorted(p for p in PACKAGE.rglob("*") if p.suffix in {".html", ".txt"} and "tests" not in p.parts)

FORBIDDEN = {
    "script inside the page": r"<script(?![^>]*\ssrc=)[^>]*>",
    "style inside the page": r"<style\b|\sstyle\s*=",
    "handler": r"<[^>]*\son[a-z]+\s*=",
    "address of others": r"""(?:src|href|action|content)\s*=\s*["']?\s*(?:https?:)?//""",
    "javascript address": r"javascript:",
    "word that claims a cause": r"\b(?:because of|led to|caused?s?|impacts?|effects?|thanks to|drives)\b",
    "word that ranks": r"\b(?:best|worst|top|bottom|rank(?:ed|ing|s)?|failing|outperforms?)\b",
}


def found_in(text: str) -> list[str]:
    text = re.sub(r"{#.*?#}|<!--.*?-->|{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_template_holds_nothing_forbidden(template: Path) -> None:
    assert found_in(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("planted", "name"),
    [
        ("<script>go()</script>", "script inside the page"),
        ('<p style="color: red">', "style inside the page"),
        ("<style>p {}</style>", "style inside the page"),
        ('<button type="button" onclick="go()">', "handler"),
        ('<img src="//elsewhere.example/a.png">', "address of others"),
        ('<a href="https://elsewhere.example">', "address of others"),
        ("<a href='javascript:go()'>", "javascript address"),
        ("<p>This LED TO better results.</p>", "word that claims a cause"),
        ("<p>The best school.</p>", "word that ranks"),
    ],
)
def test_a_planted_breach_is_found(planted: str, name: str) -> None:
    assert found_in(planted) == [name]


def test_script_files_and_words_that_contain_others_are_fine() -> None:
    page = "<script src=\"{% static 'ilt/code.js' %}\" defer></script><p>Stop at the frank effort.</p>"
    assert found_in(page) == []
