import io
import zipfile
from collections.abc import Iterable

import openpyxl
import pytest

from ilt.roster.sheets import Unreadable, read_sheet
from ilt.roster.staff_list import Table, kind_of, people_of, read_table

LIST = """email,first_name,last_name,school,role,ilt_member,team,language
ana@school.example,Ana,Ames,Birch School,Principal,,,en
ben@school.example,Ben,Boyd,Birch School,Teacher,yes,Grade 5,es
"""


def table(data: bytes | str) -> Table:
    return read_table(read_sheet(data.encode() if isinstance(data, str) else data).rows)


def people(data: bytes | str) -> list[tuple[str, str, str]]:
    read = table(data)
    found, _warnings = people_of(read, read.columns, "en")
    return [(person.first_name, person.last_name, person.email) for person in found]


def warnings(data: bytes | str) -> list[tuple[int | None, str]]:
    read = table(data)
    _found, row_warnings = people_of(read, read.columns, "en")
    return [(warning.row, warning.message) for warning in [*read.warnings, *row_warnings]]


def xlsx(*rows: Iterable[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


ANA_AND_BEN = [("Ana", "Ames", "ana@school.example"), ("Ben", "Boyd", "ben@school.example")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_usual_delimiter_and_line_end_is_read(delimiter: str, ending: str) -> None:
    assert people(LIST.replace(",", delimiter).replace("\n", ending)) == ANA_AND_BEN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_accents_arrive_in_every_unicode_encoding(encoding: str) -> None:
    assert people("first name,last name\nJosé,Muñoz\n".encode(encoding)) == [("José", "Muñoz", "")]


def test_windows_letters_are_read_and_shown_to_be_checked() -> None:
    sheet = read_sheet("first name,last name\nJosé,Muñoz\n".encode("cp1252"))
    assert sheet.notes == ["Check the accents. We read “José”. Is that wrong? Save the list as “CSV UTF-8”."]


def test_a_spreadsheet_is_read_like_the_same_list_in_text() -> None:
    rows = [line.split(",") for line in LIST.splitlines()]
    assert people(xlsx(*rows)) == ANA_AND_BEN


def test_headers_match_however_they_are_written() -> None:
    read = table("E-Mail Address;First  Name;LAST_NAME;Job Title\na@b.example;Ana;Ames;Teacher\n")
    assert read.columns == {"email": 0, "first_name": 1, "last_name": 2, "role": 3}
    assert read.warnings == []


def test_a_misspelled_header_is_proposed_and_said() -> None:
    assert warnings("email,last_nmae\nana@school.example,Ames\n") == [
        (None, "We read the column “last_nmae” as “Last name”. Check this.")
    ]


def test_a_doubled_column_is_said_and_the_first_is_taken() -> None:
    text = "email,last name,Surname\nana@school.example,Ames,Other\n"
    assert people(text) == [("", "Ames", "ana@school.example")]
    assert warnings(text)[0] == (
        None,
        "Two columns could be “Last name”. We took “last name”, not “Surname”.",
    )


def test_unknown_columns_are_named_once() -> None:
    assert warnings("last name,Room,Parking\nAmes,12,A\n") == [
        (None, "These columns are not used: Room, Parking.")
    ]


def test_private_columns_are_dropped_at_the_door() -> None:
    read = table("last name,Birth Date,CellPhone,Home Address,Password,Gender\nAmes,1980-01-01,5,1,x,f\n")
    assert read.private == ["Birth Date", "CellPhone", "Home Address", "Password", "Gender"]
    assert (read.header, read.rows) == (["last name"], [(2, ["Ames"])])


def test_a_title_above_the_columns_lets_no_private_column_in() -> None:
    read = table("Staff 2026-27,,\nOak Hill,,\n,,\nlast name,email,Cell Phone\nAmes,a@b.example,5\n")
    assert (read.header, read.private) == (["last name", "email"], ["Cell Phone"])
    assert read.rows == [(5, ["Ames", "a@b.example"])]


@pytest.mark.parametrize("first", ["last name", "a@b.example"])
def test_a_list_of_one_column_keeps_its_first_row(first: str) -> None:
    read = table(f"{first}\nb@b.example\nc@b.example,C\n")
    assert len(read.rows) == 2 + ("@" in first)


def test_students_and_guardians_are_left_out_and_counted() -> None:
    text = "last name,role\nAmes,Student Services\nBell,Student\nCook,student\nDean,Parent\nEgan,Parent aid\n"
    read = table(text)
    assert [number for number, _cells in read.rows] == [2, 6]
    assert [(warning.message, warning.count) for warning in read.warnings] == [
        ("Rows left out at once: students.", 2),
        ("Rows left out at once: guardians.", 1),
    ]


def test_short_and_long_rows_are_taken_and_counted() -> None:
    read = table("first name,last name,email\nAna,Ames\nBen,Boyd,ben@school.example,more\n")
    assert read.rows == [(2, ["Ana", "Ames", ""]), (3, ["Ben", "Boyd", "ben@school.example"])]
    assert [warning.count for warning in read.warnings] == [2]


def test_a_line_break_in_quotes_stays_in_its_cell() -> None:
    assert people('first name,last name\n"Ana\nMaria",Ames\n') == [("Ana Maria", "Ames", "")]


def test_one_column_of_whole_names_is_parted() -> None:
    assert people('name\n"Ames, Ana"\nBen de la Boyd\n') == [("Ana", "Ames", ""), ("Ben de la", "Boyd", "")]


def test_a_pasted_list_without_header_is_read() -> None:
    assert people("Ana\tAmes\tana@school.example\nBen\tBoyd\tben@school.example\n") == ANA_AND_BEN


def test_wrong_cells_are_named_by_row_and_the_person_stays_if_possible() -> None:
    text = (
        "first name,last name,email,role,language\n"
        "Ana,Ames,not an address,Wizard,Klingon\n"
        "Ben,=CONCAT(1),ben@school.example,,\n"
        ",,,Teacher,\n"
        f"Cleo,{'x' * 81},,,\n"
        "Dora,1.14E+11,dora@school.example,,\n"
        "Eli,E\x07gan,,,\n"
    )
    assert people(text) == [
        ("Ana", "Ames", ""),
        ("Ben", "ben", "ben@school.example"),
        ("Dora", "dora", "dora@school.example"),
    ]
    assert warnings(text) == [
        (2, "“not an address” is no mail address. This person gets a printed slip instead."),
        (2, "We do not know the role “Wizard”. It counts as other staff; check it."),
        (2, "We do not offer the language “Klingon” yet."),
        (3, "A cell holds a formula (=...). Replace it with its value."),
        (4, "No last name and no mail address: this row was left out."),
        (5, "A name is longer than 80 letters: this row was left out."),
        (6, "A spreadsheet turned a number into 1.14E+11. Format that column as text."),
        (7, "A cell holds signs that cannot be shown. Type it again."),
        (7, "No last name and no mail address: this row was left out."),
    ]


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("Principal", "leader"),
        ("assistant principal", "leader"),
        ("Directora", "leader"),
        ("School Counselor", "specialist"),
        ("Instructional coach", "specialist"),
        ("Paraeducator", "paraprofessional"),
        ("Teacher's aide", "paraprofessional"),
        ("Maestra de 5.º", "teacher"),
        ("TEACHER", "teacher"),
        ("Custodian", "other"),
    ],
)
def test_roles_are_known_by_their_words(role: str, kind: str) -> None:
    assert kind_of(role) == kind


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This list is empty."),
        (b" \n\n", "This list is empty."),
        (b"\xd0\xcf\x11\xe0old", "This file is an old .xls file, or it has a password."),
        (b"a\0b\0c", "This is not a table of text."),
        (b"last name\nA\x81mes\n", "We cannot read the letters in this file."),
        (b"PK\x03\x04broken", "This spreadsheet is broken."),
        (bomb(), "This spreadsheet unpacks to far more than a staff list."),
        (xlsx(), "This list is empty."),
        (b'last name\n"' + b"x" * 1_000_001, "Near line"),
        (b",".join([b"c"] * 201), "This list has more than 200 columns."),
        (b"a@b.example,x,y,z\n", "The first row holds a person, not the names of the columns."),
        (b"Room,Key\n1,2\n", "We need a column with last names or mail addresses. The list has: Room, Key."),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_what_to_do(data: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        people(data)
    assert str(refused.value).startswith(sentence)


def test_a_hundred_thousand_rows_stop_at_the_limit_with_a_sentence() -> None:
    rows = (["last name"] if number == 0 else [f"Ames{number}"] for number in range(100_001))
    with pytest.raises(Unreadable) as refused:
        read_table(rows)
    assert str(refused.value).startswith("This list names more than 20,000 people.")
    assert next(rows) == ["Ames20002"]


def test_a_hundred_thousand_students_do_not_hide_the_staff() -> None:
    rows = [["last name", "role"], *([["Pupil", "student"]] * 100_000), ["Ames", "Teacher"]]
    assert read_table(rows).rows == [(100_002, ["Ames", "Teacher"])]


@pytest.mark.parametrize(
    ("row", "in_doubt"),
    [
        (",,Total: 25,Teacher", True),
        (",Staff,List 2026,", True),
        (",Kim,Kerr 3,Teacher", True),
        (",Kim,Kerr,", True),
        (",Kim,Kerr,Teacher", False),
        ("kim2@school.example,,,", False),
        ("total@school.example,,Total: 25,", False),
    ],
)
def test_a_row_without_an_address_is_in_doubt_if_it_reads_like_a_total(row: str, in_doubt: bool) -> None:
    read = table(f"email,first_name,last_name,role\n{row}\n")
    found, _warnings = people_of(read, read.columns, "en")
    assert [one.doubtful for one in found] == [in_doubt]


def test_a_list_of_bare_names_is_no_list_of_doubts() -> None:
    read = table("name\nKim Kerr\nLou Lang\nTotal: 2\n")
    found, _warnings = people_of(read, read.columns, "en")
    assert [(one.last_name, one.doubtful) for one in found] == [("Kerr", False), ("Lang", False), ("2", True)]


def test_a_title_above_a_list_of_one_column_is_no_header() -> None:
    assert people("Staff list 2026\nname\nKim Kerr\n") == [("Kim", "Kerr", "")]
    assert people("Staff list 2026\nana@school.example\n") == [("", "ana", "ana@school.example")]
