"""What people write: Markdown without HTML, checked when it comes in, cleaned when it goes out."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import nh3
from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

LONG = 4000  # characters of a section
_LINE_ENDS = "\n\t"
_NO_SIGNS = "\ufffe\uffff"  # no file format may hold them
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr"}

# No headings: they would break the outline of the page around them. No pictures: they would be fetched.
_reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["heading", "lheading", "image"])


def to_html(text: str) -> SafeString:
    """The text as people see it. Links lead out in plain sight and carry nothing along."""
    html = nh3.clean(
        _reader.render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)  # noqa: S308 (cleaned above)


@dataclass(frozen=True)
class Run:
    """Some words in one style."""

    text: str
    strong: bool = False
    emphasis: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph or a point of a list, as sheets and files lay it out."""

    kind: Literal["paragraph", "point", "step", "quote"]
    runs: list[Run]
    depth: int = 0
    number: int = 0  # of a step in its list


@dataclass
class _Around:
    """What the words read now stand in: a list whose items are counted, or a quotation."""

    kind: Literal["point", "step", "quote"]
    number: int = 0
    begun: bool = False  # the item has its first paragraph; a further one is no new point


_AROUND: dict[str, Literal["point", "step", "quote"]] = {
    "bullet_list_open": "point",
    "ordered_list_open": "step",
    "blockquote_open": "quote",
}
_ENDS = ("bullet_list_close", "ordered_list_close", "blockquote_close")


def blocks(text: str) -> list[Block]:
    """The text in paragraphs and points."""
    found: list[Block] = []
    around: list[_Around] = []
    for token in _reader.parse(text):
        if token.type in _AROUND:
            around.append(_Around(_AROUND[token.type]))
        elif token.type in _ENDS:
            around.pop()
        elif token.type == "list_item_open":
            around[-1].number, around[-1].begun = around[-1].number + 1, False
        elif token.type == "inline":
            found.append(_block(around, _runs(token.children or [])))
        elif token.type in ("fence", "code_block"):
            found.append(Block("paragraph", [Run(token.content.rstrip())]))
    return found


def _block(around: list[_Around], runs: list[Run]) -> Block:
    if not around:
        return Block("paragraph", runs)
    here, depth = around[-1], len(around)
    if here.kind != "quote" and here.begun:
        return Block("paragraph", runs, depth)
    here.begun = True
    return Block(here.kind, runs, depth - 1, here.number if here.kind == "step" else 0)


def _runs(children: Sequence[Any]) -> list[Run]:
    runs, strong, emphasis = [], False, False
    for child in children:
        if child.type in ("strong_open", "strong_close"):
            strong = child.type == "strong_open"
        elif child.type in ("em_open", "em_close"):
            emphasis = child.type == "em_open"
        elif text := "\n" if child.type in ("softbreak", "hardbreak") else str(child.content):
            runs.append(Run(text, strong, emphasis))
    return runs


def to_plain(text: str) -> str:
    """The text without marks, for search and one-line summaries."""
    return "\n".join("".join(run.text for run in block.runs) for block in blocks(text))


def clean(text: str) -> str:
    """One kind of line end, composed letters, no blanks at the ends."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def check(text: str, most: int) -> None:
    """Refuses what no page could show: control characters, and more than fits. Nothing is ever cut."""
    if any(sign in _NO_SIGNS or _is_control(sign) for sign in text):
        raise ValidationError(
            _("The text holds signs that cannot be shown. Paste it into a plain editor, then from there.")
        )
    if len(text) > most:
        raise ValidationError(
            _("The text has %(length)s signs. %(most)s fit. Shorten it; nothing has been cut.")
            % {"length": len(text), "most": most}
        )


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs") and sign not in _LINE_ENDS


class TextField(forms.CharField):
    """Some lines of a person's words."""

    def __init__(self, *, most: int = LONG, rows: int = 6, **more: Any) -> None:
        self.most = most
        widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"}) if rows > 1 else forms.TextInput()
        super().__init__(**{"widget": widget, "strip": False, **more})

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        check(value, self.most)
