"""A plan with 200 links in memory, and so many milliseconds of a processor to stand beside it."""

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.survey import point_settings_to

TODAY = date(2026, 10, 5)
TIMES = 20


def set_up(folder: Path) -> None:
    point_settings_to(folder)
    import django

    django.setup()


def graph() -> Any:
    """Needs, a vision, goals, 86 activities, times and evidence; some of it is broken."""
    from ilt.throughline.graph import Edge, Graph, Node

    made = Graph()
    for kind, number in (
        ("need", 5),
        ("element", 3),
        ("goal", 3),
        ("activity", 86),
        ("resource", 6),
        ("evidence", 9),
    ):
        for ref in range(number):
            node = Node(
                kind, str(ref), f"What we do together, number {ref} of its kind", TODAY + timedelta(ref), 45
            )
            made.nodes[node.name] = node
    pairs = [(("need", each), ("element", each % 3)) for each in range(5)]
    pairs += [(("element", each), ("goal", each)) for each in range(3)]
    pairs += [(("goal", each % 3), ("evidence", each)) for each in range(9)]
    pairs += [(("goal", each % 3), ("activity", each)) for each in range(86)]
    pairs += [(("activity", each), ("resource", each % 6)) for each in range(86)]
    pairs += [(("activity", each), ("evidence", each % 9)) for each in range(11)]
    made.edges = [Edge((a, str(b)), (c, str(d))) for (a, b), (c, d) in pairs]
    return made


def spend(seconds: float) -> None:
    """Works until this much time of the processor is used up."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        sum(range(1000))
