"""Made-up staff. Every name is one of these first names with one of these last names."""

from dataclasses import dataclass

FIRST_NAMES = (
    "Ada Ben Cleo Dan Eva Finn Gia Hugo Ines Jude Kira Liam Mona Nils Olga Pete Quinn Rosa "
    "Sam Tess Uma Vera Walt Xena Yuri Zoe Amal Bree Cruz Demi Elio Faye Gael Hope Iris Joel"
)
LAST_NAMES = "Marsh Field Brook Stone Rivers Woods Hill Lake Meadow Shore Grove Park Lane Bridge Ford Glen"
FIRST, LAST = FIRST_NAMES.split(), LAST_NAMES.split()
TEAMS = ("Grade K-2", "Grade 3-5", "Specialists")


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    role: str
    team: str
    language: str

    def email(self, domain: str) -> str:
        return f"{self.first_name}.{self.last_name}@{domain}".lower()


def staff(school: int, teachers: int) -> list[Person]:
    """A principal and so many teachers; nobody has a namesake at another school."""
    people = []
    for number in range(teachers + 1):
        place = school * 60 + number
        first, last = FIRST[place % len(FIRST)], LAST[(place // len(FIRST) + 5 * number) % len(LAST)]
        role = "Teacher" if number else "Principal"
        team = TEAMS[number % len(TEAMS)] if number else ""
        people.append(Person(first, last, role, team, "Spanish" if number % 9 == 4 else "English"))
    return people
