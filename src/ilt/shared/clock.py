"""The one clock. Tests and the demonstration move it; nothing else reads the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

_moved: datetime | None = None


def now() -> datetime:
    return _moved or timezone.now()


def today(zone: str) -> date:
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at this moment, in every thread: a test's server shares the test's time."""
    global _moved
    before, _moved = _moved, moment
    try:
        yield
    finally:
        _moved = before


class LocalTimeRefused(ValueError):
    """A local time that the clock skips when daylight saving begins."""


def local(day: date, hour: int, minute: int, zone: str) -> datetime:
    """The moment of a local time: refused in a daylight-saving hole, the later one in an overlap."""
    place = ZoneInfo(zone)
    wanted = datetime(day.year, day.month, day.day, hour, minute, tzinfo=place, fold=1)
    moment = wanted.astimezone(UTC)
    if moment.astimezone(place).replace(tzinfo=None) != wanted.replace(tzinfo=None):
        raise LocalTimeRefused(
            f"{day} {hour:02}:{minute:02} does not exist in {zone}: clocks go forward then."
        )
    return moment
