"""From ready to open: words are frozen, secrets hashed, the box opened. Any step may run twice."""

from datetime import timedelta
from hashlib import sha256
from secrets import SystemRandom

from django.db import transaction
from django.utils.translation import gettext as _

from coherently.instrument import load_translation, shipped
from coherently.instrument.files import SHIPPED
from ilt.collection.payload import payload_length
from ilt.collection.rules import BoxFacts, open_box
from ilt.cycle import keys
from ilt.cycle.ballot_page import pages
from ilt.cycle.collect import GRACE
from ilt.cycle.models import FrozenInstrument, Invitation, Wave
from ilt.cycle.queries import by_id, translation_file
from ilt.cycle.rules.drafts import open_tasks
from ilt.cycle.rules.mailing import REMINDER_DAYS, queue_invitations, usual_reminders
from ilt.cycle.rules.states import WaveRefused, advance
from ilt.cycle.trust import failures
from ilt.roster.models import Act, User
from ilt.roster.rules import note
from ilt.shared import clock
from ilt.shared.jobs import Progress, Refused, job, start
from ilt.shared.models import Job

CLOCK_SLACK = timedelta(minutes=10)


def open_now(actor: User, wave: Wave) -> Job:
    """Opens a ready survey whose day has come; from the button or from the tick."""
    if wave.state != Wave.State.READY:
        raise WaveRefused(_("The survey is not ready yet."))
    if wave.opens_on is None or clock.today(wave.zone) < wave.opens_on:
        raise WaveRefused(_("The day of the opening has not come yet."))
    if tasks := open_tasks(wave):
        raise WaveRefused(tasks[0].sentence)
    if found := failures(wave):
        raise WaveRefused(found[0])
    if clock_is_behind():
        raise WaveRefused(
            _("The clock of this server is behind. Ask the person who runs it to set it, then open again.")
        )
    return start(open_wave, key=f"open:{wave.id}", wave_id=str(wave.id), actor_id=str(actor.id))


def clock_is_behind() -> bool:
    """The journal knows a later time than the clock: then no survey may open or close by it."""
    latest = Act.objects.order_by("-at").values_list("at", flat=True).first()
    return latest is not None and clock.now() < latest - CLOCK_SLACK


def open_due() -> None:
    """The tick's part: surveys whose time has come open by themselves."""
    for wave in Wave.objects.filter(state=Wave.State.READY, opens_at__lte=clock.now()):
        confirmer = wave.confirmed_by_facilitator
        if confirmer is None:
            continue
        try:
            open_now(confirmer, wave)
        except WaveRefused:
            continue  # the survey's page says why


@job
def open_wave(progress: Progress, wave_id: str, actor_id: str) -> None:
    """Everything before the last step can be repeated; only the last one lets anybody in."""
    wave = by_id(wave_id)
    if wave.state != Wave.State.READY:
        return
    progress.total(4)
    freeze_words(wave)
    progress.step()
    _keep_keys(wave)
    _fix_reminders(wave)
    _write_invitations(wave)
    progress.step()
    open_box(box_facts(wave))
    progress.step()
    with transaction.atomic():
        advance(wave, Wave.State.OPEN)
        queue_invitations(wave)
        note(User.objects.get(id=actor_id), "wave.opened", wave.school, wave=wave_id, fp=wave.fp)
    progress.step()


def freeze_words(wave: Wave) -> None:
    """Keeps the instrument file and each translation as people will see them."""
    source = shipped()
    if (source.id, source.version) != (wave.instrument, wave.instrument_version):
        raise Refused(_("The questionnaire has a newer version. Go back to the draft and look at it."))
    files = {source.language: (SHIPPED.read_text(encoding="utf-8"), source.fingerprint)}
    for language in wave.languages:
        if language != source.language:
            translation = load_translation(translation_file(language), source)
            text = SHIPPED.with_name(f"{source.id}.{language}.toml").read_text(encoding="utf-8")
            files[language] = text, sha256(translation.canonical.encode()).hexdigest()
    for language, (file, fingerprint) in files.items():
        _freeze(wave, language, file, fingerprint)


def _freeze(wave: Wave, language: str, file: str, fingerprint: str) -> None:
    row, _made = FrozenInstrument.objects.get_or_create(
        instrument_id=wave.instrument,
        version=wave.instrument_version,
        language=language,
        defaults={"file": file, "fingerprint": fingerprint},
    )
    if row.fingerprint != fingerprint:
        raise Refused(
            _("This version of the questionnaire was used before with other words. Raise its version first.")
        )


def _keep_keys(wave: Wave) -> None:
    """The keys that were made when the survey became ready: posters show their check code already."""
    public = keys.make_keys(wave.id)
    if wave.fp and wave.fp != public.fp:
        raise Refused(
            _("The keys of this survey were lost. Go back to the draft, make it ready, and print anew.")
        )
    wave.sign_spki, wave.fp = public.sign_spki, public.fp
    wave.save(update_fields=["sign_spki", "fp"])


def _fix_reminders(wave: Wave) -> None:
    wave.plan = wave.plan | {REMINDER_DAYS: [each.isoformat() for each in usual_reminders(wave)]}
    wave.save(update_fields=["plan"])


def _write_invitations(wave: Wave) -> None:
    """The list anew in random order: the order of rows says nothing, neither of names nor of answers."""
    with transaction.atomic():
        people = list(Invitation.objects.filter(wave=wave).values_list("person_id", "channel"))
        SystemRandom().shuffle(people)
        Invitation.objects.filter(wave=wave).delete()
        Invitation.objects.bulk_create(
            Invitation(
                wave=wave,
                person_id=person,
                channel=channel,
                secret_hash=keys.secret_hash(keys.secret_of(wave.id, person, 0)),
            )
            for person, channel in people
        )
        wave.invited = len(people)
        wave.save(update_fields=["invited"])


def box_facts(wave: Wave) -> BoxFacts:
    """What the box may know: no school and no person."""
    source = FrozenInstrument.objects.get(
        instrument_id=wave.instrument, version=wave.instrument_version, language=shipped().language
    )
    if wave.closes_at is None:
        raise WaveRefused(_("Choose the days of the survey first."))
    return BoxFacts(
        wave=wave.id,
        instrument=source.file,
        sign_spki=wave.sign_spki,
        fp=wave.fp,
        closes_at=wave.closes_at,
        grace_s=int(GRACE.total_seconds()),
        payload_len=payload_length(shipped()),
        pages=pages(wave),
    )
