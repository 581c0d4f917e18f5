"""The report page: what it holds, in which order, for which reader, and what never reaches it."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from coherently.datasets.simulate import Habits, School, simulate
from coherently.disclosure import Plan, PlannedGroup, Release, release
from coherently.errors import NothingToShow
from coherently.instrument import Instrument, load, shipped
from coherently.moments import states
from coherently.report.html import fragment, page
from coherently.report.marks import bar, dot

DEMO = Path(__file__).parent / "data" / "demo-coherence.toml"
SCHOOLS = (
    School("Lincoln <North>", 60, 0.8, shifts={"safety": 0.9, "time": -1.6, "voice": -1.2}),
    School("Adams", 10, 0.9),
    School("Roosevelt", 60, 0.57, splits={"candor": 4.0}),
)


class Outline(HTMLParser):
    """Headings, tables and attributes of a page, as a screen reader meets them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[tuple[int, str]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open and re.fullmatch("h[1-6]", self.open[-1]):
            level, text = self.headings.pop()
            self.headings.append((level, text + data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def made(*schools: School, pooled: bool = False, asked: str | None = None) -> Release:
    simulation = simulate(shipped(), SCHOOLS, seed=3, habits=Habits(skipped=0.01, cannot_judge=0.01))
    groups = tuple(PlannedGroup(school.name, school.population) for school in schools)
    return release(Plan(groups, pooled, asked), states(simulation.responses.frame, shipped()))


@pytest.fixture(scope="module")
def one() -> Release:
    return made(SCHOOLS[0], asked="2026-09-14")


@pytest.fixture(scope="module")
def several() -> Release:
    return made(*SCHOOLS, pooled=True)


def test_the_sections_come_in_the_order_of_reading(one: Release) -> None:
    headings = Outline(fragment(one, shipped(), "en")).headings
    assert [text for level, text in headings if level < 3] == [
        "What our faculty says",
        "Who answered, and what that limits",
        "Strengths",
        "Places to look",
        "All topics",
        "Each question",
        "How far we agree",
        "Read with care",
        "How these numbers are made",
    ]


def test_the_story_of_the_school_can_be_read(one: Release) -> None:
    html = fragment(one, shipped(), "en")
    strengths, looks = html.split('id="strengths"')[1].split('id="looks"')
    assert "Most of us say: People can take the risks that learning needs." in strengths
    assert "A place to look: Time and resources follow." in looks.split('id="topics"')[0]
    assert "The survey opened on Sep 14, 2026." in html


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("which", ["one", "several"])
def test_a_screen_reader_finds_its_way(which: str, language: str, request: pytest.FixtureRequest) -> None:
    outline = Outline(page(request.getfixturevalue(which), shipped(language), language))
    assert outline.all("html") == [{"lang": language}]
    levels = [level for level, _ in outline.headings]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False))
    assert all(text.strip() for _, text in outline.headings)
    assert {th.get("scope") for th in outline.all("th")} == {"col", "row"}
    assert len(outline.all("caption")) == len(outline.all("table")) > 10
    assert {svg["aria-hidden"] for svg in outline.all("svg")} == {"true"}
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("which", ["one", "several"])
def test_a_fragment_needs_no_script_and_no_style_attribute(
    which: str, request: pytest.FixtureRequest
) -> None:
    outline = Outline(fragment(request.getfixturevalue(which), shipped(), "en"))
    assert {"script", "style", "link", "img"} & {tag for tag, _ in outline.tags} == set()
    names = {name for _, attributes in outline.tags for name in attributes}
    assert [name for name in names if name == "style" or name.startswith("on")] == []


def test_a_page_stands_alone(several: Release) -> None:
    html = page(several, shipped(), "en")
    assert re.findall(r"(?:src|href)=\"(?!#)|https?:|@import|url\(", html) == []


def test_a_table_row_holds_one_cell_for_every_column(one: Release) -> None:
    html = page(one, shipped(), "en")
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        head, *rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        for row in rows:
            spans = sum(int(span) - 1 for span in re.findall(r'colspan="(\d+)"', row))
            assert len(re.findall(r"<t[hd][ >]", row)) + spans == len(re.findall(r"<th[ >]", head))


def test_the_numbers_of_a_picture_stand_beside_it_as_text(one: Release) -> None:
    html = fragment(one, shipped(), "en")
    item = one.groups[0].item("safety1")
    row = next(row for row in re.findall(r"<tr.*?</tr>", html) if shipped().item("safety1").text in row)
    assert re.findall(r">(\d+) %<", row) == [str(share) for share in item.percents]
    assert f">{item.mean}<" in row
    assert re.findall(r'width="(\d+)" height="14"', row) == [str(share) for share in item.percents if share]


def test_who_sees_a_small_share_is_asked_not_to_guess_who_it_is(one: Release) -> None:
    caution = "A small share may be one or two people. Nobody should guess who they are."
    demo = load(DEMO)
    assert caution in fragment(one, shipped(), "en")
    assert caution not in fragment(nine(demo), demo, "en")


def test_names_from_a_file_cannot_smuggle_in_markup(several: Release) -> None:
    html = page(several, shipped(), "en")
    assert "Lincoln &lt;North&gt;" in html
    assert "<North>" not in html


def test_groups_come_in_alphabetical_order_and_everybody_last(several: Release) -> None:
    headings = Outline(fragment(several, shipped(), "en")).headings
    names = [text for level, text in headings if level == 2]
    assert names == ["Sections of this report", "Adams", "Lincoln <North>", "Roosevelt", "Everybody together"]


def test_everybody_together_gets_averages_but_no_words_on_agreement(several: Release) -> None:
    last = fragment(several, shipped(), "en").split('<h2 id="g4">')[1]
    assert "How far we agree" not in last
    assert "Places to look" not in last
    assert "it holds averages and answers only" in last.lower()


def spread_in(html: str) -> set[str]:
    """What a page tells about spread; nothing of it may be known of nine people."""
    signs = {
        "share": r">\d+ %</td>",
        "bar": "<rect",
        "line": "r-line",
        "agree": "agreement_|We largely|Views differ",
    }
    signs |= {"sd": "Standard deviation", "range": r">\d\.\d to \d\.\d<"}
    body = html.split("<body>")[1]
    return {name for name, sign in signs.items() if re.search(sign, body)}


def nine(demo: Instrument, **raised: int) -> Release:
    values = [2, 3, 4, 5, 3, 4, 2, 5, 4]
    columns: dict[str, object] = {"group": ["A"] * 9}
    for item in demo.items:
        columns |= {item.id: values, f"{item.id}.state": ["answered"] * 9}
    return release(Plan((PlannedGroup("A", 12),), **raised), states(pl.DataFrame(columns), demo))


def test_a_page_of_nine_answers_shows_means_and_nothing_on_spread() -> None:
    demo = load(DEMO)
    html = page(nine(demo), demo, "en")
    assert spread_in(html) == set()
    assert ">3.6<" in html


def test_a_small_school_is_told_why_no_topic_stands_out() -> None:
    html = fragment(made(SCHOOLS[1]), shipped(), "en")
    strengths, looks = html.split('id="strengths"')[1].split('id="looks"')
    assert "Too few answers to compare topics with one another." in strengths
    assert "Too few answers to compare topics with one another." in looks


def test_of_two_topics_none_is_said_to_stand_out() -> None:
    demo = load(DEMO)
    headings = [text for _, text in Outline(fragment(nine(demo), demo, "en")).headings]
    assert "All topics" in headings
    assert [text for text in headings if text in ("Strengths", "Places to look")] == []


def test_with_the_floor_switched_off_the_same_search_finds_the_spread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coherently.disclosure.plan.FLOOR_SPREAD", 7)
    demo = load(DEMO)
    assert spread_in(page(nine(demo, k_spread=7), demo, "en")) == {
        "share",
        "bar",
        "line",
        "agree",
        "sd",
        "range",
    }


def test_without_results_there_is_a_sentence_but_no_page_of_numbers() -> None:
    empty = made(School("Nowhere", 40))
    with pytest.raises(NothingToShow, match="nothing to show"):
        page(empty, shipped(), "en")
    html = fragment(empty, shipped(), "en")
    assert "Fewer than half of us answered, so there is no report." in html
    assert "<table" not in html


def test_an_untranslated_survey_is_marked_as_another_language() -> None:
    demo = load(DEMO)
    html = fragment(nine(demo), demo, "es")
    assert '<span lang="en">I can say in a staff meeting that a lesson of mine is not working.</span>' in html
    assert "Lo que dice nuestro personal docente" in html


def test_a_report_of_sixty_questions_is_small(one: Release) -> None:
    assert len(gzip.compress(page(one, shipped(), "en").encode())) < 30_000


def test_a_dot_lies_where_its_mean_does() -> None:
    assert 'cx="10.0"' in dot(1.0, None, None, 6)
    assert 'cx="120.0"' in dot(3.5, 3.0, 4.0, 6)
    assert 'class="r-line" d="M98.0 11H142.0"' in dot(3.5, 3.0, 4.0, 6)
    assert "r-line" not in dot(3.5, None, None, 6)


def test_a_bar_diverges_from_the_middle_of_its_scale() -> None:
    def parts(percents: list[int]) -> list[tuple[str, str, str]]:
        return re.findall(r'<rect class="(.*?)" x="(.*?)" y="1" width="(.*?)"', bar(percents))

    assert parts([10, 0, 20, 30, 0, 40]) == [
        ("r-neg3", "70", "10"),
        ("r-neg1", "80", "20"),
        ("r-pos1", "100", "30"),
        ("r-pos3", "130", "40"),
    ]
    assert parts([20, 20, 30, 20, 10]) == [
        ("r-neg3", "45", "20"),
        ("r-neg2", "65", "20"),
        ("r-mid", "85", "30"),
        ("r-pos2", "115", "20"),
        ("r-pos3", "135", "10"),
    ]
