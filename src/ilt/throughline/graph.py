"""The through-line in memory: what hangs on what. No request, no database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from ilt.links.rules import Name


@dataclass(frozen=True)
class Node:
    """One thing. Which facts it has depends on its kind.

    day: a need's evidence was seen, an activity takes place, evidence is due, a handoff happens.
    minutes: an activity is planned to take them; a time resource has them each month.
    needed, arranged: lessons of an activity that somebody covers.
    detail: a need's evidence, an activity's setting, a resource's kind, what evidence showed.
    state: of a goal, an activity, a priority; "archived" for anything.
    """

    kind: str
    ref: str
    title: str
    day: date | None = None
    minutes: int | None = None
    needed: int = 0
    arranged: int = 0
    detail: str = ""
    state: str = ""
    teams: tuple[str, ...] = ()
    everybody: bool = False
    person: str = ""

    @property
    def name(self) -> Name:
        return self.kind, self.ref

    @property
    def lives(self) -> bool:
        return self.state not in ("archived", "dropped", "closed", "parked")


@dataclass(frozen=True)
class Edge:
    start: Name
    end: Name


@dataclass
class Graph:
    nodes: dict[Name, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def of(self, kind: str) -> Iterator[Node]:
        """The living things of a kind."""
        return (node for node in self.nodes.values() if node.kind == kind and node.lives)

    @cached_property
    def _after(self) -> dict[Name, list[Node]]:
        return self._ends((edge.start, edge.end) for edge in self.edges)

    @cached_property
    def _before(self) -> dict[Name, list[Node]]:
        return self._ends((edge.end, edge.start) for edge in self.edges)

    def _ends(self, pairs: Iterable[tuple[Name, Name]]) -> dict[Name, list[Node]]:
        found = defaultdict(list)
        for here, there in pairs:
            if there in self.nodes:
                found[here].append(self.nodes[there])
        return found

    def after(self, node: Node, kind: str) -> list[Node]:
        """What it leads to directly, of one kind and living."""
        return [each for each in self._after.get(node.name, []) if each.kind == kind and each.lives]

    def before(self, node: Node, kind: str) -> list[Node]:
        """What leads to it directly, of one kind and living."""
        return [each for each in self._before.get(node.name, []) if each.kind == kind and each.lives]
