"""Do groups, such as schools, differ: random-intercept model by restricted maximum likelihood (REML)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from coherently.errors import MeasureError
from coherently.estimate import Caution, Estimate, Flags, caution, estimate, estimates
from coherently.moments import Floats, Ints, Moments

PROFILE_RISE = 3.841458820694124  # .95 quantile of chi-square with one degree of freedom
_GRID = np.concatenate([np.linspace(0, 0.95, 39), [0.99, 0.999, 0.99999]])
_HALVINGS = 60  # an interval within [0, 1] is then narrower than a floating-point step


@dataclass(frozen=True, slots=True)
class Reml:
    """A fitted model. All numbers are `None` when it is not defined; `cautions` then say why.

    `icc` = tau2 / (tau2 + sigma2) with its profile interval; `mu` the mean of groups, `mu_variance` its
    variance; `moments` the groups it was fitted to, those without scores included.
    """

    moments: Moments
    icc: float | None = None
    icc_low: float | None = None
    icc_high: float | None = None
    tau2: float | None = None
    sigma2: float | None = None
    mu: float | None = None
    mu_variance: float | None = None
    log_likelihood: float | None = None
    cautions: tuple[Caution, ...] = ()

    @property
    def groups(self) -> int:
        """Groups with scores."""
        return int((self.moments.n > 0).sum())

    @property
    def n(self) -> int:
        """People with a score."""
        return int(self.moments.n.sum())

    @property
    def shrinkage(self) -> Floats:
        """Weight lambda_g of each group's own mean; NaN when the model is not defined."""
        if self.tau2 is None or self.sigma2 is None:
            return np.full(len(self.moments.n), np.nan)
        between = self.moments.n * self.tau2
        return between / (self.sigma2 + between)


class Profile(NamedTuple):
    """Where the profile likelihood of the ICC is highest, and where it has fallen by its .95 limit."""

    icc: Floats
    low: Floats
    high: Floats
    deviance: Floats


def reml(moments: Moments) -> Reml:
    """How large are the differences between groups and within them?

    Parameters
    ----------
    moments
        People, mean and sum of squared deviations of K groups, in scale points.

    Returns
    -------
    Reml
        `icc1/reml`'s model: tau2 (between groups), sigma2 (within), mu, log-likelihood, in squared scale
        points.

    Notes
    -----
    r = tau2/sigma2, w_g = n_g / (1 + n_g r), mu = sum w_g ybar_g / sum w_g, RSS = SSW + sum w_g (ybar_g -
    mu)^2. Minimizes (n - 1) ln(RSS / (n - 1)) + sum ln(1 + n_g r) + ln(sum w_g) over r >= 0; sigma2 = RSS /
    (n - 1), tau2 = r sigma2. It takes groups as draws from many. It does not show which groups differ.

    References
    ----------
    Raudenbush & Bryk 2002, Hierarchical Linear Models.

    Examples
    --------
    >>> import numpy as np
    >>> from coherently.moments import Moments
    >>> fit = reml(Moments(np.array([4, 4, 4]), np.array([3.0, 4.0, 5.0]), np.array([3.0, 3.0, 3.0])))
    >>> round(fit.tau2, 6), round(fit.sigma2, 6)
    (0.75, 1.0)

    R: ``lme4::lmer(score ~ 1 + (1 | group), REML = TRUE)``
    """
    present = moments.n > 0
    n, mean, within = moments.n[present], moments.mean[present], float(moments.ss.sum())
    if len(n) < 2 or within == 0:
        code = "no_scores" if len(n) == 0 else "one_group" if len(n) == 1 else "zero_variance"
        return Reml(moments, cautions=(caution(code, "tau2"),))
    profile = icc_profile(n[None], mean[None], np.array([within]))
    return _solution(moments, _Data(n, mean, within), *(float(part[0]) for part in profile))


class _Data(NamedTuple):
    n: Ints
    mean: Floats
    within: float


def _solution(moments: Moments, data: _Data, icc: float, low: float, high: float, deviance: float) -> Reml:
    total = int(data.n.sum())
    parts = _parts(np.array([icc]), data.n[None], data.mean[None], np.array([data.within]))
    sigma2 = float(parts.rss[0]) / (total - 1)
    codes = (("boundary", icc == 0), ("few_groups", len(data.n) < 10))
    return Reml(
        moments,
        icc=icc,
        icc_low=low,
        icc_high=high,
        tau2=icc / (1 - icc) * sigma2,
        sigma2=sigma2,
        mu=float(parts.mu[0]),
        mu_variance=sigma2 / float(parts.weights.sum()),
        log_likelihood=-(deviance + (total - 1) * (1 + np.log(2 * np.pi))) / 2,
        cautions=tuple(caution(code, "tau2") for code, holds in codes if holds),
    )


