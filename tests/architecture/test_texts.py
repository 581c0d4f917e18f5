"""Every page, mail and sheet speaks both languages, in whole sentences. `make texts` renews the catalog."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests import texts
from tests.wording import FORBIDDEN

WRITTEN = texts.CATALOG.read_text(encoding="utf-8")
CATALOG = texts.read(WRITTEN)
COMPILED = texts.CATALOG.with_suffix(".mo").read_bytes()
TEMPLATES = texts.sources(".html", ".txt")
PYTHON = texts.sources(".py")

PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|%s|\{\w+\}|<[^>]+>")
PIECE = re.compile(
    r"""{%\s*translate\s+(?P<quote>["'])(?P<short>.*?)(?P=quote).*?%}"""
    r"|{%\s*blocktranslate.*?%}(?P<long>.*?){%\s*endblocktranslate\s*%}"
    r"|(?P<value>{{.*?}})|{%\s*(?P<tag>\w+).*?%}|<(?P<element>/?[a-z][a-z0-9]*)[^>]*>|{#.*?#}",
    re.DOTALL,
)
IN_LINE = {"span", "strong", "em", "small", "b", "output", "br"}
IN_A_ROW = {"if", "endif", "with", "endwith", "load", "url", "csrf_token", "get_current_language"}
COLUMNS = "email, first_name, last_name, school, role, ilt_member, team, language"
UNTRANSLATED = {"Coherently", "coherently", COLUMNS}  # names that are the same in every language

Run = list[tuple[str, str]]  # "text", "value" or "raw", and what is written there


def runs(source: str, *, lines: bool = False) -> list[Run]:
    """What stands side by side on a page: a new run begins at each block, link, button, branch and loop."""
    found: list[Run] = [[]]
    end = 0
    for piece in [*PIECE.finditer(source), None]:
        raw = source[end : piece.start() if piece else None]
        end = piece.end() if piece else end
        if lines and "\n" in raw:
            found.append([])
        if raw.strip():
            found[-1].append(("raw", raw.strip()))
        if piece is None:
            break
        if text := piece["short"] or piece["long"]:
            found[-1].append(("text", text.strip()))
        elif piece["value"]:
            found[-1].append(("value", piece["value"]))
        elif (piece["element"] or "span").lstrip("/") not in IN_LINE or (
            piece["tag"] or "if"
        ) not in IN_A_ROW:
            found.append([])
    return [run for run in found if run]


def is_glued(run: Run) -> bool:
    """A text beside another, or beside a value, is whole only if a sentence, a colon or a dot parts them."""
    for (kind, before), (next_kind, after) in pairwise(run):
        joined = "text" in (kind, next_kind) and not re.search(r"[.?!:;…·✓⚠→]$", before)
        if joined and not (next_kind == "raw" and re.match(r"[:·]", after)) and not after.startswith("("):
            return True
        if next_kind == "text" and re.match(r"[a-zñáéíóú,.;:!?)]", after):
            return True
    return False


def glued_in_template(source: str, *, lines: bool = False) -> list[Run]:
    return [run for run in runs(source, lines=lines) if is_glued(run)]


def glued_in_python(source: str) -> list[str]:
    """Texts put together by `+` or in an f-string, which is read like a template."""
    nodes = list(ast.walk(ast.parse(source)))
    added = [node for node in nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)]
    sums = [node for node in added if marked_text(node.left) or marked_text(node.right)]
    strings = [
        node for node in nodes if isinstance(node, ast.JoinedStr) and glued_in_template(as_template(node))
    ]
    return [ast.unparse(node) for node in [*sums, *strings]]


def as_template(string: ast.JoinedStr) -> str:
    parts = []
    for part in string.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            text = marked_text(part.value)  # type: ignore[attr-defined]
            parts.append(f"{{% blocktranslate %}}{text}{{% endblocktranslate %}}" if text else "{{ value }}")
    return "".join(parts)


def marked_text(node: ast.expr) -> str:
    """The text of `_("...")`, also with facts put in or escaped; nothing for any other expression."""
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        node = node.left
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        if node.func.id in texts.FORMS:
            return str(ast.literal_eval(node.args[0]))
        node = node.args[0] if node.func.id in {"escape", "str"} else ast.Constant("")
    return ""


def unmarked(source: str) -> list[str]:
    """Words of a template that nobody can translate."""
    source = re.sub(r"{%\s*comment.*?endcomment\s*%}|<!.*?>", "", source, flags=re.DOTALL)
    raw = [text.strip(" ·:\n") for run in runs(source) for kind, text in run if kind == "raw"]
    spoken = re.findall(r"""\b(?:alt|aria-label|placeholder|title)=["']([^"'{]+)""", source)
    return [text for text in [*raw, *spoken] if re.search(r"[^\W\d_]{2}", text) and text not in UNTRANSLATED]


def dates_in_english_order(source: str) -> list[str]:
    return re.findall(r"\|date(?!:_\()\S*", source)


def untranslated(catalog: texts.Catalog) -> list[str]:
    return [text[0] for text, translations in catalog.items() if not all(translations)]


def with_other_placeholders(catalog: texts.Catalog) -> list[str]:
    return [
        english
        for text, translations in catalog.items()
        for english, spanish in zip(text, translations, strict=True)
        if sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(spanish))
    ]


