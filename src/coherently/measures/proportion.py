"""Which share answered on the favorable side of the scale."""

from collections.abc import Callable

import numpy as np

from coherently.estimate import Estimate, Flags, Population, estimates, invited
from coherently.moments import Floats, Ints

TAIL = 0.025
NORMAL_QUANTILE = 1.959963984540054


def favorable(counts: Ints, population: Population = None) -> tuple[Estimate, ...]:
    """Which share answers favorably, and how far may it lie from the share among everyone?

    Parameters
    ----------
    counts
        People per recoded category 1..m, shape [G, m].
    population
        People invited, one whole number per group, `None` where unknown.

    Returns
    -------
    tuple of Estimate
        One per group, from 0 to 1: `favorable/hypergeometric`, or `favorable/wilson` without a population.

    Raises
    ------
    MeasureError
        If a population is smaller than the number of people who answered.

    Notes
    -----
    Favorable is every category above (m + 1) / 2: 4 and 5 of 5, 4 to 6 of 6. With x favorable among n of N
    people the limits are K/N for the smallest and the largest number K of favorable people among the N with
    P(X >= x | K) > .025 and P(X <= x | K) > .025, X hypergeometric. They cover at least 95 %, usually more.
    It does not show how strongly people agree, nor what the silent would have said (see `bounds`).

    References
    ----------
    Wright 1991, Exact Confidence Bounds when Sampling from Small Finite Universes. Wilson 1927, Probable
    inference.

    Examples
    --------
    >>> import numpy as np
    >>> found = favorable(np.array([[2, 3, 3, 10, 6, 2]]), [40])[0]
    >>> found.low, found.high
    (0.575, 0.775)

    R: smallest and largest ``K / N`` with ``phyper(x - 1, K, N - K, n, lower.tail = FALSE) > .025`` and
    ``phyper(x, K, N - K, n) > .025``; without N ``prop.test(x, n, correct = FALSE)$conf.int``
    """
    x, n = _favorable(counts), counts.sum(axis=1)
    size = invited(population, n)
    known = ~np.isnan(size)
    low, high = _wilson(x, n)
    low[known], high[known] = _hypergeometric(x[known], n[known], size[known].astype(np.int64))
    with np.errstate(invalid="ignore"):
        value = x / n
    return estimates(
        value,
        n,
        ["favorable/hypergeometric" if k else "favorable/wilson" for k in known],
        low=np.where(n > 0, low, np.nan),
        high=np.where(n > 0, high, np.nan),
        target="faculty",
        flags=_flags(n, size),
    )


def _flags(n: Ints, size: Floats) -> tuple[tuple[Flags, str, str], ...]:
    return (
        (n == 0, "no_scores", "favorable"),
        ((n > 0) & (n == size), "census", "favorable"),
        ((n > 0) & np.isnan(size), "population_unknown", "favorable"),
    )


def _favorable(counts: Ints) -> Ints:
    m = counts.shape[-1]
    people: Ints = counts[..., np.arange(1, m + 1) > (m + 1) / 2].sum(axis=-1)
    return people


def _wilson(x: Ints, n: Ints) -> tuple[Floats, Floats]:
    square = NORMAL_QUANTILE**2
    center = (x + square / 2) / (n + square)
    with np.errstate(invalid="ignore", divide="ignore"):
        half = NORMAL_QUANTILE * np.sqrt(x * (n - x) / n + square / 4) / (n + square)
    return center - half, center + half


def _hypergeometric(x: Ints, n: Ints, size: Ints) -> tuple[Floats, Floats]:
    """Both limits for every distinct (x, n, N); many items of a school share them."""
    from scipy.stats import hypergeom  # half a second to import

    if not len(x):
        return np.zeros(0), np.zeros(0)
    cases, place = np.unique(np.stack([x, n, size], axis=1), axis=0, return_inverse=True)
    x, n, size = cases.T
    smallest, largest = x, size - (n - x)  # numbers of favorable people that can give x among n
    low = _first(smallest, largest, lambda k: hypergeom.sf(x - 1, size, k, n) > TAIL)
    high = -_first(-largest, -smallest, lambda k: hypergeom.cdf(x, size, -k, n) > TAIL)
    return (low / size)[place], (high / size)[place]


def _first(low: Ints, high: Ints, holds: Callable[[Ints], Flags]) -> Ints:
    """Smallest whole numbers from `low` to `high` where a condition that stays true begins to hold."""
    low, high = low.copy(), high.copy()
    while (low < high).any():
        middle = (low + high) // 2
        true = holds(middle)
        high = np.where(true, middle, high)
        low = np.where(true, low, np.minimum(middle + 1, high))
    return low


def favorable_answers(counts: Ints) -> tuple[Estimate, ...]:
    """Which share of all answers to a topic is favorable?

    Parameters
    ----------
    counts
        People per recoded category 1..m of each of the J items, shape [G, J, m].

    Returns
    -------
    tuple of Estimate
        One per group: `favorable/answers`, from 0 to 1, without interval. `n` counts answers, not people.

    Notes
    -----
    Favorable answers of all items over answers to all items. There is no interval, as one person gives
    several answers. It does not show whether a few people or many give the unfavorable ones.

    References
    ----------
    Cochran 1977, Sampling Techniques.

    Examples
    --------
    >>> import numpy as np
    >>> favorable_answers(np.array([[[1, 0, 0, 2, 1], [2, 0, 1, 1, 0]]]))[0].value
    0.5

    R: ``mean(unlist(answers) > (m + 1) / 2, na.rm = TRUE)``
    """
    n = counts.sum(axis=(1, 2))
    with np.errstate(invalid="ignore"):
        value = _favorable(counts).sum(axis=1) / n
    return estimates(value, n, "favorable/answers", flags=((n == 0, "no_scores", "favorable"),))
