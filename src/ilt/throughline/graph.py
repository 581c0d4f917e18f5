"""The through-line in memory: what hangs on what. No request, no database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ilt.links.rules import Name

MENTIONED = 90  # letters


@dataclass(frozen=True)
class Node:
    """One thing. Which facts it has depends on its kind.

    day: a need's evidence was seen, an activity takes place, evidence is due, a handoff happens.
    minutes: an activity is planned to take them; a time resource has them each month.
    needed, arranged: lessons of an activity that somebody covers.
    detail: a need's evidence, an element's text, an activity's setting, a resource's kind, or what
    evidence showed.
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
    def short(self) -> str:
        """Its title where it is only mentioned; with the day, as meetings of one name come again."""
        title = self.title if len(self.title) <= MENTIONED else self.title[: MENTIONED - 1].rstrip() + "…"
        return _("%(title)s, %(day)s") % {"title": title, "day": self.on} if self.on else title

    @property
    def on(self) -> str:
        """The day of an activity, in few letters."""
        return date_format(self.day, _("M j")) if self.kind == "activity" and self.day else ""

    @property
    def gone(self) -> bool:
        """Put away: it is shown only where something still leads to it."""
        return self.state in ("archived", "dropped")

    @property
    def lives(self) -> bool:
        return not self.gone and self.state not in ("closed", "parked")


@dataclass(frozen=True)
class Edge:
    """One thing leads to another; `own` if that is said by the things themselves, not by a link."""

    start: Name
    end: Name
    own: bool = False

    @property
    def as_read(self) -> tuple[Name, Name]:
        """In the order of the story: what a priority prompted comes after it."""
        return (self.end, self.start) if self.end[0] == "priority" else (self.start, self.end)


Step = tuple[Node, bool]  # what is there, and whether the things themselves say so


@dataclass
class Graph:
    """Things and what leads from which to which. Both ends of every edge are among the things."""

    nodes: dict[Name, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def of(self, kind: str) -> Iterator[Node]:
        """The living things of a kind."""
        return (node for node in self.nodes.values() if node.kind == kind and node.lives)

    def after(self, node: Node, kind: str) -> list[Node]:
        """What it leads to directly, of one kind and living."""
        return [each for each, _own in self.onward.get(node.name, []) if each.kind == kind and each.lives]

    def before(self, node: Node, kind: str) -> list[Node]:
        """What leads to it directly, of one kind and living."""
        return [each for each, _own in self.back.get(node.name, []) if each.kind == kind and each.lives]

    @cached_property
    def onward(self) -> dict[Name, list[Step]]:
        """What each thing leads to directly."""
        return self._steps((*edge.as_read, edge.own) for edge in self.edges)

    @cached_property
    def back(self) -> dict[Name, list[Step]]:
        """What leads to each thing directly."""
        return self._steps((*edge.as_read[::-1], edge.own) for edge in self.edges)

    def _steps(self, ends: Iterable[tuple[Name, Name, bool]]) -> dict[Name, list[Step]]:
        found = defaultdict(list)
        for here, there, own in ends:
            found[here].append((self.nodes[there], own))
        return found

    def reached(self, node: Node, ways: dict[Name, list[Step]]) -> list[Node]:
        """Everything that is not put away along `onward` or `back`, however far."""
        found: dict[Name, Node] = {}
        waiting = [node]
        while waiting:
            for each, _own in ways.get(waiting.pop().name, []):
                if each.name not in found and not each.gone:
                    found[each.name] = each
                    waiting.append(each)
        return list(found.values())
