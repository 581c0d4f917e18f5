from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from coherently.disclosure import FLOOR_REPORT, Release
from coherently.estimate import shown
from coherently.instrument import Instrument
from coherently.report.html import fragment
from ilt.cycle.models import Wave
from ilt.cycle.queries import instrument_of
from ilt.report import queries
from ilt.roster.gate import school_page
from ilt.roster.rights import can
from ilt.schools.models import School


@require_safe
@school_page("report.read")
def results(request: HttpRequest, school: School) -> HttpResponse:
    """The newest results that this reader may see, else what comes next and when."""
    early = can(request.user, "report.read_early", school)
    waves = list(queries.surveys(school))
    readable = [wave for wave in waves if queries.has_page(wave, early)]
    newest = next(iter(readable or waves), None)
    if newest is None:
        return render(request, "report/not_yet.html", {"school": school})
    ahead = waves[: waves.index(newest)]
    coming = queries.release_day(ahead[-1]) if ahead else None
    return _page(request, newest, waves, early, "report/results.html", coming=coming)


@require_safe
@school_page("report.read")
def wave_results(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    return _of(request, school, wave_id, "report/results.html")


@require_safe
@school_page("report.read")
def wave_methods(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    return _of(request, school, wave_id, "report/methods.html")


def _of(request: HttpRequest, school: School, wave_id: UUID, template: str) -> HttpResponse:
    waves = list(queries.surveys(school))
    wave = next((wave for wave in waves if wave.id == wave_id), None)
    if wave is None:
        raise Http404
    return _page(request, wave, waves, can(request.user, "report.read_early", school), template)


def _page(
    request: HttpRequest, wave: Wave, waves: list[Wave], early: bool, template: str, **more: object
) -> HttpResponse:
    others = [other for other in waves if other != wave]
    context: dict[str, Any] = {"school": wave.school, "wave": wave, "early": early, "others": others, **more}
    context |= {"release_day": queries.release_day(wave), "early_day": queries.early_day(wave)}
    if queries.without_report(wave):
        # The count went with the answers. In a larger faculty, too few for a report is fewer than half.
        return render(request, "report/guide.html", context | {"half": wave.invited >= 2 * FLOOR_REPORT})
    if not queries.open_for(wave, early):
        return render(request, "report/not_yet.html", context)
    return render(request, template, context | _published(wave))


def _published(wave: Wave) -> dict[str, Any]:
    """What the snapshot says, in the reader's language where the survey has it."""
    reader = get_language() or ""
    language = reader if reader in wave.languages else wave.languages[0]
    snapshot = queries.snapshot_of(wave)
    release = Release.from_json(snapshot.release)
    instrument = instrument_of(wave, language)
    return {
        "language": language,
        "snapshot": snapshot,
        "release": release,
        "instrument": instrument,
        "topics": _topics(release, instrument),
        # The library escapes every text of an instrument, and a snapshot holds codes and numbers only.
        "report": mark_safe(fragment(release, instrument, language)),  # noqa: S308
    }


def _topics(release: Release, instrument: Instrument) -> list[dict[str, str]]:
    """One line per topic for the methods page; a number that is not published is an empty text."""
    (school,) = release.groups
    numbers = ("mean", "low", "high", "sd")
    return [
        {"title": instrument.construct(topic.id).title}
        | {name: _number(getattr(topic, name)) for name in numbers}
        for topic in school.topics
    ]


def _number(value: float | None) -> str:
    return "" if value is None else shown(value, 1)
