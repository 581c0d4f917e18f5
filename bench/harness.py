"""Interleaved rounds of two sides, each in a fresh process, and the verdict on their ratios."""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Literal

ROUNDS = 7
MISSES_THAT_FAIL = 5 / 7
SIDES = ("ours", "control")
Verdict = Literal["pass", "fail", "unclear"]


@dataclass(frozen=True)
class Goal:
    id: str
    what: str
    control: str
    unit: str
    bound: float


@dataclass(frozen=True)
class Work:
    """What a side measures. `run` does `times` equal pieces and returns what proves them done, as JSON."""

    run: Callable[[], Any]
    times: int
    warm_up: Callable[[], Any]


@dataclass(frozen=True)
class Measured:
    goal: Goal
    ours: list[float]
    control: list[float]

    @property
    def ratios(self) -> list[float]:
        return [ours / control for ours, control in zip(self.ours, self.control, strict=True)]

    @property
    def verdict(self) -> Verdict:
        return verdict(self.ratios, self.goal.bound)


class DifferentResults(Exception):
    """The two sides did not do the same, so their times mean nothing."""


def goals() -> list[Goal]:
    tables = tomllib.loads(Path(__file__).with_name("goals.toml").read_text())
    return [Goal(id=name, **table) for name, table in tables.items()]


def verdict(ratios: Sequence[float], bound: float) -> Verdict:
    """Pass when the median holds the bound; fail when it does not and five of seven rounds miss it too."""
    if median(ratios) <= bound:
        return "pass"
    misses = sum(ratio > bound for ratio in ratios)
    return "fail" if misses >= MISSES_THAT_FAIL * len(ratios) else "unclear"


def order() -> Iterator[tuple[str, str]]:
    """A B B A: whoever comes first in a round comes second in the next."""
    while True:
        yield SIDES
        yield SIDES[::-1]


def measure(goal: Goal, rounds: int = ROUNDS) -> Measured:
    """Measures a pair; an unclear verdict gets one more run, added to the first."""
    pair = import_module(f"bench.pairs.{goal.id}")
    with tempfile.TemporaryDirectory(prefix="coherently-bench-") as name:
        folder = Path(name)
        child(goal.id, "prepare", folder)
        measured = Measured(goal, *run_rounds(goal, pair.disagreement, folder, rounds))
        if measured.verdict == "unclear":
            ours, control = run_rounds(goal, pair.disagreement, folder, rounds)
            measured = Measured(goal, measured.ours + ours, measured.control + control)
    return measured


def run_rounds(
    goal: Goal, disagreement: Callable[[Any, Any], str], folder: Path, rounds: int
) -> tuple[list[float], list[float]]:
    ours, control = [], []
    for sides in islice(order(), rounds):
        done = {side: child(goal.id, side, folder) for side in sides}
        if difference := disagreement(done["ours"]["result"], done["control"]["result"]):
            raise DifferentResults(f"{goal.id}: {difference}")
        ours.append(done["ours"]["cpu_s"])
        control.append(done["control"]["cpu_s"])
    return ours, control


def child(pair: str, part: str, folder: Path) -> Any:
    command = [sys.executable, "-m", "bench.child", pair, part, str(folder)]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(ended.stdout.splitlines()[-1])
