"""The through-line of a school, read from all slices below."""

import json
from typing import Any

from ilt.learning.queries import activity_nodes
from ilt.links.models import Link
from ilt.priorities.queries import priority_nodes
from ilt.schools.models import School
from ilt.strategy.queries import evidence_nodes, goal_nodes, handoff_nodes, resource_nodes
from ilt.throughline.graph import Edge, Graph, Node
from ilt.vision.queries import element_nodes, need_nodes

SOURCES = (
    need_nodes,
    element_nodes,
    goal_nodes,
    activity_nodes,
    resource_nodes,
    evidence_nodes,
    handoff_nodes,
    priority_nodes,
)


def graph_of(school: School) -> Graph:
    """Everything that can be linked, in one statement, and the links, in another."""
    first, *others = (source(school) for source in SOURCES)
    graph = Graph()
    for row in first.union(*others, all=True):
        node, parent = _node(*row)
        graph.nodes[node.name] = node
        if parent:
            kind, _colon, ref = parent.partition(":")
            ends = (node.name, (kind, ref)) if kind == "priority" else ((kind, ref), node.name)
            graph.edges.append(Edge(*ends))
    graph.edges += [
        Edge((link.from_kind, link.from_ref), (link.to_kind, link.to_ref))
        for link in Link.objects.filter(school=school).order_by("id")
    ]
    return graph


def _node(
    kind: str,
    ref: str,
    title: str,
    day: Any,
    minutes: int | None,
    needed: int,
    arranged: int,
    detail: str,
    state: str,
    teams: str,
    everybody: bool,
    person: int | None,
    parent: str,
) -> tuple[Node, str]:
    named = detail.split("\n") if kind == "handoff" else json.loads(teams)
    node = Node(
        kind,
        ref,
        title,
        day,
        minutes,
        needed,
        arranged,
        detail,
        state,
        tuple(named),
        bool(everybody),
        str(person or ""),
    )
    return node, parent
