"""What a plain staff list says: which column is what, and one checked person per row. No database here."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ilt.roster.models import Membership
from ilt.roster.sheets import Unreadable

ROWS_KEPT = 20_000
ROWS_READ = 1_000_000
COLUMNS_READ = 200
TITLE_ROWS = 5
NAME_LENGTH = 80
NEAR_FROM, NEAR = 6, 2  # names of six letters or more may differ by two

FIELDS = ("email", "first_name", "last_name", "name", "school", "role", "ilt_member", "team", "language")
WORDS = {
    "email": gettext_lazy("Mail address"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "name": gettext_lazy("Whole name in one column"),
    "school": gettext_lazy("School"),
    "role": gettext_lazy("Role"),
    "kind": gettext_lazy("Kind of staff"),
    "ilt_member": gettext_lazy("Member of the leadership team"),
    "team": gettext_lazy("Team"),
    "language": gettext_lazy("Language"),
    "left": gettext_lazy("Has left this school"),
}
NAMES = {
    "email": "email mail emailaddress mailaddress workemail schoolemail staffemail teacheremail correo",
    "first_name": "firstname first givenname given forename nombre",
    "last_name": "lastname last surname familyname family apellido apellidos",
    "name": "name fullname staffname teachername",
    "school": "school schoolname building campus escuela",
    "role": "role title position jobtitle job kind rol cargo puesto",
    "ilt_member": "iltmember ilt leadershipteam",
    "team": "team department grade gradelevel dept equipo grado",
    "language": "language lang preferredlanguage idioma",
}
BY_NAME = {name: field for field, names in NAMES.items() for name in names.split()}

# Never stored, whatever the file holds: words of a header that name students, demographics and secrets.
PRIVATE_WORDS = frozenset(
    """
    student students pupil guardian parent birth birthday birthdate dob age phone phones mobile cell sms fax
    password passwd pwd pin gender sex race ethnicity ethnic ssn pronoun pronouns address street zip postal
    salary religion nationality disability telefono nacimiento
    """.split()  # noqa: SIM905
)
PRIVATE_PARTS = ("birth", "phone", "password", "student", "socialsecurity", "pronoun")

Kind = Membership.Kind
KINDS = [
    (Kind.TEACHER, gettext_lazy("Teacher")),
    (Kind.SPECIALIST, gettext_lazy("Specialist, such as counselor, coach or librarian")),
    (Kind.PARAPROFESSIONAL, gettext_lazy("Paraprofessional")),
    (Kind.LEADER, gettext_lazy("School leader")),
    (Kind.OTHER, gettext_lazy("Other staff")),
    (Kind.DISTRICT, gettext_lazy("District office")),
    (Kind.SYSTEM, gettext_lazy("Technical account")),
]
KIND_WORDS = [
    (Kind.LEADER, ("principal", "administrator", "director")),
    (
        Kind.SPECIALIST,
        ("counselor", "coach", "librarian", "specialist", "psychologist", "therapist"),
    ),
    (Kind.PARAPROFESSIONAL, ("para", "aide", "assistant", "auxiliar")),
    (Kind.TEACHER, ("teacher", "docente", "maestr", "profesor")),
]
NOT_STAFF = {  # the whole role: a student services coordinator and a parent liaison are staff
    "students": frozenset({"student", "students", "pupil", "estudiante", "alumno", "alumna"}),
    "guardians": frozenset({"guardian", "parent", "relative", "padre", "madre"}),
}
# A row that sums up or names the list itself has such a word where people have a name.
TOTAL_WORDS = frozenset("total totals subtotal sum suma count list lista staff".split())  # noqa: SIM905
YES = frozenset({"yes", "y", "x", "true", "1", "si", "sí"})
LANGUAGES = {"en": "en", "english": "en", "es": "es", "spanish": "es", "español": "es", "espanol": "es"}
FORMULA = re.compile(r"=\S")
SPOILED_NUMBER = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)


@dataclass(frozen=True)
class Remark:
    message: str
    row: int | None = None
    count: int = 1


@dataclass
class Person:
    row: int
    email: str
    first_name: str
    last_name: str
    school: str
    kind: str  # empty if the list says nothing about it
    member: bool
    team: str
    language: str
    doubtful: bool  # perhaps a total or a title, and no person

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass
class Table:
    """The columns we may keep. `private` names the columns that were dropped at the door."""

    header: list[str]
    rows: list[tuple[int, list[str]]]  # with the number of the row in the file
    columns: dict[str, int]  # field -> column, as proposed
    private: list[str] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)  # people who are not staff, by reason
    warnings: list[Remark] = field(default_factory=list)


def plain(header: str) -> str:
    """A header without case, accents, blanks, hyphens and underscores."""
    letters = unicodedata.normalize("NFKD", header).casefold()
    return "".join(c for c in letters if c.isalnum())


def is_private(header: str) -> bool:
    if plain(header) in BY_NAME:
        return False
    words = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header).casefold())
    return not PRIVATE_WORDS.isdisjoint(words) or any(part in plain(header) for part in PRIVATE_PARTS)


def distance(one: str, other: str) -> int:
    """Levenshtein: how many letters to add, drop or replace."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def meant_field(header: str) -> tuple[str, bool] | None:
    """The field a header names, and whether that is sure."""
    name = plain(header)
    if name in BY_NAME:
        return BY_NAME[name], True
    if len(name) >= NEAR_FROM:
        near = [(distance(name, known), known) for known in BY_NAME if len(known) >= NEAR_FROM]
        letters, known = min(near)
        if letters <= NEAR:
            return BY_NAME[known], False
    return None


