"""Every error the library raises, grouped by stage. Each says what was found and what to do next."""

from dataclasses import dataclass
from typing import Literal, NamedTuple


class CoherentlyError(Exception):
    """Base of all errors of this library; its text is a sentence for the reader."""


class Where(NamedTuple):
    """Where a problem lies. In a table of answers `table` names the column and `id` the row."""

    file: str = ""
    table: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found wrong, or doubtful, in something a person handed in."""

    code: str
    where: Where
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = ", ".join(part for part in self.where if part)
        return f"{place}: {self.code} {self.message}" if place else f"{self.code} {self.message}"


class RefusedError(CoherentlyError):
    """Something handed in was refused; all its problems are listed at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


# Instrument files


class InstrumentError(RefusedError):
    """An instrument or translation file was refused."""


# Tables of answers


class AnswersError(RefusedError):
    """A table of answers was refused."""


# Publication


class NothingToShow(CoherentlyError):
    """The publication rules release no number for this input."""


# States and measures


class StatesError(CoherentlyError):
    """Two states cannot be added."""


class MeasureError(CoherentlyError):
    """A measure was asked for something that has no meaning."""


class PlanError(CoherentlyError):
    """A plan of publication breaks a floor, or contradicts itself."""