def forbidden(catalog: texts.Catalog) -> list[str]:
    pairs = [("en", text) for forms in catalog for text in forms]
    pairs += [("es", text) for forms in catalog.values() for text in forms]
    return [text for language, text in pairs if FORBIDDEN[language].search(text)]


def long_sentences(catalog: texts.Catalog) -> list[str]:
    limited = [(20, text) for forms in catalog for text in forms]
    limited += [(25, text) for forms in catalog.values() for text in forms if text != texts.HEADER]
    sentences = [(limit, part) for limit, text in limited for part in re.split(r"(?<=[.:;?]) ", text)]
    return [sentence for limit, sentence in sentences if len(sentence.split()) > limit]


def is_current(written: str) -> bool:
    """Nothing missing, nothing obsolete, nothing fuzzy: the file is just what the tool would write."""
    return written == texts.write(texts.current(texts.read(written)))


def test_the_catalog_holds_every_text_and_no_other() -> None:
    assert list(CATALOG) == [("",), *texts.marked()]
    assert is_current(WRITTEN)


def test_every_text_is_translated_with_the_same_placeholders() -> None:
    assert untranslated(CATALOG) == []
    assert with_other_placeholders(CATALOG) == []


def test_the_compiled_catalog_says_what_the_written_one_says() -> None:
    assert texts.compiled(CATALOG) == COMPILED
    spoken = texts.spoken(COMPILED)
    for text, translations in CATALOG.items():
        forms = [spoken.ngettext(*text, n) for n in (1, 2)] if len(text) > 1 else [spoken.gettext(*text)]
        assert text == ("",) or forms == translations


def test_no_text_in_either_language_claims_a_cause_or_ranks() -> None:
    assert forbidden(CATALOG) == []


def test_sentences_stay_short_in_both_languages() -> None:
    assert long_sentences(CATALOG) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(texts.PACKAGE)))
