"""A small seeded part of the coverage attack: the same code, fewer schools."""

from dataclasses import replace
from functools import partial

import pytest
from scipy.stats import binom
from tests.attack import coverage

from coherently.measures import mean

REPLICATIONS = 500
FALSE_ALARM = 1e-5  # per side and cell, if the true coverage lies at the very edge of what is allowed


def passes(cell: coverage.Cell) -> bool:
    """Whether the hits are possible for an interval whose true coverage is allowed."""
    hits = coverage.share_covered(cell, REPLICATIONS) * REPLICATIONS
    fewest = binom.ppf(FALSE_ALARM, REPLICATIONS, cell.allowed[0])
    most = binom.ppf(1 - FALSE_ALARM, REPLICATIONS, cell.allowed[1])
    return bool(fewest <= hits <= most)


JUDGED = [cell for cell in coverage.cells() if cell.allowed]


@pytest.mark.parametrize("cell", JUDGED, ids=lambda cell: cell.name)
def test_an_interval_holds_the_truth_as_often_as_it_says(cell) -> None:
    assert passes(cell)


def test_an_interval_for_the_wrong_target_is_found_out(monkeypatch) -> None:
    monkeypatch.setattr(coverage, "mean", partial(mean, target="climate"))
    cell = JUDGED[0]
    assert cell.name == "mean/t-fpc, 8 of 9 answer"
    assert not passes(cell)


def test_an_interval_that_is_too_short_is_found_out() -> None:
    honest = next(cell for cell in JUDGED if cell.measure == "alpha/feldt")
    assert not passes(replace(honest, allowed=(0.99, 1.0)))
