"""What published results say, finding by finding, so that a plan can cite it."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import get_language

from coherently.disclosure import Release
from coherently.findings import Finding, findings
from coherently.instrument import Instrument
from coherently.report.words import Words
from ilt.cycle.models import Wave
from ilt.cycle.queries import instrument_of
from ilt.report.models import Snapshot
from ilt.report.queries import OPEN_TO_ALL
from ilt.schools.models import School

# What can be taken up: not who answered, not what is left out, not which topics are too close to tell apart.
SECTIONS = ("look", "strength", "topic", "agreement")
REMARKS = ("few", "reach")
Sentences = list[tuple[str, str, str, str]]  # each with its key, its topic and its section
MOST_KEPT = 500  # findings of so many snapshots stay in memory
KEPT: dict[tuple[int, str, str], Sentences] = {}


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
    named = [(row, _language(row.wave)) for row in rows]
    return [
        Told(row.id, row.wave, *sentence, language)
        for (row, language), sentences in zip(named, _sentences(named), strict=True)
        for sentence in sentences
    ]


def _language(wave: Wave) -> str:
    reader = get_language() or ""
    return reader if reader in wave.languages else wave.languages[0]


def _sentences(named: list[tuple[Snapshot, str]]) -> list[Sentences]:
    """What each snapshot says in its language. What is not kept yet is read at once, however much it is."""
    found = {key: KEPT[key] for key in (_key(*each) for each in named) if key in KEPT}
    new = [(row, language) for row, language in named if _key(row, language) not in found]
    ids = [row.id for row, _language in new]
    releases = dict(Snapshot.objects.filter(id__in=ids).values_list("id", "release"))
    instruments: dict[tuple[str, str, str], Instrument] = {}
    for row, language in new:
        used = (row.wave.instrument, row.wave.instrument_version, language)
        instrument = instruments[used] = instruments.get(used) or instrument_of(row.wave, language)
        found[_key(row, language)] = _in_words(releases[row.id], instrument, language)
    if len(KEPT) > MOST_KEPT:
        KEPT.clear()
    KEPT.update(found)
    return [found[_key(*each)] for each in named]


def _key(row: Snapshot, language: str) -> tuple[int, str, str]:
    """A snapshot never changes, and its fingerprint tells it from any other."""
    return row.id, row.release_sha256, language


def _in_words(release: str, instrument: Instrument, language: str) -> Sentences:
    words = Words(language, instrument)
    return [
        (each.key, instrument.construct(each.topics[0]).title, words.tell(each), each.section)
        for each in findings(Release.from_json(release), instrument)
        if _can_be_taken_up(each)
    ]


def _can_be_taken_up(finding: Finding) -> bool:
    return finding.section in SECTIONS and finding.code not in REMARKS
