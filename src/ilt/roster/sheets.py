"""Reads a table from a file of unknown make: CSV in any usual encoding and delimiter, or XLSX."""

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

DELIMITERS = ",;\t|"
RECORDS_LOOKED_AT = 50
CELL_LIMIT = 1_000_000  # characters
UNPACKED_LIMIT = 300_000_000  # bytes
ENTRIES_LIMIT = 200
RATIO_LIMIT = 100
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

csv.field_size_limit(CELL_LIMIT)


class Unreadable(Exception):
    """Nothing can be read from this file; the sentence says what to do next."""


@dataclass(frozen=True)
class Sheet:
    format: str  # staff-csv or xlsx
    rows: Iterator[list[str]]
    notes: list[str] = field(default_factory=list)  # what a person should check about the reading


def read_sheet(data: bytes) -> Sheet:
    """The table in these bytes, row by row (blank rows too, so that row numbers are those people see).

    Its kind is seen from the content, never from the name.
    """
    if data.startswith(OLE):
        raise Unreadable(
            _("This file is an old .xls file, or it has a password. Save it as .xlsx or .csv without one.")
        )
    return _read_xlsx(data) if data.startswith(ZIP) else _read_text(data)


def _read_text(data: bytes) -> Sheet:
    text, notes = _decoded(data)
    if "\0" in text:
        raise Unreadable(_("This is not a table of text. Save the staff list as .csv or .xlsx first."))
    if not text.strip():
        raise Unreadable(_("This list is empty. Its first row should hold the names of the columns."))
    return Sheet("staff-csv", _records(text, _delimiter_of(text)), notes)


def _decoded(data: bytes) -> tuple[str, list[str]]:
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            try:
                return data.decode(encoding), []
            except UnicodeDecodeError:
                break
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        spoiled = error.start
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable(
            _("We cannot read the letters in this file. Save it again as .xlsx or as “CSV UTF-8”.")
        ) from None
    sample = next(word[0] for word in re.finditer(r"\S+?\b", text) if word.end() > spoiled)
    return text, [_("Check the accents. We read “%s”. Is that wrong? Save the list as “CSV UTF-8”.") % sample]


def _delimiter_of(text: str) -> str:
    """The one that cuts the first records into the same number of cells, more than one."""
    head = text[: RECORDS_LOOKED_AT * 2000]

    def evenness(delimiter: str) -> tuple[int, int]:
        sizes = Counter(len(row) for row in islice(_records(head, delimiter), RECORDS_LOOKED_AT) if row)
        size, times = sizes.most_common(1)[0] if sizes else (1, 0)
        return (times if size > 1 else 0, size)

    return max(DELIMITERS, key=evenness)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error:
        raise Unreadable(
            _("Near line %s, a quotation mark opens and never closes. Mend it there.") % reader.line_num
        ) from None


def _read_xlsx(data: bytes) -> Sheet:
    _refuse_bombs(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        filled = [name for name in names if book.get_sheet_by_name(name).total_height]
        if not filled:
            raise Unreadable(_("This list is empty. Its first row should hold the names of the columns."))
        rows = book.get_sheet_by_name(filled[0]).iter_rows()
    except CalamineError:
        raise Unreadable(_("We cannot read this spreadsheet. Save it again as .xlsx or .csv.")) from None
    note = _("The file has several sheets. We read the first that is filled: “%s”.") % filled[0]
    return Sheet("xlsx", _texts(rows), [note] if len(filled) > 1 else [])


def _refuse_bombs(data: bytes) -> None:
    """Looks at the directory of the ZIP before anything is unpacked."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile:
        raise Unreadable(_("This spreadsheet is broken. Save it again as .xlsx or .csv.")) from None
    too_dense = any(e.file_size > max(e.compress_size, 10_000) * RATIO_LIMIT for e in entries)
    if len(entries) > ENTRIES_LIMIT or sum(e.file_size for e in entries) > UNPACKED_LIMIT or too_dense:
        raise Unreadable(_("This spreadsheet unpacks to far more than a staff list. Save the list as .csv."))


def _texts(rows: Iterable[Sequence[object]]) -> Iterator[list[str]]:
    for row in rows:
        yield [_text_of(cell) for cell in row]


def _text_of(cell: object) -> str:
    """A whole number as people typed it: a spreadsheet keeps 12 as 12.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
