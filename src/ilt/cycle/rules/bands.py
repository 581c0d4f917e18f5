"""How many ballots were taken, told in broad steps, so that no single ballot can be watched arriving."""

from dataclasses import dataclass
from datetime import datetime, time
from math import ceil
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from ilt.cycle.models import Invitation, Wave
from ilt.cycle.rules.states import WaveRefused, require
from ilt.shared import clock

STEP_SHARE, STEP_PEOPLE = 0.05, 3
HOURLY_FROM = 40  # people asked; smaller faculties get a new band once a day
ENDS = 90  # percent; nothing above is told apart


def taken(wave: Wave) -> int:
    """Links that were used, and slips that were handed out by the count that was typed in."""
    links = Invitation.objects.filter(wave=wave, collected__gt=0).count()
    return min(wave.invited, links + wave.slips_printed - wave.slips_left)


def step_of(invited: int) -> int:
    return max(ceil(STEP_SHARE * invited), STEP_PEOPLE)


def refresh_bands() -> None:
    """The tick's part: once an hour or a day, whatever happened in between."""
    for wave in Wave.objects.filter(state=Wave.State.OPEN):
        period = _period(wave)
        if wave.band_of is None or wave.band_of < period:
            step = step_of(wave.invited)
            Wave.objects.filter(id=wave.id).update(band_of=period, collected=taken(wave) // step * step)


def _period(wave: Wave) -> datetime:
    """When the present hour began or, in a small faculty, the present day."""
    here = clock.now().astimezone(ZoneInfo(wave.zone))
    if wave.invited >= HOURLY_FROM:
        return here.replace(minute=0, second=0, microsecond=0)
    return datetime.combine(here.date(), time(), here.tzinfo)


@dataclass(frozen=True)
class Band:
    low: int  # percent of the people asked, to 5 %
    high: int

    @property
    def sentence(self) -> str:
        if self.high >= ENDS:
            return _("Over %(low)s %% of us have taken a ballot.") % {"low": min(self.low, ENDS)}
        if not self.low:
            return _("Under %(high)s %% of us have taken a ballot.") % {"high": self.high}
        return _("Between %(low)s and %(high)s %% of us have taken a ballot.") % {
            "low": self.low,
            "high": self.high,
        }

    @property
    def in_words(self) -> str:
        """For the screen in the room: no number at all."""
        if self.low >= 65:
            return _("Most of us have taken a ballot.")
        if self.low >= 50:
            return _("More than half of us have taken a ballot.")
        return _("We have begun.") if self.low else _("Take your ballot now.")


def band(wave: Wave) -> Band:
    step = step_of(wave.invited)
    return Band(_percent(wave.collected, wave.invited), _percent(wave.collected + step, wave.invited))


def _percent(people: int, invited: int) -> int:
    return min(100, round(20 * people / max(invited, 1)) * 5)


def count_slips_left(wave: Wave, slips_left: int) -> None:
    """What the desk counted: slips that were printed and not handed out."""
    require(wave, Wave.State.OPEN)
    if not 0 <= slips_left <= wave.slips_printed:
        raise WaveRefused(
            _("You printed %(printed)s slips. Count again: 0 to %(printed)s can be left.")
            % {"printed": wave.slips_printed}
        )
    Wave.objects.filter(id=wave.id).update(slips_left=slips_left)
