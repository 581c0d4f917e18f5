"""What a person who writes an instrument file can do, and what they are told when it is wrong."""

import hashlib
import json
import re
import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherently.errors import InstrumentError, Where
from coherently.instrument import (
    check,
    languages,
    load,
    load_translation,
    loads,
    missing_texts,
    same_version_problems,
    shipped,
)
from coherently.instrument.files import SHIPPED
from coherently.instrument.source import parse_source

HERE = Path(__file__).parent
DATA = HERE / "data"
# With a third item for teamwork, so that nothing in the good file is doubtful.
SOURCE = (DATA / "demo-coherence.toml").read_text(encoding="utf-8").replace(
    "optional = true\n", "optional = true\nreach = true\n"
) + '\n[[items]]\nid = "teamwork3"\nconstruct = "teamwork"\ntext = "We study our students\' work."\n'
SPANISH = (DATA / "demo-coherence.es.toml").read_text(encoding="utf-8") + (
    '\n[[items]]\nid = "teamwork3"\ntext = "Estudiamos trabajos de la clase."\n'
)
DOCS = HERE.parents[1] / "docs" / "why" / "instrument.md"
TOP = "top level"


def changed(text: str, old: str, new: str) -> str:
    assert old in text, f"the planted fault needs {old!r}"
    return text.replace(old, new, 1)


def told(problems):
    return [(problem.code, problem.where.table, problem.where.id, problem.severity) for problem in problems]


# One row for each fault: what is changed in the good file, the code, table and id that must be named,
# and words the message must hold.
REFUSED = [
    ("not TOML", 'version = "1.0.0"', "version = 1.0.0", "E01", "", "", ["not TOML", "line 2, column"]),
    ("TOML key twice", 'title = "A', 'id = "x"\ntitle = "A', "E01", "", "", ["not TOML", "line 3"]),
    ("endless brackets", 'id = "demo-coherence"', f"x = {'[' * 5000}", "E01", "", "", ["nest too deeply"]),
    ("unknown key", 'referent = "this', 'referrent = "x"\nreferent = "this', "E02", "constructs", "safety",
     ['"referrent" is unknown', "Known are id, domain, title, definition,", 'Did you mean "referent"?']),
    ("far-off key", 'license = "CC0', 'zzz = 1\nlicense = "CC0', "E02", TOP, "",
     ['"zzz"', "id, version, title"]),
    ("no license", 'license = "CC0-1.0"\n', "", "E03", TOP, "", ['"license" is missing', "whose items"]),
    ("blank source", '"Written for Coherently"', '"  "', "E03", TOP, "",
     ['"source" is empty', "whose items"]),
    ("no title", 'title = "Teams"\n', "", "E03", "domains", "teams", ['"title" is missing']),
    ("empty text", '"We plan a lesson or a task together."', '""', "E03", "items", "teamwork1",
     ['"text" is empty']),
    ("empty id", 'id = "safety2"', 'id = ""', "E03", "items", "number 2", ['"id" is empty']),
    ("digit first", 'id = "safety2"', 'id = "2nd"', "E04", "items", "2nd",
     ["a letter, then letters, digits", "at most 64"]),
    ("65 letters", 'id = "safety2"', f'id = "{"a" * 65}"', "E04", "items", "a" * 65, ["at most 64"]),
    ("dot in id", 'id = "demo-coherence"', 'id = "demo.es"', "E04", TOP, "demo.es",
     ['"demo.es" is not allowed']),
    ("the group column", 'id = "safety2"', 'id = "group"', "E04", "items", "group", ["holds the groups"]),
    ("same id in capitals", 'id = "safety2"', 'id = "SAFETY1"', "E05", "items", "safety1",
     ['number 1 ("safety1") and number 2 ("SAFETY1")']),
    ("scale in capitals", "[[domains]]", '[scales.OFTEN5]\npoints = ["No", "Yes"]\n[[domains]]',
     "E05", "scales", "often5", ['"often5"', '"OFTEN5"']),
    ("version a number", '"1.0.0"', "1.0", "E06", TOP, "", ["1.0, without quotes", 'such as "1.0.0"']),
    ("version too long", '"1.0.0"', f'"{"1" * 33}"', "E06", TOP, "", ["1 to 32"]),
    ("version empty", '"1.0.0"', '""', "E06", TOP, "", ['""', "1 to 32"]),
    ("language in words", 'language = "en"', 'language = "english"', "E07", TOP, "",
     ['"english"', "en or es"]),
    ("one point", '["Never", "Once or twice a year", "Each term", "Monthly", "Weekly or more"]', '["Never"]',
     "E08", "scales", "often5", ["points is 1.", "2 to 11"]),
    ("twelve points", '["Never"', '["1", "2", "3", "4", "5", "6", "7", "Never"', "E08", "scales", "often5",
     ["points is 12", "2 to 11"]),
    ("empty label", '"Each term"', '" "', "E08", "scales", "often5", ["label is empty"]),
    ("label twice", '"Monthly"', '"never"', "E08", "scales", "often5", ['"never" stands twice']),
    ("cannot judge is a point", '"Cannot judge"', '"Agree"', "E08", "scales", "agree6",
     ['"Agree" stands twice']),
    ("misspelled scale", 'scale = "agree6"', 'scale = "agre6"', "E09", "constructs", "safety",
     ['no scale "agre6"', "agree6, often5", 'Did you mean "agree6"?']),
    ("misspelled domain", 'domain = "teams"', 'domain = "Team"', "E09", "constructs", "teamwork",
     ['no domain "Team"', "leadership, teams", 'Did you mean "teams"?']),
    ("unlike any construct", 'construct = "teamwork"', 'construct = "xyz"', "E09", "items", "teamwork1",
     ['no construct "xyz". Known are safety, teamwork.']),
    ("no item", "[[items]]", '[[constructs]]\nid = "idle"\ndomain = "teams"\ntitle = "T"\nscale = "agree6"\n'
     "[[items]]", "E10", "constructs", "idle", ['"idle" has no item']),
    ("text for a switch", "reversed = true", 'reversed = "yes"', "E11", "items", "safety3",
     ['"reversed" holds text', "true or false"]),
    ("number for a text", 'title = "Teams"', "title = 7", "E11", "domains", "teams",
     ["holds a number", "text in quotes"]),
    ("date for a text", 'title = "Teams"', "title = 2026-09-14", "E11", "domains", "teams",
     ["holds a date or time"]),
    ("number among points", '"Monthly"', "4", "E11", "scales", "often5", ["mixed values", "a list of texts"]),
    ("single brackets", '[[domains]]\nid = "leadership"\ntitle = "Leadership for learning"\n\n[[domains]]',
     "[domains]", "E11", TOP, "", ['"domains" holds a table', "double brackets"]),
]  # fmt: skip

