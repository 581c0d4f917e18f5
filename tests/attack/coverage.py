"""How often do our intervals hold the truth: simulated schools, a new faculty every time.

One factor gives five items of six points with mild skew. What the intervals should hold is either counted
in the simulated faculty (mean, share) or computed by quadrature (alpha, ICC), never estimated. Situations
where an interval is known to be only approximate are measured and reported, not judged.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import ndtr, ndtri

from coherently.measures import alpha, favorable, icc1_anova, mean
from coherently.measures.multilevel import icc_profile
from coherently.moments import Floats, Ints, Moments

SEED = 20261123
REPLICATIONS = 20_000
PART = 100  # replications at a time: 1,000 people each fit into memory
ITEMS = 5
LOADING = 0.7
CUTS = ndtri(np.cumsum([0.04, 0.08, 0.16, 0.28, 0.28]))  # shares of categories 1 to 5; 16 % choose 6
STRONG_SKEW = ndtri(np.cumsum([0.01, 0.02, 0.05, 0.12, 0.30]))  # 50 % choose 6
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
SIZES = np.tile([8, 12, 16, 20, 25, 30, 40, 60], 5)  # 40 schools

Covered = Callable[[np.random.Generator, int], int]


@dataclass(frozen=True)
class Cell:
    """One situation. `covered(rng, replications)` counts intervals that hold the truth.

    `allowed` is the range the share must lie in; `None` where it is reported only.
    """

    measure: str
    situation: str
    covered: Covered
    allowed: tuple[float, float] | None = (0.935, 0.97)

    @property
    def name(self) -> str:
        return f"{self.measure}, {self.situation}"

    def passes(self, share: float) -> bool:
        return self.allowed is None or self.allowed[0] <= share <= self.allowed[1]


def answers(rng: np.random.Generator, replications: int, person: Floats, cuts: Floats = CUTS) -> Ints:
    """Answers 1..6 `[replications, people, items]` of people with these standings on the factor."""
    own = rng.standard_normal((replications, person.shape[1], ITEMS), dtype=np.float32)
    latent = np.float32(LOADING) * person[:, :, None] + np.float32(np.sqrt(1 - LOADING**2)) * own
    return 1 + sum((latent > np.float32(cut)).astype(np.int64) for cut in cuts)


def people(rng: np.random.Generator, replications: int, size: int) -> Floats:
    return rng.standard_normal((replications, size), dtype=np.float32)


def moments_of(scores: Floats) -> Moments:
    """One group per replication."""
    center = scores.mean(axis=1)
    ss = ((scores - center[:, None]) ** 2).sum(axis=1)
    return Moments(np.full(len(scores), scores.shape[1]), center, ss)


def mean_covered(
    rng: np.random.Generator, replications: int, *, n: int, invited: int, cuts: Floats = CUTS
) -> int:
    faculty = answers(rng, replications, people(rng, replications, invited), cuts).mean(axis=2)
    truth = faculty.mean(axis=1)
    told = mean(moments_of(faculty[:, :n]), [invited] * replications)
    return sum(each.low <= true <= each.high for each, true in zip(told, truth, strict=True))


def favorable_covered(rng: np.random.Generator, replications: int, *, n: int, invited: int) -> int:
    item = answers(rng, replications, people(rng, replications, invited))[:, :, 0]
    truth = (item > 3).sum(axis=1) / invited
    counts = np.stack([(item[:, :n] == category).sum(axis=1) for category in range(1, 7)], axis=1)
    told = favorable(counts, [invited] * replications)
    return sum(each.low <= true <= each.high for each, true in zip(told, truth, strict=True))


def alpha_covered(rng: np.random.Generator, replications: int, *, n: int) -> int:
    given = answers(rng, replications, people(rng, replications, n))
    told = alpha(np.full(replications, n), given.sum(axis=1), given.swapaxes(1, 2) @ given)
    return sum(each.low is not None and each.low <= TRUE_ALPHA <= each.high for each in told)


def schools(
    rng: np.random.Generator, replications: int, sizes: Ints, between: float
) -> tuple[Floats, Floats]:
    """Mean and sum of squared deviations of every school; `between` of the factor's variance is theirs."""
    climate = np.repeat(people(rng, replications, len(sizes)), sizes, axis=1)
    person = np.sqrt(between) * climate + np.sqrt(1 - between) * people(rng, replications, sizes.sum())
    scores = answers(rng, replications, person.astype(np.float32)).mean(axis=2)
    starts = np.concatenate([[0], sizes.cumsum()[:-1]])
    center = np.add.reduceat(scores, starts, axis=1) / sizes
    return center, np.add.reduceat((scores - np.repeat(center, sizes, axis=1)) ** 2, starts, axis=1)


