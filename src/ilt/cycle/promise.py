"""What the faculty is promised: generated from the wave's settings, never typed, the same on every page."""

from math import ceil

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from ilt.cycle.models import Wave
from ilt.cycle.queries import instrument_of, leaders_of
from ilt.roster.models import Grant, Membership

ITEMS_A_MINUTE = 8
FEWEST = 8  # people asked, and answers for any report


def sentences(wave: Wave, language: str) -> list[str]:
    """The six parts of the promise: who asks, what is apart, until when, who sees what, not for, limits."""
    with override(language):
        return [asks(wave), apart(), closed_until(wave), seen_by(wave), never_for(wave), limits(wave)]


def day(wave_day: object) -> str:
    return date_format(wave_day, _("M j, Y"))  # type: ignore[arg-type]


def in_fours(code: str) -> str:
    """A fingerprint as people compare it."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def minutes(items: int) -> int:
    return ceil(items / ITEMS_A_MINUTE)


def asks(wave: Wave) -> str:
    items = len(instrument_of(wave).items)
    return _(
        "%(school)s asks its faculty how we work together. "
        "There are %(items)s questions for about %(minutes)s minutes. You may skip any of them."
    ) % {"school": wave.school.name, "items": items, "minutes": minutes(items)}


def apart() -> str:
    return _(
        "Your name and your answers are kept in two separate stores. "
        "We keep no times and no internet addresses."
    )


def closed_until(wave: Wave) -> str:
    return _(
        "Answers stay closed until %(day)s, and until then you can send again. "
        "Then they are shuffled, and the marks of who took a ballot are deleted. "
        "If fewer than half of us answer, or fewer than %(fewest)s, they are destroyed unread."
    ) % {"day": day(wave.closes_on), "fewest": FEWEST}


def seen_by(wave: Wave) -> str:
    facts = {"day": day(wave.release_on), "fewest": FEWEST, "days": wave.ilt_days_earlier}
    if not wave.ilt_days_earlier:
        return (
            _("All staff get the same results on %(day)s: the whole school, never a person or a group.")
            % facts
        )
    return (
        _(
            "All staff get the same results on %(day)s: the whole school, never a person or a group. "
            "The leadership team may read them up to %(days)s days earlier."
        )
        % facts
    )


def never_for(wave: Wave) -> str:
    if wave.keyer_id:
        return _(
            "Neither your answers nor the team's records serve to evaluate anybody. "
            "Answers on paper are typed in by %(keyer)s, and by no school leader."
        ) % {"keyer": wave.keyer}
    return _("Neither your answers nor the team's records serve to evaluate anybody.")


def limits(wave: Wave) -> str:
    sentences = (
        _("This survey is confidential, not yet anonymous."),
        runs_the_server(wave),
        _("Who does so and searches its stores could link answers with names until the close."),
        _("We cannot stop someone who watches your screen, or a legal order for stored answers."),
    )
    return " ".join(sentences)


def runs_the_server(wave: Wave) -> str:
    """Where those who could cheat stand: what teachers ask first is whether it is their principal."""
    hosts = set(Grant.objects.filter(role=Grant.Role.HOST).values_list("person_id", flat=True))
    if hosts & leaders_of(wave.school):
        return _("A leader of this school runs the server.")
    if Membership.objects.filter(school=wave.school, left=False, person__in=hosts).exists():
        return _("A colleague who does not lead this school runs the server.")
    return _("Someone outside this school runs the server.")
