"""What the trust page says: read from the running settings and stores at the moment someone looks."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from ilt.collection.codes import NotBase64, from_text
from ilt.collection.queries import public_keys, receipts, unreadable
from ilt.cycle import keys
from ilt.cycle.ballot_page import script_hash
from ilt.cycle.models import Wave
from ilt.cycle.promise import in_fours, runs_the_server

S = Wave.State
AFTER = (S.CLOSED, S.PUBLISHED, S.OPEN_TO_ILT, S.RELEASED, S.ARCHIVED)


@dataclass(frozen=True)
class Facts:
    failures: list[str]  # of live checks; the first sentences of the page
    is_open: bool
    is_closed: bool
    is_canceled: bool
    fp: str
    script_hash: str
    runs_the_server: str
    slips_given: int
    receipts: list[str]
    unreadable: int
    missing: list[str]
    could_do: list[str]


def facts(wave: Wave) -> Facts:
    closed = wave.state in AFTER
    return Facts(
        failures=failures(wave),
        is_open=wave.state in (S.OPEN, S.CLOSING),
        is_closed=closed,
        is_canceled=wave.state == S.CANCELED,
        fp=in_fours(wave.fp),
        script_hash=script_hash(),
        runs_the_server=runs_the_server(wave),
        slips_given=wave.slips_printed - wave.slips_left,
        receipts=receipts(wave.id) if closed else [],
        unreadable=unreadable(wave.id) if closed else 0,
        missing=missing(),
        could_do=could_do(wave),
    )


def failures(wave: Wave) -> list[str]:
    """What a check of the running server found wrong."""
    found = []
    if settings.DEBUG:
        found.append(_("The server runs in a mode for programmers, which can show what people send."))
    if Path(settings.KEY_DIR).stat().st_mode & 0o077:
        found.append(_("Other accounts of the server can read the folder of the keys."))
    if wave.state == S.OPEN and not _keys_agree(wave):
        found.append(
            _("The keys of this survey are not the announced ones. Do not answer, and tell the staff.")
        )
    return found


def _keys_agree(wave: Wave) -> bool:
    box = public_keys(wave.id)
    try:
        return box is not None and keys.fingerprint(from_text(box.sign_spki), b"") == wave.fp
    except NotBase64:
        return False


def missing() -> list[str]:
    return [
        _("Ballots are not blind yet: the server sees the number of a ballot when it stamps it."),
        _("Answers are not sealed yet: until the close they lie readable in the second store."),
        _("Results are not checked yet against subtraction of groups. So we show no group at all."),
    ]


def could_do(wave: Wave) -> list[str]:
    told = _("A mail tells that colleague.") if settings.MAIL_WORKS else _("The survey's page names both.")
    mailed = [_("Who reads your mail could take your ballot. Then your link says that it was taken.")]
    return [
        _("Someone who runs the server could read answers before the close, without names."),
        _(
            "Until the close, the files of both stores keep the order in which ballots came. "
            "With one copy of both, that person could link answers with names."
        ),
        _("A backup from the open days holds all of this. Ask when such backups are destroyed."),
        _("What is deleted may stay on a disk for a while, out of the programs' reach."),
        _("That person could change the page. Then the check code of its script differs from the release."),
        *(mailed if wave.delivery != Wave.Delivery.SLIPS else []),
        " ".join(
            [_("Who has the code of the faculty list could confirm it under a colleague's name."), told]
        ),
        _("Who may edit the staff list could sign in as a colleague. Then the colleague's password fails."),
        _(
            "Who prints the slips sees their codes, and could send in place of others. "
            "Draw your slip yourself, from a mixed bowl."
        ),
    ]