def test_a_template_speaks_in_whole_translated_texts(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert glued_in_template(source, lines=template.suffix == ".txt") == []
    assert unmarked(source) == []
    assert dates_in_english_order(source) == []


def test_no_python_source_glues_texts() -> None:
    assert [found for path in PYTHON for found in glued_in_python(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('msgid "Today"\nmsgstr "Hoy"\n\n', ""),
        ('msgid "Today"', 'msgid "Yesterday"'),
        ('msgid "Today"', '#, fuzzy\nmsgid "Today"'),
        ('msgid "Today"', '#~ msgid "Yesterday"\n#~ msgstr "Ayer"\n\nmsgid "Today"'),
        ("nplurals=2", "nplurals=3"),
    ],
    ids=["missing", "obsolete", "fuzzy", "kept as obsolete", "other header"],
)
def test_a_planted_fault_makes_the_catalog_stale(old: str, new: str) -> None:
    assert WRITTEN.count(old) == 1
    assert not is_current(WRITTEN.replace(old, new))


def test_a_planted_fault_of_a_translation_is_found() -> None:
    planted: texts.Catalog = {
        ("Today",): [""],
        ("%(n)s person", "%(n)s people"): ["%(n)s persona", "personas"],
        ("About 65 %%",): ["Cerca del 65 %"],
        ("<b>Change</b>",): ["Cambiar"],
        ("The best school",): ["La escuela"],
        ("The school",): ["La mejor escuela"],
        ("%(day)s to %(end)s",): ["%(end)s después de %(day)s"],
    }
    assert untranslated(planted) == ["Today"]
    assert with_other_placeholders(planted) == ["%(n)s people", "About 65 %%", "<b>Change</b>"]
    assert forbidden(planted) == ["The best school", "La mejor escuela"]
    words = [" ".join(["a"] * count) for count in (20, 21, 25, 26)]
    assert long_sentences({(words[0],): [words[2]]}) == []
    assert long_sentences({(words[1],): [words[3]]}) == [words[1], words[3]]
    changed = CATALOG | {("Today",): ["Mañana"]}
    assert texts.compiled(changed) != COMPILED


@pytest.mark.parametrize(
    "planted",
    [
        '<p>{% translate "Survey of" %} {{ day }}</p>',
        '<p>{{ number }} {% translate "people" %}</p>',
        '{% translate "Open" %}, {% translate "until Friday" %}',
        '{% translate "Change" %}<span class="hidden"> {% translate "the days" %}</span>',
        '<p>{% translate "We asked you." %} {% translate "and you answered" %}</p>',
        '{% if late %}{% translate "Late" %} {% endif %}{% blocktranslate %}survey{% endblocktranslate %}',
        '{% translate "Open" %} (until) {% translate "then closed" %}',
    ],
)
def test_a_planted_glued_text_is_found(planted: str) -> None:
    assert len(glued_in_template(planted)) == 1


def test_texts_that_only_stand_side_by_side_are_whole() -> None:
    page = (
        '<title>{% if bad %}{% translate "Error:" %} {% endif %}{% translate "Staff" %} · {{ name }}</title>'
        '<p>{% if open %}{% translate "Open" %}{% else %}{% translate "closed" %}{% endif %}</p>'
        '<p>{% translate "We asked you." %} <strong>{% translate "You answered." %}</strong></p>'
        '<p>{% translate "Receipt" %}: {{ code }}</p><p><a>{% translate "Back" %}</a> <a>{{ name }}</a></p>'
    )
    assert glued_in_template(page) == []


@pytest.mark.parametrize(
    "planted",
    ['_("Open until ") + day', "f\"{_('Open until')} {day}\"", "f\"<p>{number} {escape(_('people'))}</p>\""],
)
def test_a_text_glued_in_python_is_found(planted: str) -> None:
    assert len(glued_in_python(planted)) == 1


def test_whole_texts_in_python_are_fine() -> None:
    assert (
        glued_in_python("f\"<p>{_('Receipt')}: {code}</p><b>{escape(_('Open'))}</b>\" + _day(_(\"M j, Y\"))")
        == []
    )


def test_a_text_that_is_not_written_out_cannot_be_marked() -> None:
    with pytest.raises(ValueError, match="malformed node"):
        texts.marked_in_python('_(f"Open until {day}")')


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("<p>Open now</p>", ["Open now"]),
        ('<img alt="A school">', ["A school"]),
        ("{{ day|date }} {{ day|date:'M j, Y' }}", []),
        ('<p>{% translate "Open" %} · Coherently, 2026</p>', ["Coherently, 2026"]),
        ('<p aria-label="{% translate "Open" %}">{# Not shown #}{{ day }} – {{ end }}</p>', []),
    ],
)
def test_a_planted_word_outside_the_catalog_is_found(planted: str, found: list[str]) -> None:
    assert unmarked(planted) == found


def test_a_planted_date_in_english_order_is_found() -> None:
    page = """{{ a|date }} {{ b|date:"M j, Y" }} {{ c|date:_("M j, Y") }}"""
    assert dates_in_english_order(page) == ["|date", '|date:"M']
