"""The instrument: scales, constructs and items in one TOML file, checked, versioned and translated."""

from coherently.instrument.files import check, languages, load, load_translation, loads, shipped
from coherently.instrument.model import (
    Construct,
    Domain,
    Instrument,
    Item,
    Scale,
    Translation,
    missing_texts,
    offer_problems,
)
from coherently.instrument.versions import same_version_problems

__all__ = [
    "Construct",
    "Domain",
    "Instrument",
    "Item",
    "Scale",
    "Translation",
    "check",
    "languages",
    "load",
    "load_translation",
    "loads",
    "missing_texts",
    "offer_problems",
    "same_version_problems",
    "shipped",
]
