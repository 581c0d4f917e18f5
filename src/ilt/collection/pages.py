"""The ballot pages as files: made once when a wave opens, sent as they are, the same bytes for everybody.

A page holds every section and every sentence it will ever show, hidden. Without JavaScript the server
shows what is needed by taking `hidden` away; it composes nothing.
"""

import html
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings

LONGEST_LANGUAGE = 35


def _folder(wave: UUID) -> str:
    """As text: path objects would be a tenth of the cost of showing a page."""
    return f"{settings.DATA_DIR}/ballots/{wave.hex}"


def keep(wave: UUID, pages: Mapping[str, bytes]) -> None:
    """Writes `en`, `en-plain` and so on; the first language is that of the plain address."""
    folder = Path(_folder(wave))
    folder.mkdir(parents=True, exist_ok=True)
    first = next(iter(pages))
    named = {**pages, "first": pages[first], "first-plain": pages[f"{first}-plain"]}
    for name, content in named.items():
        fresh = folder / f"{name}.new"
        fresh.write_bytes(content)
        fresh.replace(folder / f"{name}.html")  # a reader sees the old page or the new one, never half


def read(wave: UUID, language: str = "", plain: bool = False) -> bytes | None:
    """The page in this language, or else in the wave's first one; None for an unknown wave."""
    folder = _folder(wave)
    for name in (language, "first"):
        if name.isalpha() and len(name) <= LONGEST_LANGUAGE:
            with (
                suppress(FileNotFoundError),
                open(f"{folder}/{name}{'-plain' if plain else ''}.html", "rb") as file,
            ):
                return file.read()
    return None


def shown(page: bytes, *ids: str, fill: Mapping[str, str] | None = None) -> bytes:
    """The page with these parts visible and these fields filled."""
    for each in ids:
        page = page.replace(f'id="{each}" hidden'.encode(), f'id="{each}"'.encode())
    for name, value in (fill or {}).items():
        page = page.replace(f"{{{{{name}}}}}".encode(), html.escape(value).encode())
    return page
