"""The faculty list: confirmed by the facilitator and one teacher, grown and corrected afterwards."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from ilt.collection.codes import ALPHABET, as_typed
from ilt.cycle import keys
from ilt.cycle.models import Invitation, MailJob, Wave
from ilt.cycle.queries import BEFORE_OPENING, leaders_of, listed, staff_to_ask
from ilt.cycle.rules.drafts import channel_of
from ilt.cycle.rules.mailing import again, send_waiting, tell_of_confirmation
from ilt.cycle.rules.paper import delete_sheets
from ilt.cycle.rules.states import WaveRefused, require
from ilt.roster.models import Membership, User
from ilt.roster.rules import may_change_sign_in, note
from ilt.shared import clock

CODE_LENGTH = 10
GROWS_UNTIL = timedelta(days=3)
Channel = Invitation.Channel


def confirm_as_facilitator(actor: User, wave: Wave) -> None:
    """The facilitator confirms the list; a code is made for a teacher who has no sign-in."""
    require(wave, Wave.State.DRAFT)
    if actor.id == wave.confirmed_by_teacher_id:
        raise WaveRefused(_("You confirmed this list as a teacher. Somebody else confirms as facilitator."))
    code = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
    with transaction.atomic():
        Wave.objects.filter(id=wave.id).update(confirmed_by_facilitator=actor, confirm_code=code)
        note(actor, "list.confirmed", wave.school, wave=str(wave.id))


def by_code(code: str) -> Wave | None:
    """The draft whose list this code opens."""
    typed = as_typed(code)
    waiting = Wave.objects.filter(state=Wave.State.DRAFT, confirmed_by_teacher=None)
    found = waiting.filter(confirm_code=typed).exclude(confirm_code="").select_related("school").first()
    return found if len(typed) == CODE_LENGTH else None


def may_confirm_as_teacher(wave: Wave, person: User) -> bool:
    """A teacher on the list who leads nothing and is not the facilitator who confirmed."""
    asked = Invitation.objects.filter(wave=wave, person=person).exists()
    second = person.id != wave.confirmed_by_facilitator_id
    return asked and second and person.id not in leaders_of(wave.school)


def possible_teachers(wave: Wave) -> list[User]:
    """Everybody who may give the second confirmation, by name."""
    not_these = leaders_of(wave.school) | {wave.confirmed_by_facilitator_id}
    return [row.person for row in listed(wave) if row.person_id not in not_these]


def confirm_as_teacher(wave: Wave, person: User) -> None:
    """The second confirmation, by somebody who is signed in."""
    with transaction.atomic():
        _confirm_as_teacher(wave, person)
        note(person, "list.confirmed", wave.school, wave=str(wave.id))


def confirm_with_code(wave: Wave, person: User) -> None:
    """The second confirmation, without a sign-in. Whoever has the code can pick any name, so it is told."""
    with transaction.atomic():
        _confirm_as_teacher(wave, person)
        tell_of_confirmation(wave, person)
        note(None, "list.confirmed_by_code", wave.school, wave=str(wave.id), person=person.id)


def _confirm_as_teacher(wave: Wave, person: User) -> None:
    require(wave, Wave.State.DRAFT)
    if not may_confirm_as_teacher(wave, person):
        raise WaveRefused(_("The second confirmation comes from a teacher on the list, not from a leader."))
    waiting = Wave.objects.filter(id=wave.id, state=Wave.State.DRAFT, confirmed_by_teacher=None)
    if not waiting.update(confirmed_by_teacher=person, confirm_code=""):
        raise WaveRefused(_("Another teacher has confirmed this list already."))


def could_be_asked(wave: Wave) -> QuerySet[Membership]:
    """Who may join the list: everybody on the staff, leaders only where leaders are asked."""
    staff = staff_to_ask(wave.school)
    return staff if wave.asks_leaders else staff.exclude(person__in=leaders_of(wave.school))


def add_person(actor: User, wave: Wave, person: User) -> None:
    """Asks one more person while the survey is open, until three days before its end."""
    require(wave, Wave.State.OPEN)
    if not may_grow(wave):
        raise WaveRefused(_("The list is closed now. It can grow until three days before the end."))
    if not could_be_asked(wave).filter(person=person).exists():
        raise WaveRefused(_("This person is not asked here: a leader, or not on the staff list."))
    channel = channel_of(wave.delivery, person)
    secret = keys.secret_hash(keys.secret_of(wave.id, person.id, 0))
    with transaction.atomic():
        _invitation, made = Invitation.objects.get_or_create(
            wave=wave, person=person, defaults={"channel": channel, "secret_hash": secret}
        )
        if not made:
            return
        Wave.objects.filter(id=wave.id).update(invited=F("invited") + 1)
        if channel == Channel.LINK:
            MailJob.objects.create(wave=wave, person=person, kind="invitation")
            send_waiting(wave)
        note(actor, "list.grew", wave.school, wave=str(wave.id), person=person.id)
    delete_sheets(wave)


def may_grow(wave: Wave) -> bool:
    if wave.state != Wave.State.OPEN or wave.closes_at is None:
        return False
    return clock.now() < wave.closes_at - GROWS_UNTIL


def correct_address(actor: User, wave: Wave, person: User, email: str) -> None:
    """A new address and, unless its ballot was taken, a new link: a stranger may hold the old one."""
    require(wave, Wave.State.OPEN, *BEFORE_OPENING)
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise WaveRefused(_("This is no e-mail address. Check its spelling.")) from error
    if not may_change_sign_in(actor, person):  # whoever sets an address could sign in with it
        raise WaveRefused(_("This person holds a role. The principal or the district corrects this address."))
    if User.objects.filter(email__iexact=email).exclude(id=person.id).exists():
        raise WaveRefused(_("Someone else has this address already."))
    with transaction.atomic():
        User.objects.filter(id=person.id).update(email=email)
        person.email = email
        if wave.state == Wave.State.OPEN:
            _renew(wave, person)
            again(wave, person)
        else:
            channel = channel_of(wave.delivery, person)
            Invitation.objects.filter(wave=wave, person=person).update(channel=channel)
        note(actor, "address.corrected", wave.school, wave=str(wave.id), person=person.id)


def _renew(wave: Wave, person: User) -> None:
    mine = Invitation.objects.filter(wave=wave, person=person, channel=Channel.LINK, collected=0)
    invitation = mine.select_for_update().first()
    if invitation is not None:
        counter = invitation.counter + 1
        secret = keys.secret_hash(keys.secret_of(wave.id, person.id, counter))
        mine.update(counter=counter, secret_hash=secret)