REFUSED_TRANSLATIONS = [
    ("not TOML", 'language = "es"', "language = es", "E01", "", "", ["not TOML", "line 3"]),
    ("unknown key", 'title = "Equipos"', 'titel = "Equipos"', "E02", "domains", "teams",
     ['Did you mean "title"?']),
    ("no language", 'language = "es"\n', "", "E03", TOP, "", ['"language" is missing']),
    ("same item twice", 'id = "safety2"', 'id = "safety1"', "E05", "items", "safety1",
     ["number 1", "number 2"]),
    ("label twice", '"Cada mes"', '"Nunca"', "E08", "scales", "often5", ['"Nunca" stands twice']),
    ("number for a text", '"Es mejor callar."', "3", "E11", "items", "safety3", ["holds a number"]),
    ("other id", 'id = "demo-coherence"', 'id = "demo"', "E13", TOP, "", ['"demo"', '"demo-coherence"']),
    ("other version", '"1.0.0"', '"1.0.1"', "E13", TOP, "", ['"1.0.1"', '"1.0.0"']),
    ("structure", 'text = "Es', 'reversed = true\ntext = "Es', "E14", "items", "safety3",
     ['"reversed"', "only texts are translated"]),
    ("license", 'language = "es"', 'language = "es"\nlicense = "MIT"', "E14", TOP, "", ['"license"']),
    ("unknown item", 'id = "teamwork3"', 'id = "teamwrk3"', "E15", "items", "teamwrk3",
     ['no "teamwrk3"', 'Did you mean "teamwork3"?']),
    ("five points for six", '"Algo de acuerdo", ', "", "E15", "scales", "agree6",
     ["5 points", "6 in the source"]),
    ("invented option", "[[domains]]", 'cannot_judge = "No sé"\n[[domains]]', "E15", "scales", "often5",
     ['no "cannot_judge"']),
]  # fmt: skip

