from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pypdfium2
import pytest
from django.conf import settings
from django.utils.translation import override
from tests.cast import Cast
from tests.respondents import OpenWave, post, slips_in_the_box

from coherently.instrument import shipped
from ilt.collection import rules as box
from ilt.collection import slips
from ilt.collection.codes import as_typed
from ilt.collection.queries import public_keys
from ilt.cycle import keys, rules
from ilt.cycle.models import Wave
from ilt.cycle.promise import day, in_fours
from ilt.cycle.queries import by_id
from ilt.cycle.rules import paper
from ilt.cycle.tests.waves import BEFORE, FIRST_MORNING, faculty, opened, ready
from ilt.schools.models import SchoolYear
from ilt.shared import clock
from ilt.shared.models import Job

pytestmark = pytest.mark.django_db(databases=["default", "box"])

Jobs = Callable[[], int]


def made(
    cast: Cast, run_jobs: Jobs, wave: Wave, sheet: str, count: int = 0, when: datetime = FIRST_MORNING
) -> str:
    """The text of a sheet that was ordered and made."""
    with clock.at(when):
        paper.order(cast.fay, wave, sheet, count)
        run_jobs()
    document = pypdfium2.PdfDocument(paper.file_of(wave, sheet))
    text = "\n".join(each.get_textpage().get_text_range() for each in document)
    document.close()
    return text


def codes_in(text: str) -> list[str]:
    return [
        typed for line in text.splitlines() if len(typed := as_typed(line)) == 10 and slips.well_formed(typed)
    ]


def test_each_slip_holds_another_code_that_lets_a_ballot_in(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs, delivery="slips")
    text = made(cast, run_jobs, wave, "slips", 9)
    codes = codes_in(text)
    assert (len(codes), len(set(codes))) == (9, 9)
    assert text.count("Birch School") == 9

    sealed = OpenWave(wave.id, shipped(), wave.fp).sealed([4])
    with clock.at(FIRST_MORNING):
        answer = {"code": codes[0], "rev": 1, "sealed": sealed}
        assert post(f"/box/{wave.id}/slip", answer)[0] == 201
        unknown = slips.new_codes(1)[0]
        assert post(f"/box/{wave.id}/slip", {**answer, "code": unknown})[0] == 404


def test_slips_are_readable_without_a_magnifier(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs, delivery="slips")
    code = codes_in(made(cast, run_jobs, wave, "slips", 1))[0]
    document = pypdfium2.PdfDocument(paper.file_of(wave, "slips"))
    page = document[0].get_textpage()
    text = page.get_text_range()
    sizes = [pypdfium2.raw.FPDFText_GetFontSize(page, place) for place in range(page.count_chars())]
    assert min(size for size, letter in zip(sizes, text, strict=True) if letter.strip()) >= 9
    assert sizes[text.index(code[:5])] >= 14
    document.close()


def test_codes_are_in_the_print_file_alone_and_go_with_it(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs, delivery="slips")
    code = codes_in(made(cast, run_jobs, wave, "slips", 3))[0]
    assert code not in repr(list(Job.objects.values()))
    with clock.at(FIRST_MORNING), pytest.raises(rules.WaveRefused, match="Print the slips that are there"):
        paper.order(cast.fay, wave, "slips", 3)
    where = f"/school/{cast.school.id}/waves/{wave.id}/print"
    with clock.at(FIRST_MORNING):
        fay = cast.browser_of(cast.fay)
        response = fay.get(f"{where}/slips")
        assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
        fay.post(where, {"printed": "1"})
        assert fay.get(f"{where}/slips").status_code == 404
    assert by_id(wave.id).slips_printed == 3


def test_only_the_facilitator_gets_the_print_files(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs, delivery="slips")
    made(cast, run_jobs, wave, "slips", 1)
    where = f"/school/{cast.school.id}/waves/{wave.id}/print/slips"
    people = {name: cast.browser_of(who).get(where).status_code for name, who in cast.people().items()}
    assert people.pop("fay") == 200
    assert people.pop("visitor") == 302
    assert set(people.values()) == {404}


