"""The through-line of a school, read from all slices below it."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from ilt.cycle.models import Wave
from ilt.learning.queries import activity_nodes
from ilt.links.models import Link
from ilt.links.rules import KINDS, Name
from ilt.priorities.queries import priority_nodes
from ilt.report.queries import OPEN_TO_ALL
from ilt.rounds.models import Document, Section, Version
from ilt.rounds.queries import behind_a_draft, readable
from ilt.rounds.spec import Content
from ilt.schools.models import School
from ilt.shared import clock
from ilt.shared.text import to_plain
from ilt.strategy.document import SPEC as STRATEGY
from ilt.strategy.fields import COMMITMENT_BY_KEY
from ilt.strategy.queries import evidence_nodes, goal_nodes, handoff_nodes, resource_nodes
from ilt.throughline.graph import Edge, Graph, Node
from ilt.throughline.linter import Facts, Problem, lint
from ilt.throughline.models import Copy, Waiver
from ilt.vision.fields import BY_KEY
from ilt.vision.queries import ELEMENTS, element_nodes, need_nodes
from ilt.vision.rules import SPEC as VISION

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
# What is said in these documents is the team's alone until they are first opened for comments.
SAID_IN = {spec.kind: spec.things for spec in (VISION, STRATEGY)}


def graph_of(school: School) -> Graph:
    """Everything that can be linked, in one statement, and the links, in another."""
    first, *others = (source(school) for source in SOURCES)
    read = sorted((_node(*row) for row in first.union(*others, all=True)), key=_order)
    graph = Graph({node.name: node for node, _parent in read})
    _hang(graph, [(node, parent) for node, parent in read if parent])
    for link in Link.objects.filter(school=school).order_by("id"):
        edge = Edge((link.from_kind, link.from_ref), (link.to_kind, link.to_ref))
        graph.edges.append(edge)
        for name in (edge.start, edge.end):
            graph.nodes.setdefault(name, _emptied(name))
    return graph


def _hang(graph: Graph, children: list[tuple[Node, str]]) -> None:
    """Links what belongs to a goal or a priority without a link; what belongs to a parked goal is parked."""
    for node, named in children:
        kind, _colon, ref = named.partition(":")
        parent = graph.nodes.get((kind, ref))
        if parent is None:  # a priority from results that are the team's alone is not read
            continue
        ends = (node, parent) if kind == "priority" else (parent, node)
        graph.edges.append(Edge(ends[0].name, ends[1].name, own=True))
        if kind == "goal" and not parent.lives:
            graph.nodes[node.name] = replace(node, state=parent.state)


def _order(read: tuple[Node, str]) -> tuple[int, date, int]:
    """By kind as the picture has it; what has a date by date; the rest as it was made."""
    node, _parent = read
    dated = node.day if node.kind in ("activity", "evidence") and node.day else date.max
    return (
        KINDS.index(node.kind),
        dated,
        ELEMENTS.index(node.ref) if node.kind == "element" else int(node.ref),
    )


def _emptied(name: Name) -> Node:
    """A part of the vision whose text was taken out while it was linked."""
    kind, ref = name
    return Node(kind, ref, str(BY_KEY[ref].label) if ref in BY_KEY else "", state="archived")


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
    """A part of the vision goes by its label: its text is long, and in a draft not everybody's to read."""
    written = " ".join(to_plain(title).split()) if kind in ("need", "element") else title
    node = Node(
        kind,
        ref,
        str(BY_KEY[ref].label) if kind == "element" else written,
        day,
        minutes,
        needed,
        arranged,
        written if kind == "element" else "" if kind == "handoff" else detail,
        state,
        tuple(detail.split("\n") if kind == "handoff" else json.loads(teams)),
        bool(everybody),
        str(person or ""),
    )
    return node, parent


@dataclass(frozen=True)
class Thread:
    """The through-line with what is broken in it, as one reader may see it.

    hidden: kinds of things that are still a draft, which this reader does not read.
    fresh: single things that stand only in the draft of a next version, which neither is read.
    """

    graph: Graph
    gaps: list[Problem]
    hints: list[Problem]
    waived: list[tuple[Waiver, Problem | None]]  # with the gap, while it is there
    hidden: frozenset[str]
    fresh: frozenset[Name] = frozenset()

    @property
    def problems(self) -> dict[Name, list[Problem]]:
        """What is open at each thing."""
        return by_thing([*self.gaps, *self.hints])


def by_thing(problems: Iterable[Problem]) -> dict[Name, list[Problem]]:
    found = defaultdict(list)
    for each in problems:
        found[each.kind, each.ref].append(each)
    return found


