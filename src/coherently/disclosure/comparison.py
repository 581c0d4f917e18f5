"""Which topics of one group differ by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from coherently.disclosure.published import TopicResult
from coherently.disclosure.topics import Numbers
from coherently.estimate import Estimate
from coherently.measures.contrast import p_value, paired
from coherently.measures.multiplicity import holm

SMALLEST_DIFFERENCE = 0.25
SIGNIFICANCE = 0.05


def outer_third(ordered: Sequence[TopicResult]) -> Sequence[TopicResult]:
    """The first third of topics in the order of their printed means, with all that equal the last one in it.

    Else the order of the questionnaire would decide which of two equal topics is named.
    """
    third = len(ordered) // 3
    while 0 < third < len(ordered) and ordered[third].mean == ordered[third - 1].mean:
        third += 1
    return ordered[:third]


class Comparison:
    """Which topics of one group differ by more than chance; only topics on the same scale are compared."""

    def __init__(self, numbers: Numbers, row: int, topics: Sequence[TopicResult], k: int) -> None:
        self.numbers = numbers
        self.row = row
        self.all = tuple(topics)
        self.k = k
        self.by_scale: dict[str, list[TopicResult]] = {}
        for topic in topics:
            if topic.low is not None:
                self.by_scale.setdefault(numbers.instrument.construct(topic.id).scale, []).append(topic)
        for same in self.by_scale.values():
            same.sort(key=lambda topic: -(topic.mean or 0.0))

    def ties(self) -> tuple[tuple[str, str], ...]:
        """Neighbors in sorted order that are too close to tell apart."""
        found: list[tuple[str, str]] = []
        for same in self.by_scale.values():
            pairs = [(first.id, second.id) for first, second in pairwise(same)]
            clear = self._clearly_higher(pairs)
            found += [pair for pair in pairs if clear.get(pair) is False]
        return tuple(found)

    def topics(self) -> tuple[TopicResult, ...]:
        """The topics, each lowest one marked when it lies clearly below the middle one."""
        below: set[str] = set()
        for same in self.by_scale.values():
            middle = same[len(same) // 2]
            lowest = [topic for topic in outer_third(same[::-1]) if topic.mean != middle.mean]
            pairs = [(middle.id, topic.id) for topic in lowest]
            below |= {low for (_, low), clear in self._clearly_higher(pairs).items() if clear}
        compared = {topic.id for same in self.by_scale.values() for topic in same}
        return tuple(
            replace(topic, below=topic.id in below) if topic.id in compared else topic for topic in self.all
        )

    def _clearly_higher(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bool]:
        """Is the first of each pair higher: by paired contrasts, Holm over the pairs, a smallest difference.

        Contrasts rest on people who answered every item, so they can point the other way than the means.
        """
        tested: dict[tuple[str, str], tuple[float, float]] = {}
        for pair in pairs:
            contrast = self._contrast(*pair)
            p = p_value(contrast) if contrast.n >= self.k else None
            if p is not None and contrast.value is not None:
                tested[pair] = (p, contrast.value)
        adjusted = holm([p for p, _ in tested.values()]) if tested else ()
        return {
            pair: p < SIGNIFICANCE and higher >= SMALLEST_DIFFERENCE
            for (pair, (_, higher)), p in zip(tested.items(), adjusted, strict=True)
        }

    def _contrast(self, first: str, second: str) -> Estimate:
        sizes = [len(self.numbers.instrument.items_of(topic)) for topic in (first, second)]
        sums = self.numbers.states.pair(first, second)[self.row : self.row + 1]
        return paired(sums, sizes[0], sizes[1], None, target="climate")[0]
