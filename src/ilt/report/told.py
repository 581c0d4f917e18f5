"""What published results say, finding by finding, so that a plan can cite it."""

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Exists, OuterRef
from django.utils.translation import get_language

from coherently.disclosure import Release
from coherently.findings import Finding, findings
from coherently.report.words import Words
from ilt.cycle.models import Wave
from ilt.cycle.queries import instrument_of
from ilt.report.models import Snapshot
from ilt.report.queries import OPEN_TO_ALL
from ilt.schools.models import School

# What can be taken up: not who answered, not what is left out, not which topics are too close to tell apart.
SECTIONS = ("look", "strength", "topic", "agreement")
REMARKS = ("few", "reach")


@dataclass(frozen=True)
class Told:
    """A finding in words. `snapshot_id` and `key` name it for good; `title` is its topic."""

    snapshot_id: int
    wave: Wave
    key: str
    title: str
    sentence: str
    section: str
    language: str  # of the words: the reader's, if the survey has it


def told(school: School, early: bool) -> list[Told]:
    """What the newest snapshot of each survey says, the newest survey first, in the reader's language.

    `early` readers are the leadership team: they also read what is open to them alone.
    """
    states = (*OPEN_TO_ALL, Wave.State.OPEN_TO_ILT) if early else OPEN_TO_ALL
    newer = Snapshot.objects.filter(wave=OuterRef("wave"), number__gt=OuterRef("number"))
    newest = Snapshot.objects.filter(~Exists(newer), wave__school=school, wave__state__in=states)
    rows = newest.select_related("wave").defer("release").order_by("-wave__opens_on", "-id")
    return [
        Told(row.id, row.wave, key, title, sentence, section, language)
        for row, language in ((row, _language(row.wave)) for row in rows)
        for key, title, sentence, section in _sentences(row.id, row.release_sha256, language)
    ]


def _language(wave: Wave) -> str:
    reader = get_language() or ""
    return reader if reader in wave.languages else wave.languages[0]


@lru_cache(maxsize=128)  # a snapshot never changes, and its fingerprint tells it from any other
def _sentences(snapshot_id: int, _sha256: str, language: str) -> tuple[tuple[str, str, str, str], ...]:
    snapshot = Snapshot.objects.select_related("wave").get(id=snapshot_id)
    instrument = instrument_of(snapshot.wave, language)
    words = Words(language, instrument)
    return tuple(
        (each.key, instrument.construct(each.topics[0]).title, words.tell(each), each.section)
        for each in findings(Release.from_json(snapshot.release), instrument)
        if _can_be_taken_up(each)
    )


def _can_be_taken_up(finding: Finding) -> bool:
    return finding.section in SECTIONS and finding.code not in REMARKS
