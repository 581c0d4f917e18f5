"""Read a table of answers from CSV or Parquet: one row per respondent, one column per item."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from coherently.errors import AnswersError, Problem, Where
from coherently.instrument import Instrument
from coherently.responses import CELLS_NAMED, Reading, Responses, check, whole_number

if TYPE_CHECKING:
    import polars as pl


def read(path: Path | str, instrument: Instrument, reading: Reading) -> Responses:
    """Read and check a file of answers.

    Parameters
    ----------
    path : UTF-8 CSV (comma, quoted by RFC 4180, with a header), or Parquet if the name ends in `.parquet`.
    instrument : whose items the columns hold.
    reading : names of the group and population columns, and what may be missing.

    Raises
    ------
    AnswersError : every problem found, each with its column and row.

    Examples
    --------
    >>> read("answers.csv", shipped(), Reading(group="school"))  # doctest: +SKIP
    """
    path = Path(path)
    if not path.is_file():
        raise _refused(path, "A01", f"There is no file {path.name!r}. Check the path.")
    table = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
    return check(table, instrument, reading, path.name)


def read_populations(path: Path | str) -> dict[str, int]:
    """Read a CSV of two columns, group and population: how many people were invited in each group."""
    path = Path(path)
    table = _csv(path)
    if table.width != 2:
        raise _refused(path, "A07", f"The file has {table.width} columns. Give two: group and population.")
    problems: list[Problem] = []
    counts: dict[str, int] = {}
    for row, (group, value) in enumerate(table.iter_rows(), start=2):
        number = whole_number((value or "").strip())
        if number is None or not group or group.strip() in counts:
            message = f"{group!r}, {value!r} is not a new group with a whole number of people."
            problems.append(Problem("A07", Where(path.name, "", f"row {row}"), message))
        else:
            counts[group.strip()] = number
    if problems:
        raise AnswersError(tuple(problems[:CELLS_NAMED]))
    return counts


def _parquet(path: Path) -> pl.DataFrame:
    import polars as pl

    try:
        table = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _refused(
            path, "A01", "The file cannot be read as Parquet. Save it again, or as CSV."
        ) from error
    for name, kind in table.schema.items():
        if kind.is_nested():
            raise _refused(path, "A01", f"Column {name!r} holds lists or records. Remove it from the file.")
    return table


def _csv(path: Path) -> pl.DataFrame:
    import polars as pl

    header = _header(path)
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise _refused(path, "A01", "The columns are not divided by commas. Save it as CSV with commas.")
    _refuse_doubled(path, header)
    try:
        return pl.read_csv(path, infer_schema=False).rename(str.strip)
    except pl.exceptions.NoDataError:
        raise _refused(path, "A05", "The file is empty. Add a header and one row per respondent.") from None
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _refused_rows(path, len(header)) from error


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [name.strip() for name in next(csv.reader(file), [])]
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error
    except csv.Error as error:
        raise _refused(path, "A01", f"The header cannot be read ({error}). Save the file as CSV.") from error


def _refuse_doubled(path: Path, header: list[str]) -> None:
    doubled = [name for name, times in Counter(header).items() if times > 1]
    if doubled:
        message = "The header names this column twice. Rename or remove one of them."
        raise AnswersError(
            tuple(Problem("A03", Where(path.name, f"column {name}"), message) for name in doubled)
        )


def _refused_rows(path: Path, width: int) -> AnswersError:
    """The rows that stopped the fast reader, found again by a slow one that can name them."""
    problems: list[Problem] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row, cells in enumerate(csv.reader(file, strict=True), start=1):
                if len(cells) > width and len(problems) < CELLS_NAMED:
                    found = f"The row has {len(cells)} cells, but the header has {width}."
                    where = Where(path.name, "", f"row {row}")
                    problems.append(Problem("A08", where, f"{found} Quote cells that hold commas."))
    except UnicodeDecodeError:
        return _not_utf8(path)
    except csv.Error as error:
        return _refused(path, "A01", f"The file is not CSV ({error}). Save it as CSV with commas.")
    return AnswersError(tuple(problems)) if problems else _refused(path, "A01", "The file is not CSV.")


def _not_utf8(path: Path) -> AnswersError:
    return _refused(path, "A01", "The file is not UTF-8. Save it as 'CSV UTF-8 (comma delimited)'.")


def _refused(path: Path, code: str, message: str) -> AnswersError:
    return AnswersError((Problem(code, Where(path.name), message),))
