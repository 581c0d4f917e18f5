"""What a person can hand in as answers, and what is refused with every problem named at once."""

from pathlib import Path

import polars as pl
import pytest

from coherently.errors import AnswersError
from coherently.instrument import Instrument, load
from coherently.io.tidy_csv import read, read_populations
from coherently.responses import Reading, Responses

DEMO = Path(__file__).parent / "data" / "demo-coherence.toml"
HEADER = "school,safety1,safety2,safety3,teamwork1,teamwork2\n"


@pytest.fixture(scope="module")
def demo() -> Instrument:
    return load(DEMO)


def reading(tmp_path: Path, demo: Instrument, text: str | bytes, **options: object) -> Responses:
    path = tmp_path / "answers.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, demo, Reading(group="school", **options))  # type: ignore[arg-type]


def refusal(tmp_path: Path, demo: Instrument, text: str | bytes, **options: object) -> list[str]:
    with pytest.raises(AnswersError) as caught:
        reading(tmp_path, demo, text, **options)
    return [str(problem) for problem in caught.value.problems]


def test_a_plain_file_is_read_as_asked(tmp_path: Path, demo: Instrument) -> None:
    answers = reading(tmp_path, demo, HEADER + "A,1,2,3,4,5\nA,6, 5 ,4.0,,1\n")
    assert answers.n == 2
    assert answers.frame.select("group", "safety2", "safety3", "teamwork1").rows() == [
        ("A", 2, 3, 4),
        ("A", 5, 4, None),
    ]
    assert answers.frame.get_column("teamwork1.state").to_list() == ["answered", "unknown"]


def test_parquet_gives_the_same_answers_as_csv(tmp_path: Path, demo: Instrument) -> None:
    from_csv = reading(tmp_path, demo, HEADER + "A,1,2,3,4,5\nB,6,5,4,,1\n")
    table = pl.read_csv(tmp_path / "answers.csv", schema_overrides={"safety3": pl.Float64})
    table.write_parquet(tmp_path / "answers.parquet")
    assert read(tmp_path / "answers.parquet", demo, Reading(group="school")).frame.equals(from_csv.frame)


def test_states_explain_empty_cells(tmp_path: Path, demo: Instrument) -> None:
    header = "school,safety1,safety2,safety3,teamwork1,teamwork2,safety1.state,teamwork1.state\n"
    answers = reading(tmp_path, demo, header + "A,,2,3,,5,cannot_judge,not_shown\nA,1,2,3,,5,,\n")
    assert answers.frame.get_column("safety1.state").to_list() == ["cannot_judge", "answered"]
    assert answers.frame.get_column("teamwork1.state").to_list() == ["not_shown", "unknown"]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path, demo: Instrument) -> None:
    text = ("\ufeff" + HEADER + "A,1,2,3,4,5\n").replace("\n", "\r\n").encode()
    assert reading(tmp_path, demo, text).frame.get_column("group").to_list() == ["A"]


def test_every_bad_cell_is_named_by_column_and_row(tmp_path: Path, demo: Instrument) -> None:
    assert refusal(tmp_path, demo, HEADER + "A,7,NA,2.5,4,5\nA,0,2,3,6,inf\n") == [
        "answers.csv, column safety1, row 2: A06 '7' is not one of the whole numbers 1 to 6.",
        "answers.csv, column safety1, row 3: A06 '0' is not one of the whole numbers 1 to 6.",
        "answers.csv, column safety2, row 2: A06 'NA' is not a number. "
        "Use empty cells or `--missing-token NA`.",
        "answers.csv, column safety3, row 2: A06 '2.5' is not one of the whole numbers 1 to 6.",
        "answers.csv, column teamwork1, row 3: A06 '6' is not one of the whole numbers 1 to 5.",
        "answers.csv, column teamwork2, row 3: A06 'inf' is not one of the whole numbers 1 to 5.",
    ]


@pytest.mark.parametrize("mark", ["NA", "n/a", "null", "None", ".", "-"])
def test_a_mark_for_a_missing_answer_is_told_how_to_declare_it(
    tmp_path: Path, demo: Instrument, mark: str
) -> None:
    assert refusal(tmp_path, demo, HEADER + f"A,{mark},2,3,4,5\n") == [
        f"answers.csv, column safety1, row 2: A06 '{mark}' is not a number. "
        f"Use empty cells or `--missing-token {mark}`."
    ]


@pytest.mark.parametrize("mark", ["-99", "-9", "999", "NaN"])
def test_a_number_that_stands_for_a_missing_answer_is_told_how_to_declare_it(
    tmp_path: Path, demo: Instrument, mark: str
) -> None:
    assert refusal(tmp_path, demo, HEADER + f"A,{mark},2,3,4,5\n") == [
        f"answers.csv, column safety1, row 2: A06 '{mark}' is not one of the whole numbers 1 to 6. "
        f"Use empty cells or `--missing-token {mark}`."
    ]


def test_words_for_an_answer_are_told_which_values_are_allowed(tmp_path: Path, demo: Instrument) -> None:
    assert refusal(tmp_path, demo, HEADER + "A,1,2,3,often,5\n") == [
        "answers.csv, column teamwork1, row 2: A06 'often' is not a number. "
        "Use the whole numbers 1 to 5, and leave the cell empty where there is no answer."
    ]


