"""School days: Monday to Friday, less the days off of the year."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import count, islice

SATURDAY = 5


def is_school_day(day: date, days_off: Collection[str]) -> bool:
    return day.weekday() < SATURDAY and day.isoformat() not in days_off


def from_day(first: date, days_off: Collection[str]) -> Iterator[date]:
    """School days from this day on, the day itself included if it is one."""
    days = (first + timedelta(days=number) for number in count())
    return (day for day in days if is_school_day(day, days_off))


def nth(first: date, number: int, days_off: Collection[str]) -> date:
    """The last day of a window of this many school days that begins on `first`."""
    return next(islice(from_day(first, days_off), number - 1, None))


def after(day: date, number: int, days_off: Collection[str]) -> date:
    """The day that lies this many school days later."""
    return nth(day + timedelta(days=1), number, days_off)


def before(day: date, number: int, days_off: Collection[str]) -> date:
    """The day that lies this many school days earlier."""
    days = (day - timedelta(days=number) for number in count(1))
    return next(islice((each for each in days if is_school_day(each, days_off)), number - 1, None))


def left(today: date, last: date, days_off: Collection[str]) -> int:
    """How many school days remain, today and the last one included."""
    span = (today + timedelta(days=number) for number in range((last - today).days + 1))
    return sum(is_school_day(day, days_off) for day in span)
