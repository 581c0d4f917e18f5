"""The end of a wave: by the clock, in steps. A crash repeats a step, and no step does anything twice."""

import logging
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ilt.collection import rules as box
from ilt.collection.queries import ballots, public_keys
from ilt.cycle import keys, schooldays
from ilt.cycle.ballot_page import renew
from ilt.cycle.collect import GRACE
from ilt.cycle.models import Invitation, MailJob, Voucher, Wave
from ilt.cycle.promise import FEWEST
from ilt.cycle.rules.mailing import REMINDER_DAYS, tell_of_cancellation
from ilt.cycle.rules.opening import clock_is_behind
from ilt.cycle.rules.paper import delete_files, delete_sheets
from ilt.cycle.rules.states import WaveRefused, advance, require
from ilt.roster.models import User
from ilt.roster.rules import note
from ilt.shared import clock
from ilt.shared.rewriting import rewrite

log = logging.getLogger("ilt.cycle")

PROFILE_FROM, CARE_FROM = 0.65, 0.50
LONGEST_EXTENSION, SELF_EXTENSION = 10, 5  # school days
State, Outcome = Wave.State, Wave.Outcome


# The window moves once


def extend(actor: User | None, wave: Wave, days: int) -> None:
    """Gives more school days, once; the results wait as much longer."""
    require(wave, State.OPEN)
    if wave.extended:
        raise WaveRefused(_("The survey was extended already. This is possible once."))
    if not 1 <= days <= LONGEST_EXTENSION:
        raise WaveRefused(_("You can add 1 to %(longest)s school days.") % {"longest": LONGEST_EXTENSION})
    if wave.closes_on is None or wave.closes_at is None or wave.release_on is None:
        raise WaveRefused(_("Choose the days of the survey first."))
    off = wave.year.days_off
    planned_end, wave.closes_on = wave.closes_on, schooldays.after(wave.closes_on, days, off)
    wave.closes_at = _same_hour(wave.closes_at, wave.closes_on, wave.zone)
    wave.release_on += wave.closes_on - planned_end
    wave.extended = True
    reminder = schooldays.after(planned_end, 1, off)
    wave.plan = wave.plan | {REMINDER_DAYS: [*wave.plan[REMINDER_DAYS], reminder.isoformat()]}
    with transaction.atomic():
        if not Wave.objects.filter(id=wave.id, state=State.OPEN, extended=False).update(extended=True):
            raise WaveRefused(_("The survey was extended already. This is possible once."))
        # The box before the commit: after a crash it only takes ballots longer than the registrar says.
        box.move_close(wave.id, wave.closes_at)
        renew(wave)
        wave.save(update_fields=["closes_at", "release_on", "closes_on", "extended", "plan"])
        note(actor, "wave.extended", wave.school, wave=str(wave.id), days=days)
    delete_sheets(wave)


def _same_hour(moment: datetime, day: date, zone: str) -> datetime:
    """The same time on another day; an hour later if the clocks skip that time."""
    here = moment.astimezone(ZoneInfo(zone))
    try:
        return clock.local(day, here.hour, here.minute, zone)
    except clock.LocalTimeRefused:
        return clock.local(day, here.hour + 1, here.minute, zone)


def cancel(actor: User, wave: Wave) -> None:
    """Ends a survey without reading anything; everybody who was asked is told."""
    require(wave, State.DRAFT, State.READY, State.OPEN)
    was_open = wave.state == State.OPEN
    with transaction.atomic():
        advance(wave, State.CANCELED)
        if was_open:
            tell_of_cancellation(wave)
            renew(wave)
        # An opening that stopped halfway left a box: it goes as an open survey's goes.
        first = 0 if public_keys(wave.id) else STEPS.index(_forget_people)
        Wave.objects.filter(id=wave.id).update(outcome=Outcome.NONE, closing_step=first)
        Invitation.objects.filter(wave=wave).delete()
        note(actor, "wave.canceled", wave.school, wave=str(wave.id))


