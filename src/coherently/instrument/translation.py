"""From a parsed translation file to the texts it offers."""

from coherently.errors import Problem
from coherently.instrument.model import Instrument, Translation, canonical_json
from coherently.instrument.shape import (
    LISTS,
    TOP,
    TRANSLATION,
    Content,
    Findings,
    Table,
    checked_content,
    choices,
)


def parse_translation(
    document: Table, file: str, source: Instrument
) -> tuple[Translation | None, tuple[Problem, ...]]:
    """The translation, or None and every error. It may be incomplete: `missing_texts` tells."""
    found = Findings(file)
    content = checked_content(document, TRANSLATION, found)
    _check_belongs(content.top, source, found)
    _check_scales(content, source, found)
    for table in LISTS:
        _check_known(table, getattr(content, table), [each.id for each in getattr(source, table)], found)
    if found.problems:
        return None, tuple(found.problems)
    top = content.top
    texts = _texts(content)
    return Translation(top["id"], top["version"], top["language"], texts, canonical_json(document)), ()


def _check_belongs(top: Table, source: Instrument, found: Findings) -> None:
    for key in ("id", "version"):
        theirs = getattr(source, key)
        if isinstance(top.get(key), str) and top[key] != theirs:
            message = f'The {key} is "{top[key]}", but the source has "{theirs}". Make them equal.'
            found.add("E13", TOP, "", message)
    if top.get("language", "").casefold() == source.language.casefold():
        message = f'The language is "{source.language}", as in the source. Name the language of this file.'
        found.add("E07", TOP, "", message)


def _check_scales(content: Content, source: Instrument, found: Findings) -> None:
    scales = {scale.id: scale for scale in source.scales}
    _check_known("scales", [{"id": name} for name in content.scales], [*scales], found)
    for name, values in content.scales.items():
        scale = scales.get(name)
        if scale is None:
            continue
        points = len(values.get("points", scale.points))
        if points != scale.m:
            message = f"The scale has {points} points, but {scale.m} in the source. Translate each point."
            found.add("E15", "scales", name, message)
        if "cannot_judge" in values and scale.cannot_judge is None:
            message = 'The source scale offers no "cannot_judge". Remove this key.'
            found.add("E15", "scales", name, message)


def _check_known(table: str, entries: list[Table], known: list[str], found: Findings) -> None:
    for values in entries:
        name = values.get("id", "")
        if name and name not in known:
            found.add("E15", table, name, f'The source has no "{name}" here. {choices(name, known)}')


def _texts(content: Content) -> dict[str, str]:
    texts = {"title": content.top.get("title", "")}
    for name, scale in content.scales.items():
        for number, point in enumerate(scale.get("points", ()), 1):
            texts[f"scales.{name}.points.{number}"] = point
        texts[f"scales.{name}.cannot_judge"] = scale.get("cannot_judge", "")
    for table in LISTS:
        for values in getattr(content, table):
            for key in values.keys() - {"id"}:
                texts[f"{table}.{values['id']}.{key}"] = values[key]
    return {place: text for place, text in texts.items() if text.strip()}
