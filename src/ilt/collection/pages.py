"""The ballot pages as files: made once when a wave opens, sent as they are, the same bytes for everybody.

A page holds every section and every sentence it will ever show, hidden. Without JavaScript the server
shows what is needed by taking `hidden` away; it composes nothing.
"""

import html
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from django.conf import settings


def _folder(wave: UUID) -> Path:
    return Path(settings.DATA_DIR) / "ballots" / wave.hex


def keep(wave: UUID, pages: Mapping[str, bytes]) -> None:
    """Writes the page of each language; the first one is the page of the plain address."""
    folder = _folder(wave)
    folder.mkdir(parents=True, exist_ok=True)
    for language, content in {**pages, "first": next(iter(pages.values()))}.items():
        fresh = folder / f"{language}.new"
        fresh.write_bytes(content)
        fresh.replace(folder / f"{language}.html")  # a reader sees the old page or the new one, never half


def read(wave: UUID, language: str = "") -> bytes | None:
    """The page in this language, or else in the wave's first one; None for an unknown wave."""
    for name in (language, "first"):
        file = _folder(wave) / f"{name}.html"
        if name.replace("-", "").isalnum() and file.is_file():
            return file.read_bytes()
    return None


def shown(page: bytes, *ids: str, fill: Mapping[str, str] | None = None, script: bool = False) -> bytes:
    """The page with these parts visible, these fields filled, and without its script unless kept."""
    for each in ids:
        page = page.replace(f'id="{each}" hidden'.encode(), f'id="{each}"'.encode())
    for name, value in (fill or {}).items():
        page = page.replace(f"{{{{{name}}}}}".encode(), html.escape(value).encode())
    if not script:
        start, end = page.index(b"<script"), page.index(b"</script>") + len(b"</script>")
        page = page[:start] + page[end:]
    return page