WARNED = [
    ("two items", '[[items]]\nid = "safety2"\nconstruct = "safety"',
     '[[items]]\nid = "safety2"\nconstruct = "teamwork"',
     "W1", "constructs", "safety", ["items is 2", "no omega"]),
    ("two reversed", 'for help."\nreversed = false', 'for help."\nreversed = true',
     "W2", "constructs", "safety",
     ["2 items are reversed"]),
    ("21 words", '"We plan a lesson or a task together."', f'"{"word " * 21}"', "W3", "items", "teamwork1",
     ["21 words"]),
    ("four points", '"Monthly", ', "", "W4", "scales", "often5", ["4 points", "5 to 7"]),
    ("unused scale", "[[domains]]", '[scales.spare]\npoints = ["1", "2", "3", "4", "5"]\n[[domains]]',
     "W5", "scales", "spare", ["No construct uses this scale"]),
    ("unused domain", "[[constructs]]", '[[domains]]\nid = "idle"\ntitle = "Idle"\n[[constructs]]',
     "W5", "domains", "idle", ["No construct uses this domain"]),
    ("no definition",
     'definition = "Staff can show difficulty, ask and disagree without losing standing."\n', "",
     "W5", "constructs", "safety", ['"definition" is empty']),
    ("blank referent", '"this school"', '" "', "W5", "constructs", "safety", ['"referent" is empty']),
]  # fmt: skip


def named(rows):
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "demo-coherence.toml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "demo-coherence.es.toml").write_text(SPANISH, encoding="utf-8")
    return tmp_path


def assert_told(problems, file, code, table, entry, words, severity="error"):
    assert told(problems) == [(code, table, entry, severity)]
    assert problems[0].where.file == str(file)
    missing = [word for word in words if word not in problems[0].message]
    assert missing == [], problems[0].message


@pytest.mark.parametrize(("old", "new", "code", "table", "entry", "words"), named(REFUSED))
def test_a_fault_in_an_instrument_is_named_with_its_cure(folder, old, new, code, table, entry, words):
    file = folder / "demo-coherence.toml"
    file.write_text(changed(SOURCE, old, new), encoding="utf-8")
    assert_told(check([file]), file, code, table, entry, words)
    with pytest.raises(InstrumentError) as refused:
        load(file)
    assert list(refused.value.problems) == check([file])


@pytest.mark.parametrize(("old", "new", "code", "table", "entry", "words"), named(REFUSED_TRANSLATIONS))
def test_a_fault_in_a_translation_is_named_with_its_cure(folder, old, new, code, table, entry, words):
    file = folder / "demo-coherence.es.toml"
    file.write_text(changed(SPANISH, old, new), encoding="utf-8")
    problems = [problem for problem in check([file]) if problem.code != "E12"]  # a name follows the language
    assert_told(problems, file, code, table, entry, words)
    with pytest.raises(InstrumentError) as refused:
        load_translation(file, loads(SOURCE))
    assert list(refused.value.problems) == check([file])


@pytest.mark.parametrize(("old", "new", "code", "table", "entry", "words"), named(WARNED))
def test_a_doubtful_instrument_is_usable_with_a_warning(folder, old, new, code, table, entry, words):
    file = folder / "demo-coherence.toml"
    file.write_text(changed(SOURCE, old, new), encoding="utf-8")
    assert_told(check([file]), file, code, table, entry, words, severity="warning")
    assert load(file).id == "demo-coherence"


def test_an_instrument_with_every_item_reversed_is_told_so():
    every = SOURCE.replace('working."\nreversed = false', 'working."\nreversed = true')
    every = every.replace('for help."\nreversed = false', 'for help."\nreversed = true')
    _, problems = parse_source(tomllib.loads(every), "demo.toml")
    assert told(problems) == [("W2", "constructs", "safety", "warning")]
    assert "Every item is reversed" in problems[0].message


def test_all_faults_of_a_file_are_told_at_once():
    broken = SOURCE
    for old, new in [
        ('version = "1.0.0"', "version = 1"),
        ('license = "CC0-1.0"', 'license = ""'),
        ('scale = "agree6"', 'scale = "agree7"'),
        ('title = "Teams"', "titel = 3"),
        ("reversed = true", "reversed = 1"),
    ]:
        broken = changed(broken, old, new)
    with pytest.raises(InstrumentError) as refused:
        loads(broken, "mine.toml")
    assert sorted(told(refused.value.problems)) == [
        ("E02", "domains", "teams", "error"),
        ("E03", "domains", "teams", "error"),
        ("E03", TOP, "", "error"),
        ("E06", TOP, "", "error"),
        ("E09", "constructs", "safety", "error"),
        ("E11", "items", "safety3", "error"),
    ]
    assert str(refused.value).count("mine.toml") == 6


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('title = "Caf\xe9"'.encode("latin-1"), ["not UTF-8", "line 1, column 13"]),
        (b'id = "a"\n\n  \xff', ["not UTF-8", "line 3, column 3"]),
        ("id = 'x'".encode("utf-16"), ["not UTF-8", "line 1, column 1"]),
    ],
)
def test_a_file_saved_in_another_encoding_is_refused_at_its_place(tmp_path, content, words):
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    assert_told(check([file]), file, "E01", "", "", words)


