"""The picture of a plan with 200 links, laid out and written as SVG, beside 50 ms of the same processor."""

from pathlib import Path
from typing import Any

from bench import throughline
from bench.harness import Work
from bench.throughline import TIMES


def prepare(folder: Path) -> None:
    """Nothing: the plan is made in memory."""


def ours(folder: Path) -> Work:
    throughline.set_up(folder)
    from django.template.loader import get_template

    from ilt.throughline.linter import Facts, lint
    from ilt.throughline.picture import picture
    from ilt.throughline.queries import by_thing

    template = get_template("throughline/_layers.html")

    def run(times: int = TIMES) -> int:
        """The number of lines that were drawn."""
        lines = 0
        for _time in range(times):
            graph = throughline.graph()
            drawn = picture(1, graph, by_thing(lint(Facts(graph, throughline.TODAY))))
            svg = template.render({"picture": drawn})
            lines += svg.partition('<path class="link" d="')[2].partition('"')[0].count("M")
        return lines

    return Work(run, TIMES, lambda: run(2))


def control(folder: Path) -> Work:
    def run(times: int = TIMES) -> int:
        throughline.spend(times * 0.050)
        return times * 200

    return Work(run, TIMES, lambda: None)


def disagreement(ours: Any, control: Any) -> str:
    return "" if ours == control else f"{ours} lines were drawn, not {control}"
