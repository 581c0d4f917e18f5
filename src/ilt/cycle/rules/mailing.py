"""Mails about a wave: invitations, reminders on set days, the link again. Never because someone answered.

A row names who gets which mail; the text with its secret is made when it is sent, and kept nowhere.
"""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from ilt.cycle import keys, schooldays
from ilt.cycle.models import Invitation, MailJob, Wave
from ilt.cycle.promise import day, in_fours, sentences
from ilt.cycle.queries import by_id
from ilt.cycle.rules.states import require
from ilt.roster.models import User
from ilt.shared import clock, mail
from ilt.shared.jobs import Progress, Refused, job, start

MORNING = 9  # local hour from which reminders go out
REMINDER_POINTS = (0.5, 0.85)  # shares of the window after which everybody is reminded
REMINDER_DAYS = "reminder_days"  # where the plan keeps them
Channel = Invitation.Channel


def usual_reminders(wave: Wave) -> list[date]:
    """The set days of a survey that is planned."""
    if wave.opens_on is None or wave.closes_on is None:
        return []
    off = wave.year.days_off
    length = schooldays.left(wave.opens_on, wave.closes_on, off)
    days = {schooldays.nth(wave.opens_on, round(length * share) + 1, off) for share in REMINDER_POINTS}
    return sorted(each for each in days if wave.opens_on < each <= wave.closes_on)


def reminder_days(wave: Wave) -> list[date]:
    """The set days, fixed at the opening: moved by nothing that anybody answers. Slips have none."""
    if wave.delivery == Wave.Delivery.SLIPS:
        return []
    if REMINDER_DAYS in wave.plan:
        return [date.fromisoformat(each) for each in wave.plan[REMINDER_DAYS]]
    return usual_reminders(wave)


def queue_invitations(wave: Wave) -> None:
    """One invitation for everybody with a link. Repeating it changes nothing."""
    _queue(wave, "invitation", _linked(wave))


def remind_due(wave: Wave) -> None:
    """On a set day, once: everybody, or those without a ballot, as the plan says."""
    today, due = clock.today(wave.zone), reminder_days(wave)[wave.reminders_sent :]
    if not due or today < due[0] or _is_night(wave):
        return
    people = _linked(wave)
    if wave.reminders == Wave.Reminders.MISSING:
        people = [each for each in people if not each.collected]
    number = sum(each <= today for each in reminder_days(wave))
    with transaction.atomic():
        if Wave.objects.filter(id=wave.id, reminders_sent=wave.reminders_sent).update(reminders_sent=number):
            _queue(wave, f"reminder{number}", people)


def _is_night(wave: Wave) -> bool:
    return clock.now() < clock.local(clock.today(wave.zone), MORNING, 0, wave.zone)


def _linked(wave: Wave) -> list[Invitation]:
    return list(Invitation.objects.filter(wave=wave, channel=Channel.LINK))


def _queue(wave: Wave, kind: str, people: list[Invitation]) -> None:
    with transaction.atomic():
        rows = [MailJob(wave=wave, person_id=each.person_id, kind=kind) for each in people]
        MailJob.objects.bulk_create(rows, ignore_conflicts=True)
        send_waiting(wave)


def again(wave: Wave, person: User) -> None:
    """Sends a person's link once more, whether it was used or not: nobody learns which."""
    require(wave, Wave.State.OPEN)
    if not Invitation.objects.filter(wave=wave, person=person, channel=Channel.LINK).exists():
        return
    with transaction.atomic():
        MailJob.objects.filter(wave=wave, person=person, state=MailJob.State.FAILED).delete()
        MailJob.objects.update_or_create(
            wave=wave, person=person, kind="again", defaults={"state": MailJob.State.QUEUED}
        )
        send_waiting(wave)


def send_waiting(wave: Wave) -> None:
    start(send_mails, key=f"mails:{wave.id}", wave_id=str(wave.id))


