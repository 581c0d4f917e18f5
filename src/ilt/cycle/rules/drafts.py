"""A survey in preparation: each question of the wizard is kept at once, and checked when it is answered."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from coherently.instrument import shipped
from ilt.cycle import keys, schooldays
from ilt.cycle.models import Invitation, Wave
from ilt.cycle.promise import FEWEST
from ilt.cycle.queries import (
    BEFORE_OPENING,
    leaders_of,
    offered_languages,
    staff_to_ask,
)
from ilt.cycle.rules.paper import delete_files
from ilt.cycle.rules.states import WaveRefused, advance, require
from ilt.roster.models import User
from ilt.roster.rules import note
from ilt.schools.models import School
from ilt.schools.queries import current_year, year_on
from ilt.shared import clock

SHORTEST, USUAL, LONGEST = 5, 10, 20  # school days of a window
SOONEST_RELEASE, USUAL_RELEASE, LATEST_RELEASE = 7, 14, 21  # days after the close
FROM_MEAN, FROM_SPREAD = 7, 10  # answers to a question before its mean, and before percents, are shown
DRAFT = Wave.State.DRAFT


def create(actor: User, school: School) -> Wave:
    """A draft with the usual answers; the draft that is there already, if there is one."""
    with transaction.atomic():
        School.objects.select_for_update().get(id=school.id)  # a button pressed twice makes one draft
        return _draft_of(school) or _new_draft(actor, school)


def _draft_of(school: School) -> Wave | None:
    return Wave.objects.filter(school=school, state__in=BEFORE_OPENING).first()


def _new_draft(actor: User, school: School) -> Wave:
    if Wave.objects.filter(school=school, state__in=(Wave.State.OPEN, Wave.State.CLOSING)).exists():
        raise WaveRefused(_("A survey is open. Wait until it has closed."))
    year = current_year(school)
    if year is None:
        raise WaveRefused(_("There is no school year yet. Add the school year first."))
    instrument = shipped()
    offered = [code for code in offered_languages() if code in school.languages]
    wave = Wave.objects.create(
        school=school,
        year=year,
        zone=school.zone,
        instrument=instrument.id,
        instrument_version=instrument.version,
        languages=offered or [instrument.language],
    )
    note(actor, "wave.created", school, wave=str(wave.id))
    return wave


def set_languages(wave: Wave, languages: Sequence[str]) -> None:
    require(wave, DRAFT)
    if unknown := set(languages) - offered_languages().keys():
        raise WaveRefused(
            _("The survey is not complete in this language: %(name)s.") % {"name": ", ".join(sorted(unknown))}
        )
    if not languages:
        raise WaveRefused(_("Choose at least one language."))
    _save(wave, languages=list(languages))


def set_people(wave: Wave, people: Collection[int]) -> None:
    """Keeps the faculty list. A changed list has to be confirmed again."""
    require(wave, DRAFT)
    asked = [member.person for member in staff_to_ask(wave.school) if member.person_id in people]
    if len(asked) < FEWEST:
        raise WaveRefused(
            _(
                "You chose %(chosen)s people. Under %(fewest)s people, answers could not stay private. "
                "Ask together with a partner school."
            )
            % {"chosen": len(asked), "fewest": FEWEST}
        )
    kept = set(Invitation.objects.filter(wave=wave).values_list("person_id", flat=True))
    wanted = {person.id for person in asked}
    with transaction.atomic():
        Invitation.objects.filter(wave=wave, person__in=kept - wanted).delete()
        new = [person for person in asked if person.id not in kept]
        Invitation.objects.bulk_create(
            Invitation(wave=wave, person=person, channel=channel_of(wave.delivery, person)) for person in new
        )
        changes: dict[str, object] = {"asks_leaders": bool(wanted & leaders_of(wave.school))}
        if kept != wanted:
            changes |= {"confirmed_by_facilitator": None, "confirmed_by_teacher": None, "confirm_code": ""}
        _save(wave, **changes)


def set_window(wave: Wave, opens_on: date, days: int, opens: time, closes: time) -> None:
    """Sets the window of school days. Raises clock.LocalTimeRefused for a time that the clocks skip.

    The survey belongs to the school year that it opens in: a draft may have been begun in the year before.
    """
    require(wave, DRAFT)
    if not SHORTEST <= days <= LONGEST:
        raise WaveRefused(
            _("The survey can be open for %(shortest)s to %(longest)s school days. You asked for %(days)s.")
            % {"shortest": SHORTEST, "longest": LONGEST, "days": days}
        )
    if opens_on < clock.today(wave.zone):
        raise WaveRefused(_("This day is over. Choose today or a later day."))
    year = year_on(wave.school, opens_on)
    if year is not None and not schooldays.is_school_day(opens_on, year.days_off):
        raise WaveRefused(_("There is no school on this day. Choose a school day."))
    if year is None or (closes_on := schooldays.nth(opens_on, days, year.days_off)) > year.ends_on:
        raise WaveRefused(_("The survey has to open and close within the school year."))
    _save(
        wave,
        year=year,
        opens_on=opens_on,
        closes_on=closes_on,
        opens_at=clock.local(opens_on, opens.hour, opens.minute, wave.zone),
        closes_at=clock.local(closes_on, closes.hour, closes.minute, wave.zone),
    )


def set_plan(wave: Wave, reminders: str) -> None:
    """The publication plan: the whole school only, and who is reminded."""
    require(wave, DRAFT)
    plan = {"groups": [], "k_mean": FROM_MEAN, "k_spread": FROM_SPREAD, "comments": False}
    _save(wave, reminders=reminders, plan=plan)


def set_release(wave: Wave, release_on: date, ilt_days_earlier: int) -> None:
    require(wave, DRAFT)
    if wave.closes_on is None:
        raise WaveRefused(_("Choose the days of the survey first."))
    if refusal := release_refusal(wave.closes_on, release_on):
        raise WaveRefused(refusal)
    _save(wave, release_on=release_on, ilt_days_earlier=ilt_days_earlier)


def release_refusal(closes_on: date, release_on: date) -> str:
    """Why results may not open on this day; nothing if they may."""
    wait = (release_on - closes_on).days
    if wait > LATEST_RELEASE:
        return _(
            "This is %(wait)s days after the close. Late results cost trust. Choose a day within %(latest)s."
        ) % {"wait": wait, "latest": LATEST_RELEASE}
    if wait < SOONEST_RELEASE:
        return _("Choose a day at least %(soonest)s days after the close.") % {"soonest": SOONEST_RELEASE}
    return ""


def set_delivery(wave: Wave, delivery: str, keyer: User | None) -> None:
    """How ballots reach people. Each person gets one channel."""
    require(wave, DRAFT)
    people = User.objects.filter(id__in=Invitation.objects.filter(wave=wave).values("person"))
    _refuse_delivery(delivery, [person for person in people if not person.email])
    if keyer and keyer.id in leaders_of(wave.school):
        raise WaveRefused(_("A school leader cannot type in answers. Choose someone else."))
    slips = people.filter(email=None).values("id") if delivery == Wave.Delivery.BOTH else people.values("id")
    invitations = Invitation.objects.filter(wave=wave)
    with transaction.atomic():
        invitations.update(channel=Invitation.Channel.LINK)
        if delivery != Wave.Delivery.MAIL:
            invitations.filter(person__in=slips).update(channel=Invitation.Channel.SLIP)
        _save(wave, delivery=delivery, keyer=keyer)


def _refuse_delivery(delivery: str, without_address: list[User]) -> None:
    if delivery != Wave.Delivery.SLIPS and not settings.MAIL_WORKS:
        raise WaveRefused(
            _(
                "This server cannot send mail yet. "
                "Choose slips, or ask the person who runs the server to set up mail."
            )
        )
    if delivery == Wave.Delivery.MAIL and without_address:
        raise WaveRefused(
            _("No e-mail address is known of: %(names)s. Choose mail and slips, so they get slips.")
            % {"names": ", ".join(map(str, without_address))}
        )


def channel_of(delivery: str, person: User) -> Invitation.Channel:
    by_mail = delivery != Wave.Delivery.SLIPS and person.email
    return Invitation.Channel.LINK if by_mail else Invitation.Channel.SLIP


def see_promise(wave: Wave) -> None:
    require(wave, DRAFT)
    _save(wave, promise_seen=True)


@dataclass(frozen=True)
class Task:
    """What is still to do before a survey can open, and the question of the wizard where it is done."""

    step: str
    sentence: str


def open_tasks(wave: Wave) -> list[Task]:
    """The gate before a survey. It never opens by hand."""
    checks: list[tuple[str, Callable[[Wave], bool], str]] = [
        ("people", _has_people, _("Choose at least 8 people.")),
        ("window", _has_window, _("Choose the days of the survey. They may not lie in the past.")),
        ("delivery", _has_delivery, _("Say how the ballots reach people.")),
        ("plan", lambda wave: bool(wave.plan), _("Read what is shown, and keep it.")),
        ("release", _has_release, _("Set the day of the results, 7 to 21 days after the close.")),
        ("promise", lambda wave: wave.promise_seen, _("Read the promise as the faculty will see it.")),
        (
            "list",
            lambda wave: wave.confirmed_by_facilitator_id is not None,
            _("The facilitator confirms the list of people."),
        ),
        (
            "list",
            lambda wave: wave.confirmed_by_teacher_id is not None,
            _("A teacher confirms the list of people."),
        ),
    ]
    return [Task(step, sentence) for step, is_done, sentence in checks if not is_done(wave)]


def _has_people(wave: Wave) -> bool:
    return Invitation.objects.filter(wave=wave).count() >= FEWEST


def _has_window(wave: Wave) -> bool:
    """A draft whose first day is over would open for too few days. A ready survey may open late."""
    if wave.opens_on is None or wave.closes_at is None or wave.closes_at <= clock.now():
        return False
    return wave.state != DRAFT or wave.opens_on >= clock.today(wave.zone)


def _has_release(wave: Wave) -> bool:
    if wave.release_on is None or wave.closes_on is None:
        return False
    return not release_refusal(wave.closes_on, wave.release_on)


def _has_delivery(wave: Wave) -> bool:
    """Mail must work when links are mailed, and everybody with a link needs an address."""
    linked = Invitation.objects.filter(wave=wave, channel=Invitation.Channel.LINK)
    if linked.filter(person__email=None).exists():
        return False
    return settings.MAIL_WORKS or not linked.exists()


def make_ready(actor: User, wave: Wave) -> None:
    """From now on the survey opens by itself on its day.

    The keys are made here and not at the opening, because the poster that hangs before the first day shows
    their check code. They outlast a way back to draft: a new code would make a liar of a poster on the wall.
    """
    if tasks := open_tasks(wave):
        raise WaveRefused(tasks[0].sentence)
    public = keys.make_keys(wave.id)
    with transaction.atomic():
        advance(wave, Wave.State.READY)
        wave.sign_spki, wave.fp = public.sign_spki, public.fp
        wave.save(update_fields=["sign_spki", "fp"])
        note(actor, "wave.ready", wave.school, wave=str(wave.id))


def back_to_draft(actor: User, wave: Wave) -> None:
    with transaction.atomic():
        advance(wave, Wave.State.DRAFT)
        note(actor, "wave.draft_again", wave.school, wave=str(wave.id))
    delete_files(wave)  # they name days and people that may change now


def usual_opening(wave: Wave) -> date:
    """The next school day after today."""
    return schooldays.after(clock.today(wave.zone), 1, wave.year.days_off)


def length_of(wave: Wave) -> int:
    if wave.opens_on is None or wave.closes_on is None:
        return USUAL
    return schooldays.left(wave.opens_on, wave.closes_on, wave.year.days_off)


def usual_release(closes_on: date) -> date:
    return closes_on + timedelta(days=USUAL_RELEASE)


def zone_of(wave: Wave) -> ZoneInfo:
    return ZoneInfo(wave.zone)


def _save(wave: Wave, **changes: object) -> None:
    """Every new answer may change the promise, so the promise has to be read again."""
    changes = {"promise_seen": False, **changes}
    for name, value in changes.items():
        setattr(wave, name, value)
    wave.save(update_fields=list(changes))
