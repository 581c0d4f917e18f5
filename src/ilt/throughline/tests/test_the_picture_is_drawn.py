"""Where boxes stand and lines run, from made-up plans in memory."""

import re
from dataclasses import replace
from datetime import date
from itertools import combinations

from ilt.throughline.graph import Edge, Graph, Node
from ilt.throughline.linter import Problem
from ilt.throughline.picture import BETWEEN, WIDE, Box, Picture, picture


def plan(*pairs: tuple[str, str]) -> Graph:
    """Things named like `goal:1`, linked."""
    graph = Graph()
    for start, end in pairs:
        ends = tuple((kind, ref) for kind, _colon, ref in (start.partition(":"), end.partition(":")))
        for name in ends:
            graph.nodes.setdefault(name, Node(*name, title=f"{name[0]} {name[1]}"))
        graph.edges.append(Edge(*ends))
    return graph


CROSSED = plan(*((f"need:{each}", f"element:{9 - each}") for each in range(1, 9)))
CROSSED.nodes = dict(sorted(CROSSED.nodes.items()))  # as they were made, each line crosses each other


def drawn(graph: Graph, *broken: Problem) -> Picture:
    return picture(7, graph, {(each.kind, each.ref): [each] for each in broken})


def box(of: Picture, kind: str, ref: str = "1") -> Box:
    return next(each for each in of.boxes if each.node.name == (kind, ref))


def crossings(of: Picture) -> int:
    """Pairs of lines that change sides between the first two columns."""
    ends = [(int(a), int(b)) for a, b in re.findall(r"M\d+ (\d+)C.*? \d+ (\d+)(?=M|$)", of.links)]
    return sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(ends, 2))


def test_meetings_of_one_name_are_told_apart_by_their_day() -> None:
    graph = plan(("goal:1", "activity:1"), ("goal:1", "activity:2"))
    for number, day in enumerate((date(2026, 12, 1), date(2026, 12, 15)), 1):
        name = ("activity", str(number))
        graph.nodes[name] = replace(graph.nodes[name], title="Look together", day=day)
    of = drawn(graph)
    assert [box(of, "activity", ref).lines for ref in "12"] == [
        ["Look together", "Dec 1"],
        ["Look together", "Dec 15"],
    ]
    mentioned = [node.short for node in graph.after(graph.nodes["goal", "1"], "activity")]
    assert mentioned == ["Look together, Dec 1", "Look together, Dec 15"]


def test_each_kind_stands_in_its_column() -> None:
    of = drawn(plan(("need:1", "element:1"), ("element:1", "goal:1"), ("goal:1", "evidence:1")))
    step = WIDE + BETWEEN
    assert [box(of, kind).x for kind in ("need", "element", "goal", "evidence")] == [
        "0", str(step), str(2 * step), str(5 * step),
    ]  # fmt: skip
    assert [head for _x, head in of.heads] == [
        "What students need", "Vision", "Goals", "Activities", "Time, money, people", "Evidence",
    ]  # fmt: skip


def test_things_stand_beside_what_they_are_linked_with() -> None:
    assert crossings(drawn(CROSSED)) == 0


def test_boxes_of_a_column_do_not_touch() -> None:
    graph = plan(("need:1", "element:1"), ("need:2", "element:1"))
    graph.nodes["need", "1"] = Node("need", "1", "A need that takes many words " * 20)
    of = drawn(graph)
    first, second = box(of, "need", "1"), box(of, "need", "2")
    assert (len(first.lines), first.lines[-1][-1]) == (3, "…")
    assert int(second.y) > int(first.y) + int(first.high)


def test_what_is_broken_says_so_in_a_word() -> None:
    gap = Problem("L13", "gap", "goal", "1", "", "goal 1", "Nobody looks after this goal yet.")
    hint = Problem("L02", "hint", "need", "1", "", "need 1", "Old.")
    graph = plan(("need:1", "element:1"), ("element:1", "goal:1"), ("goal:1", "activity:1"))
    graph.nodes["activity", "1"] = Node("activity", "1", "Gone", state="dropped")
    of = drawn(graph, gap, hint)
    assert [box(of, kind).sign for kind in ("need", "element", "goal", "activity")] == [
        "Hint",
        "",
        "Gap",
        "Archived",
    ]
    assert (of.links.count("M"), of.broken_links.count("M")) == (2, 1)


def test_what_was_put_away_and_is_not_linked_is_not_drawn() -> None:
    graph = plan(("need:1", "element:1"))
    graph.nodes["goal", "1"] = Node("goal", "1", "Old", state="archived")
    assert [each.node.name for each in drawn(graph).boxes] == [("need", "1"), ("element", "1")]


def test_what_went_with_an_archived_goal_is_not_drawn() -> None:
    graph = plan(("element:1", "goal:1"), ("goal:1", "activity:1"))
    gone = Node("evidence", "1", "Notes", state="archived")
    graph.nodes |= {("goal", "1"): Node("goal", "1", "Old", state="archived"), gone.name: gone}
    graph.edges.append(Edge(("goal", "1"), gone.name, own=True))
    of = drawn(graph)
    assert sorted(each.node.kind for each in of.boxes) == ["activity", "element", "goal"]
    assert (of.links.count("M"), of.broken_links.count("M")) == (0, 2)


def test_an_empty_plan_has_a_picture_too() -> None:
    assert drawn(Graph()).boxes == []
