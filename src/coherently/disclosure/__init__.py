"""The one place that decides what may be published: a plan and states go in, a Release comes out.

A Release holds what a reader may see and nothing else: numbers already rounded, bands instead of counts of
people, and codes for words. Page, file, spreadsheet and findings are made from it alone.
"""

from coherently.disclosure.comparison import outer_third
from coherently.disclosure.engine import release
from coherently.disclosure.plan import FLOOR_MEAN, FLOOR_REPORT, FLOOR_SPREAD, Plan, PlannedGroup
from coherently.disclosure.published import GroupResult, ItemResult, LedgerLine, Release, TopicResult

__all__ = [
    "FLOOR_MEAN",
    "FLOOR_REPORT",
    "FLOOR_SPREAD",
    "GroupResult",
    "ItemResult",
    "LedgerLine",
    "Plan",
    "PlannedGroup",
    "Release",
    "TopicResult",
    "outer_third",
    "release",
]
