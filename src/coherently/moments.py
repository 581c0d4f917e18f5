"""States: additive int64 sums of answers, from which every measure is computed.

One aggregation fills them. Sums of whole numbers are exact, so any order or split of people, files
and machines gives bit-equal states. States are not anonymous: they stay on the server.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from coherently.errors import StatesError
from coherently.instrument import Instrument

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MISSING_KINDS = ("skipped", "cannot_judge", "not_shown", "unknown")
_GROUP = ":group"  # ids hold no colon, so no item column can bear this name

# What is summed for two topics, as (of the first, of the second): `States.pair` gives them in this order.
_PAIR_SUMS = (
    ("one", "one"),
    ("total", "one"),
    ("one", "total"),
    ("square", "one"),
    ("one", "square"),
    ("total", "total"),
)


@dataclass(frozen=True, slots=True)
class Moments:
    """People, mean and sum of squared deviations per group; `mean` is NaN for a group of nobody."""

    n: Ints
    mean: Floats
    ss: Floats


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """Answers to one item: people per category as asked `[G, m]` and per kind of missing `[G, 4]`."""

    asked: Ints
    missing: Ints
    reversed: bool

    @property
    def recoded(self) -> Ints:
        """People per category after a reversed item is turned round."""
        return self.asked[:, ::-1] if self.reversed else self.asked

    @property
    def n(self) -> Ints:
        """People who answered."""
        people: Ints = self.asked.sum(axis=1)
        return people

    @property
    def moments(self) -> Moments:
        """Moments of the answers as asked."""
        return moments_of_counts(self.asked, np.arange(1, self.asked.shape[1] + 1))

    @property
    def moments_recoded(self) -> Moments:
        """Moments of the recoded answers."""
        return moments_of_counts(self.recoded, np.arange(1, self.asked.shape[1] + 1))


@dataclass(frozen=True, slots=True)
class ConstructStates:
    """Sums for one construct, recoded; G groups, J items, m points.

    `counts` [G, J, m] and `cross` [G, J, J] rest on the people who answered every item. `hist` [G, B]
    counts people per (number answered a, total S), a = 0..J and S = a..a*m, in this order.
    """

    points: int
    items: int
    counts: Ints
    cross: Ints
    hist: Ints

    @property
    def n(self) -> Ints:
        """People who answered every item."""
        people: Ints = self.counts[:, 0, :].sum(axis=1)
        return people

    @property
    def sums(self) -> Ints:
        """Sum of the answers to each item, `[G, J]`."""
        return self.counts @ np.arange(1, self.points + 1)

    @property
    def by_answered(self) -> Ints:
        """Per number of items answered: people, sum of totals, sum of squared totals; `[G, J+1, 3]`."""
        answered, total = _cells_of(self.items, self.points)
        strata = [
            self.hist[:, answered == a] @ np.vander(total[answered == a], 3, increasing=True)
            for a in range(self.items + 1)
        ]
        return np.stack(strata, axis=1)

    @property
    def score_values(self) -> Floats:
        """The possible scores, one per cell of `score_counts`; equal scores can stand in several cells."""
        answered, total = _cells_of(self.items, self.points)
        scored = 2 * answered >= self.items
        return total[scored] / answered[scored]

    @property
    def score_counts(self) -> Ints:
        """People per possible score; only those who answered at least half of the items have one."""
        answered, _ = _cells_of(self.items, self.points)
        return self.hist[:, 2 * answered >= self.items]

    @property
    def scores(self) -> Moments:
        """Moments of the scores."""
        return moments_of_counts(self.score_counts, self.score_values)


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """All sums of one instrument: `cells[g]` is one line of whole numbers for `groups[g]`.

    Groups are sorted by code point. The group `None`, always last, holds the people without a group.
    """

    instrument: Instrument
    groups: tuple[str | None, ...]
    cells: Ints

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, States):
            return NotImplemented
        same_groups = self.groups == other.groups and _identity(self) == _identity(other)
        return same_groups and np.array_equal(self.cells, other.cells)

    __hash__ = None  # type: ignore[assignment]  # holds an array

    @property
    def grouped(self) -> "States":
        """Without the people who have no group."""
        named = tuple(group for group in self.groups if group is not None)
        return States(self.instrument, named, self.cells[: len(named)])

    def pooled(self) -> "States":
        """Everybody as one group, those without a group included."""
        return States(self.instrument, (None,), self.cells.sum(axis=0, keepdims=True))

    def of(self, group: str | None) -> "States":
        """One group alone."""
        row = self.groups.index(group)
        return States(self.instrument, (group,), self.cells[row : row + 1])

    @property
    def people(self) -> Ints:
        """People per group, whatever they answered."""
        people: Ints = self.counts[:, 0, :].sum(axis=1)
        return people

    @property
    def counts(self) -> Ints:
        """T1: people per item and category as asked, then per kind of missing; `[G, I, M + 4]`."""
        width = self.instrument.points_max + len(MISSING_KINDS)
        return np.stack([self._item(item.id, width) for item in self.instrument.items], axis=1)

    def _item(self, item_id: str, width: int) -> Ints:
        block = self._block(("item", item_id))
        m = block.shape[1] - len(MISSING_KINDS)
        padding = np.zeros((len(block), width - block.shape[1]), dtype=np.int64)
        return np.concatenate([block[:, :m], padding, block[:, m:]], axis=1)

    def item(self, item_id: str) -> ItemCounts:
        """T1 of one item."""
        item = self.instrument.item(item_id)
        block = self._block(("item", item_id))
        m = self.instrument.scale_of(item.construct).m
        return ItemCounts(asked=block[:, :m], missing=block[:, m:], reversed=item.reversed)

    def answers(self, construct_id: str) -> Ints:
        """T1 of all items of a construct, recoded: `[G, J, m]`, everyone who answered the item."""
        items = self.instrument.items_of(construct_id)
        return np.stack([self.item(item.id).recoded for item in items], axis=1)

    def construct(self, construct_id: str) -> ConstructStates:
        """T2, T3 and T5 of one construct."""
        m, size = self.instrument.scale_of(construct_id).m, len(self.instrument.items_of(construct_id))
        counts = self._block(("complete", construct_id)).reshape(len(self.groups), size, m)
        cross = np.zeros((len(self.groups), size, size), dtype=np.int64)
        first, second = np.triu_indices(size, 1)
        cross[:, first, second] = cross[:, second, first] = self._block(("cross", construct_id))
        diagonal = np.arange(size)
        cross[:, diagonal, diagonal] = counts @ np.arange(1, m + 1) ** 2
        return ConstructStates(m, size, counts, cross, self._block(("hist", construct_id)))

    def pair(self, first: str, second: str) -> Ints:
        """T3 pairs: n, sum of each total, of each square, of their product, `[G, 6]`; complete on both."""
        ids = [construct.id for construct in self.instrument.constructs]
        if ids.index(first) < ids.index(second):
            return self._block(("pair", first, second))
        return self._block(("pair", second, first))[:, [0, 2, 1, 4, 3, 5]]

    def _block(self, key: tuple[str, ...]) -> Ints:
        return self.cells[:, _layout(self.instrument)[key]]


def empty(instrument: Instrument) -> States:
    """States of nobody: adding them changes nothing."""
    width = sum(len(names) for _, names in _blocks(instrument))
    return States(instrument, (), np.zeros((0, width), dtype=np.int64))


def merge(first: States, second: States) -> States:
    """Add two states of the same instrument. Order and grouping of several merges do not matter.

    Raises
    ------
    StatesError
        If the instruments differ in id or fingerprint.
    """
    if _identity(first) != _identity(second):
        raise StatesError(
            "These answers belong to different instruments: "
            f"{first.instrument.id} {first.instrument.version} and "
            f"{second.instrument.id} {second.instrument.version}. Add only answers to the same file."
        )
    groups = _sorted_groups({*first.groups, *second.groups})
    row = {group: index for index, group in enumerate(groups)}
    cells = np.zeros((len(groups), first.cells.shape[1]), dtype=np.int64)
    for part in (first, second):
        cells[[row[group] for group in part.groups]] += part.cells
    return States(first.instrument, groups, cells)


def _identity(states: States) -> tuple[str, str]:
    return states.instrument.id, states.instrument.fingerprint


def _sorted_groups(groups: Iterable[str | None]) -> tuple[str | None, ...]:
    return tuple(sorted(groups, key=lambda group: (group is None, group or "")))


# One aggregation


def states(frame: Any, instrument: Instrument, group: str = "group") -> States:
    """Sums of a table of answers.

    Parameters
    ----------
    frame
        One row per person: per item a column of whole numbers 1..m as asked or null and a text column
        `<item>.state`; and the group column, null for people without a group. Any frame Narwhals reads:
        Polars eager or lazy, DuckDB, PySpark.
    instrument
        What the columns mean.
    group
        Name of the group column.
    """
    table = nw.from_native(frame)
    rows = table.with_columns(nw.col(group).cast(nw.String).alias(_GROUP))
    if isinstance(rows, nw.DataFrame):
        # Polars is fastest on groups that lie side by side and are not marked as sorted: it would slice each.
        rows = rows.sort(_GROUP).with_columns(nw.concat_str(nw.col(_GROUP), nw.lit("")))
    for step in (_recoded, _totals, _complete):
        rows = rows.with_columns(*step(instrument))
    engine = table.implementation
    boolean_sums = not (engine.is_pyspark() or engine.is_pyspark_connect())  # Spark cannot add booleans
    sums = rows.group_by(_GROUP).agg(*_counts(instrument, boolean_sums), *_products(instrument))
    if isinstance(sums, nw.LazyFrame):
        sums = sums.collect("polars").with_columns(nw.exclude(_GROUP).fill_null(0))  # SQL's sum of nothing
    return _collected(sums, instrument)


def _collected(sums: nw.DataFrame[Any], instrument: Instrument) -> States:
    labels: list[str | None] = sums.get_column(_GROUP).to_list()
    names = [name for _, block in _blocks(instrument) for name in block]
    cells = sums[names].to_numpy()
    row = {label: index for index, label in enumerate(labels)}
    groups = _sorted_groups(labels)
    return States(instrument, groups, cells[[row[group] for group in groups]])


def _recoded(instrument: Instrument) -> Iterator[nw.Expr]:
    for item in instrument.items:
        answer = nw.col(item.id).cast(nw.Int64)
        top = instrument.scale_of(item.construct).m + 1
        yield (top - answer if item.reversed else answer).alias(f"recoded:{item.id}")


def _totals(instrument: Instrument) -> Iterator[nw.Expr]:
    for construct in instrument.constructs:
        answers = [nw.col(f"recoded:{item.id}") for item in instrument.items_of(construct.id)]
        answered = nw.sum_horizontal(*((~answer.is_null()).cast(nw.Int64) for answer in answers))
        yield answered.alias(f"answered:{construct.id}")
        yield nw.sum_horizontal(*(answer.fill_null(0) for answer in answers)).alias(f"sum:{construct.id}")


def _complete(instrument: Instrument) -> Iterator[nw.Expr]:
    """Columns that are null, or 0, unless every item of the construct is answered; and the score's cell."""
    for construct in instrument.constructs:
        items = instrument.items_of(construct.id)
        answered, total = nw.col(f"answered:{construct.id}"), nw.col(f"sum:{construct.id}")
        everything = answered == len(items)
        one = everything.cast(nw.Int64)
        yield one.alias(f"one:{construct.id}")
        yield (one * total).alias(f"total:{construct.id}")
        yield (one * total * total).alias(f"square:{construct.id}")
        for item in items:
            yield nw.when(everything).then(nw.col(f"recoded:{item.id}")).alias(f"complete:{item.id}")
        m = instrument.scale_of(construct.id).m
        yield ((m - 1) * answered * (answered - 1) // 2 + total).alias(f"cell:{construct.id}")


def _counted(instrument: Instrument) -> Iterator[tuple[str, Sequence[int] | Sequence[str]]]:
    """Every column whose values are counted, with these values."""
    for construct in instrument.constructs:
        m, items = instrument.scale_of(construct.id).m, instrument.items_of(construct.id)
        for item in items:
            yield item.id, range(1, m + 1)
            yield f"{item.id}.state", MISSING_KINDS
            yield f"complete:{item.id}", range(1, m + 1)
        yield f"cell:{construct.id}", range(_cell_count(len(items), m))


def _counts(instrument: Instrument, boolean_sums: bool) -> Iterator[nw.Expr]:
    """One expression per value for all columns that hold it: one per sum takes four times as long."""
    columns: dict[int | str, list[str]] = {}
    for column, values in _counted(instrument):
        for value in values:
            columns.setdefault(value, []).append(column)
    for value, holders in columns.items():
        condition = nw.col(*holders) == value
        hits = condition if boolean_sums else condition.cast(nw.Int64)
        yield _total(hits).name.suffix(f"={value}")


def _products(instrument: Instrument) -> Iterator[nw.Expr]:
    """One expression per column for all columns it is multiplied with; named as `_blocks` names them."""
    for construct in instrument.constructs:
        items = [item.id for item in instrument.items_of(construct.id)]
        for position, second in enumerate(items[1:], 1):
            yield _times(f"complete:{second}", [f"complete:{first}" for first in items[:position]])
    topics = [construct.id for construct in instrument.constructs]
    for position, second in enumerate(topics[1:], 1):
        for kind in ("one", "total", "square"):
            others = [other for other, own in _PAIR_SUMS if own == kind]
            firsts = [f"{other}:{first}" for other in others for first in topics[:position]]
            yield _times(f"{kind}:{second}", firsts)


def _times(column: str, others: Sequence[str]) -> nw.Expr:
    return _total(nw.col(*others) * nw.col(column)).name.suffix(f"*{column}")


def _total(values: nw.Expr) -> nw.Expr:
    return values.sum().cast(nw.Int64)  # DuckDB would answer with a decimal of 38 digits


# Layout of one line of cells


@lru_cache(maxsize=16)
def _layout(instrument: Instrument) -> dict[tuple[str, ...], slice]:
    blocks, start = {}, 0
    for key, names in _blocks(instrument):
        blocks[key] = slice(start, start + len(names))
        start += len(names)
    return blocks


def _blocks(instrument: Instrument) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """The names of all sums, in the order of the cells."""
    counted = {column: [f"{column}={value}" for value in values] for column, values in _counted(instrument)}
    for item in instrument.items:
        yield ("item", item.id), counted[item.id] + counted[f"{item.id}.state"]
    for construct in instrument.constructs:
        items = [item.id for item in instrument.items_of(construct.id)]
        yield ("complete", construct.id), [name for item in items for name in counted[f"complete:{item}"]]
        yield ("cross", construct.id), [f"complete:{a}*complete:{b}" for a, b in combinations(items, 2)]
        yield ("hist", construct.id), counted[f"cell:{construct.id}"]
    for first, second in combinations(instrument.constructs, 2):
        yield ("pair", first.id, second.id), [f"{a}:{first.id}*{b}:{second.id}" for a, b in _PAIR_SUMS]


def _cell_count(items: int, m: int) -> int:
    return sum(answered * (m - 1) + 1 for answered in range(items + 1))


def _cells_of(items: int, m: int) -> tuple[Ints, Ints]:
    """Number answered and total of every cell of `hist`."""
    cells = [(a, total) for a in range(items + 1) for total in range(a, a * m + 1)]
    answered, total = np.array(cells, dtype=np.int64).T
    return answered, total


# Plain moments


def moments_of_counts(counts: NDArray[np.integer[Any]], values: NDArray[Any]) -> Moments:
    """Moments of `values` (shape [B]) that occur `counts` times (shape [..., B])."""
    n = counts.sum(axis=-1)
    with np.errstate(invalid="ignore"):
        mean = (counts @ values) / n
    ss = (counts * (values - mean[..., None]) ** 2).sum(axis=-1)
    return Moments(n, mean, np.where(_varies(counts, values), ss, 0.0))


def _varies(counts: NDArray[np.integer[Any]], values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether two different values occur; rounding would make a constant score vary by 1e-16."""
    lowest: Floats = np.where(counts > 0, values, np.inf).min(axis=-1)
    highest: Floats = np.where(counts > 0, values, -np.inf).max(axis=-1)
    return highest > lowest


def moments_of_rows(values: Sequence[float], labels: Sequence[str]) -> tuple[tuple[str, ...], Moments]:
    """Moments per label of one value per person, for scores made elsewhere; labels come back sorted."""
    names, row = np.unique(np.asarray(labels), return_inverse=True)
    distinct, column = np.unique(np.asarray(values, dtype=float), return_inverse=True)
    counts = np.zeros((len(names), len(distinct)), dtype=np.int64)
    np.add.at(counts, (row, column), 1)
    return tuple(map(str, names)), moments_of_counts(counts, distinct)
