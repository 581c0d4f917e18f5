"""How much do the people of one group see a topic alike.

All indices rest on people who answered every item. None has an interval, and all are noisy in small
groups. The standard deviation of the scores (`sd`) belongs beside each of them.
"""

from typing import Literal

import numpy as np

from coherently.errors import MeasureError
from coherently.estimate import Estimate, estimates
from coherently.moments import Floats, Ints, moments_of_counts

Null = Literal["uniform", "slight_skew", "moderate_skew", "heavy_skew"]

SKEWED = {  # variance of one answer if people answered at random but leaned to one side, by number of points
    5: {"slight_skew": 1.34, "moderate_skew": 0.90, "heavy_skew": 0.44},
    6: {"slight_skew": 1.85, "moderate_skew": 1.26, "heavy_skew": 0.69},
    7: {"slight_skew": 2.90, "moderate_skew": 2.14, "heavy_skew": 1.39},
}


def rwg_j(counts: Ints, null: Null = "uniform") -> tuple[Estimate, ...]:
    """How much less do people differ than if they answered at random?

    Parameters
    ----------
    counts
        People per recoded category 1..m of each of the J items, shape [G, J, m], complete cases.
    null
        How random answers would fall: "uniform", or leaning to one side by LeBreton & Senter. Always
        look at both "uniform" and "slight_skew".

    Returns
    -------
    tuple of Estimate
        One per group: `rwg_j/<null>`, from 0 (no agreement) to 1. One item gives r_wg.

    Raises
    ------
    MeasureError
        If the null is none of the four.

    Notes
    -----
    v = min(mean of s_j^2, null) / null; J (1 - v) / (J (1 - v) + v). The uniform null variance is (m^2 - 1)
    / 12. .51-.70 is called moderate, .71-.90 strong. It rises with the number of items, and it does not
    show whether people agree that things are good or bad.

    References
    ----------
    James, Demaree & Wolf 1984, Estimating within-group interrater reliability. LeBreton & Senter 2008,
    Answers to 20 questions about interrater reliability.

    Examples
    --------
    >>> import numpy as np
    >>> round(rwg_j(np.array([[[2, 1, 1, 0, 0], [1, 3, 0, 0, 0]]]))[0].value, 6)
    0.829268

    R: ``multilevel::rwg.j(answers, group, ranvar = (m^2 - 1) / 12)``
    """
    points = counts.shape[2]
    spread = null_variance(points, null)
    items = counts.shape[1]
    share = np.minimum(_mean_variance(counts), spread) / spread
    value = items * (1 - share) / (items * (1 - share) + share)
    n = _people(counts)
    unknown = np.full(len(n), np.isnan(spread))
    flags = ((unknown, "no_skewed_null", "rwg_j"), (~unknown & (n < 2), "n_too_small", "rwg_j"))
    return estimates(value, n, f"rwg_j/{null}", flags=flags)


def null_variance(points: int, null: Null) -> float:
    """Variance of one random answer; NaN where no skewed null is published for this number of points."""
    if null == "uniform":
        return (points**2 - 1) / 12
    if null not in SKEWED[5]:
        raise MeasureError(f"Found null {null!r}. Choose uniform, slight_skew, moderate_skew or heavy_skew.")
    return SKEWED.get(points, {}).get(null, np.nan)


def rwg_j_star(counts: Ints) -> tuple[Estimate, ...]:
    """How much less do people differ than at random, in a way that does not grow with the number of items?

    Parameters
    ----------
    counts
        People per recoded category 1..m of each of the J items, shape [G, J, m], complete cases.

    Returns
    -------
    tuple of Estimate
        One per group: `rwg_j_star/uniform`, at most 1; below 0 when people differ more than at random.

    Notes
    -----
    1 - mean of s_j^2 / ((m^2 - 1) / 12). It is not cut off at 0. It does not show on which side people stand.

    References
    ----------
    Lindell, Brandt & Whitney 1999, A revised index of interrater agreement.

    Examples
    --------
    >>> import numpy as np
    >>> round(rwg_j_star(np.array([[[2, 1, 1, 0, 0], [1, 3, 0, 0, 0]]]))[0].value, 6)
    0.708333

    R: ``multilevel::rwg.j.lindell(answers, group, ranvar = (m^2 - 1) / 12)``
    """
    value = 1 - _mean_variance(counts) / null_variance(counts.shape[2], "uniform")
    n = _people(counts)
    return estimates(value, n, "rwg_j_star/uniform", flags=((n < 2, "n_too_small", "rwg_j_star"),))


