"""The promised day of the results: earlier at will, later once and with a reason that all staff see."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ilt.cycle.ballot_page import renew
from ilt.cycle.models import Wave
from ilt.cycle.rules.drafts import LATEST_RELEASE
from ilt.cycle.rules.paper import delete_sheets
from ilt.cycle.rules.states import WaveRefused, require
from ilt.roster.models import User
from ilt.roster.rules import note
from ilt.shared import clock

LONGEST_DELAY = 14
S = Wave.State
MOVABLE = (S.OPEN, S.CLOSING, S.CLOSED, S.PUBLISHED, S.OPEN_TO_ILT)


def move_release(actor: User, wave: Wave, release_on: date, reason: str) -> None:
    require(wave, *MOVABLE)
    if wave.release_on is None or wave.closes_on is None or release_on == wave.release_on:
        return
    if release_on < wave.release_on:
        _check_earlier(wave, release_on)
    else:
        _check_later(wave, wave.release_on, release_on, reason)
        wave.postponed_reason = reason.strip()
    with transaction.atomic():
        note(
            actor,
            "release.moved",
            wave.school,
            wave=str(wave.id),
            before=wave.release_on.isoformat(),
            after=release_on.isoformat(),
        )
        wave.release_on = release_on
        wave.save(update_fields=["release_on", "postponed_reason"])
        renew(wave)
    delete_sheets(wave)


def _check_earlier(wave: Wave, release_on: date) -> None:
    if release_on < clock.today(wave.zone):
        raise WaveRefused(_("This day is over. Choose today or a later day."))
    if wave.closes_on is not None and release_on <= wave.closes_on:
        raise WaveRefused(_("Results cannot open before the survey has closed. Choose a later day."))


def _check_later(wave: Wave, before: date, release_on: date, reason: str) -> None:
    if wave.postponed_reason:
        raise WaveRefused(_("The day was postponed already. This is possible once."))
    if not reason.strip():
        raise WaveRefused(_("Give the reason. All staff will see it."))
    if release_on > before + timedelta(days=LONGEST_DELAY):
        raise WaveRefused(_("Postpone by %(days)s days at most.") % {"days": LONGEST_DELAY})
    if wave.closes_on is not None and release_on > wave.closes_on + timedelta(days=LATEST_RELEASE):
        raise WaveRefused(
            _("Results open at the latest %(days)s days after the close.") % {"days": LATEST_RELEASE}
        )