def test_twenty_bad_cells_are_named_and_the_rest_counted(tmp_path: Path, demo: Instrument) -> None:
    problems = refusal(tmp_path, demo, HEADER + "A,9,2,3,4,5\n" * 23)
    assert (
        problems[19] == "answers.csv, column safety1, row 21: A06 '9' is not one of the whole numbers 1 to 6."
    )
    assert problems[20:] == ["answers.csv: A06 3 more cells have problems like these."]


def test_a_declared_missing_token_is_an_empty_cell(tmp_path: Path, demo: Instrument) -> None:
    answers = reading(tmp_path, demo, HEADER + "A,NA,2,3,4,-9\n", missing_tokens=["NA", "-9"])
    assert answers.frame.select("safety1", "teamwork2").rows() == [(None, None)]


def test_a_state_beside_a_value_or_an_unknown_state_is_refused(tmp_path: Path, demo: Instrument) -> None:
    header = HEADER.strip() + ",safety1.state,teamwork1.state\n"
    assert refusal(tmp_path, demo, header + "A,1,2,3,,5,skipped,cannot_judge\nA,,2,3,4,5,absent,\n") == [
        "answers.csv, column safety1.state, row 3: A06 'absent' is not a state of this item. "
        "Use skipped, cannot_judge, not_shown, unknown, or leave the cell empty.",
        "answers.csv, column safety1.state, row 2: A06 The state 'skipped' stands beside a value. "
        "Keep one of the two.",
        "answers.csv, column teamwork1.state, row 2: A06 'cannot_judge' is not a state of this item. "
        "Use skipped, not_shown, unknown, or leave the cell empty.",
    ]


def test_absent_columns_come_with_their_nearest_names(tmp_path: Path, demo: Instrument) -> None:
    assert refusal(tmp_path, demo, "School,safety1,safty2,safety3,teamwork1,teamwork2\nA,1,2,3,4,5\n") == [
        "answers.csv, column school: A02 There is no column 'school'. Did you mean 'School'? "
        "Name the column of groups with --group.",
        "answers.csv, column safety2: A02 There is no column 'safety2'. "
        "Did you mean 'safty2' or 'safety3' or 'safety1'? "
        "Add it, or use --allow-absent-items to treat it as not shown.",
    ]


def test_absent_items_can_be_allowed_and_count_as_not_shown(tmp_path: Path, demo: Instrument) -> None:
    answers = reading(tmp_path, demo, "school,safety1\nA,1\n", allow_absent_items=True)
    assert answers.frame.select("safety1", "safety2", "safety2.state").rows() == [(1, None, "not_shown")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "answers.csv: A05 The file is empty. Add a header and one row per respondent."),
        (HEADER, "answers.csv: A05 The table has no rows. Add one row per respondent."),
        (HEADER + "A,,,,,\n", "answers.csv: A05 No row holds an answer. Check the file."),
        (
            HEADER + "A,1,2,3,4,5\nA,1,2,3,4,5,6\n",
            "answers.csv, row 3: A08 The row has 7 cells, but the header has 6. "
            "Quote cells that hold commas.",
        ),
        (
            HEADER.strip() + ",safety1\nA,1,2,3,4,5,6\n",
            "answers.csv, column safety1: A03 The header names this column twice. "
            "Rename or remove one of them.",
        ),
        (
            (HEADER + "Señal,1,2,3,4,5\n").encode("latin-1"),
            "answers.csv: A01 The file is not UTF-8. Save it as 'CSV UTF-8 (comma delimited)'.",
        ),
        (
            HEADER.replace(",", ";") + "A;1;2;3;4;5\n",
            "answers.csv: A01 The columns are not divided by commas. Save it as CSV with commas.",
        ),
    ],
)
def test_a_table_that_cannot_be_read_says_why(
    tmp_path: Path, demo: Instrument, text: str | bytes, message: str
) -> None:
    assert refusal(tmp_path, demo, text) == [message]


def test_a_file_that_is_not_parquet_says_so(tmp_path: Path, demo: Instrument) -> None:
    path = tmp_path / "answers.parquet"
    path.write_text(HEADER)
    with pytest.raises(AnswersError, match="cannot be read as Parquet"):
        read(path, demo, Reading(group="school"))


def test_a_parquet_column_of_lists_is_named(tmp_path: Path, demo: Instrument) -> None:
    path = tmp_path / "answers.parquet"
    pl.DataFrame({"school": ["A"], "safety1": [[1, 2]]}).write_parquet(path)
    with pytest.raises(AnswersError) as caught:
        read(path, demo, Reading(group="school"))
    assert str(caught.value) == (
        "answers.parquet: A01 Column 'safety1' holds lists or records. Remove it from the file."
    )


