import re
from html import unescape
from pathlib import Path

from coherently.disclosure import Plan, PlannedGroup, Release, release
from coherently.findings import findings
from coherently.instrument import shipped
from coherently.moments import states
from coherently.report.html import fragment
from ilt.project.demo.story import DISTRICT, ballots
from ilt.report.answers_frame import frame_of

QUESTIONS = Path(__file__).resolve().parents[1] / "docs" / "reading-test.md"


def released() -> Release:
    school, survey, words = DISTRICT[0], DISTRICT[0].surveys[-1], shipped()
    answers = frame_of(ballots(school, survey, words), words, school.name)
    return release(Plan((PlannedGroup(school.name, school.teachers),)), states(answers, words))


def test_the_answer_names_the_strengths_of_the_page_and_no_other_topic() -> None:
    words = shipped()
    (answer,) = re.findall(
        r"^3\. .+\n((?:   [^>].*\n)+)", QUESTIONS.read_text(encoding="utf-8"), re.MULTILINE
    )
    named = {construct.title for construct in words.constructs if construct.title in answer}
    strengths = [found.topics[0] for found in findings(released(), words) if found.code == "strength"]
    assert named == {words.construct(topic).title for topic in strengths}


def test_every_quoted_line_stands_on_the_page() -> None:
    page = unescape(re.sub(r"<[^>]+>", " ", fragment(released(), shipped(), "en")))
    quoted = re.findall(r"^ *> (.+)$", QUESTIONS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(quoted) == 10
    assert [line for line in quoted if line not in page] == []
