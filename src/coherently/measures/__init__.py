"""Every measure of the library; each has a page in docs/measures and a value made by R in tests/reference."""

from coherently.measures.agreement import a_wg, ad_m, ad_md, rwg_j, rwg_j_star
from coherently.measures.contrast import p_value, paired
from coherently.measures.descriptives import mean, median, missing, sd
from coherently.measures.grouping import icc1_anova, icc2_anova
from coherently.measures.multilevel import eb, icc1_reml, icc2_reml, reml
from coherently.measures.multiplicity import holm
from coherently.measures.nonresponse import bounds, shift
from coherently.measures.proportion import favorable, favorable_answers
from coherently.measures.reliability import alpha

__all__ = [
    "a_wg",
    "ad_m",
    "ad_md",
    "alpha",
    "bounds",
    "eb",
    "favorable",
    "favorable_answers",
    "holm",
    "icc1_anova",
    "icc1_reml",
    "icc2_anova",
    "icc2_reml",
    "mean",
    "median",
    "missing",
    "p_value",
    "paired",
    "reml",
    "rwg_j",
    "rwg_j_star",
    "sd",
    "shift",
]