def profile_covered(rng: np.random.Generator, replications: int, *, sizes: Ints, between: float) -> int:
    center, ss = schools(rng, replications, sizes, between)
    found = icc_profile(np.tile(sizes, (replications, 1)), center, ss.sum(axis=1))
    return int(((found.low <= true_icc(between)) & (true_icc(between) <= found.high)).sum())


def f_covered(rng: np.random.Generator, replications: int, *, sizes: Ints, between: float) -> int:
    center, ss = schools(rng, replications, sizes, between)
    told = [icc1_anova(Moments(sizes, *school), "k0") for school in zip(center, ss, strict=True)]
    return sum(each.low <= true_icc(between) <= each.high for each in told)


def expected(latent_mean: Floats, latent_sd: float) -> Floats:
    """Mean of an answer whose latent value is normal: 1 plus the chance to pass each cut."""
    return 1 + ndtr((latent_mean[:, None] - CUTS) / latent_sd).sum(axis=1)


def variance(values: Floats) -> float:
    return float(WEIGHTS @ (values - WEIGHTS @ values) ** 2)


def item_variance() -> float:
    shares = np.diff(ndtr(CUTS), prepend=0, append=1)
    points = np.arange(1, 7)
    return float(shares @ (points - shares @ points) ** 2)


SHARED = variance(expected(LOADING * NODES, np.sqrt(1 - LOADING**2)))  # covariance of two items
TRUE_ALPHA = ITEMS * SHARED / (item_variance() + (ITEMS - 1) * SHARED)


def true_icc(between: float) -> float:
    tau2 = variance(expected(LOADING * np.sqrt(between) * NODES, np.sqrt(1 - LOADING**2 * between)))
    return tau2 / (item_variance() / ITEMS + (ITEMS - 1) / ITEMS * SHARED)


def cells() -> Iterator[Cell]:
    for n in (8, 12, 20, 40, 80):
        for invited in (n + 1, n + n // 2, 2 * n, 5 * n):
            where = {"n": n, "invited": invited}
            said = f"{n} of {invited} answer"
            yield Cell("mean/t-fpc", said, partial(mean_covered, **where))
            yield Cell("favorable/hypergeometric", said, partial(favorable_covered, **where), (0.94, 1.0))
        skewed = partial(mean_covered, n=n, invited=5 * n, cuts=STRONG_SKEW)
        yield Cell("mean/t-fpc", f"{n} of {5 * n} answer, strong skew", skewed, allowed=None)
    for n in (8, 12, 20, 40, 80):
        yield Cell("alpha/feldt", f"{n} answer", partial(alpha_covered, n=n))
    equal = np.full(40, 25)
    for between in (0.05, 0.15, 0.4):
        icc = f"true ICC(1) {true_icc(between):.3f}"
        profile = partial(profile_covered, sizes=SIZES, between=between)
        yield Cell("icc1/reml", f"40 schools of 8 to 60, {icc}", profile)
        f_equal = partial(f_covered, sizes=equal, between=between)
        yield Cell("icc1/anova-k0", f"40 schools of 25, {icc}", f_equal)
        f_unequal = partial(f_covered, sizes=SIZES, between=between)
        yield Cell("icc1/anova-k0", f"40 schools of 8 to 60, {icc}", f_unequal, allowed=None)


def share_covered(cell: Cell, replications: int) -> float:
    """Share of intervals that hold the truth; in parts, so that memory stays small."""
    parts = range(replications // PART)
    rngs = (np.random.default_rng([SEED, part, *cell.name.encode()]) for part in parts)
    return sum(cell.covered(rng, PART) for rng in rngs) / (len(parts) * PART)


def table() -> Iterator[tuple[str, bool]]:
    """Every cell as a line of a Markdown table, and whether it lies in its range."""
    yield "| measure | situation | held the truth | allowed | |\n|---|---|---|---|---|", True
    for cell in cells():
        share = share_covered(cell, REPLICATIONS)
        allowed, verdict = "", "reported"
        if cell.allowed is not None:
            allowed = " to ".join(f"{limit:.1%}" for limit in cell.allowed)
            verdict = "pass" if cell.passes(share) else "**outside**"
        line = f"| `{cell.measure}` | {cell.situation} | {share:.2%} | {allowed} | {verdict} |"
        yield line, cell.passes(share)


def main() -> bool:
    """Writes the table; says whether every cell lies in its range."""
    passed = True
    for line, fine in table():
        sys.stdout.write(line + "\n")
        passed &= fine
    return passed
