"""Do groups, such as schools, differ: analysis of variance."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import fdtri

from coherently.errors import MeasureError
from coherently.estimate import Caution, Estimate, caution, estimate
from coherently.moments import Moments


@dataclass(frozen=True, slots=True)
class _Anova:
    """Groups with scores, people, both mean squares, and the k0 of unequal sizes."""

    groups: int
    n: int
    between: float
    within: float
    k0: float
    equal: bool

    @property
    def f_limits(self) -> tuple[float, float]:
        """F divided by, and times, its .975 quantiles."""
        f, above, below = self.between / self.within, self.groups - 1, self.n - self.groups
        return f / float(fdtri(above, below, 0.975)), f * float(fdtri(below, above, 0.975))


def icc1_anova(moments: Moments, size: Literal["mean", "k0"] = "mean") -> Estimate:
    """Which share of the differences between people lies between groups?

    Parameters
    ----------
    moments
        People, mean and sum of squared deviations of K groups, in scale points.
    size
        Group size in the formula: "mean" n/K, as the R package multilevel has it, or "k0", right for
        unequal sizes.

    Returns
    -------
    Estimate
        `icc1/anova-mean-size` or `icc1/anova-k0`, at most 1, with its 95 % interval; below 0 when groups
        differ less than chance would make them.

    Raises
    ------
    MeasureError
        If the size is neither of the two.

    Notes
    -----
    (MSB - MSW) / (MSB + (k - 1) MSW), k = n/K or k0 = (n - sum n_g^2 / n) / (K - 1). With F = MSB/MSW, FL =
    F / F(.975; K - 1, n - K), FU = F F(.975; n - K, K - 1): (FL - 1) / (FL + k - 1) to (FU - 1) / (FU + k -
    1). The interval is exact for equal sizes only. It does not show which groups differ.

    References
    ----------
    Bliese 2000, Within-group agreement, non-independence, and reliability.

    Examples
    --------
    >>> import numpy as np
    >>> from coherently.moments import Moments
    >>> three = Moments(np.array([4, 4, 4]), np.array([3.0, 4.0, 5.0]), np.array([3.0, 3.0, 3.0]))
    >>> round(icc1_anova(three).value, 6)
    0.428571

    R: ``multilevel::ICC1(aov(score ~ factor(group)))``; k0: the mean squares of ``summary(aov(...))``
    """
    if size not in ("mean", "k0"):
        raise MeasureError(f"Found size {size!r}. Choose mean or k0.")
    method = "icc1/anova-mean-size" if size == "mean" else "icc1/anova-k0"
    field = "icc1_anova" if size == "mean" else "icc1_anova_k0"
    anova = _anova(moments, field, method)
    if isinstance(anova, Estimate):
        return anova
    k = anova.n / anova.groups if size == "mean" else anova.k0
    f = anova.between / anova.within
    low, value, high = ((x - 1) / (x + k - 1) for x in (anova.f_limits[0], f, anova.f_limits[1]))
    return _told(anova, field, method, value, low, high)


def icc2_anova(moments: Moments) -> Estimate:
    """How reliably do the group means tell groups apart?

    Parameters
    ----------
    moments
        People, mean and sum of squared deviations of K groups, in scale points.

    Returns
    -------
    Estimate
        `icc2/anova`, at most 1, with its 95 % interval; below 0 when groups differ less than chance.

    Notes
    -----
    (MSB - MSW) / MSB; limits 1 - 1/FL and 1 - 1/FU (see `icc1_anova`). It grows with the size of the
    groups. It does not show whether the mean of one small group is reliable.

    References
    ----------
    Bliese 2000, Within-group agreement, non-independence, and reliability.

    Examples
    --------
    >>> import numpy as np
    >>> from coherently.moments import Moments
    >>> icc2_anova(Moments(np.array([4, 4, 4]), np.array([3.0, 4.0, 5.0]), np.array([3.0, 3.0, 3.0]))).value
    0.75

    R: ``multilevel::ICC2(aov(score ~ factor(group)))``
    """
    anova = _anova(moments, "icc2_anova", "icc2/anova")
    if isinstance(anova, Estimate):
        return anova
    if anova.between == 0:  # all group means are equal: the index would be minus infinity
        nothing = (caution("zero_variance", "icc2_anova"),)
        return estimate(
            np.nan, anova.n, "icc2/anova", groups=anova.groups, target="climate", cautions=nothing
        )
    low, high = (1 - 1 / f for f in anova.f_limits)
    return _told(anova, "icc2_anova", "icc2/anova", 1 - anova.within / anova.between, low, high)


def _anova(moments: Moments, field: str, method: str) -> _Anova | Estimate:
    """Mean squares, or the empty result that says why there are none."""
    present = moments.n > 0
    n, mean = moments.n[present], moments.mean[present]
    total, groups, within = int(n.sum()), len(n), float(moments.ss.sum())
    if groups < 2 or within == 0:
        code = "no_scores" if groups == 0 else "one_group" if groups == 1 else "zero_variance"
        reason = (caution(code, field),)
        return estimate(np.nan, total, method, groups=groups, target="climate", cautions=reason)
    grand = float(n @ mean) / total
    between = float(n @ (mean - grand) ** 2) / (groups - 1)
    k0 = (total - float(n @ n) / total) / (groups - 1)
    return _Anova(groups, total, between, within / (total - groups), k0, equal=len(set(n.tolist())) == 1)


def _told(anova: _Anova, field: str, method: str, value: float, low: float, high: float) -> Estimate:
    cautions: tuple[Caution, ...] = tuple(
        caution(code, field)
        for code, holds in (
            ("approximate", not anova.equal),
            ("few_groups", anova.groups < 10),
            ("negative_variance", anova.between < anova.within),
        )
        if holds
    )
    return estimate(
        value, anova.n, method, low=low, high=high, groups=anova.groups, target="climate", cautions=cautions
    )
