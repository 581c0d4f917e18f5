"""The numbers of `coherently score`: all measures of all groups, as one object for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from coherently.estimate import Caution, Estimate, caution
from coherently.measures.agreement import a_wg, ad_m, rwg_j, rwg_j_star
from coherently.measures.descriptives import mean, sd
from coherently.measures.grouping import icc1_anova, icc2_anova
from coherently.measures.multilevel import icc1_reml, icc2_reml, reml
from coherently.measures.reliability import alpha
from coherently.moments import ConstructStates, States, states
from coherently.responses import Responses

Json = dict[str, Any]


def score(responses: Responses) -> Json:
    """All measures of an answers table, ungated: for someone who already reads the table in the clear.

    Parameters
    ----------
    responses : checked answers.

    Returns
    -------
    dict with `instrument`, `n`, `groups`, `pooled` and `cautions`, ready for JSON; numbers are not rounded.
    """
    sums = states(responses.frame, responses.instrument)
    grouped = sums.grouped
    populations = [responses.population.get(str(group)) for group in grouped.groups]
    constructs = responses.instrument.constructs
    columns = [_construct_of_groups(construct.id, grouped, populations) for construct in constructs]
    rows = zip(grouped.groups, grouped.people.tolist(), populations, zip(*columns, strict=True), strict=True)
    return {
        "instrument": {"id": responses.instrument.id, "version": responses.instrument.version},
        "n": responses.n,
        "groups": [
            {"group": group, "n": n, "population": population, "constructs": list(found)}
            for group, n, population, found in rows
        ],
        "pooled": [_pooled(construct.id, sums) for construct in constructs],
        "cautions": [_told(each) for each in file_cautions(responses)],
    }


def _construct_of_groups(construct: str, grouped: States, populations: list[int | None]) -> list[Json]:
    own = grouped.construct(construct)
    columns = zip(
        mean(own.scores, populations),
        sd(own.scores),
        rwg_j(own.counts, "uniform"),
        rwg_j(own.counts, "slight_skew"),
        rwg_j_star(own.counts),
        ad_m(own.counts),
        a_wg(own.counts),
        own.n.tolist(),
        strict=True,
    )
    return [_construct_of_group(construct, *column) for column in columns]


def _construct_of_group(
    construct: str,
    level: Estimate,
    spread: Estimate,
    uniform: Estimate,
    skewed: Estimate,
    star: Estimate,
    deviation: Estimate,
    brown: Estimate,
    complete: int,
) -> Json:
    return {
        "construct": construct,
        "n": level.n,
        "mean": level.value,
        "se": level.se,
        "low": level.low,
        "high": level.high,
        "sd": spread.value,
        "rwg_j": {"uniform": uniform.value, "slight_skew": skewed.value},
        "rwg_j_star": star.value,
        "ad_m": deviation.value,
        "a_wg": brown.value,
        "cautions": _cautions(
            (level, spread, uniform, skewed, star, deviation, brown), "agreement", complete, level.n
        ),
    }


def _pooled(construct: str, sums: States) -> Json:
    everybody: ConstructStates = sums.pooled().construct(construct)
    scores = sums.grouped.construct(construct).scores
    reliability = alpha(everybody.n, everybody.sums, everybody.cross)[0]
    fit = reml(scores)
    between = {
        "icc1_anova": icc1_anova(scores),
        "icc2_anova": icc2_anova(scores),
        "icc1_anova_k0": icc1_anova(scores, "k0"),
        "icc1_reml": icc1_reml(fit),
        "icc2_reml": icc2_reml(fit),
    }
    n = int(everybody.scores.n[0])
    return {
        "construct": construct,
        "n_items": everybody.items,
        "n": n,
        "alpha": reliability.value,
        "alpha_low": reliability.low,
        "alpha_high": reliability.high,
        **{key: found.value for key, found in between.items()},
        "tau2": fit.tau2,
        "sigma2": fit.sigma2,
        "cautions": [
            *_cautions([reliability, *between.values()], "alpha", int(everybody.n[0]), n),
            *map(_told, fit.cautions),
        ],
    }


def _cautions(found: Iterable[Estimate], field: str, complete: int, n: int) -> list[Json]:
    told = {(each.code, each.field): each for estimate in found for each in estimate.cautions}
    if complete < n:
        told["complete_cases", field] = caution("complete_cases", field, complete=complete)
    return [_told(each) for each in told.values()]


def _told(each: Caution) -> Json:
    return {"code": each.code, "field": each.field, "text": each.text}


def file_cautions(responses: Responses) -> Iterator[Caution]:
    """What was left out of a file of answers, or counts only in part."""
    if responses.columns_ignored:
        yield caution("columns_ignored", "columns", columns=", ".join(responses.columns_ignored))
    if responses.group_missing:
        yield caution("group_missing", "group", people=responses.group_missing)
    if responses.rows_empty:
        yield caution("rows_empty", "rows", rows=responses.rows_empty)