def send_due() -> None:
    """The tick's part: reminders of the day, and mails that a crash or a dead mail server left behind."""
    for wave in Wave.objects.filter(state=Wave.State.OPEN).select_related("year"):
        remind_due(wave)
        if MailJob.objects.filter(wave=wave, state=MailJob.State.QUEUED).exists():
            send_waiting(wave)


@job
def send_mails(progress: Progress, wave_id: str) -> None:
    """Sends what waits. A refused address is kept for the facilitator to correct; a silent server is not."""
    wave = by_id(wave_id)
    if wave.state != Wave.State.OPEN:
        return
    waiting = MailJob.objects.filter(wave=wave, state=MailJob.State.QUEUED).select_related("person")
    progress.total(waiting.count())
    for row in list(waiting):
        try:
            sent = _send(wave, row)
        except mail.ServerSilent as silent:
            raise Refused(
                _("The mail server does not answer. We try again every minute; nothing is lost.")
            ) from silent
        state = MailJob.State.SENT if sent else MailJob.State.FAILED
        MailJob.objects.filter(id=row.id).update(state=state)
        progress.step()


def _send(wave: Wave, row: MailJob) -> bool:
    invitation = Invitation.objects.get(wave=wave, person=row.person)
    if not row.person.email:
        return False
    secret = keys.secret_of(wave.id, row.person_id, invitation.counter)
    with override(language_of(wave, row.person)):
        return mail.hand_over(row.person.email, *message(wave, row.kind, link(wave, secret)))


def language_of(wave: Wave, person: User) -> str:
    return person.language if person.language in wave.languages else wave.languages[0]


def link(wave: Wave, secret: str) -> str:
    """The secret lies behind `#`, which no browser sends and no log holds."""
    return f"{settings.PUBLIC_URL}/s/{wave.id}#{secret}.{wave.fp}"


def message(wave: Wave, kind: str, address: str) -> tuple[str, str]:
    """Subject and text of a mail, in the language at hand."""
    if kind.startswith("reminder"):
        subject = _("Reminder: the survey of %(school)s is open until %(day)s")
    else:
        subject = _("How do we work together? The survey of %(school)s is open until %(day)s")
    facts = {"school": wave.school.name, "day": day(wave.closes_on)}
    context = {
        "wave": wave,
        "link": address,
        "reminder": kind.startswith("reminder"),
        "promise": sentences(wave, get_language() or wave.languages[0]),
        "trust": f"{settings.PUBLIC_URL}/trust/{wave.id}",
        "fp": in_fours(wave.fp),
        **facts,
    }
    return subject % facts, render_to_string("cycle/mail.txt", context)


def test_mail(wave: Wave, person: User) -> None:
    """Shows a person what the faculty will get, without a link that works."""
    if not person.email:
        return
    with override(language_of(wave, person)):
        subject, text = message(wave, "invitation", _("(Here each person finds a link of her own.)"))
        mail.queue(person.email, _("Test: %(subject)s") % {"subject": subject}, text)


def tell_of_confirmation(wave: Wave, person: User) -> None:
    """Tells somebody that the list of people was confirmed in her name, which may not have been her."""
    if not (settings.MAIL_WORKS and person.email):
        return
    with override(language_of(wave, person)):
        facts = {"school": wave.school.name, "day": day(clock.today(wave.zone))}
        text = render_to_string("cycle/confirmed.txt", facts)
        subject = _("The list of people for the survey of %(school)s was confirmed in your name")
        mail.queue(person.email, subject % facts, text)


def tell_of_cancellation(wave: Wave) -> None:
    """Tells everybody who was asked that the survey ended and nobody read an answer."""
    if not settings.MAIL_WORKS:
        return
    people = User.objects.filter(id__in=Invitation.objects.filter(wave=wave).values("person"))
    for person in people.exclude(email=None):
        with override(language_of(wave, person)):
            facts = {"school": wave.school.name}
            text = render_to_string("cycle/canceled.txt", facts)
            mail.queue(str(person.email), _("The survey of %(school)s was canceled") % facts, text)
