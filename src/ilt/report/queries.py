"""Which surveys have results, and who may read them already."""

from datetime import date, timedelta

from django.db.models import QuerySet

from ilt.cycle.models import Wave
from ilt.report.models import Snapshot
from ilt.schools.models import School

LONGEST_WAIT = timedelta(days=21)
State = Wave.State
COMING = (State.OPEN, State.CLOSING, State.CLOSED, State.PUBLISHED, State.OPEN_TO_ILT)
OPEN_TO_ALL = (State.RELEASED, State.ARCHIVED)


def surveys(school: School) -> QuerySet[Wave]:
    """Surveys that were opened and not canceled, the newest first."""
    found = Wave.objects.filter(school=school, state__in=COMING + OPEN_TO_ALL)
    return found.select_related("school").order_by("-opens_on")


def open_for(wave: Wave, early: bool) -> bool:
    """May this reader see the results now? `early` readers are the leadership team."""
    return wave.state in OPEN_TO_ALL or (early and wave.state == State.OPEN_TO_ILT)


def without_report(wave: Wave) -> bool:
    """Too few answered: there is nothing to protect and nothing to wait for."""
    return wave.outcome == Wave.Outcome.NONE


def has_page(wave: Wave, early: bool) -> bool:
    return open_for(wave, early) or without_report(wave)


def release_day(wave: Wave) -> date | None:
    """The promised day, and never later than 21 days after the close."""
    if wave.release_on is None or wave.closes_on is None:
        return None
    return min(wave.release_on, wave.closes_on + LONGEST_WAIT)


def early_day(wave: Wave) -> date | None:
    day = release_day(wave)
    return day and day - timedelta(days=wave.ilt_days_earlier)


def snapshot_of(wave: Wave) -> Snapshot:
    """The latest snapshot: a correction replaces what was published before."""
    return Snapshot.objects.filter(wave=wave).latest("number")
