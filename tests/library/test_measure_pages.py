"""Every measure explains itself, and its page says what the code says."""

import doctest
import importlib
import inspect
import pkgutil

import pytest
from docs import make_measures
from tests.attack import coverage

from coherently import measures

MODULES = [found.name for found in pkgutil.iter_modules(measures.__path__, "coherently.measures.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_measure_run(name) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert (result.failed, result.attempted > 0) == (0, True)


@pytest.mark.parametrize("name", measures.__all__)
def test_a_measure_names_its_formula_its_limits_its_reference_and_r(name) -> None:
    text = inspect.getdoc(getattr(measures, name))
    question, rest = text.split("\n", 1)
    assert question.endswith("?")
    sections = [part for part in make_measures.SECTION.findall(rest) if part != "Raises"]
    assert sections == ["Parameters", "Returns", "Notes", "References", "Examples"]
    notes = " ".join(text.split("Notes\n")[1].split("References\n")[0].split())
    assert any(limit in notes for limit in ("not show", "does not", "never", "say next to nothing"))
    assert ">>> " in text
    assert "\n\nR: " in text


def test_the_pages_of_measures_are_up_to_date() -> None:
    written = {place: place.read_text(encoding="utf-8") for place in make_measures.FOLDER.glob("*.md")}
    judged = written.pop(make_measures.FOLDER / "coverage.md")
    assert written == make_measures.pages()
    assert [cell.name for cell in coverage.cells() if f"{cell.situation} |" not in judged] == []