# The close


def close_due() -> None:
    """The tick's part: ends what is over, and goes on with every close that is under way."""
    if clock_is_behind():
        log.warning("no survey is closed: the clock is behind the journal")
        return
    over = Wave.objects.filter(state=State.OPEN, closes_at__lte=clock.now() - GRACE)
    for wave in over.select_related("school", "year", "keyer"):
        _one(_end_or_extend, wave)
    ending = Wave.objects.filter(state__in=(State.CLOSING, State.CANCELED), closing_step__lt=DONE)
    for wave in ending.select_related("school"):
        _one(_go_on, wave)


def _one(act: Callable[[Wave], None], wave: Wave) -> None:
    """One school's trouble must not keep the others open."""
    try:
        act(wave)
    except Exception as error:  # the class alone: a message could quote what a store holds
        log.error("%s of a survey failed: %s", act.__name__, type(error).__name__)


def _end_or_extend(wave: Wave) -> None:
    if _is_too_low(wave):
        extend(None, wave, SELF_EXTENSION)
    else:
        advance(wave, State.CLOSING)


def _is_too_low(wave: Wave) -> bool:
    """Under the share that a profile needs, at the planned end, and not extended before."""
    return not wave.extended and ballots(wave.id) < PROFILE_FROM * wave.invited


def _go_on(wave: Wave) -> None:
    """Does the steps that are left. A step that cannot be done yet is tried again at the next tick."""
    while wave.closing_step < DONE:
        if STEPS[wave.closing_step](wave) is False:
            return
        # Only forward: a second clock, started by mistake, may have come further meanwhile.
        Wave.objects.filter(id=wave.id, closing_step=wave.closing_step).update(
            closing_step=F("closing_step") + 1
        )
        wave.closing_step += 1


def _count(wave: Wave) -> None:
    """Nobody can send from now on. A canceled wave has its outcome already."""
    count = box.begin_close(wave.id)
    if wave.state != State.CANCELED:
        wave.outcome = outcome_of(count, wave.invited)
        Wave.objects.filter(id=wave.id).update(outcome=wave.outcome)


def outcome_of(count: int, invited: int) -> Wave.Outcome:
    if count < FEWEST or count < CARE_FROM * invited:
        return Outcome.NONE
    return Outcome.WITH_CARE if count < PROFILE_FROM * invited else Outcome.PROFILE


def _write(wave: Wave) -> None:
    if wave.outcome != Outcome.NONE:
        box.write_answers(wave.id)


def _forget_people(wave: Wave) -> None:
    """The count stays; who was asked and who took a ballot goes."""
    answers = box.write_answers(wave.id).answers if wave.outcome != Outcome.NONE else 0
    with transaction.atomic():
        for table in (Invitation, Voucher, MailJob):
            table.objects.filter(wave=wave).delete()
        Wave.objects.filter(id=wave.id).update(collected=answers)
    delete_files(wave)


def _destroy_ballots(wave: Wave) -> None:
    box.destroy_ballots(wave.id, opened=wave.outcome != Outcome.NONE)


def _destroy_keys(wave: Wave) -> None:
    keys.destroy_keys(wave.id)


def _rewrite_box(wave: Wave) -> bool:
    return box.rewrite_box()


def _rewrite_registrar(wave: Wave) -> bool:
    return rewrite("default", [table._meta.db_table for table in (Invitation, Voucher, MailJob)])


def _end(wave: Wave) -> None:
    if wave.state == State.CLOSING:
        with transaction.atomic():
            advance(wave, State.CLOSED)
            note(None, "wave.closed", wave.school, wave=str(wave.id), outcome=wave.outcome)


STEPS: list[Callable[[Wave], bool | None]] = [
    _count,
    _write,
    _destroy_ballots,  # first: it refuses when the answers are not whole, and then nothing may be lost
    _forget_people,
    _destroy_keys,
    _rewrite_box,
    _rewrite_registrar,
    _end,
]
DONE = len(STEPS)
