"""What a release says, in whole sentences, in both languages, without cause, rank or glue."""

import re
import string
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.wording import FORBIDDEN

from coherently.disclosure import GroupResult, Plan, PlannedGroup, Release, TopicResult
from coherently.errors import CoherentlyError
from coherently.findings import Finding, findings
from coherently.instrument import shipped
from coherently.report.words import LANGUAGES, Words, texts


def all_texts(language: str) -> Iterator[tuple[str, str]]:
    for section, entries in texts(language).items():
        for key, value in entries.items():
            for text in value if isinstance(value, list) else [value]:
                yield f"{section}.{key}", text


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    english, spanish = ({key: placeholders(text) for key, text in all_texts(lang)} for lang in LANGUAGES)
    assert english == spanish


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_names_a_cause_or_a_rank(language: str) -> None:
    forbidden = FORBIDDEN[language]
    assert [key for key, text in all_texts(language) if forbidden.search(text)] == []
    assert forbidden.search(
        "The best school led to this." if language == "en" else "Es la mejor, debido a esto."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_is_a_whole_sentence(language: str) -> None:
    whole = re.compile(r"^([A-ZÁÉÍÓÚ]|\{topic\}).*(\.|\{definition\})$")
    assert [
        key for key, text in all_texts(language) if key.startswith("findings.") and not whole.match(text)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_outside_the_methods_is_short(language: str) -> None:
    sentences = [
        (key, sentence)
        for key, text in all_texts(language)
        if not key.startswith("page.method")
        for sentence in re.split(r"(?<=[.:?]) ", text)
    ]
    limit = {"en": 20, "es": 25}[language]
    assert [key for key, sentence in sentences if len(sentence.split()) > limit] == []


SURVEY = shipped()


def told(*topics: TopicResult, language: str = "en", **group: object) -> list[tuple[str, str]]:
    words = Words(language, shipped(language))
    result = replace(GroupResult("A", "profile", rate="80", n="30-49", topics=topics), **group)  # type: ignore[arg-type]
    release = Release(
        SURVEY.id, SURVEY.version, SURVEY.fingerprint, Plan((PlannedGroup("A", 40),)), (result,)
    )
    return [(finding.section, words.tell(finding)) for finding in findings(release, SURVEY)]


def test_who_answered_is_told_in_bands() -> None:
    assert told() == [("answered", "About 80 % of us answered.")]
    assert told(rate="90+") == [("answered", "More than 90 % of us answered.")]
    assert told(rate="55", outcome="care") == [
        ("answered", "About 55 % of us answered."),
        ("answered", "Between half and two thirds of us answered. Read with care."),
    ]
    assert told(outcome="none", reason="half") == [
        ("answered", "Fewer than half of us answered, so there is no report.")
    ]
    assert told(outcome="none", reason="few") == [
        ("answered", "Too few of us answered, so there is no report.")
    ]


@pytest.mark.parametrize(
    ("topic", "english", "spanish"),
    [
        (
            TopicResult("voice", (4,), 4.2, 3.9, 4.5),
            "About “slightly agree” (4.2; 3.9 to 4.5).",
            "Cerca de «algo de acuerdo» (4.2; de 3.9 a 4.5).",
        ),
        (
            TopicResult("voice", (4, 5), 4.5, 4.1, 4.9),
            "Between “slightly agree” and “agree” (4.5; 4.1 to 4.9).",
            "Entre «algo de acuerdo» y «de acuerdo» (4.5; de 4.1 a 4.9).",
        ),
        (
            TopicResult("voice", (4,), 4.0),
            "About “slightly agree” (4.0).",
            "Cerca de «algo de acuerdo» (4.0).",
        ),
        (TopicResult("wecan", (6,)), "About “completely sure”.", "Cerca de «certeza total»."),
        (
            TopicResult("voice"),
            "Too few answers to show this part.",
            "Hay muy pocas respuestas para mostrar esta parte.",
        ),
    ],
)
def test_a_topic_is_told_by_its_label_then_its_numbers(
    topic: TopicResult, english: str, spanish: str
) -> None:
    assert told(topic)[-1] == ("topic", english)
    assert told(topic, language="es")[-1] == ("topic", spanish)


@pytest.mark.parametrize(
    ("agreement", "sentence"),
    [
        ("largely", "We largely agree."),
        ("partly", "Views differ somewhat."),
        ("split", "We are split: many answer high and many answer low."),
        ("wide", "Our views differ widely."),
    ],
)
def test_agreement_is_told_in_words(agreement: str, sentence: str) -> None:
    topic = TopicResult("voice", (4,), 4.2, 3.9, 4.5, agreement=agreement)  # type: ignore[arg-type]
    assert told(topic)[-1] == ("agreement", sentence)


def six_topics(**changes: dict[str, object]) -> list[TopicResult]:
    """Six agreement topics from 5.0 down to 2.5, all mostly favorable, none clearly below the middle one."""
    ids = ["safety", "leaders", "prolearn", "picture", "strategy", "time"]
    means = [5.0, 4.5, 4.0, 3.5, 3.0, 2.5]
    topics = [
        TopicResult(i, (4,), mean, mean - 0.2, mean + 0.2, mostly=True, below=False)
        for i, mean in zip(ids, means, strict=True)
    ]
    return [replace(topic, **changes.get(topic.id, {})) for topic in topics]  # type: ignore[arg-type]


def test_strengths_come_from_the_upper_third_if_most_of_us_say_so() -> None:
    def strengths(**changes: dict[str, object]) -> list[str]:
        return [sentence for section, sentence in told(*six_topics(**changes)) if section == "strength"]

    assert strengths() == [
        "Most of us say: People can take the risks that learning needs.",
        "Most of us say: School leaders learn with staff, in the open.",
    ]
    assert strengths(safety={"mostly": False}) == [
        "Most of us say: School leaders learn with staff, in the open."
    ]


def test_places_to_look_come_from_the_lower_third_if_clearly_below_the_middle() -> None:
    def looks(**changes: dict[str, object]) -> list[str]:
        return [sentence for section, sentence in told(*six_topics(**changes)) if section == "look"]

    assert looks() == []
    assert looks(time={"below": True}, picture={"below": True}) == [
        "A place to look: Time and resources follow.",
        "This is within our reach: our own plans and schedules can change it.",
    ]


def test_topics_with_the_average_of_the_last_one_in_a_third_are_named_like_it() -> None:
    high: dict[str, object] = {"mean": 4.5}
    strengths = [said for section, said in told(*six_topics(prolearn=high)) if section == "strength"]
    assert strengths == [
        f"Most of us say: {SURVEY.construct(topic).definition}" for topic in ("safety", "leaders", "prolearn")
    ]
    low: dict[str, object] = {"mean": 3.0, "below": True}
    sentences = told(*six_topics(picture=low, strategy=low, time=low))
    looks = [said for section, said in sentences if section == "look" and "reach" not in said]
    assert looks == [
        f"A place to look: {SURVEY.construct(topic).title}." for topic in ("time", "strategy", "picture")
    ]


def test_efficacy_is_never_compared_with_agreement_topics_but_always_told() -> None:
    capable = TopicResult("wecan", (6,), 5.4, 5.2, 5.5, mostly=True, below=False)
    sentences = told(*six_topics(), capable)
    assert [s for section, s in sentences if section == "strength" and "together we can" in s] == []
    assert ("topic", "About “completely sure” (5.4; 5.2 to 5.5).") in sentences


def test_topics_too_close_and_moves_of_the_silent_are_told() -> None:
    moved = TopicResult("voice", (4,), 3.7, 3.5, 3.9, silent=(3,))
    sentences = told(moved, TopicResult("time", (4,), 3.6, 3.4, 3.8), ties=(("voice", "time"),))
    assert ("answered", "Voice in decisions would move toward “slightly disagree”.") in sentences
    assert sentences[-1] == (
        "tie",
        "Voice in decisions and Time and resources follow are too close to tell apart.",
    )


def test_a_finding_has_a_key_that_a_plan_can_point_at() -> None:
    assert Finding("look", "look", "A", ("time",)).key == "look/time"


def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(CoherentlyError, match="Use en or es"):
        Words("fr", SURVEY)
