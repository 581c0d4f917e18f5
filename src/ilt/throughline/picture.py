"""The through-line as a picture in layers: where each box stands and how lines run. No request, no markup."""

import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ilt.links.rules import COLUMNS, Name
from ilt.throughline.graph import Graph, Node
from ilt.throughline.linter import Problem
from ilt.throughline.places import HEADINGS, page_of

SWEEPS = 4  # back and forth; more move nothing in plans of a school's size
WIDE, BETWEEN, STEP, ABOVE = 170, 36, 14, 40  # of a box, between columns, between boxes, over the first
LINE, PADDING = 17, 10
LETTERS, LINES = 22, 3  # of a title in its box


@dataclass(frozen=True)
class Box:
    """Measures are texts: a template would write numbers in the reader's way, which SVG does not read."""

    node: Node
    page: str
    x: str
    y: str
    high: str
    lines: list[str]
    sign: str  # what is broken here, in a word
    broken: list[Problem]


@dataclass(frozen=True)
class Picture:
    wide: str
    high: str
    heads: list[tuple[str, str]]  # where each column begins, and what it holds
    boxes: list[Box]
    links: str  # one path for all lines
    broken_links: str  # and one for those that lead to something put away


@dataclass(frozen=True)
class _Place:
    x: int
    y: int
    high: int
    lines: list[str]
    sign: str

    @property
    def middle(self) -> int:
        return self.y + self.high // 2


def picture(school_id: int, graph: Graph, problems: Mapping[Name, list[Problem]]) -> Picture:
    """Six columns from needs to evidence. The same plan always gives the same picture."""
    edges = _drawn(graph)
    columns = _ordered(_columns(graph, edges), edges)
    placed: dict[Name, _Place] = {}
    for number, column in enumerate(columns):
        placed |= _stack(number * (WIDE + BETWEEN), [graph.nodes[name] for name in column], problems)
    broken = {(a, b) for a, b in edges if graph.nodes[a].gone or graph.nodes[b].gone}
    return Picture(
        wide=str(len(COLUMNS) * (WIDE + BETWEEN) - BETWEEN),
        high=str(max((place.y + place.high for place in placed.values()), default=ABOVE) + STEP),
        heads=[(str(number * (WIDE + BETWEEN)), str(HEADINGS[kind])) for number, kind in enumerate(COLUMNS)],
        boxes=[
            _box(school_id, graph.nodes[name], place, problems.get(name, []))
            for name, place in placed.items()
        ],
        links="".join(_line(placed[a], placed[b]) for a, b in edges if (a, b) not in broken),
        broken_links="".join(_line(placed[a], placed[b]) for a, b in edges if (a, b) in broken),
    )


def _box(school_id: int, node: Node, place: _Place, broken: list[Problem]) -> Box:
    page = page_of(school_id, *node.name)
    return Box(node, page, str(place.x), str(place.y), str(place.high), place.lines, place.sign, broken)


def _drawn(graph: Graph) -> list[tuple[Name, Name]]:
    """Links between the six columns. Of what was put away only those that somebody can still cut."""
    found = []
    for edge in graph.edges:
        gone = [graph.nodes[edge.start].gone, graph.nodes[edge.end].gone]
        if {edge.start[0], edge.end[0]} <= set(COLUMNS) and not (all(gone) or (edge.own and any(gone))):
            found.append((edge.start, edge.end))
    return found


def _columns(graph: Graph, edges: Sequence[tuple[Name, Name]]) -> list[list[Name]]:
    """What is not put away, and what was but is still linked: that is what has to be mended."""
    linked = {name for edge in edges for name in edge}
    shown = [name for name, node in graph.nodes.items() if not node.gone or name in linked]
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


def _stack(x: int, nodes: Sequence[Node], problems: Mapping[Name, list[Problem]]) -> dict[Name, _Place]:
    """The boxes of a column, each as high as its words."""
    found, y = {}, ABOVE
    for node in nodes:
        lines = [
            *textwrap.wrap(node.title, LETTERS, max_lines=LINES, placeholder=" …"),
            *filter(None, [node.on]),
        ]
        sign = _sign(node, problems.get(node.name, []))
        high = (max(len(lines), 1) + bool(sign)) * LINE + 2 * PADDING
        found[node.name] = _Place(x, y, high, lines, sign)
        y += high + STEP
    return found


def _sign(node: Node, broken: Sequence[Problem]) -> str:
    if node.gone:
        return _("Archived")
    if any(each.weight == "gap" for each in broken):
        return _("Gap")
    return _("Hint") if broken else ""


def _line(start: _Place, end: _Place) -> str:
    a, b = start.x + WIDE, end.x
    bend = (b - a) // 2
    return f"M{a} {start.middle}C{a + bend} {start.middle} {b - bend} {end.middle} {b} {end.middle}"
