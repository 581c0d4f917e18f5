"""Every question of the core survey is easy to read and asks one thing; each rule is shown to bite."""

import re
from collections.abc import Callable

import pytest

from coherently.instrument import Instrument, Item, shipped

ENGLISH, SPANISH = shipped("en"), shipped("es")


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text.casefold())


# English rules. Each takes an item and its referent and returns a complaint, or nothing.


def syllables(word: str) -> int:
    """Count by vowel groups, with silent endings; the table below the rules holds its known answers."""
    letters = re.sub(r"[^a-z]", "", word.casefold())
    count = len(re.findall(r"[aeiouy]+", letters))
    silent = r"([^aeiouylr]|[aeiou][lr])es?$|[^aeioutdy]ed$|[aeiou]{2}[^aeiou]es?$"
    if count > 1 and re.search(silent, letters) and not re.search(r"(s|x|z|ch|sh|c|g)es$", letters):
        count -= 1
    return max(count, 1)


def grade(text: str) -> float:
    """Flesch-Kincaid grade of one sentence."""
    found = words(text)
    return 0.39 * len(found) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def too_long(item: Item, referent: str) -> bool:
    return len(words(item.text)) > 20


def too_hard(item: Item, referent: str) -> bool:
    return grade(item.text) > 8


# What an item about this referent must speak of, and what it must not.
REFERENTS = {
    "this school": (r"\b(here|this school|we|us|our)\b", r"\b(i|me|my)\b|\b(our|my|the|this) team\b"),
    "the team": (r"\b(we|us|our)\b", r"\b(i|me|my)\b|\b(staff|faculty|here|leaders)\b"),
    "all of us": (r"\b(we|us|our|teachers here)\b", r"\b(i|me|my)\b|\b(team|leaders|staff)\b"),
    "my own": (r"\bi\b", r"\b(we|us|our|team|staff)\b"),
}


def strays_from_its_referent(item: Item, referent: str) -> bool:
    must, must_not = next(rule for start, rule in REFERENTS.items() if referent.startswith(start))
    text = item.text.casefold()
    return not re.search(must, text) or bool(re.search(must_not, text))


def names_an_office_or_person(item: Item, referent: str) -> bool:
    offices = (
        r"\b(principal|headteacher|head|dean|superintendent|director|coach|coordinator|chair|boss|supervisor"
        r"|he|she|him|her|his|mr|mrs|ms|dr)('s)?\b|\b(a|the|our|my) (school )?leader\b"
    )
    names = re.findall(r"(?<!^)\b(?!I\b)[A-Z]\w*", item.text)
    return bool(names) or bool(re.search(offices, item.text.casefold()))


def negates(item: Item, referent: str) -> bool:
    negation = (
        r"\b(not?|never|none|nobody|nothing|neither|nor|without|hardly|rarely|seldom|cannot)\b|n['’]t\b"
    )
    return not item.reversed and bool(re.search(negation, item.text.casefold()))


def asks_two_things(item: Item, referent: str) -> bool:
    return bool(re.search(r"\b(and|or|as well as|but)\b|[;/&]", item.text.casefold()))


def is_vague_in_time(item: Item, referent: str) -> bool:
    """The scale asks how much or how often; a second measure in the item makes the answer unreadable."""
    return bool(
        re.search(
            r"\b(always|often|usually|sometimes|regularly|frequently|every (week|day|month))\b", item.text
        )
    )


RULES = [
    (too_long, "We " + "plan " * 20),
    (too_hard, "Collaborative deliberation characterizes instructional improvement initiatives here."),
    (strays_from_its_referent, "In my team, I speak about lessons."),
    (strays_from_its_referent, "Students learn much in the morning."),
    (names_an_office_or_person, "The principal here visits our lessons."),
    (names_an_office_or_person, "We trust our leader here."),
    (names_an_office_or_person, "Here, we plan lessons with Fay."),
    (negates, "We don't hide a problem here."),
    (negates, "Nobody here hides a problem."),
    (asks_two_things, "We plan lessons here and study student work."),
    (is_vague_in_time, "We often plan a lesson together."),
]


