"""Reads of waves that several pages and slices share."""

import tomllib
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coherently.errors import InstrumentError
from coherently.instrument import Instrument, languages, load_translation, loads, offer_problems, shipped
from coherently.instrument.files import SHIPPED
from coherently.instrument.translation import parse_translation
from ilt.cycle import schooldays
from ilt.cycle.models import FrozenInstrument, Invitation, MailJob, Wave
from ilt.roster.models import Grant, Membership, User
from ilt.schools.models import School
from ilt.shared import clock

Kind = Membership.Kind
ON_STAFF = (Kind.TEACHER, Kind.SPECIALIST, Kind.PARAPROFESSIONAL, Kind.LEADER, Kind.OTHER)
ASKED_BY_DEFAULT = frozenset({Kind.TEACHER, Kind.SPECIALIST})
BEFORE_OPENING = (Wave.State.DRAFT, Wave.State.READY)


def waves_of(school: School) -> QuerySet[Wave]:
    return Wave.objects.filter(school=school).order_by("-opens_on", "id")


def listed(wave: Wave) -> QuerySet[Invitation]:
    """The faculty list, by name."""
    order = ("person__last_name", "person__first_name", "person_id")
    return Invitation.objects.filter(wave=wave).select_related("person").order_by(*order)


def mark_of(people: Iterable[Invitation]) -> str:
    """Changes with every change of the list: a page that shows the list knows by it which one was read."""
    ids = ",".join(str(number) for number in sorted(row.person_id for row in people))
    return sha256(ids.encode()).hexdigest()[:16]


def staff_to_ask(school: School) -> QuerySet[Membership]:
    """Everybody who could be asked at this school, by name."""
    here = Membership.objects.filter(school=school, left=False, kind__in=ON_STAFF, person__is_active=True)
    return here.select_related("person").order_by("person__last_name", "person__first_name", "person_id")


def leaders_of(school: School) -> set[int]:
    """People who lead this school, by their role or by the staff list."""
    granted = Grant.objects.filter(school=school, role=Grant.Role.LEADER).values_list("person_id", flat=True)
    named = Membership.objects.filter(school=school, kind=Kind.LEADER).values_list("person_id", flat=True)
    return set(granted.union(named))


def possible_keyers(school: School) -> QuerySet[User]:
    """People who may type in paper answers: staff, and no leader of the school."""
    staff = staff_to_ask(school).exclude(person__in=leaders_of(school)).values("person")
    return User.objects.filter(id__in=staff).order_by("last_name", "first_name")


def mails_to_fix(wave: Wave) -> QuerySet[User]:
    """People whose mail was refused."""
    failed = MailJob.objects.filter(wave=wave, state=MailJob.State.FAILED).values("person")
    return User.objects.filter(id__in=failed).order_by("last_name", "first_name")


def offered_languages() -> dict[str, str]:
    """Languages a wave can use: every text of the instrument is there, and the pages speak it too."""
    names = dict(settings.LANGUAGES)
    return {code: names[code] for code in languages(SHIPPED) if code in names and not missing_in(code)}


@cache
def missing_in(language: str) -> int:
    """How many texts this language of the shipped instrument lacks."""
    source = shipped()
    if language == source.language:
        return 0
    try:
        problems = offer_problems(load_translation(translation_file(language), source), source)
    except InstrumentError as refused:
        problems = refused.problems
    return len(problems)


def translation_file(language: str) -> str:
    return str(SHIPPED.with_name(f"{SHIPPED.stem}.{language}.toml"))


def instrument_of(wave: Wave, language: str = "") -> Instrument:
    """The instrument in the words people saw: as it was frozen, or, before the opening, as it is shipped."""
    if wave.state in BEFORE_OPENING:
        return shipped(language or "en")
    frozen = FrozenInstrument.objects.filter(
        instrument_id=wave.instrument, version=wave.instrument_version, language__in=[language, "en"]
    )
    files = {row.language: row.file for row in frozen}
    return _read(files["en"], files.get(language, ""), language)


@lru_cache(maxsize=16)  # every page and every mail of a survey asks for the same words
def _read(file: str, translated: str, language: str) -> Instrument:
    source = loads(file)
    if language in ("", source.language):
        return source
    translation, problems = parse_translation(tomllib.loads(translated), language, source)
    if translation is None:
        raise InstrumentError(problems)
    return source.translated(translation)


def by_id(wave_id: UUID | str) -> Wave:
    return Wave.objects.select_related("school", "year", "keyer").get(id=wave_id)


def days_left(wave: Wave) -> int:
    """School days until the close, today included."""
    if wave.closes_on is None:
        return 0
    return schooldays.left(clock.today(wave.zone), wave.closes_on, wave.year.days_off)


def timetable(wave: Wave, reminders: list[date]) -> list[tuple[date, str]]:
    """What happens when, in order."""
    if wave.opens_on is None or wave.closes_on is None:
        return []
    days = [(wave.opens_on, _("The survey opens."))]
    days += [(each, _("A reminder goes out.")) for each in reminders]
    days += [(wave.closes_on, _("The survey closes. Answers are shuffled, keys destroyed."))]
    if wave.release_on is None:
        return days
    if wave.ilt_days_earlier:
        early = wave.release_on - timedelta(days=wave.ilt_days_earlier)
        days += [(max(early, wave.closes_on), _("The leadership team may read the results."))]
    return [*days, (wave.release_on, _("All staff see the results."))]
