"""What the people who did not answer could change."""

import numpy as np

from coherently.estimate import Estimate, Flags, Population, estimates, invited
from coherently.moments import Floats, Ints, Moments


def bounds(moments: Moments, population: Population, points: int) -> tuple[Estimate, ...]:
    """Between which means must the faculty's mean lie, whatever the silent would have said?

    Parameters
    ----------
    moments
        People, mean and sum of squared deviations of G groups, in scale points.
    population
        People invited, one whole number per group, `None` where unknown.
    points
        Number of scale points m.

    Returns
    -------
    tuple of Estimate
        One per group: `nonresponse/bounds`, level 1. `value` is the mean of those who answered.

    Raises
    ------
    MeasureError
        If a population is smaller than the number of people who answered.

    Notes
    -----
    With r = n/N: r mean + (1 - r) 1 to r mean + (1 - r) m. Nothing is assumed, so the bounds are wide.
    They do not show which value in between is likely.

    References
    ----------
    Manski 1989, Anatomy of the selection problem.

    Examples
    --------
    >>> import numpy as np
    >>> from coherently.moments import Moments
    >>> found = bounds(Moments(n=np.array([30]), mean=np.array([4.0]), ss=np.array([20.0])), [40], 6)[0]
    >>> found.low, found.high
    (3.25, 4.5)

    R: ``mean(x) * n / N + c(1, m) * (1 - n / N)``
    """
    size, defined = _defined(moments.n, population)
    silent = 1 - moments.n / size
    answered = (1 - silent) * moments.mean
    return estimates(
        np.where(defined, moments.mean, np.nan),
        moments.n,
        "nonresponse/bounds",
        low=answered + silent,
        high=answered + silent * points,
        level=1.0,
        target="faculty",
        flags=_flags(moments.n, size, "bounds"),
    )


def shift(moments: Moments, population: Population, d: float = 1.0) -> tuple[Estimate, ...]:
    """Where would the mean lie if the silent see things less well?

    Parameters
    ----------
    moments
        People, mean and sum of squared deviations of G groups, in scale points.
    population
        People invited, one whole number per group, `None` where unknown.
    d
        How many standard deviations lower the silent are taken to lie.

    Returns
    -------
    tuple of Estimate
        One per group: `nonresponse/shift`, in scale points, without interval.

    Raises
    ------
    MeasureError
        If a population is smaller than the number of people who answered.

    Notes
    -----
    mean - (1 - n/N) d s. A scenario to read beside the mean. It does not show what the silent think.

    References
    ----------
    Manski 1989, Anatomy of the selection problem.

    Examples
    --------
    >>> import numpy as np
    >>> from coherently.moments import Moments
    >>> shift(Moments(n=np.array([30]), mean=np.array([4.0]), ss=np.array([29.0])), [40])[0].value
    3.75

    R: ``mean(x) - (1 - n / N) * d * sd(x)``
    """
    size, defined = _defined(moments.n, population)
    several = moments.n > 1
    sd = np.sqrt(moments.ss / np.where(several, moments.n - 1, np.nan))
    value = np.where(defined, moments.mean, np.nan) - (1 - moments.n / size) * d * sd
    flags = (*_flags(moments.n, size, "shift"), (moments.n == 1, "n_too_small", "shift"))
    return estimates(value, moments.n, "nonresponse/shift", target="faculty", flags=flags)


def _defined(n: Ints, population: Population) -> tuple[Floats, Flags]:
    size = invited(population, n)
    size = np.where(size > 0, size, np.nan)
    return size, (n > 0) & ~np.isnan(size)


def _flags(n: Ints, size: Floats, field: str) -> tuple[tuple[Flags, str, str], ...]:
    return (
        (n == 0, "no_scores", field),
        ((n > 0) & np.isnan(size), "population_unknown", field),
        ((n > 0) & (n == size), "census", field),
    )
