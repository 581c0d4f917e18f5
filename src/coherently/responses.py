"""A checked table of answers: one row per respondent, one column per item, no names and no times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from coherently.errors import AnswersError, Problem, Where
from coherently.instrument import Instrument, Item

if TYPE_CHECKING:
    import polars as pl

MISSING_STATES = ("skipped", "cannot_judge", "not_shown", "unknown")
STATE_SUFFIX = ".state"
CELLS_NAMED = 20

# A column that could tell who answered must never travel into a report, whatever it is called.
_IDENTITY_WORD = re.compile(
    r"((first|last|full|sur|user)?names?|nombres?|apellidos?|user|login|token|respondent|participant|person"
    r"|e?mail|correo|address|direcci[oó]n|ip|ipaddress|phone|tel[eé]fono|responseid"
    r"|(start|end|recorded|submit)?(date|time)|timestamp|datetime|fecha|hora)"
)
_IDENTITY_VALUES = re.compile(
    r"[^@\s]+@[^@\s]+\.[^@\s]+|\d{1,3}(\.\d{1,3}){3}|\d{4}-\d\d-\d\d([T ].*)?|\d{1,2}/\d{1,2}/\d{2,4}( .*)?"
)

# What other programs write into a cell without an answer.
_MISSING_MARK = re.compile(
    r"#?n\.?[/_]?a\.?|[-<]?nan>?|<na>|#null!|null|nil|none|missing|[.?]|[-–—]+|-?99+|-9", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Responses:
    """Answers that passed every check.

    `frame` holds a text column `group` (null: no group), one whole-number column per item (1..m as asked,
    null: no answer) and one text column `<item>.state`.
    """

    instrument: Instrument
    frame: pl.DataFrame
    population: Mapping[str, int] = field(default_factory=dict)
    columns_ignored: tuple[str, ...] = ()
    rows_empty: int = 0

    @property
    def n(self) -> int:
        """Respondents with at least one answer."""
        return self.frame.height

    @property
    def group_missing(self) -> int:
        """Respondents without a group."""
        return self.frame.get_column("group").null_count()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is to be read: which column says what, and what may be missing."""

    group: str
    population: str | Mapping[str, int] | None = None
    missing_tokens: Sequence[str] = ()
    allow_absent_items: bool = False
    refuse_identity: bool = False


def check(table: pl.DataFrame, instrument: Instrument, reading: Reading, file: str = "") -> Responses:
    """Check a table of answers and return it in the one form the library computes from.

    Parameters
    ----------
    table : one row per respondent; a group column, one column per item id, optional `<item>.state` columns.
    instrument : whose items are asked.
    reading : names of the group and population columns, and what may be missing.
    file : the name to use in messages.

    Returns
    -------
    Responses, without the rows that hold no answer at all.

    Raises
    ------
    AnswersError : every problem of the table at once; up to 20 cells are named by column and row.
    """
    checker = _Checker(table, instrument, reading, file)
    checker.columns()
    if not checker.problems:
        checker.cells()
    if checker.problems:
        raise AnswersError(tuple(checker.problems))
    return checker.responses()


class _CellCheck(NamedTuple):
    column: str
    bad: pl.Expr
    message: Callable[[str], str]


