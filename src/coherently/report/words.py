"""Whole sentences in the reader's language, and the words of an instrument inside them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from coherently.errors import CoherentlyError
from coherently.estimate import shown
from coherently.findings import Finding
from coherently.instrument import Instrument

LANGUAGES = ("en", "es")


@cache
def texts(language: str) -> Mapping[str, Mapping[str, Any]]:
    """All texts of a language, by section and key."""
    if language not in LANGUAGES:
        known = " or ".join(LANGUAGES)
        raise CoherentlyError(f"There are no texts in language {language!r}. Use {known}.")
    return tomllib.loads(files("coherently.texts").joinpath(f"{language}.toml").read_text("utf-8"))


class Words:
    """Says things in one language about one instrument; returns plain text, never HTML."""

    def __init__(self, language: str, instrument: Instrument) -> None:
        self.language = language
        self.instrument = instrument
        self._texts = texts(language)

    def say(self, key: str, **values: object) -> str:
        """A sentence or heading of the page."""
        return str(self._texts["page"][key]).format(**values)

    def tell(self, finding: Finding) -> str:
        """The sentence of a finding."""
        values: dict[str, object] = {name: self._value(name, value) for name, value in finding.values}
        if finding.topics:
            values |= self._topics(finding)
        for name, label in zip(("label", "other"), finding.labels, strict=False):
            values[name] = self.label(finding.topics[0], label)
        return str(self._texts["findings"][finding.code]).format(**values)

    def _topics(self, finding: Finding) -> dict[str, object]:
        first, last = (self.instrument.construct(finding.topics[index]) for index in (0, -1))
        return {"topic": first.title, "definition": first.definition, "other_topic": last.title}

    @staticmethod
    def _value(name: str, value: float | str) -> str:
        return str(value) if name == "rate" else number(float(value))

    def label(self, topic: str, point: int) -> str:
        """A scale label as it stands inside a sentence."""
        text = self.instrument.scale_of(topic).points[point - 1]
        return str(self._texts["format"]["quoted"]).format(text=text[:1].lower() + text[1:])

    def place(self, topic: str, place: Sequence[int]) -> str:
        """The words for a place on the scale, without numbers."""
        code = "place_words" if len(place) == 1 else "between_words"
        return self.tell(Finding("topic", code, None, (topic,), tuple(place)))

    def day(self, iso: str) -> str:
        """A date as people write it, from `2026-09-14`."""
        day = date.fromisoformat(iso)
        form = self._texts["format"]
        return str(form["date"]).format(month=form["months"][day.month - 1], day=day.day, year=day.year)

    def listed(self, parts: Sequence[str]) -> str:
        """A list inside a sentence."""
        if len(parts) < 2:
            return "".join(parts)
        return str(self._texts["format"]["list_and"]).format(rest=", ".join(parts[:-1]), last=parts[-1])


def number(value: float) -> str:
    """A mean or limit with the one decimal it was published with."""
    return shown(value, 1)
