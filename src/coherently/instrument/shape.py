"""What may stand in an instrument file: keys, types, ids, duplicates, scales."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any, Literal

from coherently.errors import Problem, Where

Table = dict[str, Any]

ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
VERSION = re.compile(r"[A-Za-z0-9.-]{1,32}")
# RFC 5646, section 2.1, without the language subtags of 4 to 8 letters: none is registered, and
# "english" would pass.
LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?"
    r"(-([A-Za-z\d]{5,8}|\d[A-Za-z\d]{3}))*(-[A-WY-Za-wy-z\d](-[A-Za-z\d]{2,8})+)*"
    r"(-[xX](-[A-Za-z\d]{1,8})+)?",
    re.ASCII,
)
RESERVED_ITEM_IDS = ("group",)  # a checked table of answers keeps its groups in a column of this name
MOST_SHOWN = 200  # ids in one message

TOP = "top level"
LISTS = ("domains", "constructs", "items")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of value, in the words a person reads."""

    words: str
    fits: Callable[[Any], bool]


TEXT = Kind("text in quotes", lambda value: isinstance(value, str))
TEXTS = Kind(
    "a list of texts", lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value)
)
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
ANY = Kind("any value", lambda value: True)
NAMED_TABLES = Kind(
    "tables such as [scales.agree]",
    lambda value: isinstance(value, dict) and all(isinstance(each, dict) for each in value.values()),
)
LISTED_TABLES = Kind(
    "tables in double brackets, such as [[items]]",
    lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
)


@dataclass(frozen=True, slots=True)
class Key:
    """What one key must hold."""

    kind: Kind
    required: bool = True
    filled: bool = False
    hint: str = ""


Format = Mapping[str, Mapping[str, Key]]

_ID = Key(TEXT, filled=True, hint="Give a short name of letters.")
_WORDS = Key(TEXT, filled=True, hint="Write the words people will read.")
_DRAFT = Key(TEXT, required=False)
_SWITCH = Key(FLAG, required=False)
_OWNER = Key(TEXT, filled=True, hint="Say whose items these are and how they may be used.")
_SCALES = Key(NAMED_TABLES, filled=True, hint="Add at least one [scales.<id>].")

SOURCE: Format = {
    TOP: {
        "id": _ID,
        "version": Key(ANY),
        "title": _WORDS,
        "language": Key(TEXT),
        "license": _OWNER,
        "source": _OWNER,
        "scales": _SCALES,
        "domains": Key(LISTED_TABLES, filled=True, hint="Add at least one [[domains]]."),
        "constructs": Key(LISTED_TABLES, filled=True, hint="Add at least one [[constructs]]."),
        "items": Key(LISTED_TABLES, filled=True, hint="Add at least one [[items]]."),
    },
    "scales": {"points": Key(TEXTS), "cannot_judge": _DRAFT},
    "domains": {"id": _ID, "title": _WORDS},
    "constructs": {
        "id": _ID,
        "domain": Key(TEXT),
        "title": _WORDS,
        "definition": _DRAFT,
        "scale": Key(TEXT),
        "referent": _DRAFT,
        "optional": _SWITCH,
        "reach": _SWITCH,
    },
    "items": {"id": _ID, "construct": Key(TEXT), "text": _WORDS, "reversed": _SWITCH},
}

# Texts may be missing while people translate; E16 asks for them when the language is offered.
TRANSLATION: Format = {
    TOP: {
        "id": _ID,
        "version": Key(ANY),
        "language": Key(TEXT),
        "title": _DRAFT,
        "scales": Key(NAMED_TABLES, required=False),
        "domains": Key(LISTED_TABLES, required=False),
        "constructs": Key(LISTED_TABLES, required=False),
        "items": Key(LISTED_TABLES, required=False),
    },
    "scales": {"points": Key(TEXTS, required=False), "cannot_judge": _DRAFT},
    "domains": {"id": _ID, "title": _DRAFT},
    "constructs": {"id": _ID, "title": _DRAFT, "definition": _DRAFT, "referent": _DRAFT},
    "items": {"id": _ID, "text": _DRAFT},
}


