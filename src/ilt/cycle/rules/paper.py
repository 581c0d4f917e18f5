"""Sheets to print: slips, poster, booklets, names to tick. Made by jobs, kept while needed.

The codes of slips exist in the print file alone, made once, in random order.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from coherently.instrument import Instrument
from ilt.collection import slips
from ilt.collection.rules import add_slips
from ilt.cycle import qr, schooldays
from ilt.cycle.models import Invitation, Wave
from ilt.cycle.promise import day, in_fours, sentences
from ilt.cycle.queries import by_id, instrument_of, listed
from ilt.cycle.rules.states import WaveRefused
from ilt.roster.models import User
from ilt.roster.rules import note
from ilt.shared.jobs import Progress, job, start
from ilt.shared.models import Job
from ilt.shared.paper import pdf

TEMPLATES = Path(__file__).resolve().parent.parent / "paper"
MOST_SLIPS = 500
DAYS_TO_KEY = 2  # school days
Data = dict[str, Any]


def sheets(wave: Wave) -> list[str]:
    """What can be printed, the slips first. Without somebody to type them in, booklets would be lost."""
    booklets = [f"booklet-{language}" for language in wave.languages if wave.keyer_id]
    return ["slips", "poster", *booklets, "names"]


def can_print(wave: Wave, sheet: str) -> bool:
    """Posters hang before the first day. Slips wait for the opening: their codes go into an open box."""
    return wave.state == Wave.State.OPEN or (wave.state == Wave.State.READY and sheet != "slips")


def order(actor: User, wave: Wave, sheet: str, count: int = 0) -> Job:
    """Starts the making of a sheet. Slips that wait to be printed have to be printed first."""
    if sheet not in sheets(wave):
        raise WaveRefused(_("There is no such sheet."))
    if not can_print(wave, sheet):
        raise WaveRefused(_("This cannot be printed in the present state of the survey."))
    if sheet == "slips":
        _refuse_slips(wave, count)
    note(actor, "sheet.ordered", wave.school, wave=str(wave.id), sheet=sheet)
    ids = {"wave_id": str(wave.id), "sheet": sheet, "count": str(count)}
    return start(make_sheet, key=job_key(wave, sheet), owner=str(actor.id), **ids)


def _refuse_slips(wave: Wave, count: int) -> None:
    if file_of(wave, "slips").exists():
        raise WaveRefused(_("Print the slips that are there, and delete their file. Then make more."))
    if not 1 <= count <= MOST_SLIPS:
        raise WaveRefused(_("Ask for 1 to %(most)s slips.") % {"most": MOST_SLIPS})


def job_key(wave: Wave, sheet: str) -> str:
    return f"print:{wave.id}:{sheet}"


def usual_count(wave: Wave) -> int:
    """A slip for everybody who gets one, and spares for lost slips and links that do not work."""
    people = Invitation.objects.filter(wave=wave, channel=Invitation.Channel.SLIP).count()
    return people + max(5, wave.invited // 10)


def file_of(wave: Wave, sheet: str) -> Path:
    return _folder(wave) / f"{sheet}.pdf"


def _folder(wave: Wave) -> Path:
    return Path(settings.DATA_DIR) / "print" / wave.id.hex


def printed(actor: User, wave: Wave) -> None:
    """The slips are on paper: their file, the only place that held the codes, goes."""
    if file_of(wave, "slips").exists():
        file_of(wave, "slips").unlink(missing_ok=True)
        note(actor, "slips.printed", wave.school, wave=str(wave.id))


def delete_files(wave: Wave) -> None:
    for file in _folder(wave).glob("*"):
        file.unlink(missing_ok=True)


def delete_sheets(wave: Wave) -> None:
    """What names days or people that have changed. Slips stay: their codes are nowhere else."""
    for sheet in sheets(wave):
        if sheet != "slips":
            file_of(wave, sheet).unlink(missing_ok=True)


@job
def make_sheet(progress: Progress, wave_id: str, sheet: str, count: str) -> None:
    wave = by_id(wave_id)
    if not can_print(wave, sheet):
        return
    if sheet == "slips":
        _make_slips(progress, wave, int(count))
        return
    kind, _dash, language = sheet.partition("-")
    with override(language or wave.languages[0]):
        _write(wave, sheet, pdf(TEMPLATES / f"{kind}.typ", CONTENT[kind](wave)))


def _make_slips(progress: Progress, wave: Wave, count: int) -> None:
    """Repeated after a crash, it makes other codes; those lost with their file are counted as left."""
    if file_of(wave, "slips").exists():
        return
    progress.total(count + 1)
    codes = slips.new_codes(count)
    row_ids = []
    for code in codes:
        row_ids.append(slips.row_id(wave.id, code))
        progress.step()
    content = pdf(TEMPLATES / "slips.typ", _slips(wave, codes))
    if not add_slips(wave.id, row_ids):
        return
    Wave.objects.filter(id=wave.id).update(
        slips_printed=F("slips_printed") + count, slips_left=F("slips_left") + count
    )
    _write(wave, "slips", content)
    progress.step()


def _write(wave: Wave, sheet: str, content: bytes) -> None:
    folder = _folder(wave)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / f"{sheet}.new"
    fresh.write_bytes(content)
    fresh.replace(file_of(wave, sheet))
    if not can_print(by_id(wave.id), sheet):  # it ended while the sheet was made, and swept its files before
        delete_files(wave)


def go_address(wave: Wave) -> str:
    return f"{settings.PUBLIC_URL}/go/{wave.id}"


def typed_address() -> str:
    """What people type: browsers add the rest."""
    return f"{settings.PUBLIC_URL.partition('://')[2]}/go"


def _frame(wave: Wave, title: str) -> Data:
    with override(wave.languages[0]):
        alt = _("QR code of the address where the survey begins")
    return {
        "title": title,
        "language": wave.languages[0],
        "school": wave.school.name,
        "fp": in_fours(wave.fp),
        "address": go_address(wave),
        "short_address": typed_address(),
        "qr": qr.svg(go_address(wave)),
        "alt": alt,
    }


def _slips(wave: Wave, codes: list[str]) -> Data:
    return {
        **_frame(wave, _("Slips")),
        "codes": [f"{code[:5]} {code[5:]}" for code in codes],
        "texts": _in_each_language(wave, _slip_text),
    }


def _in_each_language(wave: Wave, text: Callable[[Wave], Data]) -> list[Data]:
    texts = []
    for language in wave.languages:
        with override(language):
            texts.append({"language": language, **text(wave)})
    return texts


def _slip_text(wave: Wave) -> Data:
    return {
        "how": _("Scan, or open the address and type the code. Until %(day)s.")
        % {"day": day(wave.closes_on)},
        "same": _("The same everywhere:"),
    }


def _poster(wave: Wave) -> Data:
    return {**_frame(wave, _("Poster")), "texts": _in_each_language(wave, _poster_text)}


def _poster_text(wave: Wave) -> Data:
    return {
        "headline": _("How do we work together?"),
        "when": _(
            "The survey is open from %(opens)s until %(day)s. Results open to all of us on %(release)s."
        )
        % {"opens": day(wave.opens_on), "day": day(wave.closes_on), "release": day(wave.release_on)},
        **(_way_by_slip() if wave.delivery == Wave.Delivery.SLIPS else _way_by_mail()),
    }


def _way_by_mail() -> Data:
    return {
        "how": _("Use the link in your mail, or a slip and the address below."),
        "same": _("Compare this with your mail, your slip and the page. It is the same everywhere:"),
    }


def _way_by_slip() -> Data:
    return {
        "how": _("Draw a slip. Scan this, or open the address below, and type the code of your slip."),
        "same": _("Compare this with your slip and the page. It is the same everywhere:"),
    }


def _booklet(wave: Wave) -> Data:
    language = get_language() or wave.languages[0]
    instrument = instrument_of(wave, language)
    return {
        **_frame(wave, instrument.title),
        "language": language,
        "promise": sentences(wave, language),
        "parts": _parts(instrument),
        "words": {
            "staple": _("Staple your slip here. Its code is the only number on this booklet."),
            "how": _("Mark one box in each row. Mark S to skip a question. You may skip any of them."),
            "until": _("Give the booklet back by %(day)s.") % {"day": day(booklets_back(wave))},
            "no_name": _("Do not write your name."),
            "same": _("Compare this with the poster and your slip. It is the same everywhere:"),
            "skip": "S",  # what the keyer types, in every language
            "skip_label": _("Skip"),
            "cannot_judge_mark": "N",
            "not_shown": _("If this part does not fit your work, go on to the next one."),
        },
    }


def booklets_back(wave: Wave) -> date:
    """The last day to give a booklet back: it has to be typed in, and the box closes on the closing day."""
    if wave.opens_on is None or wave.closes_on is None:
        raise ValueError("A wave without its days has no booklet. Finish its plan first.")
    return max(wave.opens_on, schooldays.before(wave.closes_on, DAYS_TO_KEY, wave.year.days_off))


def _parts(instrument: Instrument) -> list[Data]:
    numbers = {item.id: number for number, item in enumerate(instrument.items, 1)}
    return [
        {
            "title": construct.title,
            "referent": construct.referent,
            "points": list(instrument.scale_of(construct.id).points),
            "cannot_judge": instrument.scale_of(construct.id).cannot_judge or "",
            "optional": construct.optional,
            "items": [
                {"number": numbers[item.id], "text": item.text} for item in instrument.items_of(construct.id)
            ],
        }
        for construct in instrument.constructs
    ]


def _names(wave: Wave) -> Data:
    slip_people = listed(wave).filter(channel=Invitation.Channel.SLIP)
    return {
        **_frame(wave, _("Names to tick at the desk")),
        "names": [f"{each.person.last_name}, {each.person.first_name}" for each in slip_people],
        "words": {
            "how": _(
                "Tick a name when the person draws a slip. Never write a code. Destroy this list later."
            ),
            "name": _("Name"),
            "drawn": _("Slip drawn"),
        },
    }


CONTENT: dict[str, Callable[[Wave], Data]] = {"poster": _poster, "booklet": _booklet, "names": _names}
