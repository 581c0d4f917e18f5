"""Measurement for schools' instructional leadership teams: from an instrument and answers to a report.

The names a notebook needs; each is loaded when it is first used, so that the import itself costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coherently.cli.scores import score as score
    from coherently.datasets.simulate import School as School
    from coherently.datasets.simulate import simulate as simulate
    from coherently.disclosure import Plan as Plan
    from coherently.disclosure import PlannedGroup as PlannedGroup
    from coherently.disclosure import release as release
    from coherently.instrument import load as load
    from coherently.instrument import shipped as shipped
    from coherently.io.tidy_csv import read as read
    from coherently.moments import states as states
    from coherently.report.html import page as page
    from coherently.responses import Reading as Reading

_HOME = {
    "Plan": "disclosure",
    "PlannedGroup": "disclosure",
    "Reading": "responses",
    "School": "datasets.simulate",
    "load": "instrument",
    "page": "report.html",
    "read": "io.tidy_csv",
    "release": "disclosure",
    "score": "cli.scores",
    "shipped": "instrument",
    "simulate": "datasets.simulate",
    "states": "moments",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'coherently' has no attribute {name!r}")
    return getattr(import_module(f"coherently.{_HOME[name]}"), name)