def icc1_reml(fit: Reml) -> Estimate:
    """Which share of the differences between people lies between groups?

    Parameters
    ----------
    fit
        A model fitted by `reml`.

    Returns
    -------
    Estimate
        `icc1/reml`, from 0 to 1, with its 95 % profile interval.

    Notes
    -----
    r / (1 + r), r = tau2/sigma2. The interval holds every value where twice the restricted log-likelihood,
    maximized over all else, lies less than 3.8415 below its highest point. It does not show which groups
    differ.

    References
    ----------
    Raudenbush & Bryk 2002, Hierarchical Linear Models.

    Examples
    --------
    >>> import numpy as np
    >>> from coherently.moments import Moments
    >>> fit = reml(Moments(np.array([4, 4, 4]), np.array([3.0, 4.0, 5.0]), np.array([3.0, 3.0, 3.0])))
    >>> round(icc1_reml(fit).value, 6)
    0.428571

    R: ``VarCorr(lme4::lmer(score ~ 1 + (1 | group)))``; interval: ``lme4::lmer(..., devFunOnly = TRUE)``
    and ``uniroot``
    """
    value, low, high = (np.nan if part is None else part for part in (fit.icc, fit.icc_low, fit.icc_high))
    return _told(fit, "icc1_reml", "icc1/reml", value, low, high)


def icc2_reml(fit: Reml, kind: Literal["mean", "sb"] = "mean") -> Estimate:
    """How reliably do the group means tell groups apart?

    Parameters
    ----------
    fit
        A model fitted by `reml`.
    kind
        "mean": mean of the reliabilities of the groups; "sb": Spearman-Brown at the mean group size.

    Returns
    -------
    Estimate
        `icc2/reml-mean` or `icc2/reml-sb`, from 0 to 1, without interval.

    Raises
    ------
    MeasureError
        If the kind is neither of the two.

    Notes
    -----
    lambda_g = n_g tau2 / (sigma2 + n_g tau2), averaged over groups; "sb": the same with n/K for n_g. It
    grows with the size of the groups. It does not show whether the mean of one small group is reliable.

    References
    ----------
    Raudenbush & Bryk 2002, Hierarchical Linear Models.

    Examples
    --------
    >>> import numpy as np
    >>> from coherently.moments import Moments
    >>> fit = reml(Moments(np.array([4, 4, 4]), np.array([3.0, 4.0, 5.0]), np.array([3.0, 3.0, 3.0])))
    >>> round(icc2_reml(fit).value, 6)
    0.75

    R: ``v <- as.data.frame(VarCorr(fit))$vcov; mean(n_g * v[1] / (v[2] + n_g * v[1]))``
    """
    if kind not in ("mean", "sb"):
        raise MeasureError(f"Found kind {kind!r}. Choose mean or sb.")
    value = np.nan
    if fit.tau2 is not None and fit.sigma2 is not None:
        at_mean_size = fit.n / fit.groups * fit.tau2
        by_group = float(fit.shrinkage[fit.moments.n > 0].mean())
        value = by_group if kind == "mean" else at_mean_size / (fit.sigma2 + at_mean_size)
    return _told(fit, "icc2_reml", f"icc2/reml-{kind}", value)


def _told(
    fit: Reml, field: str, method: str, value: float, low: float = np.nan, high: float = np.nan
) -> Estimate:
    cautions = tuple(caution(each.code, field) for each in fit.cautions)
    return estimate(
        value, fit.n, method, low=low, high=high, groups=fit.groups, target="climate", cautions=cautions
    )