def thread_of(school: School, reads_drafts: bool = True, on_staff: bool = True) -> Thread:
    """Four statements, however much there is, and one more for those who read no drafts."""
    facts, drafts = facts_of(school, on_staff)
    hidden = frozenset() if reads_drafts else drafts
    fresh = frozenset() if reads_drafts else _fresh(facts.graph, behind_a_draft(school, on_staff))

    def is_read(each: Node | Problem | Waiver) -> bool:
        return each.kind not in hidden and (each.kind, each.ref) not in fresh

    problems = [each for each in lint(facts) if is_read(each)]
    waivers = [each for each in waivers_of(school) if is_read(each)]
    by_key = {each.key: each for each in problems}
    left = {each.key for each in waivers}
    return Thread(
        only(facts.graph, is_read),
        [each for each in problems if each.weight == "gap" and each.key not in left],
        [each for each in problems if each.weight == "hint"],
        [(each, by_key.get(each.key)) for each in waivers],
        hidden,
        fresh,
    )


# How an adopted version names the things it holds: rows by number, what has no number by its words.
HELD: dict[str, tuple[str, Callable[[Content], Iterable[object]]]] = {
    "need": (VISION.kind, lambda content: (row["id"] for row in content["needs"])),
    "goal": (STRATEGY.kind, lambda content: (goal["id"] for goal in content["goals"])),
    "resource": (STRATEGY.kind, lambda content: (row["title"] for row in content["resources"])),
    "evidence": (
        STRATEGY.kind,
        lambda content: (row["text"] for goal in content["goals"] for row in goal["indicators"]),
    ),
    "handoff": (
        STRATEGY.kind,
        lambda content: (row["what"] for goal in content["goals"] for row in goal["handoffs"]),
    ),
}


def _fresh(graph: Graph, adopted: Mapping[str, list[Content]]) -> frozenset[Name]:
    """What no adopted version of a document holds whose next one is drafted."""
    held = {
        kind: {str(name) for content in adopted[document] for name in names(content)}
        for kind, (document, names) in HELD.items()
        if document in adopted
    }
    return frozenset(
        node.name
        for node in graph.nodes.values()
        if node.kind in held and not {node.ref, node.title} & held[node.kind]
    )


def only(graph: Graph, shown: Callable[[Node], bool]) -> Graph:
    nodes = {name: node for name, node in graph.nodes.items() if shown(node)}
    edges = [edge for edge in graph.edges if edge.start in nodes and edge.end in nodes]
    return Graph(nodes, edges)


def facts_of(school: School, on_staff: bool = True) -> tuple[Facts, frozenset[str]]:
    """What the linter knows, and the kinds of things in drafts that are not shown, in three statements."""
    here = OuterRef("pk")
    strategy = {"document__school": here, "document__kind": Document.Kind.STRATEGY}
    adopted = Version.objects.filter(**strategy).order_by("-number").values("adopted_on")[:1]
    opened = Wave.objects.filter(school=here, state__in=OPEN_TO_ALL)
    promised = Section.objects.filter(**strategy, key__in=COMMITMENT_BY_KEY).exclude(text="").order_by()
    kept = promised.values("document").annotate(parts=Count("id")).values("parts")
    documents = readable(Document.objects.filter(school=here), on_staff)
    row = School.objects.filter(pk=school.pk).values_list(
        Subquery(adopted),
        Subquery(opened.order_by("-release_on").values("release_on")[:1]),
        Subquery(kept),
        *(Exists(documents.filter(kind=kind)) for kind in SAID_IN),
    )
    strategy_on, survey_on, parts, *shown = row.get()
    facts = Facts(
        graph_of(school), clock.today(school.zone), strategy_on, survey_on, parts == len(COMMITMENT_BY_KEY)
    )
    drafts = (kinds for kinds, is_shown in zip(SAID_IN.values(), shown, strict=True) if not is_shown)
    return facts, frozenset(kind for kinds in drafts for kind in kinds)


def waivers_of(school: School) -> QuerySet[Waiver]:
    return Waiver.objects.filter(school=school).select_related("by").order_by("rule", "id")


def open_gaps(school: School) -> list[Problem]:
    """What keeps a strategy from being adopted: gaps that are neither mended nor left open with a reason."""
    return thread_of(school).gaps


def copies_of(school: School) -> QuerySet[Copy]:
    """Dated copies, the latest first, without what they hold."""
    return Copy.objects.filter(school=school).defer("content").order_by("-made_on", "-id")
