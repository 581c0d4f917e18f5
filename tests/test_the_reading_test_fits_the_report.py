import re
from html import unescape
from pathlib import Path

from coherently.disclosure import Plan, PlannedGroup, release
from coherently.instrument import shipped
from coherently.moments import states
from coherently.report.html import fragment
from ilt.project.demo.story import DISTRICT, ballots
from ilt.report.answers_frame import frame_of

QUESTIONS = Path(__file__).resolve().parents[1] / "docs" / "reading-test.md"


def test_every_quoted_line_stands_on_the_page() -> None:
    school, survey, words = DISTRICT[0], DISTRICT[0].surveys[-1], shipped()
    answers = frame_of(ballots(school, survey, words), words, school.name)
    made = release(Plan((PlannedGroup(school.name, school.teachers),)), states(answers, words))
    page = unescape(re.sub(r"<[^>]+>", " ", fragment(made, words, "en")))
    quoted = re.findall(r"^ *> (.+)$", QUESTIONS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(quoted) == 10
    assert [line for line in quoted if line not in page] == []
