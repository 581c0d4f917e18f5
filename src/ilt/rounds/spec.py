"""What a kind of document tells this slice about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ilt.rounds.models import Document, Round

Content = Mapping[str, Any]  # JSON: what is frozen when a round opens


@dataclass(frozen=True)
class Part:
    """A part of a document as it is read: its key, its name in the reader's language, its text."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Field:
    """A part that people write: what it is called, what helps to begin it, how much fits."""

    key: str
    label: Any
    hint: Any
    needed: bool = False
    most: int = 1500


@dataclass(frozen=True)
class Spec:
    """A kind of document.

    `page` is the route of its page, `edit` the right to write it, `circle` who is asked to consent.
    `label` names a part, `content` says what a round freezes, `parts` turns that into something to read,
    and `gaps` says in sentences what keeps a round from opening. `is_table` says which parts are
    made of rows: people remark on them as on any other, but their rows have pages of their own.
    `writers` is the audience that finds a draft in a search: those with the right to write it.
    `things` are the kinds of things of the through-line that only its writers see while it is a draft.
    """

    kind: Document.Kind
    page: str
    read: str
    edit: str
    circle: Round.Circle
    label: Callable[[Document, str], str]
    content: Callable[[Document], Content]
    parts: Callable[[Content], list[Part]]
    gaps: Callable[[Document], list[str]]
    edit_of: Callable[[str], str] = lambda key: ""  # another right that a part needs instead
    most: Callable[[str], int] = lambda key: 4000
    is_table: Callable[[str], bool] = lambda key: False
    writers: str = "team"
    things: tuple[str, ...] = ()