@pytest.mark.parametrize(("rule", "bad"), RULES, ids=lambda value: getattr(value, "__name__", None))
def test_a_planted_bad_question_is_caught(rule: Callable[[Item, str], bool], bad: str):
    good = Item("good", "safety", "When a new plan fails here, we talk about it.")
    assert rule(Item("bad", "safety", bad), "this school, this school year")
    assert not rule(good, "this school, this school year")


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _ in RULES), ids=lambda rule: rule.__name__)
def test_every_question_keeps_the_rule(rule: Callable[[Item, str], bool]):
    caught = [item.text for item in ENGLISH.items if rule(item, ENGLISH.construct(item.construct).referent)]
    assert caught == []


@pytest.mark.parametrize(
    ("count", "examples"),
    [
        (1, "we time makes planned help taught school change asked work here"),
        (2, "lesson students table covers classes changes tasted little hallway before agree"),
        (3, "colleague agenda decision openly another together capital decided"),
        (4, "definition disagreement operator"),
        (5, "collaborative"),
    ],
)
def test_the_syllable_counter_agrees_with_the_dictionary(count: int, examples: str):
    known = examples.split()
    assert {word: syllables(word) for word in known} == dict.fromkeys(known, count)


def test_a_negation_is_allowed_in_a_reversed_question_only():
    text = "People here do not speak up."
    assert negates(Item("x", "safety", text), "this school")
    assert not negates(Item("x", "safety", text, reversed=True), "this school")


# The construct map


def test_the_core_survey_follows_its_construct_map():
    constructs = ENGLISH.constructs
    assert [each.id for each in constructs] == [
        "safety", "leaders", "prolearn", "picture", "strategy", "voice", "time",
        "teamset", "teamwork", "candor", "wecan", "ican", "shared",
    ]  # fmt: skip
    assert {len(ENGLISH.items_of(each.id)) for each in constructs} == {4, 5}
    assert len(ENGLISH.items) <= 60
    assert [each.id for each in constructs if each.optional] == ["teamset", "teamwork", "candor"]
    assert [each.id for each in constructs if each.reach] == ["prolearn", "time", "teamset"]
    reversed_items = [item.construct for item in ENGLISH.items if item.reversed]
    assert reversed_items == ["safety", "prolearn", "strategy", "time", "candor", "shared"]


def test_every_scale_lets_people_say_that_they_cannot_judge():
    assert [(scale.id, scale.m, scale.cannot_judge) for scale in ENGLISH.scales] == [
        ("agree", 6, "Cannot judge"),
        ("often", 5, "Cannot judge"),
        ("sure", 6, "Cannot judge"),
    ]
    by_scale = {each.id: each.scale for each in ENGLISH.constructs if each.scale != "agree"}
    assert by_scale == {"teamwork": "often", "wecan": "sure", "ican": "sure"}


def test_everyone_is_told_that_the_core_survey_is_not_yet_validated():
    assert ENGLISH.version == "0.9.0"
    assert "not yet validated" in ENGLISH.title
    assert "sin validar" in SPANISH.title
    assert ENGLISH.license == "CC0-1.0"


@pytest.mark.parametrize("instrument", [ENGLISH, SPANISH], ids=["en", "es"])
def test_no_two_questions_are_the_same(instrument: Instrument):
    texts = [tuple(words(item.text)) for item in instrument.items]
    assert len(set(texts)) == len(texts)


# Spanish rules. Each takes a text and returns a complaint, or nothing.


def spanish_syllables(word: str) -> int:
    """Vowel groups, split at every strong or accented vowel."""
    spoken = re.sub(r"q[u]|g[u](?=[eiéí])", "g", word.casefold())
    spoken = re.sub(r"y$", "i", spoken)
    groups = re.findall(r"[aeiouáéíóúü]+", spoken)
    return max(sum(max(1, len(re.findall(r"[aeoáéíóú]", group))) for group in groups), 1)


