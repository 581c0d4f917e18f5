"""The report in a real browser: nothing runs off a phone, and an accessibility checker finds no fault."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from coherently.datasets.simulate import School, simulate
from coherently.disclosure import Plan, PlannedGroup, release
from coherently.instrument import Instrument, load, shipped
from coherently.moments import states
from coherently.report.html import page

pytestmark = pytest.mark.slow

DEMO = Path(__file__).parent / "data" / "demo-coherence.toml"


def written(folder: Path, instrument: Instrument, language: str, *faults: tuple[str, str]) -> str:
    """The address of a page with a large school, a small one, and both together; `faults` are planted."""
    schools = [School("Adams", 9, 1.0), School("Lincoln", 44, shifts={"time": -1.5})]
    sums = states(simulate(instrument, schools, seed=5).responses.frame, instrument)
    made = release(Plan(tuple(PlannedGroup(s.name, s.population) for s in schools), pooled=True), sums)
    html = page(made, instrument, language)
    for sound, faulty in faults:
        html = html.replace(sound, faulty)
    (folder / "index.html").write_text(html, encoding="utf-8")
    return (folder / "index.html").as_uri()


@pytest.mark.parametrize("width", [360, 1280])
def test_an_accessibility_checker_finds_no_fault(browser: Browser, tmp_path: Path, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    tab.goto(written(tmp_path, load(DEMO), "en"))
    assert Axe().run(tab).response["violations"] == []
    tab.close()


def test_the_checker_finds_planted_faults(browser: Browser, tmp_path: Path) -> None:
    tab = browser.new_page()
    faults = ((' lang="en"', ""), ("--soft: #4d5b64", "--soft: #c0c8cc"))
    tab.goto(written(tmp_path, load(DEMO), "en", *faults))
    found = {violation["id"] for violation in Axe().run(tab).response["violations"]}
    assert found == {"html-has-lang", "color-contrast"}
    tab.close()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_never_scrolls_sideways(browser: Browser, tmp_path: Path, language: str) -> None:
    tab = browser.new_page()
    tab.goto(written(tmp_path, shipped(language), language))
    for width in (320, 360, 768, 1280):
        tab.set_viewport_size({"width": width, "height": 900})
        assert tab.evaluate("document.documentElement.scrollWidth") == width
    tab.close()
