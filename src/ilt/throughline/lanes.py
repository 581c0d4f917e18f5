"""Who learns in which month, and whether the time is there. No request, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ilt.throughline.graph import Graph, Node
from ilt.throughline.linter import minutes_by_month


@dataclass(frozen=True)
class Cell:
    month: date  # its first day
    planned: int
    available: int | None = None  # minutes a month, of a time

    @property
    def missing(self) -> int:
        return max(self.planned - self.available, 0) if self.available is not None else 0


@dataclass(frozen=True)
class Lane:
    name: str
    cells: list[Cell]
    node: Node | None = None  # the time, if the lane is one


@dataclass(frozen=True)
class Lanes:
    months: list[date]
    everybody: Lane
    teams: list[Lane]
    times: list[Lane]
    undated: list[Node]  # activities that no month can show


def lanes(graph: Graph, first: date, last: date) -> Lanes:
    """Minutes per month of a school year. What is for everybody has a lane of its own."""
    months = _months(first, last)
    activities = list(graph.of("activity"))
    teams = sorted({team for each in activities if not each.everybody for team in each.teams})
    return Lanes(
        months,
        _lane("", [each for each in activities if each.everybody or not each.teams], months),
        [
            _lane(team, [a for a in activities if team in a.teams and not a.everybody], months)
            for team in teams
        ],
        [
            _lane(time.title, graph.before(time, "activity"), months, time)
            for time in graph.of("resource")
            if time.minutes is not None
        ],
        [each for each in activities if each.day is None or not each.minutes],
    )


def _months(first: date, last: date) -> list[date]:
    months = [first.replace(day=1)]
    while (after := (months[-1] + timedelta(days=31)).replace(day=1)) <= last:
        months.append(after)
    return months


def _lane(name: str, activities: Sequence[Node], months: Sequence[date], time: Node | None = None) -> Lane:
    minutes = minutes_by_month(activities)
    available = time.minutes if time else None
    return Lane(name, [Cell(month, minutes.get(month, 0), available) for month in months], time)
