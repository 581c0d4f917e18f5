"""All rules over a plan with 200 links, beside 20 ms of the same processor."""

from pathlib import Path
from typing import Any

from bench import throughline
from bench.harness import Work
from bench.throughline import TIMES


def prepare(folder: Path) -> None:
    """Nothing: the plan is made in memory."""


def ours(folder: Path) -> Work:
    throughline.set_up(folder)
    from ilt.throughline.linter import Facts, lint

    def run(times: int = TIMES) -> int:
        """The number of links in the plans that were read, each plan anew: nothing is kept between them."""
        links = 0
        for _time in range(times):
            graph = throughline.graph()
            if not lint(Facts(graph, throughline.TODAY)):
                raise SystemExit("The plan is broken in places, and no rule said so.")
            links += len(graph.edges)
        return links

    return Work(run, TIMES, lambda: run(2))


def control(folder: Path) -> Work:
    def run(times: int = TIMES) -> int:
        throughline.spend(times * 0.020)
        return times * 200

    return Work(run, TIMES, lambda: None)


def disagreement(ours: Any, control: Any) -> str:
    return "" if ours == control else f"{ours} links were read, not {control}"
