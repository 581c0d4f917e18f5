"""What did people answer: mean, spread, middle, and how many did not answer."""

import numpy as np

from coherently.estimate import Estimate, Population, Target, estimates, t_estimates
from coherently.moments import Ints, Moments


def mean(moments: Moments, population: Population = None, target: Target = "faculty") -> tuple[Estimate, ...]:
    """What is the mean, and how far may it lie from the mean of everyone?

    Parameters
    ----------
    moments
        People, mean and sum of squared deviations of G groups, in scale points.
    population
        People invited, one whole number per group, `None` where unknown.
    target
        "faculty": these people, so a larger share of answers narrows the interval. "climate": the
        school as a lasting condition, so it does not.

    Returns
    -------
    tuple of Estimate
        One per group: `mean/t-fpc`, or `mean/t` without a finite-population factor.

    Raises
    ------
    MeasureError
        If a population is smaller than the number of people who answered.

    Notes
    -----
    SE = sqrt((1 - n/N) s^2 / n) with s^2 of divisor n - 1; limits: mean +- t(.975, n - 1) SE. They are not
    clipped to the scale. The interval treats those who answered as a random draw. It does not show what
    the others would have said (see `bounds`) nor errors of measurement. When half of the answers lie at one
    end of the scale and 8 to 12 people answer, it holds the truth in 92 of 100 cases only.

    References
    ----------
    Cochran 1977, Sampling Techniques.

    Examples
    --------
    >>> import numpy as np
    >>> from coherently.moments import Moments
    >>> one_school = Moments(n=np.array([26]), mean=np.array([4.2]), ss=np.array([25.0]))
    >>> round(mean(one_school, [40])[0].se, 6)
    0.116024

    R: ``t.test(x)$conf.int``; with N known, ``mean(x) + c(-1, 1) * qt(.975, n - 1) * sqrt((1 - n/N) *
    var(x) / n)``
    """
    return t_estimates(moments, population, target, field="mean", methods=("mean/t-fpc", "mean/t"))


def sd(moments: Moments) -> tuple[Estimate, ...]:
    """How widely do the answers spread?

    Parameters
    ----------
    moments
        People, mean and sum of squared deviations of G groups, in scale points.

    Returns
    -------
    tuple of Estimate
        One per group: `sd`, in scale points, without interval.

    Notes
    -----
    sqrt(ss / (n - 1)). It does not show whether people fall into two camps; look at the distribution.

    References
    ----------
    Cochran 1977, Sampling Techniques.

    Examples
    --------
    >>> import numpy as np
    >>> from coherently.moments import Moments
    >>> sd(Moments(n=np.array([5]), mean=np.array([3.0]), ss=np.array([16.0])))[0].value
    2.0

    R: ``sd(x)``
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.sqrt(moments.ss / np.where(moments.n > 1, moments.n - 1, np.nan))
    flags = ((moments.n == 0, "no_scores", "sd"), (moments.n == 1, "n_too_small", "sd"))
    return estimates(value, moments.n, "sd", flags=flags)


def median(counts: Ints) -> tuple[Estimate, ...]:
    """Which answer stands in the middle?

    Parameters
    ----------
    counts
        People per category 1..m, shape [G, m].

    Returns
    -------
    tuple of Estimate
        One per group: `median`, in scale points; between two categories, their mean.

    Notes
    -----
    The answer of the middle person when all are put in order. It does not show how many answered otherwise.

    References
    ----------
    Hyndman & Fan 1996, Sample quantiles in statistical packages.

    Examples
    --------
    >>> import numpy as np
    >>> median(np.array([[0, 1, 1, 2, 0]]))[0].value
    3.5

    R: ``median(x)``
    """
    n = counts.sum(axis=1)
    passed = counts.cumsum(axis=1)[:, None, :]
    places = np.stack([(n + 1) // 2, n // 2 + 1], axis=1)[:, :, None]
    middle = (passed < places).sum(axis=2).mean(axis=1) + 1
    return estimates(np.where(n > 0, middle, np.nan), n, "median", flags=((n == 0, "no_scores", "median"),))


def missing(counts: Ints, not_answered: Ints) -> tuple[Estimate, ...]:
    """Which share of those who saw the item gave no answer?

    Parameters
    ----------
    counts
        People per category 1..m, shape [G, m].
    not_answered
        People per kind of missing (skipped, cannot judge, not shown, unknown), shape [G, 4].

    Returns
    -------
    tuple of Estimate
        One per group: `missing/shown`, from 0 to 1. People who were not shown the item do not count.

    Notes
    -----
    (skipped + cannot judge + unknown) / (answered + skipped + cannot judge + unknown). It does not show why
    people gave no answer, and it counts only people who sent a ballot.

    References
    ----------
    Cochran 1977, Sampling Techniques.

    Examples
    --------
    >>> import numpy as np
    >>> missing(np.array([[0, 4, 3]]), np.array([[1, 2, 5, 0]]))[0].value
    0.3

    R: ``mean(is.na(x[shown]))``
    """
    without = not_answered.sum(axis=1) - not_answered[:, 2]
    n = counts.sum(axis=1) + without
    with np.errstate(invalid="ignore"):
        value = without / n
    return estimates(value, n, "missing/shown", flags=((n == 0, "no_scores", "missing"),))
