"""What an instrument is once its file has passed every check."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from coherently.errors import InstrumentError, Problem, Where


@dataclass(frozen=True, slots=True)
class Scale:
    """Answer options, from the lowest (1) to the highest (m)."""

    id: str
    points: tuple[str, ...]
    cannot_judge: str | None = None

    @property
    def m(self) -> int:
        """Number of points."""
        return len(self.points)


@dataclass(frozen=True, slots=True)
class Domain:
    """A family of constructs; it has no score."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Construct:
    """One topic: items that share a scale and a referent. `reach` marks what leaders can move first."""

    id: str
    domain: str
    title: str
    definition: str
    scale: str
    referent: str
    optional: bool = False
    reach: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One statement; a reversed item is recoded m + 1 - x in everything built on constructs."""

    id: str
    construct: str
    text: str
    reversed: bool = False


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Entry = TypeVar("Entry", bound=_Identified)


@dataclass(frozen=True, slots=True)
class Translation:
    """The texts of an instrument in another language; never its structure.

    `texts` maps a place, such as `items.safety1.text`, to its words.
    """

    id: str
    version: str
    language: str
    texts: Mapping[str, str]
    canonical: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A checked instrument; every tuple is in the order of the file.

    `canonical` is the parsed file as JSON, the text the fingerprint is taken over.
    """

    id: str
    version: str
    title: str
    language: str
    license: str
    source: str
    scales: tuple[Scale, ...]
    domains: tuple[Domain, ...]
    constructs: tuple[Construct, ...]
    items: tuple[Item, ...]
    canonical: str = field(repr=False)
    translated_from: "Instrument | None" = field(default=None, repr=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the source file's content, the same in every language."""
        return _sha256((self.translated_from or self).canonical)

    def item_fingerprint(self, item_id: str) -> str:
        """SHA-256 over id, text, reversed and points: two items compare when theirs agree."""
        if self.translated_from:
            return self.translated_from.item_fingerprint(item_id)
        item = self.item(item_id)
        content = {
            "id": item.id,
            "text": item.text,
            "reversed": item.reversed,
            "points": list(self.scale_of(item.construct).points),
        }
        return _sha256(canonical_json(content))

    @property
    def points_max(self) -> int:
        """M, the most points any construct's scale has."""
        return max(self.scale_of(construct.id).m for construct in self.constructs)

    def construct(self, construct_id: str) -> Construct:
        return _entry(self.constructs, construct_id, "construct")

    def item(self, item_id: str) -> Item:
        return _entry(self.items, item_id, "item")

    def domain(self, domain_id: str) -> Domain:
        return _entry(self.domains, domain_id, "domain")

    def scale_of(self, construct_id: str) -> Scale:
        return _entry(self.scales, self.construct(construct_id).scale, "scale")

    def items_of(self, construct_id: str) -> tuple[Item, ...]:
        wanted = self.construct(construct_id).id
        return tuple(item for item in self.items if item.construct == wanted)

    def texts(self) -> dict[str, str]:
        """Every text a reader can see, by place; a translation must hold the same places."""
        texts = {"title": self.title}
        for scale in self.scales:
            for number, point in enumerate(scale.points, 1):
                texts[f"scales.{scale.id}.points.{number}"] = point
            texts[f"scales.{scale.id}.cannot_judge"] = scale.cannot_judge or ""
        for domain in self.domains:
            texts[f"domains.{domain.id}.title"] = domain.title
        for construct in self.constructs:
            texts[f"constructs.{construct.id}.title"] = construct.title
            texts[f"constructs.{construct.id}.definition"] = construct.definition
            texts[f"constructs.{construct.id}.referent"] = construct.referent
        for item in self.items:
            texts[f"items.{item.id}.text"] = item.text
        return {place: text for place, text in texts.items() if text.strip()}

    def translated(self, translation: Translation) -> "Instrument":
        """The same instrument in other words; fingerprints stay those of the source.

        Raises InstrumentError when the translation belongs to another version or lacks a text:
        a half-translated ballot would ask two faculties different questions.
        """
        problems = offer_problems(translation, self)
        if problems:
            raise InstrumentError(problems)
        texts = translation.texts
        return replace(
            self,
            title=texts["title"],
            language=translation.language,
            scales=tuple(_translated_scale(scale, texts) for scale in self.scales),
            domains=tuple(
                replace(domain, title=texts[f"domains.{domain.id}.title"]) for domain in self.domains
            ),
            constructs=tuple(_translated_construct(construct, texts) for construct in self.constructs),
            items=tuple(replace(item, text=texts[f"items.{item.id}.text"]) for item in self.items),
            translated_from=self.translated_from or self,
        )


def missing_texts(translation: Translation, source: Instrument) -> tuple[str, ...]:
    """Places, in the order of the source, for which the translation has no words yet."""
    return tuple(place for place in source.texts() if not translation.texts.get(place, "").strip())


def offer_problems(translation: Translation, source: Instrument) -> tuple[Problem, ...]:
    """Why a language cannot be offered in a wave: another instrument (E13), or texts missing (E16)."""
    where = Where(f"{translation.id}.{translation.language}.toml")
    if (translation.id, translation.version) != (source.id, source.version):
        message = (
            f'The translation is for "{translation.id}" version "{translation.version}"; '
            f'the source is "{source.id}" version "{source.version}". Use the matching translation.'
        )
        return (Problem("E13", where, message),)
    missing = missing_texts(translation, source)
    if not missing:
        return ()
    message = (
        f"{len(missing)} of {len(source.texts())} texts are missing, so this language is not offered: "
        f"{', '.join(missing)}. Add them to the translation."
    )
    return (Problem("E16", where, message),)


def canonical_json(document: Mapping[str, Any]) -> str:
    """The text fingerprints are taken over: sorted keys, no spaces, Unicode NFC."""
    return json.dumps(_nfc(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _nfc(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {_nfc(key): _nfc(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_nfc(each) for each in value]
    return value


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(entries: Iterable[Entry], wanted: str, kind: str) -> Entry:
    for entry in entries:
        if entry.id == wanted:
            return entry
    known = ", ".join(entry.id for entry in entries)
    raise KeyError(f"There is no {kind} {wanted!r}. Known: {known}.")


def _translated_scale(scale: Scale, texts: Mapping[str, str]) -> Scale:
    place = f"scales.{scale.id}"
    points = tuple(texts[f"{place}.points.{number}"] for number in range(1, scale.m + 1))
    return replace(scale, points=points, cannot_judge=texts.get(f"{place}.cannot_judge"))


def _translated_construct(construct: Construct, texts: Mapping[str, str]) -> Construct:
    place = f"constructs.{construct.id}"
    return replace(
        construct,
        title=texts[f"{place}.title"],
        definition=texts.get(f"{place}.definition", ""),
        referent=texts.get(f"{place}.referent", ""),
    )
