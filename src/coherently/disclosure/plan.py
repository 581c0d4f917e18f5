"""What was promised before anybody answered, and the floors no promise can lower."""

from __future__ import annotations

from dataclasses import dataclass

from coherently.errors import PlanError

FLOOR_REPORT = 8
FLOOR_MEAN = 7
FLOOR_SPREAD = 10


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A faculty that is reported on, and how many people were asked (None: unknown)."""

    group: str
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What was promised before anybody answered; it can raise a floor, never lower one.

    `asked` is the day the survey opened, as `2026-09-14`. With `pooled`, all groups together get a section.
    """

    groups: tuple[PlannedGroup, ...]
    pooled: bool = False
    asked: str | None = None
    k_mean: int = FLOOR_MEAN
    k_spread: int = FLOOR_SPREAD

    def __post_init__(self) -> None:
        if self.k_mean < FLOOR_MEAN or self.k_spread < max(FLOOR_SPREAD, self.k_mean):
            raise PlanError(
                f"The plan asks for {self.k_mean} answers for a mean and {self.k_spread} for a distribution. "
                f"Ask for at least {FLOOR_MEAN} and {FLOOR_SPREAD}, and not fewer for a distribution."
            )
        names = [planned.group for planned in self.groups]
        if len(set(names)) < len(names):
            raise PlanError("The plan names a group twice. Give each group a name of its own.")