def propose_columns(header: list[str]) -> tuple[dict[str, int], list[Remark]]:
    """Which column is what, as far as the headers say; doubtful ones with a warning."""
    columns: dict[str, int] = {}
    warnings: list[Remark] = []
    for sure in (True, False):
        for place, name in enumerate(header):
            meant = meant_field(name)
            if meant is None or meant[1] != sure:
                continue
            if meant[0] in columns:
                message = _("Two columns could be “%(field)s”. We took “%(first)s”, not “%(name)s”.")
                facts = {"field": WORDS[meant[0]], "first": header[columns[meant[0]]], "name": name}
                warnings.append(Remark(message % facts))
                continue
            columns[meant[0]] = place
            if not sure:
                message = _("We read the column “%(name)s” as “%(field)s”. Check this.")
                warnings.append(Remark(message % {"name": name, "field": WORDS[meant[0]]}))
    unknown = [name for place, name in enumerate(header) if name and place not in columns.values()]
    if unknown:
        message = _("These columns are not used: %s.") % ", ".join(unknown)
        warnings.append(Remark(message, count=len(unknown)))
    return columns, warnings


def read_table(rows: Iterable[list[str]]) -> Table:
    """The header, the rows and the proposed columns, without anything private.

    Raises `Unreadable` if there is no header or no usable row.
    """
    numbered: Iterator[tuple[int, list[str]]]
    numbered = ((number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row))
    numbered = below_titles(numbered)
    first = next(numbered, None)
    if first is None:
        raise Unreadable(_("This list is empty. Its first row should hold the names of the columns."))
    header = [cell.replace("\ufeff", "").replace("\xa0", " ").strip() for cell in first[1]]
    if len(header) > COLUMNS_READ:
        raise Unreadable(_("This list has more than %s columns. Keep the ones for staff.") % COLUMNS_READ)
    if any("@" in cell for cell in header):
        header = headless(header)
        numbered = chain([first], numbered)
    kept = [place for place, name in enumerate(header) if not is_private(name)]
    private = [name for name in header if is_private(name)]
    table = Table([header[place] for place in kept], [], {}, private)
    table.columns, table.warnings = propose_columns(table.header)
    keep_rows(table, numbered, kept, len(header))
    return table


