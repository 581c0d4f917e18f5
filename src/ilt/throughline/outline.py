"""The through-line as people read it in rows: each thing, what it comes from, where it leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from ilt.links.rules import ALLOWED, KINDS, in_order
from ilt.throughline.graph import Graph, Node, Step
from ilt.throughline.linter import Problem
from ilt.throughline.places import HEADINGS, mended_at, page_of, written_at
from ilt.throughline.queries import Thread

Mend = tuple[Problem, str]  # a broken link, and the address of the place that mends it


@dataclass(frozen=True)
class Row:
    node: Node
    page: str
    written_at: str
    back: list[Step]
    onward: list[Step]
    broken: list[Mend]


@dataclass(frozen=True)
class Section:
    kind: str
    heading: str
    rows: list[Row]


def outline(school_id: int, thread: Thread) -> list[Section]:
    """Everything by kind, from needs to evidence. What was put away stands only at the end of a link."""
    broken = thread.problems
    rows = [
        _row(school_id, thread.graph, node, broken.get(node.name, [])) for node in thread.graph.nodes.values()
    ]
    return [
        Section(
            kind, str(HEADINGS[kind]), [row for row in rows if row.node.kind == kind and not row.node.gone]
        )
        for kind in KINDS
    ]


def _row(school_id: int, graph: Graph, node: Node, broken: list[Problem]) -> Row:
    back, onward = graph.back.get(node.name, []), graph.onward.get(node.name, [])
    places = page_of(school_id, *node.name), written_at(school_id, *node.name)
    return Row(node, *places, back, onward, to_mend(school_id, broken))


def to_mend(school_id: int, problems: Iterable[Problem]) -> list[Mend]:
    return [(each, mended_at(school_id, each)) for each in problems]


def linkable(graph: Graph, node: Node) -> list[tuple[str, list[tuple[str, str]]]]:
    """What this thing may be linked with and is not yet, by kind, as a form offers it."""
    known = {each.name for each, _own in (*graph.back.get(node.name, []), *graph.onward.get(node.name, []))}
    free = (each for each in graph.nodes.values() if not each.gone and each.name not in known)
    allowed = [each for each in free if _may_link(node, each)]
    return [
        (str(HEADINGS[kind]), [(f"{each.kind}:{each.ref}", each.short) for each in group])
        for kind, group in groupby(allowed, lambda each: each.kind)
    ]


def _may_link(one: Node, other: Node) -> bool:
    start, end = in_order(one.name, other.name)
    return (start[0], end[0]) in ALLOWED


def chain(graph: Graph, node: Node, today: date) -> tuple[list[Any], list[Any]]:
    """Everything it comes from and everything it leads to, by kind in the order of the story."""
    before, after = graph.reached(node, graph.back), graph.reached(node, graph.onward)
    return _by_kind(before, today), _by_kind(after, today)


def _by_kind(nodes: Iterable[Node], today: date) -> list[tuple[str, list[Node]]]:
    """Activities to come stand before those that are past: people ask first what is next."""
    order = ("priority", *KINDS)

    def day(node: Node) -> date:
        return node.day if node.kind == "activity" and node.day else date.max

    def group(node: Node) -> tuple[int, bool]:
        return order.index(node.kind), day(node) < today

    found = groupby(sorted(nodes, key=lambda node: (group(node), day(node))), group)
    return [
        (_("Activities that are past") if is_past else str(HEADINGS[order[place]]), list(each))
        for (place, is_past), each in found
    ]
