from datetime import UTC, date, datetime

import pytest

from ilt.shared import clock

NEW_YORK = "America/New_York"


def test_a_local_time_becomes_one_moment() -> None:
    assert clock.local(date(2026, 10, 5), 16, 0, NEW_YORK) == datetime(2026, 10, 5, 20, tzinfo=UTC)


def test_a_time_that_daylight_saving_skips_is_refused() -> None:
    with pytest.raises(clock.LocalTimeRefused, match="02:30 does not exist in America/New_York"):
        clock.local(date(2027, 3, 14), 2, 30, NEW_YORK)


def test_of_two_equal_local_times_the_later_holds() -> None:
    assert clock.local(date(2026, 11, 1), 1, 30, NEW_YORK) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_today_is_the_schools_day_not_the_servers() -> None:
    with clock.at(datetime(2026, 10, 6, 2, tzinfo=UTC)):
        assert clock.today(NEW_YORK) == date(2026, 10, 5)