def below_titles(numbered: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Skips titles above the header. Read as a header, a title would let private columns in unseen."""
    titles: list[tuple[int, list[str]]] = []
    for number, row in numbered:
        filled = [cell.strip() for cell in row if cell.strip()]
        if len(filled) > 1:
            return chain([(number, row)], numbered)
        if "@" in filled[0] or plain(filled[0]) in BY_NAME:
            return chain([(number, row)], numbered)
        titles.append((number, row))
        if len(titles) == TITLE_ROWS:
            break
    return chain(titles, numbered)


def headless(first: list[str]) -> list[str]:
    """Column names for a list that begins with a person: one address, and one or two columns of names."""
    others = [place for place, cell in enumerate(first) if "@" not in cell]
    if len(first) - len(others) != 1 or len(others) > 2:
        raise Unreadable(
            _(
                "The first row holds a person, not the names of the columns. Put a row like this above it: "
                "email,first_name,last_name"
            )
        )
    names = iter(["name"] if len(others) == 1 else ["first_name", "last_name"])
    return ["email" if "@" in cell else next(names) for cell in first]


def keep_rows(table: Table, numbered: Iterable[tuple[int, list[str]]], kept: list[int], width: int) -> None:
    """Takes the allowed cells of each row. People who are not staff go at once, unread otherwise."""
    role = table.columns.get("role")
    ragged = 0
    for number, row in numbered:
        if number > ROWS_READ:
            raise Unreadable(_("This list has more than %s rows. Keep the rows of staff.") % f"{ROWS_READ:,}")
        ragged += len(row) != width
        cells = [row[place].replace("\xa0", " ").strip() if place < len(row) else "" for place in kept]
        reason = not_staff(cells[role]) if role is not None else None
        if reason:
            table.ignored[reason] += 1
            continue
        if len(table.rows) == ROWS_KEPT:
            raise Unreadable(
                _("This list names more than %s people. A staff list of one school is shorter.")
                % f"{ROWS_KEPT:,}"
            )
        table.rows.append((number, cells))
    if ragged:
        message = _("Some rows have more or fewer cells than the header. We took what fits; check them.")
        table.warnings.append(Remark(message, count=ragged))
    for reason, count in table.ignored.items():
        table.warnings.append(Remark(_("Rows left out at once: %s.") % reason, count=count))


def not_staff(role: str) -> str | None:
    return next((reason for reason, roles in NOT_STAFF.items() if role.casefold() in roles), None)


def begins(text: str, stems: tuple[str, ...]) -> bool:
    return any(word.startswith(stems) for word in re.findall(r"\w+", text.casefold()))


def may_be_no_person(name: str) -> bool:
    """Whether a row without a mail address reads like "Total: 25" or "Staff list"."""
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return any(letter.isdigit() for letter in name) or not TOTAL_WORDS.isdisjoint(words)


def kind_of(role: str) -> str:
    """The kind of staff a role's words name. The first match wins: an assistant principal is a leader."""
    return next((kind for kind, stems in KIND_WORDS if begins(role, stems)), Kind.OTHER)


def people_of(table: Table, columns: dict[str, int], language: str) -> tuple[list[Person], list[Remark]]:
    """One checked person per row, in the order of the list, and what is wrong with the others."""
    if not columns.keys() & {"last_name", "name", "email"}:
        raise Unreadable(
            _("We need a column with last names or mail addresses. The list has: %s.")
            % ", ".join(name for name in table.header if name)
        )
    reader = _Reader(columns, language)
    people = [person for number, cells in table.rows if (person := reader.person(number, cells))]
    return people, reader.warnings


class _Reader:
    """Reads rows by a given mapping and collects what a person should know."""

    def __init__(self, columns: dict[str, int], language: str) -> None:
        self.columns, self.language = columns, language
        self.tells_more = bool(columns.keys() & {"email", "role"})  # else a name alone is no sign of anything
        self.warnings: list[Remark] = []

    def warn(self, row: int, message: str) -> None:
        self.warnings.append(Remark(message, row))

    def cell(self, name: str, row: int, cells: list[str]) -> str:
        place = self.columns.get(name)
        text = cells[place] if place is not None and place < len(cells) else ""
        if FORMULA.match(text):
            self.warn(row, _("A cell holds a formula (=...). Replace it with its value."))
            return ""
        if SPOILED_NUMBER.fullmatch(text):
            self.warn(row, _("A spreadsheet turned a number into %s. Format that column as text.") % text)
            return ""
        if any(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in text):
            self.warn(row, _("A cell holds signs that cannot be shown. Type it again."))
            return ""
        return " ".join(text.split())

    def person(self, row: int, cells: list[str]) -> Person | None:
        value = {name: self.cell(name, row, cells) for name in FIELDS}
        if value["name"] and not value["last_name"]:
            value["first_name"], value["last_name"] = split_name(value["name"])
        email = self.address(row, value["email"])
        if not (value["last_name"] or email):
            self.warn(row, _("No last name and no mail address: this row was left out."))
            return None
        names = (value["first_name"], value["last_name"], value["team"])
        if any(len(text) > NAME_LENGTH for text in names):
            self.warn(row, _("A name is longer than %s letters: this row was left out.") % NAME_LENGTH)
            return None
        return Person(
            row,
            email,
            value["first_name"],
            value["last_name"] or email.split("@")[0],
            value["school"],
            self.kind(row, value["role"]),
            value["ilt_member"].casefold() in YES,
            value["team"],
            self.spoken(row, value["language"]),
            self.doubtful(email, value),
        )

    def doubtful(self, email: str, value: dict[str, str]) -> bool:
        if email:
            return False
        name_alone = self.tells_more and not value["role"]
        return name_alone or may_be_no_person(f"{value['first_name']} {value['last_name']}")

    def address(self, row: int, text: str) -> str:
        try:
            validate_email(text) if text else None
        except ValidationError:
            self.warn(row, _("“%s” is no mail address. This person gets a printed slip instead.") % text)
            return ""
        return text.lower()

    def kind(self, row: int, role: str) -> str:
        if not role:
            return ""
        kind = kind_of(role)
        if kind == Kind.OTHER:
            self.warn(row, _("We do not know the role “%s”. It counts as other staff; check it.") % role)
        return kind

    def spoken(self, row: int, text: str) -> str:
        if text and text.casefold() not in LANGUAGES:
            self.warn(row, _("We do not offer the language “%s” yet.") % text)
        return LANGUAGES.get(text.casefold(), self.language)


def split_name(name: str) -> tuple[str, str]:
    """First and last name of "Last, First" or "First Last"."""
    if "," in name:
        last, _comma, first = name.partition(",")
        return first.strip(), last.strip()
    first, _blank, last = name.rpartition(" ")
    return first, last