def test_a_file_saved_with_a_byte_order_mark_is_read(folder):
    file = folder / "demo-coherence.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SOURCE.encode())
    assert check([file]) == []


def test_a_missing_file_is_told(tmp_path):
    file = tmp_path / "gone.toml"
    assert_told(check([file]), file, "E01", "", "", ["cannot be read", "No such file"])


@pytest.mark.parametrize("name", ["mine.toml", "demo-coherence.es.toml"])
@pytest.mark.parametrize("content", ["", " \n\t\n", "# to be written\n"])
def test_a_file_that_holds_nothing_is_told_to_be_empty(folder, name, content):
    file = folder / name
    file.write_text(content, encoding="utf-8")
    assert_told(check([file]), file, "E03", "", "", ["The file is empty.", "start from a copy"])


def test_an_empty_text_is_told_every_missing_key():
    with pytest.raises(InstrumentError) as refused:
        loads("")
    assert [problem.message.split('"')[1] for problem in refused.value.problems] == [
        "id", "version", "title", "language", "license", "source", "scales", "domains", "constructs", "items",
    ]  # fmt: skip
    assert {problem.code for problem in refused.value.problems} == {"E03"}


def test_a_good_instrument_and_its_translation_raise_nothing(folder):
    assert check([folder / "demo-coherence.toml", folder / "demo-coherence.es.toml"]) == []


def test_an_instrument_holds_what_its_file_says(folder):
    demo = load(folder / "demo-coherence.toml")
    assert [scale.id for scale in demo.scales] == ["agree6", "often5"]
    assert [demo.scale_of("safety").m, demo.scale_of("teamwork").m, demo.points_max] == [6, 5, 6]
    assert demo.scale_of("safety").cannot_judge == "Cannot judge"
    assert demo.scale_of("teamwork").cannot_judge is None
    assert [item.id for item in demo.items_of("safety")] == ["safety1", "safety2", "safety3"]
    assert [item.reversed for item in demo.items_of("safety")] == [False, False, True]
    assert [(each.optional, each.reach) for each in demo.constructs] == [(False, False), (True, True)]
    assert demo.domain("teams").title == "Teams"
    with pytest.raises(KeyError, match="no item 'safety9'"):
        demo.item("safety9")


# Translations


def test_a_translation_with_another_name_is_told_the_expected_one(folder):
    file = (folder / "demo-coherence.es.toml").rename(folder / "demo-coherence.fr.toml")
    assert_told(check([file]), file, "E12", "", "", ['Expected is "demo-coherence.es.toml"'])


def test_a_translation_away_from_its_source_is_told_so(folder):
    (folder / "demo-coherence.toml").unlink()
    file = folder / "demo-coherence.es.toml"
    assert_told(check([file]), file, "E12", "", "", ["demo-coherence.toml", "same folder"])


def test_an_id_that_climbs_out_of_the_folder_finds_no_source(folder):
    file = folder / "es.toml"
    file.write_text(changed(SPANISH, 'id = "demo-coherence"', 'id = "../demo-coherence"'), encoding="utf-8")
    assert_told(check([file]), file, "E12", "", "", ["same folder"])


def test_a_translation_of_a_broken_source_tells_the_faults_of_the_source_once(folder):
    source, file = folder / "demo-coherence.toml", folder / "demo-coherence.es.toml"
    source.write_text(changed(SOURCE, 'scale = "agree6"', 'scale = "agre6"'), encoding="utf-8")
    assert_told(check([source, file]), source, "E09", "constructs", "safety", ["agre6"])


def test_a_translation_in_the_language_of_its_source_is_refused(folder):
    file = folder / "demo-coherence.en.toml"
    file.write_text(changed(SPANISH, 'language = "es"', 'language = "en"'), encoding="utf-8")
    assert_told(check([file]), file, "E07", TOP, "", ["as in the source"])


