"""Instrument files on disk: a source `<id>.toml` and its translations `<id>.<language>.toml` beside it."""

import tomllib
from collections.abc import Iterable
from functools import cache
from os import PathLike
from pathlib import Path
from typing import TypeVar

from coherently.errors import InstrumentError, Problem, Where
from coherently.instrument.model import Instrument, Translation, offer_problems
from coherently.instrument.shape import ID, LANGUAGE, Table
from coherently.instrument.source import parse_source
from coherently.instrument.translation import parse_translation

Parsed = TypeVar("Parsed", Instrument, Translation)

SHIPPED = Path(__file__).parent.parent / "instruments" / "coherently-core.toml"


def load(path: str | PathLike[str], language: str = "") -> Instrument:
    """The instrument in a file, in its own language or in that of a translation beside it.

    Raises InstrumentError with every problem of the file, or when the language is not there (E12)
    or not complete (E16).
    """
    path = Path(path)
    instrument = _accepted(*parse_source(_document(path), str(path)))
    if language in ("", instrument.language):
        return instrument
    there = languages(path)
    if language not in there:
        message = (
            f'The language "{language}" is not here: there is no file {instrument.id}.{language}.toml. '
            f"Known are {', '.join(there)}."
        )
        raise InstrumentError((Problem("E12", Where(str(path)), message),))
    beside = path.parent / f"{instrument.id}.{language}.toml"
    return instrument.translated(load_translation(beside, instrument))


def loads(text: str, name: str = "") -> Instrument:
    """The instrument in a text; `name` is how messages call it."""
    return _accepted(*parse_source(_parsed(text, name), name))


def load_translation(path: str | PathLike[str], source: Instrument) -> Translation:
    """The texts of a translation file, which may be incomplete."""
    path = Path(path)
    return _accepted(*_translation(path, _document(path), source))


def languages(path: str | PathLike[str]) -> tuple[str, ...]:
    """Languages of the instrument in a file: its own, then those of the translations beside it."""
    path = Path(path)
    instrument = load(path)
    beside = {
        file.name.removeprefix(f"{instrument.id}.").removesuffix(".toml")
        for file in path.parent.glob("*.*.toml")
        if file.name.startswith(f"{instrument.id}.")
    }
    found = {tag for tag in beside if LANGUAGE.fullmatch(tag)}
    return (instrument.language, *sorted(found - {instrument.language}))


@cache
def shipped(language: str = "en") -> Instrument:
    """The instrument that comes with this library; English and Spanish."""
    return load(SHIPPED, language)


def check(paths: Iterable[str | PathLike[str]]) -> list[Problem]:
    """Every error and warning of instrument and translation files, as `coherently check` prints them.

    A translation is checked against the source beside it. What it still lacks is a warning here,
    and an error (E16) when the language is offered.
    """
    found = [problem for path in paths for problem in _file_problems(Path(path))]
    return list(dict.fromkeys(found))


def _file_problems(path: Path) -> tuple[Problem, ...]:
    try:
        document = _document(path)
        if not _is_translation(path, document):
            return parse_source(document, str(path))[1]
        return _translation_problems(path, document)
    except InstrumentError as refused:
        return refused.problems


def _translation_problems(path: Path, document: Table) -> tuple[Problem, ...]:
    beside = _source_beside(path, document)
    if beside is None:
        expected = f"{document.get('id', '<id>')}.toml"
        message = f"This is a translation, but its source {expected} is not in the same folder. Put it there."
        return (Problem("E12", Where(str(path)), message),)
    source = load(beside)
    translation, problems = _translation(path, document, source)
    if translation is None:
        return problems
    drafts = offer_problems(translation, source)
    return tuple(Problem(each.code, Where(str(path)), each.message, "warning") for each in drafts)


def _translation(
    path: Path, document: Table, source: Instrument
) -> tuple[Translation | None, tuple[Problem, ...]]:
    translation, problems = parse_translation(document, str(path), source)
    expected = f"{source.id}.{document.get('language', '<language>')}.toml"
    if path.name == expected:
        return translation, problems
    message = f'The file is named "{path.name}". Expected is "{expected}".'
    return None, (*problems, Problem("E12", Where(str(path)), message))


def _is_translation(path: Path, document: Table) -> bool:
    return _named_source(path) is not None or not _has_structure(document)


def _has_structure(document: Table) -> bool:
    """Whether a file says more than texts; a source with mistakes is still told from a translation."""
    entries = [
        entry
        for table in ("constructs", "items")
        if isinstance(document.get(table), list)
        for entry in document[table]
        if isinstance(entry, dict)
    ]
    structural = {"license", "source"} & document.keys()
    return bool(structural) or any({"construct", "scale"} & entry.keys() for entry in entries)


def _named_source(path: Path) -> Path | None:
    """The file `name.toml` beside a file called `name.es.toml`."""
    name, _, language = path.name.removesuffix(".toml").rpartition(".")
    if not (name and LANGUAGE.fullmatch(language)):
        return None
    beside = path.with_name(f"{name}.toml")
    return beside if beside.is_file() else None


def _source_beside(path: Path, document: Table) -> Path | None:
    wanted = str(document.get("id"))
    if not ID.fullmatch(wanted):  # an id such as "../other" must not lead out of the folder
        return _named_source(path)
    by_id = path.with_name(f"{wanted}.toml")
    return _named_source(path) or (by_id if by_id.is_file() and by_id != path else None)


def _document(path: Path) -> Table:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise _unreadable(str(path), f"The file cannot be read: {reason}. Check its name.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        message = (
            f"The file is not UTF-8: {error.reason} (at line {line}, column {column}). Save it as UTF-8."
        )
        raise _unreadable(str(path), message) from error
    document = _parsed(text, str(path))
    if not document:
        message = "The file is empty. Save your work in it again, or start from a copy of an instrument file."
        raise InstrumentError((Problem("E03", Where(str(path)), message),))
    return document


def _parsed(text: str, name: str) -> Table:
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, or a number or date that Python refuses
        raise _unreadable(name, f"The file is not TOML: {error}. Correct this place.") from error
    except RecursionError as error:
        raise _unreadable(name, "The file is not TOML we can read: brackets nest too deeply.") from error


def _unreadable(name: str, message: str) -> InstrumentError:
    return InstrumentError((Problem("E01", Where(name), message),))


def _accepted(parsed: Parsed | None, problems: tuple[Problem, ...]) -> Parsed:
    if parsed is None:
        raise InstrumentError(problems)
    return parsed
