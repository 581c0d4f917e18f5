"""The report in a real browser: nothing runs off a phone, and an accessibility checker finds no fault."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.accessibility import faults

from coherently.datasets.simulate import School, simulate
from coherently.disclosure import Plan, PlannedGroup, release
from coherently.instrument import Instrument, load, shipped
from coherently.moments import states
from coherently.report.html import page

pytestmark = pytest.mark.slow

DEMO = Path(__file__).parent / "data" / "demo-coherence.toml"


def written(folder: Path, instrument: Instrument, language: str) -> str:
    """The address of a page with a large school, a small one, and both together."""
    schools = [School("Adams", 9, 1.0), School("Lincoln", 44, shifts={"time": -1.5})]
    sums = states(simulate(instrument, schools, seed=5).responses.frame, instrument)
    made = release(Plan(tuple(PlannedGroup(s.name, s.population) for s in schools), pooled=True), sums)
    (folder / "index.html").write_text(page(made, instrument, language), encoding="utf-8")
    return (folder / "index.html").as_uri()


@pytest.mark.parametrize("width", [360, 1280])
def test_an_accessibility_checker_finds_no_fault(browser: Browser, tmp_path: Path, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto(written(tmp_path, load(DEMO), "en"))
    assert faults(tab) == []
    tab.close()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_never_scrolls_sideways(browser: Browser, tmp_path: Path, language: str) -> None:
    tab = browser.new_page()
    tab.goto(written(tmp_path, shipped(language), language))
    for width in (320, 360, 768, 1280):
        tab.set_viewport_size({"width": width, "height": 900})
        assert tab.evaluate("document.documentElement.scrollWidth") == width
    tab.close()


NUMBERS_MEET_MARKS = """picture => {
    const middle = box => box.x + box.width / 2
    const places = [picture.parentElement, picture.closest("table")?.tHead]
    const shown = places.map(place => place?.querySelector(".r-numbers")).find(one => one?.offsetWidth)
    const numbers = [...shown.children].map(one => middle(one.getBoundingClientRect()))
    const axis = picture.querySelector(".r-axis").getBoundingClientRect()
    return [Math.round(numbers[0] - axis.left), Math.round(numbers.at(-1) - axis.right)]
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_the_numbers_of_the_scale_stand_at_the_marks_of_every_axis(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto(written(tmp_path, shipped(), "en"))
    found = [picture.evaluate(NUMBERS_MEET_MARKS) for picture in tab.locator(".r-dots").all()]
    assert len(found) > 3 * len(shipped().constructs)
    assert found == [[0, 0]] * len(found)
    tab.close()
