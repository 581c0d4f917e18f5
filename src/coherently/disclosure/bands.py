"""How a number is coarsened: bands for people, one decimal or words for an item, labels for a mean."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np

from coherently.disclosure.plan import FLOOR_REPORT
from coherently.disclosure.published import ItemResult, Outcome, Reason
from coherently.estimate import percents, shown
from coherently.moments import Ints

N_BANDS = ((50, "50+"), (30, "30-49"), (20, "20-29"), (15, "15-19"), (10, "10-14"), (8, "8-9"))


# Who answered


def outcome_of(n: int, population: int | None) -> tuple[Outcome, Reason]:
    """A profile from 65 %, with care from 50 %; below, or under eight people, none."""
    if population and 2 * n < population:
        return "none", "half"
    if n < FLOOR_REPORT:
        return "none", "few"
    return ("care" if population and 100 * n < 65 * population else "profile"), ""


def rate_band(n: int, population: int | None) -> str | None:
    if not population:
        return None
    share = Fraction(100 * n, population)
    return "90+" if share > 90 else str(5 * floor(share / 5 + Fraction(1, 2)))


def n_band(n: int) -> str:
    return next(band for least, band in N_BANDS if n >= least)


# Items


def item_result(item_id: str, counts: Ints, k_mean: int, k_spread: int) -> ItemResult:
    """An item as asked; at an end of the scale, or when nearly all agree, words only."""
    n = int(counts.sum())
    if n < k_mean:
        return ItemResult(item_id)
    exact = mean_of(counts)
    if at_an_end(counts):
        return ItemResult(item_id, (1 if 2 * exact < len(counts) else len(counts),))
    place = place_of(exact, len(counts))
    if n < k_spread:
        return ItemResult(item_id, place, rounded(exact))
    if (over := nearly_all(counts)) is not None:
        return ItemResult(item_id, (over,), over=over)  # the exact mean would place the lone other answer
    return ItemResult(item_id, place, rounded(exact), percents(counts.tolist()))


def told_value(item: ItemResult, points: int) -> float:
    """What a reader knows of an item's mean: the printed one, or the middle of what its words stand for."""
    if item.mean is not None:
        return item.mean
    if item.over is not None:
        return float(item.over)
    margin = (points - 1) / 20
    return 1 + margin if item.place == (1,) else points - margin


def mean_of(counts: Ints) -> float:
    values = np.arange(1, len(counts) + 1)
    return float(Fraction(int(values @ counts), int(counts.sum())))


def at_an_end(counts: Ints) -> bool:
    """Does the mean lie within a tenth of the scale's length of one of its ends?"""
    points = len(counts)
    total, n = int(np.arange(1, points + 1) @ counts), int(counts.sum())
    margin = Fraction(points - 1, 10)
    return not 1 + margin <= Fraction(total, n) <= points - margin


def nearly_all(counts: Ints) -> int | None:
    """The category, counted from 1, that is not printed exactly: over 90 % of under 20 people, or all."""
    n, most = int(counts.sum()), int(counts.max())
    if (n < 20 and 10 * most > 9 * n) or 100 in percents(counts.tolist()):
        return int(counts.argmax()) + 1
    return None


def place_of(value: float, points: int) -> tuple[int, ...]:
    """The label nearest a mean, counted from 1; two labels when it lies within .1 of their middle."""
    inside = min(max(value, 1.0), float(points))
    lower = floor(inside)
    if abs(inside - lower - 0.5) <= 0.1 + 1e-9:
        return (lower, lower + 1)
    return (floor(inside + 0.5),)


def rounded(value: float) -> float:
    return float(shown(value, 1))
