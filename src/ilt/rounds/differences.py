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
    """The newer text with what went and what came, in whole words."""
    old, new = re.findall(r"\S+\s*|\s+", before), re.findall(r"\S+\s*|\s+", after)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[a:b])))
            continue
        if a < b:
            found.append(("gone", "".join(old[a:b])))
        if c < d:
            found.append(("new", "".join(new[c:d])))
    return found