def eb(fit: Reml, given_mu: bool = False) -> tuple[Estimate, ...]:
    """Where does each group's lasting mean lie, given what all groups show?

    Parameters
    ----------
    fit
        A model fitted by `reml`.
    given_mu
        Take the mean of all groups as known, which makes the standard error smaller.

    Returns
    -------
    tuple of Estimate
        One per group: `eb/reml`, in scale points, with a standard error and no interval.

    Notes
    -----
    mu + lambda_g (ybar_g - mu); SE = sqrt(tau2 (1 - lambda_g) + (1 - lambda_g)^2 sigma2 / sum w_g), the
    second term left out when mu is taken as known. Small groups are pulled to the middle: show the raw mean
    beside it, and never put groups in order by it.

    References
    ----------
    Raudenbush & Bryk 2002, Hierarchical Linear Models.

    Examples
    --------
    >>> import numpy as np
    >>> from coherently.moments import Moments
    >>> fit = reml(Moments(np.array([4, 4, 4]), np.array([3.0, 4.0, 5.0]), np.array([3.0, 3.0, 3.0])))
    >>> [round(each.value, 6) for each in eb(fit)]
    [3.25, 4.0, 4.75]

    R: ``coef(lme4::lmer(score ~ 1 + (1 | group)))$group``; SE given mu: ``sqrt(attr(ranef(fit)$group,
    "postVar"))``
    """
    n, pull = fit.moments.n, 1 - fit.shrinkage
    empty = n == 0
    tau2, mu, variance = (np.nan if x is None else x for x in (fit.tau2, fit.mu, fit.mu_variance))
    own = np.where(empty, np.nan, fit.moments.mean)
    se = np.sqrt(tau2 * pull + (0.0 if given_mu else pull**2 * variance))
    flags: list[tuple[Flags, str, str]] = [(empty, "no_scores", "eb")]
    flags += [(~empty, each.code, "eb") for each in fit.cautions if each.code != "no_scores"]
    value = own + pull * (mu - own)
    return estimates(value, n, "eb/reml", se=np.where(empty, np.nan, se), target="climate", flags=flags)


class _Parts(NamedTuple):
    weights: Floats  # times sigma2, the inverse variances of the group means
    mu: Floats
    rss: Floats


def _parts(icc: Floats, n: Ints, mean: Floats, within: Floats) -> _Parts:
    weights = n / (1 + n * (icc / (1 - icc))[:, None])
    mu = (weights * mean).sum(axis=1) / weights.sum(axis=1)
    return _Parts(weights, mu, within + (weights * (mean - mu[:, None]) ** 2).sum(axis=1))


def _deviance(icc: Floats, n: Ints, mean: Floats, within: Floats) -> Floats:
    """Minus twice the restricted log-likelihood, maximized over mu and sigma2, up to a constant."""
    weights, _, rss = _parts(icc, n, mean, within)
    df = n.sum(axis=1) - 1
    deviance: Floats = df * np.log(rss / df) + np.log(n / weights).sum(axis=1) + np.log(weights.sum(axis=1))
    return deviance


def _falls(icc: Floats, n: Ints, mean: Floats, within: Floats) -> Flags:
    """Whether the deviance falls as the ICC grows: its derivative by r is negative."""
    weights, mu, rss = _parts(icc, n, mean, within)
    squares = weights**2
    slope = weights.sum(axis=1) - squares.sum(axis=1) / weights.sum(axis=1)
    spread = (squares * (mean - mu[:, None]) ** 2).sum(axis=1)
    falls: Flags = slope < (n.sum(axis=1) - 1) * spread / rss
    return falls


def icc_profile(n: Ints, mean: Floats, within: Floats) -> Profile:
    """The profile of many data sets at once: `n` and `mean` [B, K], `within` [B] the SSW.

    A coarse grid finds the deepest valley of the deviance, halving its lowest point and both limits, so that
    no start value or step size can mislead.
    """
    data = (n, mean, within)
    heights = np.stack([_deviance(np.full(len(n), icc), *data) for icc in _GRID], axis=1)
    deepest = heights.argmin(axis=1)
    left, right = _GRID[np.maximum(deepest - 1, 0)], np.append(_GRID, 1 - 1e-12)[deepest + 1]
    icc = _halve(left, right, lambda x: _falls(x, *data))
    icc = np.where(_falls(np.zeros(len(n)), *data) | (deepest > 1), icc, 0.0)
    limit = _deviance(icc, *data) + PROFILE_RISE
    low = _halve(np.zeros(len(n)), icc, lambda x: _deviance(x, *data) > limit)
    low = np.where(_deviance(np.zeros(len(n)), *data) > limit, low, 0.0)
    high = _halve(icc, np.full(len(n), 1 - 1e-12), lambda x: _deviance(x, *data) < limit)
    return Profile(icc, low, high, limit - PROFILE_RISE)


def _halve(left: Floats, right: Floats, go_right: Callable[[Floats], Flags]) -> Floats:
    for _ in range(_HALVINGS):
        middle = (left + right) / 2
        right_half = go_right(middle)
        left, right = np.where(right_half, middle, left), np.where(right_half, right, middle)
    return (left + right) / 2
