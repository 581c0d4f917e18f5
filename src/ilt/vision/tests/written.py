"""A vision as a team writes it, and its way to adoption, for tests."""

from datetime import UTC, date, datetime, timedelta

from tests.cast import Cast

from ilt.rounds import queries, rules
from ilt.rounds.models import Document
from ilt.shared import clock
from ilt.vision.rules import SPEC, save_need

START = datetime(2026, 10, 5, 14, tzinfo=UTC)
IN_COMMENTS, AFTER_COMMENTS = START + timedelta(days=2), START + timedelta(days=8)
IN_ROUND, AFTER_ROUND = START + timedelta(days=9), START + timedelta(days=14)

TEXTS = {
    "students": "- They read a text twice.\n- They **ask each other** what it means.",
    "teachers": "Ask what has no one-word answer. Wait.",
    "content": "Whole texts at grade level.",
    "fit": "Grade 5 reads a letter twice, asks, and writes with two quotations.",
    "signs": "We hear: where does it say that?",
}


def vision(cast: Cast) -> Document:
    return queries.document_of(cast.school, Document.Kind.VISION)


def write(cast: Cast, **texts: str) -> None:
    sections = queries.sections_of(vision(cast))
    for key, text in texts.items():
        revision = sections[key].revision if key in sections else 0
        rules.save_section(cast.ben, SPEC, vision(cast), key, text, revision)


def whole_draft(cast: Cast) -> None:
    seen = {"evidence": "41 of 64 texts gave no reason.", "evidence_on": date(2026, 9, 9)}
    with clock.at(START):
        save_need(cast.ben, cast.school, None, 0, text="Argue from a text", **seen)  # type: ignore[arg-type]
        write(cast, **TEXTS)


def in_comments(cast: Cast) -> None:
    whole_draft(cast)
    with clock.at(START):
        rules.open_comments(cast.fay, SPEC, vision(cast), 7)


def in_round(cast: Cast) -> None:
    in_comments(cast)
    with clock.at(AFTER_COMMENTS):
        rules.open_round(cast.fay, SPEC, vision(cast), 5)


def adopted(cast: Cast) -> None:
    in_round(cast)
    with clock.at(IN_ROUND):
        rules.consent(cast.cleo, vision(cast))
    with clock.at(AFTER_ROUND):
        rules.adopt(cast.fay, SPEC, vision(cast))