def test_an_unfinished_translation_may_be_checked_but_not_offered(folder):
    source, file = folder / "demo-coherence.toml", folder / "demo-coherence.es.toml"
    unfinished = changed(SPANISH, 'text = "Es mejor callar."', 'text = ""')
    unfinished = changed(unfinished, 'referent = "mi equipo"\n', "")
    file.write_text(unfinished, encoding="utf-8")
    missing = ["constructs.teamwork.referent", "items.safety3.text"]
    assert_told(check([file]), file, "E16", "", "", ["2 of 27", *missing], severity="warning")
    translation = load_translation(file, load(source))
    assert list(missing_texts(translation, load(source))) == missing
    with pytest.raises(InstrumentError) as refused:
        load(source, "es")
    assert told(refused.value.problems) == [("E16", "", "", "error")]


def test_a_translation_of_another_version_is_not_offered(folder):
    source = loads(changed(SOURCE, '"1.0.0"', '"2.0.0"'))
    translation = load_translation(folder / "demo-coherence.es.toml", loads(SOURCE))
    with pytest.raises(InstrumentError) as refused:
        source.translated(translation)
    assert told(refused.value.problems) == [("E13", "", "", "error")]


def test_a_translated_instrument_has_other_words_and_the_same_structure(folder):
    demo, spanish = load(folder / "demo-coherence.toml"), load(folder / "demo-coherence.toml", "es")
    assert (spanish.language, spanish.title) == ("es", "Un ejemplo pequeño")
    assert spanish.item("safety3").text == "Es mejor callar."
    assert spanish.item("safety3").reversed
    assert spanish.scale_of("safety").points[0] == "Muy en desacuerdo"
    assert spanish.scale_of("safety").cannot_judge == "No puedo juzgarlo"
    assert spanish.construct("teamwork").referent == "mi equipo"
    assert spanish.construct("teamwork").reach
    assert spanish.fingerprint == demo.fingerprint
    assert spanish.item_fingerprint("safety3") == demo.item_fingerprint("safety3")


def test_the_languages_beside_an_instrument_are_listed(folder):
    (folder / "demo-coherence.draft.toml").write_text("", encoding="utf-8")
    assert languages(folder / "demo-coherence.toml") == ("en", "es")


def test_a_language_that_is_not_there_is_told_with_those_that_are(folder):
    with pytest.raises(InstrumentError, match=r'"fr" is not here.*Known are en, es') as refused:
        load(folder / "demo-coherence.toml", "fr")
    assert told(refused.value.problems) == [("E12", "", "", "error")]


# Fingerprints and frozen versions


def test_the_fingerprint_is_the_sha256_of_the_file_as_canonical_json():
    document = json.dumps(tomllib.loads(SOURCE), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert loads(SOURCE).fingerprint == hashlib.sha256(document.encode()).hexdigest()


def test_spaces_comments_and_the_order_of_keys_do_not_change_the_fingerprint():
    rewritten = changed(
        SOURCE, 'license = "CC0-1.0"\nsource = ', 'license   =   "CC0-1.0" # free\n\nsource = '
    )
    rewritten = changed(
        rewritten, 'id = "safety1"\nconstruct = "safety"', 'construct = "safety"\nid = "safety1"'
    )
    assert rewritten != SOURCE
    assert loads(rewritten).fingerprint == loads(SOURCE).fingerprint


def test_letters_composed_in_another_way_do_not_change_the_fingerprint():
    accented = changed(SOURCE, "Teams", "Équipe à café")
    decomposed = unicodedata.normalize("NFD", accented)
    assert decomposed != accented
    assert loads(decomposed).fingerprint == loads(accented).fingerprint


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("not working.", "going badly.", ["safety1"]),
        ("reversed = true", "reversed = false", ["safety3"]),
        ('"Monthly"', '"Each month"', ["teamwork1", "teamwork2", "teamwork3"]),
        ("What our team does", "Team work", []),
    ],
)
def test_a_change_of_words_changes_the_file_and_exactly_its_items(old, new, changes):
    before, after = loads(SOURCE), loads(changed(SOURCE, old, new))
    assert before.fingerprint != after.fingerprint
    ids = [item.id for item in before.items]
    assert [each for each in ids if before.item_fingerprint(each) != after.item_fingerprint(each)] == changes


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("not working.", "going badly.", ["items.safety1.text", "not working", "going badly"]),
        ("optional = true\n", "", ["constructs.teamwork.optional", "true became nothing"]),
        ('"Never"', '"Not once"', ["scales.often5.points.number 1", '"Never" became "Not once"']),
        ('id = "safety2"', 'id = "safety9"', ["items.number 2.id", '"safety2" became "safety9"']),
    ],
)
def test_a_frozen_version_with_other_content_is_refused_with_the_first_difference(old, new, words):
    problems = same_version_problems(loads(SOURCE), loads(changed(SOURCE, old, new)))
    assert_told(problems, "", "E17", "", "demo-coherence", [*words, "Raise the version"])


