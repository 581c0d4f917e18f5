"""What changed between two texts, word by word, as people read it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from ilt.rounds.spec import Part

Kind = Literal["same", "gone", "new"]
Piece = tuple[Kind, str]


@dataclass(frozen=True)
class Change:
    label: str
    pieces: list[Piece]


def changes(before: Sequence[Part], after: Sequence[Part]) -> list[Change]:
    """The parts that differ, in the order of the newer text; parts that went come last."""
    old = {part.key: part for part in before}
    new = {part.key: part for part in after}
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = old[key].text if key in old else "", new[key].text if key in new else ""
        if was != now:
            found.append(Change((new.get(key) or old[key]).label, pieces(was, now)))
    return found


def pieces(before: str, after: str) -> list[Piece]:
    """The newer text with what went and what came, in whole words.

    A word or two that happen to stay inside a sentence written anew are part of what went and what came:
    people read one change, not its splinters. Words that a long text is full of begin no match: with them,
    a page of one word over and over would keep the server busy for minutes.
    """
    old, new = re.findall(r"\S+\s*|\s+", before), re.findall(r"\S+\s*|\s+", after)
    same = SequenceMatcher(None, old, new).get_matching_blocks()
    found: list[Piece] = []
    a = c = 0
    for (i, j, length), following in zip(same, [*same[1:], same[-1]], strict=True):
        before_it = max(i - a, j - c)
        after_it = max(following.a - i - length, following.b - j - length)
        if length < min(before_it, after_it):
            continue
        words: list[tuple[Kind, list[str]]] = [
            ("gone", old[a:i]),
            ("new", new[c:j]),
            ("same", old[i : i + length]),
        ]
        found += [(kind, "".join(each)) for kind, each in words if each]
        a, c = i + length, j + length
    return found