class Findings:
    """The problems of one file, collected so that all are told at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(
        self, code: str, table: str, entry: str, message: str, severity: Literal["error", "warning"] = "error"
    ) -> None:
        self.problems.append(Problem(code, Where(self.file, table, entry), message, severity))


@dataclass(frozen=True, slots=True)
class Content:
    """The parts of a file that have the right shape; what was refused is left out."""

    top: Table
    scales: dict[str, Table]
    domains: list[Table]
    constructs: list[Table]
    items: list[Table]


def checked_content(document: Table, form: Format, found: Findings) -> Content:
    """Check everything that can be told from one file alone."""
    top = _checked_table(document, TOP, "", form, found)
    _check_identity(top, found)
    scales = {
        name: _checked_table(values, "scales", name, form, found)
        for name, values in top.get("scales", {}).items()
    }
    _check_ids("scales", [*scales], found)
    for name, scale in scales.items():
        _check_labels(name, scale, found)
    lists = {table: _checked_list(table, top.get(table, []), form, found) for table in LISTS}
    return Content(top, scales, lists["domains"], lists["constructs"], lists["items"])


def choices(word: str, allowed: Collection[str]) -> str:
    """The sentences that list the allowed words and offer the closest one.

    Long lists are cut and not searched: a file of thousands of ids would stall its reader.
    """
    if len(allowed) > MOST_SHOWN:
        return f"Known are {', '.join(islice(allowed, MOST_SHOWN))} and {len(allowed) - MOST_SHOWN} more."
    by_folded = {each.casefold(): each for each in allowed}
    close = get_close_matches(word.casefold(), by_folded, n=1)
    offer = f' Did you mean "{by_folded[close[0]]}"?' if close else ""
    return f"Known are {', '.join(allowed)}.{offer}"


def entry_name(values: Table, number: int) -> str:
    """How an entry is called in messages: its id, else its place in the file."""
    return values["id"] if isinstance(values.get("id"), str) and values["id"] else f"number {number}"


def _checked_list(table: str, entries: list[Table], form: Format, found: Findings) -> list[Table]:
    checked = [
        _checked_table(values, table, entry_name(values, number), form, found)
        for number, values in enumerate(entries, 1)
    ]
    _check_ids(table, [values.get("id", "") for values in checked], found)
    return checked


def _checked_table(values: Table, table: str, entry: str, form: Format, found: Findings) -> Table:
    keys = form[table]
    for name in values:
        if name not in keys:
            _refuse_key(name, table, entry, keys, found)
    good = {}
    for name, key in keys.items():
        if name not in values:
            if key.required:
                found.add("E03", table, entry, f'The key "{name}" is missing. {key.hint}'.rstrip())
        elif not key.kind.fits(values[name]):
            kind = _kind_in_words(values[name])
            found.add("E11", table, entry, f'The key "{name}" holds {kind}. Allowed is {key.kind.words}.')
        elif key.filled and _is_empty(values[name]):
            found.add("E03", table, entry, f'The key "{name}" is empty. {key.hint}')
        else:
            good[name] = values[name]
    return good


def _refuse_key(name: str, table: str, entry: str, keys: Mapping[str, Key], found: Findings) -> None:
    if name in SOURCE[table]:
        message = f'A translation cannot hold "{name}": only texts are translated. Remove this key.'
        found.add("E14", table, entry, message)
        return
    found.add("E02", table, entry, f'The key "{name}" is unknown. {choices(name, keys)}')


def _is_empty(value: Any) -> bool:
    return not value.strip() if isinstance(value, str) else not value


def _kind_in_words(value: Any) -> str:
    if isinstance(value, list) and any(type(each) is not type(value[0]) for each in value):
        return "a list of mixed values"
    if isinstance(value, list) and value:
        return f"a list with {_kind_in_words(value[0])}"
    names = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "a table" if isinstance(value, dict) else "a date or time")


def _check_identity(top: Table, found: Findings) -> None:
    if "id" in top:
        _check_id(top["id"], TOP, found)
    version = top.get("version")
    if "version" in top and not (isinstance(version, str) and VERSION.fullmatch(version)):
        shown = f'"{version}"' if isinstance(version, str) else f"{version}, without quotes"
        message = (
            f"The version is {shown}. Allowed is text of 1 to 32 letters, digits, "
            'dots and hyphens, such as "1.0.0".'
        )
        found.add("E06", TOP, "", message)
    if "language" in top and not LANGUAGE.fullmatch(top["language"]):
        message = (
            f'The language is "{top["language"]}". Allowed is a language tag (BCP 47), such as en or es.'
        )
        found.add("E07", TOP, "", message)


def _check_ids(table: str, ids: list[str], found: Findings) -> None:
    places: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(ids, 1):
        if each:
            _check_id(each, table, found)
            places[each.casefold()].append(number)
    for numbers in places.values():
        if len(numbers) > 1:
            spelled = " and ".join(f'number {number} ("{ids[number - 1]}")' for number in numbers)
            message = f"The same id stands at {spelled}. Each id may stand once, in capitals or not."
            found.add("E05", table, ids[numbers[0] - 1], message)


def _check_id(value: str, table: str, found: Findings) -> None:
    if table == "items" and value in RESERVED_ITEM_IDS:
        message = f'The id "{value}" is taken: a column of this name holds the groups. Choose another id.'
        found.add("E04", table, value, message)
    elif not ID.fullmatch(value):
        message = (
            f'The id "{value}" is not allowed. An id is a letter, then letters, digits, "_" or "-", '
            "at most 64 in all."
        )
        found.add("E04", table, value, message)


def _check_labels(name: str, scale: Table, found: Findings) -> None:
    points = scale.get("points")
    if points is None:
        return
    if not 2 <= len(points) <= 11:
        found.add("E08", "scales", name, f"The number of points is {len(points)}. Allowed are 2 to 11.")
    seen: set[str] = set()
    for label in [*points, *([scale["cannot_judge"]] if "cannot_judge" in scale else [])]:
        folded = label.strip().casefold()
        if not folded:
            found.add("E08", "scales", name, "A label is empty. Write words for every point.")
        elif folded in seen:
            message = f'The label "{label}" stands twice. Each point needs its own words.'
            found.add("E08", "scales", name, message)
        seen.add(folded)
