"""A frozen version never changes: people have answered it."""

import json
from typing import Any

from coherently.errors import Problem, Where
from coherently.instrument.model import Instrument, Translation


def same_version_problems(
    frozen: Instrument | Translation, offered: Instrument | Translation
) -> tuple[Problem, ...]:
    """Is a file that carries a frozen id and version really the same file?

    Parameters: what was frozen when a wave opened, and what is offered now, in the same language.
    Returns: one problem E17 that names the first difference, or nothing.
    """
    known = (frozen.id, frozen.version, frozen.language)
    if known != (offered.id, offered.version, offered.language) or frozen.canonical == offered.canonical:
        return ()
    place, before, after = _first_difference(json.loads(frozen.canonical), json.loads(offered.canonical), "")
    message = (
        f'Version "{frozen.version}" of "{frozen.id}" is frozen with other content. '
        f"First difference, at {place}: {before} became {after}. Raise the version."
    )
    return (Problem("E17", Where(id=frozen.id), message),)


def _first_difference(before: Any, after: Any, place: str) -> tuple[str, str, str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                return _first_difference(before.get(key), after.get(key), f"{place}.{key}".lstrip("."))
    if isinstance(before, list) and isinstance(after, list):
        for number in range(max(len(before), len(after))):
            old, new = (each[number] if number < len(each) else None for each in (before, after))
            if old != new:
                return _first_difference(old, new, f"{place}.{_entry(old, new, number)}")
    return place, _shown(before), _shown(after)


def _entry(old: Any, new: Any, number: int) -> str:
    ids = {each.get("id") for each in (old, new) if isinstance(each, dict)}
    return str(ids.pop()) if len(ids) == 1 else f"number {number + 1}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
