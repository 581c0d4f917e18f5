"""Do the same people see two topics differently."""

import numpy as np
from scipy.special import stdtr

from coherently.errors import MeasureError
from coherently.estimate import Estimate, Population, Target, t_estimates
from coherently.moments import Ints, Moments


def paired(
    pair: Ints, items_a: int, items_b: int, population: Population = None, target: Target = "faculty"
) -> tuple[Estimate, ...]:
    """How much higher do people score topic a than topic b?

    Parameters
    ----------
    pair
        People complete on both topics, sums of both totals, of their squares, of their product;
        shape [G, 6], as `States.pair` gives it. Both topics must have the same scale.
    items_a, items_b
        Number of items of each topic.
    population
        People invited, one whole number per group, `None` where unknown.
    target
        "faculty" (these people) or "climate" (the school as a lasting condition).

    Returns
    -------
    tuple of Estimate
        One per group: `contrast/paired`, in scale points; above 0 when topic a is seen more favorably.

    Raises
    ------
    MeasureError
        If a population is smaller than the number of people who answered.

    Notes
    -----
    Each person's difference of scores d = S_a/J_a - S_b/J_b; mean of d +- t(.975, n - 1) sqrt((1 - n/N)
    s_d^2 / n). It does not show whether the difference matters, and it leaves out people who skipped an
    item of either topic.

    References
    ----------
    Cochran 1977, Sampling Techniques.

    Examples
    --------
    >>> import numpy as np
    >>> a, b = np.array([8, 9, 6]), np.array([6, 6, 6])
    >>> sums = [3, a.sum(), b.sum(), a @ a, b @ b, a @ b]
    >>> round(paired(np.array([sums]), 2, 2)[0].value, 6)
    0.833333

    R: ``t.test(a / J_a, b / J_b, paired = TRUE)``
    """
    moments = _differences(pair, items_a, items_b)
    return t_estimates(
        moments, population, target, field="contrast", methods=("contrast/paired", "contrast/paired")
    )


def _differences(pair: Ints, items_a: int, items_b: int) -> Moments:
    """Moments of J_a J_b d, which is a whole number for each person, so that no variance is exactly 0."""
    n, sum_a, sum_b, square_a, square_b, product = pair.T
    unit = items_a * items_b
    total = items_b * sum_a - items_a * sum_b
    squares = items_b**2 * square_a + items_a**2 * square_b - 2 * unit * product
    with np.errstate(invalid="ignore"):
        return Moments(n, total / n / unit, np.where(n > 0, (n * squares - total**2) / n, 0.0) / unit**2)


def p_value(estimate: Estimate) -> float | None:
    """How surprising would this difference be if there were none?

    Parameters
    ----------
    estimate
        A result of `paired`.

    Returns
    -------
    float or None
        Two-sided p value from 0 to 1; `None` where the estimate has no standard error.

    Raises
    ------
    MeasureError
        If the estimate is not a paired contrast.

    Notes
    -----
    2 P(t(n - 1) <= -|value| / SE). With SE = 0 it is 0, or 1 for no difference. It does not show
    the size of the difference, nor that two things are equal. Judge several with `holm`.

    References
    ----------
    Cochran 1977, Sampling Techniques.

    Examples
    --------
    >>> import numpy as np
    >>> a, b = np.array([8, 9, 6]), np.array([6, 6, 6])
    >>> sums = [3, a.sum(), b.sum(), a @ a, b @ b, a @ b]
    >>> round(p_value(paired(np.array([sums]), 2, 2)[0]), 6)
    0.199359

    R: ``t.test(a / J_a, b / J_b, paired = TRUE)$p.value``
    """
    if estimate.method != "contrast/paired":
        raise MeasureError(f"A p value is defined for contrast/paired; found {estimate.method}.")
    if estimate.value is None or estimate.se is None:
        return None
    if estimate.se == 0:
        return float(estimate.value == 0)
    return 2 * float(stdtr(estimate.n - 1, -abs(estimate.value) / estimate.se))
