"""How well do the items of a topic hang together."""

import numpy as np
from scipy.special import fdtri

from coherently.estimate import Estimate, estimates
from coherently.moments import Floats, Ints


def alpha(n: Ints, sums: Ints, cross: Ints) -> tuple[Estimate, ...]:
    """How much of the differences between people's scores do the items have in common?

    Parameters
    ----------
    n
        People who answered every item, shape [G]; pool the groups first (`States.pooled`).
    sums
        Sum of the recoded answers to each of the J items, shape [G, J].
    cross
        Sums of products of the recoded answers, shape [G, J, J].

    Returns
    -------
    tuple of Estimate
        One per group: `alpha/feldt`, at most 1, with its 95 % interval.

    Notes
    -----
    J/(J - 1) (1 - sum s_j^2 / s_sum^2). Limits: 1 - (1 - alpha) F(.975) and 1 - (1 - alpha) F(.025) with n
    - 1 and (n - 1)(J - 1) degrees of freedom. They assume equal true-score loadings and normal answers;
    with 20 people they say next to nothing. Alpha does not show that the items measure one thing only.

    References
    ----------
    Feldt 1965, The approximate sampling distribution of Kuder-Richardson reliability coefficient twenty.

    Examples
    --------
    >>> import numpy as np
    >>> answers = np.array([[1, 2], [2, 2], [3, 4], [4, 4]])
    >>> found = alpha(np.array([4]), answers.sum(axis=0)[None], (answers.T @ answers)[None])[0]
    >>> round(found.value, 6)
    0.941176

    R: ``psych::alpha(answers)$total$raw_alpha``; ``psych::alpha.ci(alpha, n.obs = n, n.var = J)``
    """
    items = sums.shape[1]
    scaled = n[:, None, None] * cross - sums[:, :, None] * sums[:, None, :]  # covariance times n (n - 1)
    trace, total = np.trace(scaled, axis1=1, axis2=2), scaled.sum(axis=(1, 2))
    value = np.full(len(n), np.nan)
    defined = (n > 1) & (total > 0) & (items > 1)
    value[defined] = items / (items - 1) * (1 - trace[defined] / total[defined]) if items > 1 else np.nan
    low, high = _feldt(value, n, items)
    return estimates(
        value,
        n,
        "alpha/feldt",
        low=low,
        high=high,
        flags=(
            (np.full(len(n), items < 2), "few_items", "alpha"),
            ((items > 1) & ~defined, "zero_variance", "alpha"),
            (defined & (value < 0), "negative_alpha", "alpha"),
        ),
    )


def _feldt(value: Floats, n: Ints, items: int) -> tuple[Floats, Floats]:
    df = np.where(np.isnan(value), 1, n - 1)
    low, high = (fdtri(df, df * max(items - 1, 1), p) for p in (0.975, 0.025))
    return 1 - (1 - value) * low, 1 - (1 - value) * high
