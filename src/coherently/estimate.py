"""The one result type of every measure, and the only rounding: at display, half up."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite, nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from coherently.errors import MeasureError
from coherently.moments import Floats, Ints, Moments

Target = Literal["faculty", "climate"]
Population = Sequence[int | None] | None
Flags = NDArray[np.bool_]

CAUTION_TEXTS = {
    "approximate": "The groups differ in size, so the interval is approximate.",
    "boundary": "The estimate lies at the edge of what is possible.",
    "census": "Everyone invited answered, so there is no sampling error; errors of measurement stay.",
    "columns_ignored": "These columns are neither group nor item and were ignored: {columns}.",
    "complete_cases": "This number rests on the {complete} people who answered every item.",
    "few_groups": "There are fewer than 10 groups, so numbers about differences between them are uncertain.",
    "few_items": "This number needs at least two items.",
    "group_missing": "{people} people have no group; they count only where groups are pooled.",
    "n_too_small": "At least two people are needed for this number.",
    "negative_alpha": "Alpha is negative; look for an item that should be reversed.",
    "negative_variance": "The groups differ less than chance alone would make them differ.",
    "no_scores": "Nobody has a score here.",
    "no_skewed_null": "Skewed comparison distributions are known for 5, 6 and 7 points only.",
    "one_group": "At least two groups are needed for this number.",
    "out_of_range_mean": "The mean is too close to an end of the scale for this index.",
    "population_unknown": "The number of people invited is unknown.",
    "rows_empty": "{rows} rows without any answer were left out.",
    "zero_variance": "There is no variation to work with.",
}


@dataclass(frozen=True, slots=True)
class Caution:
    """What a reader must know about one field of a result."""

    code: str
    field: str
    text: str
    values: tuple[tuple[str, int | float | str], ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval. Never NaN or infinity: `None`, and a caution that says why."""

    value: float | None
    low: float | None
    high: float | None
    level: float
    se: float | None
    n: int
    groups: int | None
    target: Target | None
    method: str
    cautions: tuple[Caution, ...] = ()


@lru_cache(maxsize=1024)
def caution(code: str, field: str, **values: int | float | str) -> Caution:
    """The caution `code` about `field`, in English."""
    return Caution(code, field, CAUTION_TEXTS[code].format(**values), tuple(values.items()))


def estimate(
    value: float,
    n: int,
    method: str,
    *,
    low: float = nan,
    high: float = nan,
    groups: int | None = None,
    target: Target | None = None,
    cautions: tuple[Caution, ...] = (),
) -> Estimate:
    """One estimate; a number that is not finite becomes `None`."""
    value_, low_, high_ = _numbers(np.array([value, low, high]), 3)
    return Estimate(value_, low_, high_, 0.95, None, n, groups, target, method, cautions)


def estimates(
    value: Floats,
    n: Ints,
    method: str | Sequence[str],
    *,
    low: Floats | None = None,
    high: Floats | None = None,
    se: Floats | None = None,
    level: float = 0.95,
    target: Target | None = None,
    flags: Sequence[tuple[Flags, str, str]] = (),
) -> tuple[Estimate, ...]:
    """One estimate per group. `flags` holds (groups concerned, caution code, field)."""
    size = len(value)
    methods = [method] * size if isinstance(method, str) else method
    columns = zip(*(_numbers(column, size) for column in (value, low, high, se)), strict=True)
    cautions: list[tuple[Caution, ...]] = [()] * size
    for concerned, code, field in flags:
        for index in np.flatnonzero(concerned):
            cautions[index] += (caution(code, field),)
    return tuple(
        Estimate(value_, low_, high_, level, se_, int(n[i]), None, target, methods[i], cautions[i])
        for i, (value_, low_, high_, se_) in enumerate(columns)
    )


def _numbers(column: Floats | None, size: int) -> list[float | None]:
    if column is None:
        return [None] * size
    return [number if isfinite(number) else None for number in column.tolist()]


def invited(population: Population, n: Ints) -> Floats:
    """Number of people invited per group; NaN where it is unknown.

    Raises
    ------
    MeasureError
        If fewer people were invited than answered, or the groups do not match.
    """
    if population is None:
        return np.full(len(n), nan)
    if len(population) != len(n):
        raise MeasureError(f"Give one population per group: found {len(population)} for {len(n)} groups.")
    known = np.array([nan if size is None else size for size in population], dtype=float)
    for size, answered in zip(known, n, strict=True):
        if size < answered:
            raise MeasureError(
                f"{answered} people answered but only {size:g} were invited. Correct the population."
            )
    return known


def t_estimates(
    moments: Moments, population: Population, target: Target, *, field: str, methods: tuple[str, str]
) -> tuple[Estimate, ...]:
    """Means with t intervals. `methods`: the label with and without the finite-population factor."""
    n = moments.n
    size = invited(population, n)
    corrected = (target == "faculty") & ~np.isnan(size)
    several = n > 1
    df = np.where(several, n - 1, nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(corrected, 1 - n / size, 1.0)
        se = np.sqrt(factor * moments.ss / df / n)
    half = stdtrit(df, 0.975) * se
    return estimates(
        moments.mean,
        n,
        [methods[0] if known else methods[1] for known in corrected],
        low=moments.mean - half,
        high=moments.mean + half,
        se=se,
        target=target,
        flags=(
            (n == 0, "no_scores", field),
            (n == 1, "n_too_small", "se"),
            (several & (moments.ss == 0), "zero_variance", "se"),
            (several & corrected & (n == size), "census", "se"),
            ((n > 0) & np.isnan(size) & (target == "faculty"), "population_unknown", "se"),
        ),
    )


def shown(value: float, decimals: int) -> str:
    """`value` rounded half up, away from zero, as a reader does it by hand: 4.35 gives 4.4, 0.04 gives 0.0.

    The tenth decimal is rounded first: a mean of 4.35 may be stored as 4.3499999999999996.
    """
    exact = Decimal(f"{value:.10f}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return str(abs(exact) if exact.is_zero() else exact)


def percents(counts: Sequence[int]) -> tuple[int, ...]:
    """Whole percents of `counts` that add to 100, by largest remainder; ties go to the earlier part."""
    total = sum(counts)
    if total == 0:
        return (0,) * len(counts)
    whole = [100 * count // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: -(100 * counts[i] % total))
    for index in by_remainder[: 100 - sum(whole)]:
        whole[index] += 1
    return tuple(whole)