def a_wg(counts: Ints) -> tuple[Estimate, ...]:
    """How much of the disagreement that is possible at this mean is absent?

    Parameters
    ----------
    counts
        People per recoded category 1..m of each of the J items, shape [G, J, m], complete cases.

    Returns
    -------
    tuple of Estimate
        One per group: `a_wg`, from -1 to 1.

    Notes
    -----
    Per item with mean M: 1 - 2 s^2 / (((m + 1) M - M^2 - m) n / (n - 1)); 1 if M is 1 or m; not defined if
    M < (n - 1 + m) / n or M > (m (n - 1) + 1) / n. Then the mean over the defined items. .80 is called
    strong. It does not show on which side people stand.

    References
    ----------
    Brown & Hauenstein 2005, Interrater agreement reconsidered.

    Examples
    --------
    >>> import numpy as np
    >>> round(a_wg(np.array([[[0, 2, 2, 0, 0], [0, 1, 2, 1, 0]]]))[0].value, 6)
    0.808333

    R: ``multilevel::awg(answers, group, range = c(1, m))``
    """
    n, m = _people(counts), counts.shape[2]
    per_item = _item_a_wg(counts, n[:, None], m)
    defined = ~np.isnan(per_item)
    with np.errstate(invalid="ignore"):
        value = np.where(defined, per_item, 0).sum(axis=1) / defined.sum(axis=1)
    flags = (
        (n < 2, "n_too_small", "a_wg"),
        ((n > 1) & ~defined.any(axis=1), "out_of_range_mean", "a_wg"),
    )
    return estimates(value, n, "a_wg", flags=flags)


def _item_a_wg(counts: Ints, n: Ints, m: int) -> Floats:
    """Index of each item, NaN where it is not defined; sums are whole numbers, so the limits are exact."""
    total = counts @ np.arange(1, m + 1)
    outside = (total < n - 1 + m) | (total > m * (n - 1) + 1)
    one_end = (total == n) | (total == n * m)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        index = 1 - 2 * _variances(counts) / (((m + 1) * mean - mean**2 - m) * n / (n - 1))
    return np.where(n < 2, np.nan, np.where(one_end, 1.0, np.where(outside, np.nan, index)))


def ad_m(counts: Ints) -> tuple[Estimate, ...]:
    """How many scale points do people lie from their mean answer?

    Parameters
    ----------
    counts
        People per recoded category 1..m of each of the J items, shape [G, J, m], complete cases.

    Returns
    -------
    tuple of Estimate
        One per group: `ad_m`, in scale points, 0 when all agree.

    Notes
    -----
    Mean over items of sum |x - mean| / n. Agreement is spoken of at or below m/6. It does not show on
    which side people stand.

    References
    ----------
    Burke, Finkelstein & Dusig 1999, On average deviation indices. Burke & Dunlap 2002, Estimating interrater
    agreement with the average deviation index.

    Examples
    --------
    >>> import numpy as np
    >>> ad_m(np.array([[[0, 2, 2, 0, 0], [0, 1, 2, 1, 0]]]))[0].value
    0.5

    R: ``multilevel::ad.m(answers, group)``
    """
    n = _people(counts)
    totals = counts @ np.arange(1, counts.shape[2] + 1)
    return _average_deviation(counts, n, totals / np.maximum(n, 1)[:, None], "ad_m")


def ad_md(counts: Ints) -> tuple[Estimate, ...]:
    """How many scale points do people lie from their middle answer?

    Parameters
    ----------
    counts
        People per recoded category 1..m of each of the J items, shape [G, J, m], complete cases.

    Returns
    -------
    tuple of Estimate
        One per group: `ad_md`, in scale points, 0 when all agree.

    Notes
    -----
    Mean over items of sum |x - median| / n. Agreement is spoken of at or below m/6. It does not show on
    which side people stand.

    References
    ----------
    Burke, Finkelstein & Dusig 1999, On average deviation indices. Burke & Dunlap 2002, Estimating interrater
    agreement with the average deviation index.

    Examples
    --------
    >>> import numpy as np
    >>> ad_md(np.array([[[0, 3, 0, 1, 0]]]))[0].value
    0.5

    R: ``multilevel::ad.m(answers, group, type = "median")``
    """
    n = _people(counts)
    places = np.stack([(n + 1) // 2, n // 2 + 1], axis=1)
    passed = counts.cumsum(axis=2)[:, :, None, :] < places[:, None, :, None]
    return _average_deviation(counts, n, passed.sum(axis=3).mean(axis=2) + 1, "ad_md")


def _average_deviation(counts: Ints, n: Ints, center: Floats, method: str) -> tuple[Estimate, ...]:
    distance = np.abs(np.arange(1, counts.shape[2] + 1) - center[:, :, None])
    with np.errstate(invalid="ignore"):
        value = ((counts * distance).sum(axis=2) / n[:, None]).mean(axis=1)
    return estimates(np.where(n > 1, value, np.nan), n, method, flags=((n < 2, "n_too_small", method),))


def _people(counts: Ints) -> Ints:
    people: Ints = counts[:, 0, :].sum(axis=1)
    return people


def _variances(counts: Ints) -> Floats:
    """Variance of each item with divisor n - 1; NaN below two people."""
    moments = moments_of_counts(counts, np.arange(1, counts.shape[2] + 1))
    return moments.ss / np.where(moments.n > 1, moments.n - 1, np.nan)


def _mean_variance(counts: Ints) -> Floats:
    means: Floats = _variances(counts).mean(axis=1)
    return means