def test_a_frozen_version_is_the_same_when_only_its_layout_differs_or_the_version_is_raised():
    frozen = loads(SOURCE)
    assert same_version_problems(frozen, loads("# a remark\n" + SOURCE)) == ()
    assert (
        same_version_problems(
            frozen, loads(changed(SOURCE, '"1.0.0"', '"1.0.1"').replace("not working", "bad"))
        )
        == ()
    )


def test_a_frozen_translation_with_other_words_is_refused(folder):
    frozen = load_translation(folder / "demo-coherence.es.toml", loads(SOURCE))
    (folder / "demo-coherence.es.toml").write_text(
        changed(SPANISH, "Es mejor callar", "Callar"), encoding="utf-8"
    )
    offered = load_translation(folder / "demo-coherence.es.toml", loads(SOURCE))
    problems = same_version_problems(frozen, offered)
    assert_told(problems, "", "E17", "", "demo-coherence", ["items.safety3.text", "Es mejor callar"])


# Whatever a person hands in


def test_a_file_with_a_thousand_wrong_ids_gets_short_messages():
    constructs = "".join(
        f'[[constructs]]\nid = "c{n}"\ndomain = "teams"\ntitle = "T"\nscale = "agree6"\n' for n in range(1000)
    )
    items = "".join(f'[[items]]\nid = "i{n}"\nconstruct = "d{n}"\ntext = "T"\n' for n in range(1000))
    with pytest.raises(InstrumentError) as refused:
        loads(SOURCE + constructs + items)
    wrong = [problem.message for problem in refused.value.problems if problem.code == "E09"]
    assert len(wrong) == 1000
    assert max(map(len, wrong)) < 1500
    assert wrong[0].endswith("c197 and 802 more.")


@given(st.text())
def test_no_text_breaks_the_reader(text):
    with pytest.raises(InstrumentError) as refused:
        loads(text)
    assert {problem.code for problem in refused.value.problems} <= {
        "E01",
        "E02",
        "E03",
        "E04",
        "E06",
        "E07",
        "E11",
    }


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value, path=()):
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*path, key))


@settings(max_examples=300, deadline=None)
@given(place=st.sampled_from([path for path in places(tomllib.loads(SOURCE)) if path]), value=VALUES)
def test_any_value_in_any_place_is_accepted_or_refused_with_a_message(place, value):
    document = tomllib.loads(SOURCE)
    parent = document
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    instrument, problems = parse_source(document, "any.toml")
    assert (instrument is None) == any(problem.severity == "error" for problem in problems)
    assert {problem.where for problem in problems if problem.where == Where()} == set()


# Nothing is forgotten


def test_every_code_is_tried_here_and_explained_in_the_documentation():
    codes = {f"E{number:02}" for number in range(1, 18)} | {f"W{number}" for number in range(1, 6)}
    library = HERE.parents[1] / "src" / "coherently" / "instrument"
    written = {
        code
        for file in library.glob("*.py")
        for code in re.findall(r'"([EW]\d+)"', file.read_text(encoding="utf-8"))
    }
    explained = re.findall(r"^\| ([EW]\d+) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    tried = {code for rows in (REFUSED, REFUSED_TRANSLATIONS, WARNED) for code in [row[3] for row in rows]}
    assert written == codes
    assert explained == sorted(codes)
    assert tried | {"E12", "E16", "E17"} == codes


def test_the_example_in_the_documentation_is_a_good_instrument(tmp_path):
    (example,) = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    file = tmp_path / "our-school.toml"
    file.write_text(example, encoding="utf-8")
    assert check([file]) == []


def test_the_core_survey_passes_its_own_check_without_a_warning():
    assert check([SHIPPED, SHIPPED.with_name("coherently-core.es.toml")]) == []
    assert languages(SHIPPED) == ("en", "es")


def test_the_core_survey_keeps_its_words_until_its_version_is_raised():
    frozen = "be74c6d7d8d7b8e92bbe0ad3440baaff9b3d84fb81e72f16e984c6b97aaaa41f"
    core = shipped()
    assert (core.id, core.version, core.fingerprint) == ("coherently-core", "0.9.0", frozen)
