"""The through-line as a picture in layers: where each box stands and how lines run. No request, no markup."""

import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ilt.links.rules import COLUMNS, Name
from ilt.throughline.graph import Graph, Node
from ilt.throughline.linter import Problem

SWEEPS = 4  # back and forth; more move nothing in plans of a school's size
WIDE, BETWEEN, STEP, ABOVE = 170, 50, 14, 40  # of a box, between columns, between boxes, over the first
LINE, PADDING = 17, 10
LETTERS, LINES = 22, 3  # of a title in its box


@dataclass(frozen=True)
class Box:
    node: Node
    x: int
    y: int
    high: int
    lines: list[tuple[int, str]]  # each with its distance from the upper edge
    broken: list[Problem]
    sign: int  # distance of the sign of something broken from the upper edge
    middle: int  # height at which lines arrive

    @property
    def is_gap(self) -> bool:
        return any(each.weight == "gap" for each in self.broken)


@dataclass(frozen=True)
class Line:
    path: str
    broken: bool  # it leads to something that was put away


@dataclass(frozen=True)
class Picture:
    wide: int
    high: int
    heads: list[tuple[int, str]]  # where each column begins, and the kind of its things
    boxes: list[Box]
    lines: list[Line]


def picture(graph: Graph, problems: Mapping[Name, list[Problem]]) -> Picture:
    """Six columns from needs to evidence. The same plan always gives the same picture."""
    edges = [(edge.start, edge.end) for edge in graph.edges if {edge.start[0], edge.end[0]} <= set(COLUMNS)]
    columns = _ordered(_columns(graph, edges), edges)
    boxes = {
        box.node.name: box
        for place, column in enumerate(columns)
        for box in _stack(place * (WIDE + BETWEEN), [graph.nodes[name] for name in column], problems)
    }
    return Picture(
        len(COLUMNS) * (WIDE + BETWEEN) - BETWEEN,
        max((box.y + box.high for box in boxes.values()), default=ABOVE) + STEP,
        [(place * (WIDE + BETWEEN), kind) for place, kind in enumerate(COLUMNS)],
        list(boxes.values()),
        [_line(boxes[start], boxes[end]) for start, end in edges if start in boxes and end in boxes],
    )


def _columns(graph: Graph, edges: Sequence[tuple[Name, Name]]) -> list[list[Name]]:
    """What is not put away, and what was but is still led to: that is what has to be mended."""
    led_to = {end for _start, end in edges}
    shown = [name for name, node in graph.nodes.items() if not node.gone or name in led_to]
    return [[name for name in shown if name[0] == kind] for kind in COLUMNS]


def _ordered(columns: list[list[Name]], edges: Sequence[tuple[Name, Name]]) -> list[list[Name]]:
    """Each column by the mean place of its neighbors, from left to right and back: few lines cross then."""
    near: dict[Name, list[Name]] = defaultdict(list)
    for start, end in edges:
        near[start].append(end)
        near[end].append(start)
    place = {name: number / len(column) for column in columns for number, name in enumerate(column)}
    for sweep in range(SWEEPS):
        for number in range(len(columns)) if sweep % 2 == 0 else reversed(range(len(columns))):
            column = sorted(columns[number], key=lambda name: _center(name, near, place))
            columns[number] = column  # the sort is stable: ties stay as they were
            place |= {name: number / len(column) for number, name in enumerate(column)}
    return columns


def _center(name: Name, near: Mapping[Name, list[Name]], place: Mapping[Name, float]) -> float:
    places = [place[each] for each in near.get(name, []) if each in place]
    return sum(places) / len(places) if places else place[name]


def _stack(x: int, nodes: Sequence[Node], problems: Mapping[Name, list[Problem]]) -> list[Box]:
    boxes, y = [], ABOVE
    for node in nodes:
        broken = problems.get(node.name, [])
        words = textwrap.wrap(node.title, LETTERS, max_lines=LINES, placeholder=" …")
        rows = max(len(words), 1) + bool(broken or node.gone)
        high = rows * LINE + 2 * PADDING
        lines = [(PADDING + (number + 1) * LINE - 4, line) for number, line in enumerate(words)]
        boxes.append(Box(node, x, y, high, lines, broken, high - PADDING - 4, y + high // 2))
        y += high + STEP
    return boxes


def _line(start: Box, end: Box) -> Line:
    a, b = start.x + WIDE, end.x
    bend = (b - a) // 2
    path = f"M{a} {start.middle}C{a + bend} {start.middle} {b - bend} {end.middle} {b} {end.middle}"
    return Line(path, end.node.gone)
