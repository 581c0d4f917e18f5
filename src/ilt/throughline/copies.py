"""Dated copies of the through-line, and what is different between two of them, in words."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ilt.learning.models import Activity
from ilt.priorities.models import Priority
from ilt.strategy.models import Goal, Resource
from ilt.throughline.graph import Edge, Graph, Node
from ilt.throughline.places import NAMES
from ilt.vision.fields import BY_KEY

LABELS = {
    "title": gettext_lazy("Title"),
    "day": gettext_lazy("Day"),
    "minutes": gettext_lazy("Minutes"),
    "detail": gettext_lazy("Text"),
    "state": gettext_lazy("State"),
    "teams": gettext_lazy("Teams"),
    "everybody": gettext_lazy("For everybody"),
}
KEPT = ("kind", "ref", *LABELS)
# Facts that are chosen, not written: what the choice is called depends on the reader's language.
CHOICES: dict[tuple[str, str], type[TextChoices]] = {
    ("goal", "state"): Goal.State,
    ("activity", "state"): Activity.State,
    ("activity", "detail"): Activity.Setting,
    ("resource", "detail"): Resource.Kind,
    ("priority", "state"): Priority.Fate,
}


def content_of(graph: Graph, drafts: Collection[str] = ()) -> dict[str, Any]:
    """What a copy keeps: everything that is not put away, and what leads to what. Nobody's name.

    drafts: the kinds of things that stood in a first draft that day, for the team alone and for good. Of a
    part of the vision a copy keeps no text: its versions do.
    """
    nodes = [
        {
            name: value
            for name, value in asdict(node).items()
            if name in KEPT and value and (node.kind, name) != ("element", "detail")
        }
        | ({"day": node.day.isoformat()} if node.day else {})
        for node in graph.nodes.values()
        if not node.gone
    ]
    edges = [[*edge.start, *edge.end] for edge in _standing(graph)]
    return {"nodes": nodes, "edges": edges, "drafts": sorted(drafts)}


def graph_in(content: dict[str, Any], hidden: Collection[str] = ()) -> Graph:
    """A copy as a graph again, without the kinds that its reader does not see."""
    graph = Graph()
    for kept in content["nodes"]:
        if kept["kind"] not in hidden:
            day = date.fromisoformat(kept["day"]) if "day" in kept else None
            node = Node(**{"title": "", **kept, "day": day, "teams": tuple(kept.get("teams", ()))})
            if node.kind == "element":  # it goes by its label, in the language of whoever reads
                node = replace(node, title=str(BY_KEY[node.ref].label))
            graph.nodes[node.name] = node
    edges = (Edge((a, b), (c, d)) for a, b, c, d in content["edges"])
    graph.edges = [edge for edge in edges if edge.start in graph.nodes and edge.end in graph.nodes]
    return graph


def _standing(graph: Graph) -> list[Edge]:
    """Links between things that are not put away."""
    ends = ((edge, graph.nodes[edge.start], graph.nodes[edge.end]) for edge in graph.edges)
    return [edge for edge, start, end in ends if not start.gone and not end.gone]


@dataclass(frozen=True)
class Changed:
    """One thing that is still there, and what is different: its label, before, and after."""

    node: Node
    facts: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Difference:
    added: list[tuple[str, Node]]  # each with what such a thing is called
    gone: list[tuple[str, Node]]
    changed: list[Changed]
    linked: list[tuple[Node, Node]]
    cut: list[tuple[Node, Node]]

    @property
    def is_none(self) -> bool:
        return not (self.added or self.gone or self.changed or self.linked or self.cut)


def difference(before: Graph, after: Graph) -> Difference:
    """What came, went and changed, in the order of the newer one."""
    old = {name: node for name, node in before.nodes.items() if not node.gone}
    new = {name: node for name, node in after.nodes.items() if not node.gone}
    changes = [Changed(node, _facts(old[name], node)) for name, node in new.items() if name in old]
    return Difference(
        added=[(str(NAMES[node.kind]), node) for name, node in new.items() if name not in old],
        gone=[(str(NAMES[node.kind]), node) for name, node in old.items() if name not in new],
        changed=[each for each in changes if each.facts],
        linked=_only_in(after, before),
        cut=_only_in(before, after),
    )


def _only_in(one: Graph, other: Graph) -> list[tuple[Node, Node]]:
    known = {edge.as_read for edge in _standing(other)}
    ends = [edge.as_read for edge in _standing(one)]
    return [(one.nodes[start], one.nodes[end]) for start, end in ends if (start, end) not in known]


def _facts(before: Node, after: Node) -> list[tuple[str, str, str]]:
    return [
        (str(label), _in_words(before, name), _in_words(after, name))
        for name, label in LABELS.items()
        if getattr(before, name) != getattr(after, name) and (after.kind, name) != ("element", "detail")
    ]


def _in_words(node: Node, name: str) -> str:
    value = getattr(node, name)
    if (node.kind, name) in CHOICES:
        return str(CHOICES[node.kind, name](value).label)
    if isinstance(value, date):
        return date_format(value, _("M j, Y"))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value or "")
