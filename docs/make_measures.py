"""Writes docs/measures/<measure>.md for every exported measure, from its docstring: `make docs`."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from coherently import measures

FOLDER = Path(__file__).parent / "measures"
SECTION = re.compile(r"^([A-Z][a-z]+)\n-+\n", re.MULTILINE)


def page(name: str) -> str:
    """The page of one measure as Markdown."""
    docstring = inspect.getdoc(getattr(measures, name)) or ""
    question, *parts = SECTION.split(docstring)
    sections = zip(parts[::2], parts[1::2], strict=True)
    bodies = [f"## {title}\n\n{_body(title, text.strip())}" for title, text in sections]
    module = getattr(measures, name).__module__
    return "\n\n".join([f"# {name}", question.strip(), f"`from {module} import {name}`", *bodies]) + "\n"


def _body(title: str, text: str) -> str:
    if title in ("Parameters", "Returns", "Raises"):
        return "\n".join(_definitions(text))
    if title == "Examples":
        code, r = text.split("\n\nR: ")
        return f"```python\n{code}\n```\n\nThe same in R: {_joined(r)}"
    return _joined(text)


def _definitions(text: str) -> Iterator[str]:
    for name, meaning in re.findall(r"^(\S.*)\n((?:(?:    .*)?\n?)+)", text, re.MULTILINE):
        yield f"- **{name}**: {_joined(meaning)}"


def _joined(text: str) -> str:
    return " ".join(text.split())


def pages() -> dict[Path, str]:
    """Every page with its place; the list of all measures is README.md."""
    lines = [f"- [{name}]({name}.md): {page(name).splitlines()[2]}" for name in measures.__all__]
    listing = "# Measures\n\nMade from the code by `make docs`. How often the intervals hold the truth: "
    listing += "[coverage.md](coverage.md).\n\n" + "\n".join(lines) + "\n"
    return {FOLDER / "README.md": listing} | {FOLDER / f"{name}.md": page(name) for name in measures.__all__}


if __name__ == "__main__":
    for place, text in pages().items():
        place.write_text(text, encoding="utf-8")