@pytest.mark.parametrize("count", ["0", "501", "many", ""])
def test_an_impossible_number_of_slips_is_refused(cast: Cast, run_jobs: Jobs, count: str) -> None:
    wave = opened(cast, run_jobs, delivery="slips")
    where = f"/school/{cast.school.id}/waves/{wave.id}/print"
    response = cast.browser_of(cast.fay).post(where, {"count": count, "token": str(uuid4())})
    assert response.status_code == 422
    assert by_id(wave.id).slips_printed == 0


def test_pressing_make_slips_twice_makes_one_set(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs, delivery="slips")
    where = f"/school/{cast.school.id}/waves/{wave.id}/print"
    once = {"count": "4", "token": str(uuid4())}
    with clock.at(FIRST_MORNING):
        fay = cast.browser_of(cast.fay)
        fay.post(where, once)
        fay.post(where, once)
        run_jobs()
    assert by_id(wave.id).slips_printed == 4


def test_the_poster_shows_where_to_go_and_the_fingerprint(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    text = made(cast, run_jobs, wave, "poster")
    assert "Birch School" in text
    assert " ".join(wave.fp[place : place + 4] for place in range(0, 16, 4)) in text
    assert "Sep 25, 2026" in text


def test_a_poster_speaks_of_mail_only_where_links_are_mailed(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs, delivery="slips")
    text = made(cast, run_jobs, wave, "poster")
    assert "Draw a slip." in text
    assert "mail" not in text


def test_a_poster_hangs_before_the_opening_with_the_code_that_the_ballot_shows(
    cast: Cast, run_jobs: Jobs
) -> None:
    wave = ready(cast)
    text = made(cast, run_jobs, wave, "poster", when=BEFORE)
    assert "open from Sep 14, 2026 until Sep 25, 2026" in text
    with clock.at(BEFORE), pytest.raises(rules.WaveRefused, match="cannot be printed in the present state"):
        paper.order(cast.fay, wave, "slips", 9)
    where = f"/school/{cast.school.id}/waves/{wave.id}/print"
    page = cast.browser_of(cast.fay).get(where).content.decode()
    assert "Slips can be made when the survey opens, on Sep 14, 2026." in page
    assert "Make slips" not in page
    with clock.at(FIRST_MORNING):
        rules.open_now(cast.fay, wave)
        run_jobs()
    box = public_keys(wave.id)
    assert box is not None
    assert in_fours(box.fp) in text


def test_going_back_to_draft_drops_the_sheets_and_keeps_the_check_code(cast: Cast, run_jobs: Jobs) -> None:
    wave = ready(cast)
    made(cast, run_jobs, wave, "poster", when=BEFORE)
    with clock.at(BEFORE):
        rules.back_to_draft(cast.fay, by_id(wave.id))
        assert not paper.file_of(wave, "poster").exists()
        rules.make_ready(cast.fay, by_id(wave.id))
    assert by_id(wave.id).fp == wave.fp


def test_keys_that_were_lost_open_no_survey_under_another_code(cast: Cast, run_jobs: Jobs) -> None:
    wave = ready(cast)
    keys.destroy_keys(wave.id)
    with clock.at(FIRST_MORNING):
        job = rules.open_now(cast.fay, wave)
        run_jobs()
        job.refresh_from_db()
        assert (job.state, by_id(wave.id).state) == ("failed", "ready")
        assert job.sentence.startswith("The keys of this survey were lost. Go back to the draft")
        rules.back_to_draft(cast.fay, by_id(wave.id))
        rules.make_ready(cast.fay, by_id(wave.id))
        rules.open_now(cast.fay, by_id(wave.id))
        run_jobs()
    assert by_id(wave.id).state == Wave.State.OPEN
    assert by_id(wave.id).fp != wave.fp


def test_sheets_that_name_an_old_day_are_made_anew_and_slips_stay(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    made(cast, run_jobs, wave, "slips", 1)
    made(cast, run_jobs, wave, "poster")
    with clock.at(FIRST_MORNING):
        rules.extend(cast.fay, wave, 5)
    files = {sheet: paper.file_of(wave, sheet).exists() for sheet in ("slips", "poster")}
    assert files == {"slips": True, "poster": False}
    assert "until Oct 2, 2026" in made(cast, run_jobs, by_id(wave.id), "poster")


def test_a_booklet_holds_every_question_in_its_language(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    text = made(cast, run_jobs, wave, "booklet-es")
    assert "60. " in text
    with override("es"):
        assert f"{day(date(2026, 9, 23))}." in text
    assert "Totalmente" in text


@pytest.mark.parametrize(
    ("opens", "closes", "off", "back"),
    [
        (date(2026, 9, 14), date(2026, 9, 25), [], date(2026, 9, 23)),
        (date(2026, 9, 14), date(2026, 9, 28), [], date(2026, 9, 24)),  # a Monday: the week before
        (date(2026, 9, 14), date(2026, 9, 25), ["2026-09-24"], date(2026, 9, 22)),
        (date(2026, 9, 24), date(2026, 9, 25), [], date(2026, 9, 24)),  # never before the opening
    ],
)
def test_booklets_come_back_two_school_days_before_the_close(
    opens: date, closes: date, off: list[str], back: date
) -> None:
    wave = Wave(opens_on=opens, closes_on=closes, year=SchoolYear(days_off=off))
    assert paper.booklets_back(wave) == back


def test_names_to_tick_are_those_who_get_slips(cast: Cast, run_jobs: Jobs) -> None:
    people = faculty(cast)
    cast.cleo.email = None
    cast.cleo.save()
    wave = opened(cast, run_jobs, delivery="both", people=people)
    text = made(cast, run_jobs, wave, "names")
    assert "Cano, Cleo" in text
    assert "Boyd" not in text


def test_every_sheet_is_a_tagged_pdf(cast: Cast, run_jobs: Jobs) -> None:
    wave = opened(cast, run_jobs)
    for sheet in paper.sheets(wave):
        made(cast, run_jobs, wave, sheet, 1)
        content = paper.file_of(wave, sheet).read_bytes()
        assert (sheet, b"/MarkInfo" in content, b"pdfuaid:part" in content) == (sheet, True, True)


@pytest.mark.parametrize("sheet", ["slips", "poster"])
def test_a_sheet_that_is_made_while_the_survey_is_canceled_leaves_nothing(
    cast: Cast, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch, sheet: str
) -> None:
    wave = opened(cast, run_jobs)
    real = paper.pdf

    def cancel_meanwhile(template: Path, data: paper.Data) -> bytes:
        rules.cancel(cast.fay, by_id(wave.id))
        box.begin_close(wave.id)
        return real(template, data)

    monkeypatch.setattr(paper, "pdf", cancel_meanwhile)
    with clock.at(FIRST_MORNING):
        paper.order(cast.fay, wave, sheet, 2)
        run_jobs()
    assert not paper.file_of(wave, sheet).exists()
    assert (by_id(wave.id).slips_printed, slips_in_the_box()) == (0, 0)


def test_a_crash_after_the_codes_were_drawn_leaves_no_half_set(
    cast: Cast, run_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    wave = opened(cast, run_jobs, delivery="slips")

    def crash(*_data: object) -> bytes:
        raise OSError("disk full")

    monkeypatch.setattr(paper, "pdf", crash)
    with clock.at(FIRST_MORNING):
        job = paper.order(cast.fay, wave, "slips", 5)
        run_jobs()
    job.refresh_from_db()
    assert (job.state, by_id(wave.id).slips_printed) == ("failed", 0)
    assert list((Path(settings.DATA_DIR) / "print" / wave.id.hex).glob("*")) == []
    monkeypatch.undo()
    assert len(codes_in(made(cast, run_jobs, wave, "slips", 5))) == 5
    assert by_id(wave.id).slips_printed == 5