def ease(texts: list[str]) -> float:
    """Szigriszt-Pazos index, read on the INFLESZ scale: 55 and above is normal, 65 and above quite easy."""
    found = [word for text in texts for word in words(text)]
    return 206.835 - 62.3 * sum(map(spanish_syllables, found)) / len(found) - len(found) / len(texts)


SAME_IN_BOTH = {"a", "me", "agenda", "describe", "idea", "ideas", "real"}
ENGLISH_WORDS = {word for text in ENGLISH.texts().values() for word in words(text)}
NAMES = {"coherently"}


def spanish_too_long(text: str) -> bool:
    return len(words(text)) > 25


def holds_english(text: str) -> bool:
    return bool(ENGLISH_WORDS.intersection(words(text)) - SAME_IN_BOTH - NAMES)


def addresses_with_usted_or_slashes(text: str) -> bool:
    return bool(
        re.search(r"\busted(es)?\b|[/@]|\(as?\)|\bnosotr|\bmaestr[oa]s?\b|\blos docentes\b", text.casefold())
    )


SPANISH_RULES = [
    (spanish_too_long, "palabra " * 26),
    (holds_english, "Planeamos una lesson en equipo."),
    (addresses_with_usted_or_slashes, "Usted planea con el equipo."),
    (addresses_with_usted_or_slashes, "Los/as colegas planean."),
    (addresses_with_usted_or_slashes, "Las maestras planean."),
]


@pytest.mark.parametrize(("rule", "bad"), SPANISH_RULES, ids=lambda value: getattr(value, "__name__", None))
def test_a_planted_bad_spanish_text_is_caught(rule: Callable[[str], bool], bad: str):
    assert rule(bad)
    assert not rule("Planeamos una lección en equipo.")


@pytest.mark.parametrize(
    "rule", dict.fromkeys(rule for rule, _ in SPANISH_RULES), ids=lambda rule: rule.__name__
)
def test_every_spanish_text_keeps_the_rule(rule: Callable[[str], bool]):
    assert [text for text in SPANISH.texts().values() if rule(text)] == []


def test_the_spanish_survey_is_complete_and_differs_everywhere():
    english, spanish = ENGLISH.texts(), SPANISH.texts()
    assert spanish.keys() == english.keys()
    assert [place for place in english if english[place] == spanish[place]] == []


def test_the_spanish_survey_is_quite_easy_to_read_and_each_topic_at_least_normal():
    assert ease([item.text for item in SPANISH.items]) >= 65
    by_topic = {
        each.id: ease([item.text for item in SPANISH.items_of(each.id)]) for each in SPANISH.constructs
    }
    assert {topic: value for topic, value in by_topic.items() if value < 55} == {}


def test_the_spanish_measure_tells_hard_from_easy():
    known = {"quien": 1, "guía": 2, "aún": 2, "estoy": 2, "país": 2, "escuela": 3, "reuniones": 3}
    assert {word: spanish_syllables(word) for word in known} == known
    assert (
        ease(["La institucionalización colaborativa caracteriza nuestras deliberaciones pedagógicas."]) < 40
    )
    assert ease(["Hablo de lo que sale mal en mi clase."]) > 80


# One English term has one Spanish term throughout, so that both versions ask about the same thing.
TERMS = {
    "school leaders": r"quienes (la )?dirigen",
    "leadership team": "equipo de liderazgo",
    "our team": "equipo",
    "learning time": "desarrollo profesional",
    "learning sessions": "desarrollo profesional",
    "goal": r"\bmetas?\b",
    "vision": "visión",
    "lesson": r"\blecci(ón|ones)\b",
    "class": r"\bclases?\b",
    "decision": "decisión",
}


def texts_without_their_term(instrument: Instrument, term: str) -> list[str]:
    return [
        item.id
        for item in ENGLISH.items
        if term in item.text.casefold()
        and not re.search(TERMS[term], instrument.item(item.id).text.casefold())
    ]


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_translated_in_one_way(term: str):
    assert texts_without_their_term(SPANISH, term) == []
    assert texts_without_their_term(ENGLISH, term) != []