@pytest.mark.parametrize(
    ("group", "population", "message"),
    [
        ("safety1", None, "column safety1: A02 This column holds answers. Name the column of groups with "),
        ("school", "staff.csv", "column staff.csv: A02 There is no column 'staff.csv'. Name a column or an "),
    ],
)
def test_a_column_that_cannot_be_the_group_or_the_population_is_named(
    tmp_path: Path, demo: Instrument, group: str, population: str | None, message: str
) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(HEADER + "A,1,2,3,4,5\n")
    with pytest.raises(AnswersError) as caught:
        read(path, demo, Reading(group=group, population=population))
    assert [str(problem).startswith(f"answers.csv, {message}") for problem in caught.value.problems] == [True]


def test_people_cannot_be_taken_for_groups_in_a_report(tmp_path: Path, demo: Instrument) -> None:
    text = HEADER + "ana@school.org,1,2,3,4,5\n"
    assert refusal(tmp_path, demo, text, refuse_identity=True) == [
        "answers.csv, column school: A04 This column looks as if it says who answered or when. "
        "Name the column of groups with --group."
    ]


def test_other_columns_are_left_out_and_empty_rows_counted(tmp_path: Path, demo: Instrument) -> None:
    header = "email,school,safety1,safety2,safety3,teamwork1,teamwork2,hours\n"
    answers = reading(
        tmp_path, demo, header + "a@b.org,A,1,2,3,4,5,12\nc@d.org,A,,,,,,9\ne@f.org,,1,2,3,4,5,1\n"
    )
    assert answers.columns_ignored == ("email", "hours")
    assert (answers.rows_empty, answers.n, answers.group_missing) == (1, 2, 1)
    assert set(answers.frame.columns) & {"email", "hours"} == set()


@pytest.mark.parametrize(
    "column",
    [
        "Name",
        "E-mail",
        "email_address",
        "RecipientLastName",
        "IPAddress",
        "token",
        "Timestamp",
        "StartDate",
        "id",
    ],
)
def test_columns_that_say_who_answered_are_refused_for_a_report(
    tmp_path: Path, demo: Instrument, column: str
) -> None:
    text = f"{column}," + HEADER + "x,A,1,2,3,4,5\n"
    assert refusal(tmp_path, demo, text, refuse_identity=True) == [
        f"answers.csv, column {column}: A04 This column looks as if it says who answered or when. "
        "Remove it from the file first."
    ]


@pytest.mark.parametrize("value", ["ana@school.org", "10.0.0.7", "2026-09-14 08:01:00", "9/14/2026 8:01"])
def test_values_that_say_who_answered_are_refused_for_a_report(
    tmp_path: Path, demo: Instrument, value: str
) -> None:
    problems = refusal(tmp_path, demo, "v," + HEADER + f"{value},A,1,2,3,4,5\n", refuse_identity=True)
    assert [problem.split(":")[0] for problem in problems] == ["answers.csv, column v"]


def test_harmless_other_columns_are_not_taken_for_identity(tmp_path: Path, demo: Instrument) -> None:
    text = "hours,subject," + HEADER + "12,Art,A,1,2,3,4,5\n"
    assert reading(tmp_path, demo, text, refuse_identity=True).columns_ignored == ("hours", "subject")


def test_a_population_must_be_one_whole_number_that_holds_all_who_answered(
    tmp_path: Path, demo: Instrument
) -> None:
    rows = "A,1,2,3,4,5,40\nA,1,2,3,4,5,41\nB,1,2,3,4,5,few\nC,1,2,3,4,5,1\nC,1,2,3,4,5,1\nD,1,2,3,4,5,9\n"
    assert refusal(tmp_path, demo, HEADER.strip() + ",staff\n" + rows, population="staff") == [
        "answers.csv, column staff: A07 Group 'A' has the populations 40 and 41. Give one.",
        "answers.csv, column staff: A07 'few' is not a whole number of people.",
        "answers.csv, column staff: A07 The population of group 'C' is 1, but 2 people answered. Correct it.",
    ]


def test_a_wrong_population_column_names_twenty_faults_and_counts_the_rest(
    tmp_path: Path, demo: Instrument
) -> None:
    rows = "".join(f"A,1,2,3,4,5,{hours}\n" for hours in range(40, 64))
    problems = refusal(tmp_path, demo, HEADER.strip() + ",hours\n" + rows, population="hours")
    named = "answers.csv, column hours: A07 Group 'A' has the populations 40 and"
    assert problems[:20] == [f"{named} {hours}. Give one." for hours in range(41, 61)]
    assert problems[20:] == ["answers.csv, column hours: A07 3 more populations have problems like these."]


def test_populations_can_come_from_a_file_of_their_own(tmp_path: Path, demo: Instrument) -> None:
    (tmp_path / "staff.csv").write_text("group,population\nA,40\nB,12\n")
    counts = read_populations(tmp_path / "staff.csv")
    answers = reading(tmp_path, demo, HEADER + "A,1,2,3,4,5\n", population=counts)
    assert answers.population == {"A": 40, "B": 12}


def test_a_bad_population_file_names_its_rows(tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text("group,population\nA,40\nA,12\nB,-3\n")
    with pytest.raises(AnswersError) as caught:
        read_populations(tmp_path / "staff.csv")
    assert [problem.where.id for problem in caught.value.problems] == ["row 3", "row 4"]