class _Checker:
    """One reading of one table; collects problems instead of stopping at the first."""

    def __init__(self, table: pl.DataFrame, instrument: Instrument, reading: Reading, file: str) -> None:
        import polars as pl

        text = table.select(pl.all().cast(pl.String, strict=False).str.strip_chars())
        blanks = ["", *reading.missing_tokens]
        self.text = text.with_columns(
            pl.when(pl.all().is_in(blanks)).then(None).otherwise(pl.all()).name.keep()
        )
        self.instrument = instrument
        self.reading = reading
        self.file = file
        self.problems: list[Problem] = []
        self.ignored: tuple[str, ...] = ()
        self.bad_cells = 0

    # Columns

    def columns(self) -> None:
        """Are all columns there that are needed, and none that must not be?"""
        if self.text.height == 0:
            self._refuse("A05", "", "", "The table has no rows. Add one row per respondent.")
        for column, advice in self._columns_needed().items():
            if column not in self.text.columns:
                self._refuse("A02", column, "", self._absent(column, advice))
            elif column in self._item_names():
                self._refuse("A02", column, "", f"This column holds answers. {advice}")
        if not self.reading.allow_absent_items:
            for item in self.instrument.items:
                if item.id not in self.text.columns:
                    advice = "Add it, or use --allow-absent-items to treat it as not shown."
                    self._refuse("A02", item.id, "", self._absent(item.id, advice))
        self._ignored_columns()

    def _columns_needed(self) -> dict[str, str]:
        """The columns beside the items, each with what to do when it cannot be one."""
        needed = {self.reading.group: "Name the column of groups with --group."}
        if isinstance(self.reading.population, str):
            needed[self.reading.population] = "Name a column or an existing file with --population."
        return needed

    def _item_names(self) -> set[str]:
        items = [item.id for item in self.instrument.items]
        return {*items, *(item + STATE_SUFFIX for item in items)}

    def _absent(self, column: str, advice: str) -> str:
        near = get_close_matches(column, self.text.columns, n=3, cutoff=0.6)
        hint = f" Did you mean {' or '.join(repr(name) for name in near)}?" if near else ""
        return f"There is no column {column!r}.{hint} {advice}"

    def _ignored_columns(self) -> None:
        known = {*self._columns_needed(), *self._item_names()}
        self.ignored = tuple(column for column in self.text.columns if column not in known)
        if self.reading.refuse_identity:
            self._identity_columns()

    def _identity_columns(self) -> None:
        told = "This column looks as if it says who answered or when."
        for column in self.ignored:
            if _names_identity(column) or self._holds_identity(column):
                self._refuse("A04", column, "", f"{told} Remove it from the file first.")
        group = self.reading.group  # may be called a name: that of a school
        if group in self.text.columns and self._holds_identity(group):
            self._refuse("A04", group, "", f"{told} Name the column of groups with --group.")

    def _holds_identity(self, column: str) -> bool:
        values = self.text.get_column(column).drop_nulls().unique().head(200)
        return any(_IDENTITY_VALUES.fullmatch(value) for value in values)

    # Cells

    def cells(self) -> None:
        """Is every value on its scale, and every state one that can be?"""
        self.items = [item for item in self.instrument.items if item.id in self.text.columns]
        checks = [check for item in self.items for check in self._checks(item)]
        # One pass over all columns finds out whether there is anything to name; there rarely is.
        counts = self.text.select(check.bad.sum().alias(str(i)) for i, check in enumerate(checks)).row(0)
        for check, count in zip(checks, counts, strict=True):
            if count:
                self._name_cells(check, count)
        if self.bad_cells > CELLS_NAMED:
            self._refuse(
                "A06", "", "", f"{self.bad_cells - CELLS_NAMED} more cells have problems like these."
            )
        self.counts = self._population()

    def _checks(self, item: Item) -> Iterator[_CellCheck]:
        import polars as pl

        points = self.instrument.scale_of(item.construct).m
        number = pl.col(item.id).cast(pl.Float64, strict=False)
        on_scale = (number == number.floor()) & number.is_between(1, points)
        wrong = pl.col(item.id).is_not_null() & ~on_scale.fill_null(False)
        yield _CellCheck(item.id, wrong, lambda value: _wrong_value(value, points))
        if item.id + STATE_SUFFIX in self.text.columns:
            yield from self._state_checks(item)

    def _state_checks(self, item: Item) -> Iterator[_CellCheck]:
        import polars as pl

        allowed = list(MISSING_STATES)
        if self.instrument.scale_of(item.construct).cannot_judge is None:
            allowed.remove("cannot_judge")
        column = item.id + STATE_SUFFIX
        state = pl.col(column)
        yield _CellCheck(
            column,
            state.is_not_null() & ~state.is_in(allowed),
            lambda value: (
                f"{value!r} is not a state of this item. Use {', '.join(allowed)}, or leave the cell empty."
            ),
        )
        yield _CellCheck(
            column,
            state.is_in(allowed) & pl.col(item.id).is_not_null(),
            lambda value: f"The state {value!r} stands beside a value. Keep one of the two.",
        )

    def _name_cells(self, check: _CellCheck, count: int) -> None:
        found = self.text.with_row_index("row", offset=2).filter(check.bad).select("row", check.column)
        for row, value in found.head(max(0, CELLS_NAMED - self.bad_cells)).iter_rows():
            self._refuse("A06", check.column, f"row {row}", check.message(value))
        self.bad_cells += count

    # Population

    def _population(self) -> dict[str, int]:
        population = self.reading.population
        if population is None:
            return {}
        wrong: list[str] = []
        if isinstance(population, str):
            counts = self._population_column(population, wrong)
        else:
            counts = dict(population)
        answered = self._answered().group_by(self.reading.group, maintain_order=True).len()
        for group, n in answered.iter_rows():
            if group in counts and counts[group] < n:
                found = f"The population of group {group!r} is {counts[group]}, but {n} people answered."
                wrong.append(f"{found} Correct it.")
        self._name_populations(wrong)
        return counts

    def _name_populations(self, wrong: list[str]) -> None:
        named = wrong[:CELLS_NAMED]
        if len(wrong) > CELLS_NAMED:
            named.append(f"{len(wrong) - CELLS_NAMED} more populations have problems like these.")
        for message in named:
            self._refuse("A07", self._population_name, "", message)

    @property
    def _population_name(self) -> str:
        return self.reading.population if isinstance(self.reading.population, str) else "population"

    def _population_column(self, column: str, wrong: list[str]) -> dict[str, int]:
        pairs = self.text.select(self.reading.group, column).drop_nulls().unique(maintain_order=True)
        counts: dict[str, int] = {}
        for group, value in pairs.iter_rows():
            number = whole_number(value)
            if number is None:
                wrong.append(f"{value!r} is not a whole number of people.")
            elif counts.setdefault(group, number) != number:
                wrong.append(f"Group {group!r} has the populations {counts[group]} and {number}. Give one.")
        return counts

    # Result

    def _answered(self) -> pl.DataFrame:
        import polars as pl

        return self.text.filter(pl.any_horizontal(pl.col(item.id).is_not_null() for item in self.items))

    def responses(self) -> Responses:
        """The checked answers, and what was left out of them."""
        import polars as pl

        answered = self._answered()
        if answered.height == 0:
            raise AnswersError((self._problem("A05", "", "", "No row holds an answer. Check the file."),))
        group = pl.col(self.reading.group).alias("group")
        frame = answered.select(group, *self._item_columns())
        empty = self.text.height - answered.height
        return Responses(self.instrument, frame, self.counts, self.ignored, empty)

    def _item_columns(self) -> Iterable[pl.Expr]:
        import polars as pl

        shown = {item.id for item in self.items}
        for item in self.instrument.items:
            if item.id not in shown:
                yield pl.lit(None, dtype=pl.Int8).alias(item.id)
                yield pl.lit("not_shown").alias(item.id + STATE_SUFFIX)
                continue
            value = pl.col(item.id).cast(pl.Float64).cast(pl.Int8)
            column = item.id + STATE_SUFFIX
            state = pl.col(column) if column in self.text.columns else pl.lit(None, dtype=pl.String)
            yield value
            yield (
                pl.when(value.is_not_null())
                .then(pl.lit("answered"))
                .otherwise(state.fill_null("unknown"))
                .alias(column)
            )

    # Messages

    def _refuse(self, code: str, column: str, row: str, message: str) -> None:
        self.problems.append(self._problem(code, column, row, message))

    def _problem(self, code: str, column: str, row: str, message: str) -> Problem:
        place = f"column {column}" if column else ""
        return Problem(code, Where(self.file, place, row), message)


def _names_identity(column: str) -> bool:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    words = re.findall(r"[^\W_]+", spaced.lower())
    return words == ["id"] or any(_IDENTITY_WORD.fullmatch(word) for word in [*words, "".join(words)])


def whole_number(text: str) -> int | None:
    """The whole number in a cell (`4` or `4.0`), or None."""
    return int(text.partition(".")[0]) if re.fullmatch(r"\d{1,9}(\.0*)?", text) else None


def _wrong_value(value: str, points: int) -> str:
    allowed = f"the whole numbers 1 to {points}"
    advice = f"Use empty cells or `--missing-token {quote(value)}`."
    try:
        float(value)
    except ValueError:
        if not _MISSING_MARK.fullmatch(value):
            advice = f"Use {allowed}, and leave the cell empty where there is no answer."
        return f"{value!r} is not a number. {advice}"
    found = f"{value!r} is not one of {allowed}."
    return f"{found} {advice}" if _MISSING_MARK.fullmatch(value) else found
