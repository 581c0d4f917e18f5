"""The cast of all page tests. Made-up people: who they are decides what they may see."""

from dataclasses import dataclass
from datetime import date

from django.test import Client

from ilt.roster.models import Grant, Membership, User
from ilt.schools.models import District, School, SchoolYear

ZONE = "America/New_York"


@dataclass(frozen=True)
class Cast:
    district: District
    school: School
    other_school: School
    year: SchoolYear
    ana: User  # principal
    ben: User  # teacher on the leadership team
    cleo: User  # teacher not on it
    fay: User  # facilitator (a teacher)
    gus: User  # coach
    dora: User  # teacher elsewhere
    eli: User  # district office
    hana: User  # researcher
    ivo: User  # host

    def people(self) -> dict[str, User | None]:
        names = ("ana", "ben", "cleo", "fay", "gus", "dora", "eli", "hana", "ivo")
        return {"visitor": None} | {name: getattr(self, name) for name in names}

    def browser_of(self, person: User | None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person)
        return client


def person(first: str, last: str) -> User:
    return User.objects.create(
        first_name=first, last_name=last, email=f"{first}.{last}@school.example".lower()
    )


def works_at(who: User, school: School, kind: Membership.Kind = Membership.Kind.TEACHER) -> User:
    Membership.objects.create(person=who, school=school, kind=kind)
    return who


def may(who: User, role: Grant.Role, school: School | None = None, district: District | None = None) -> User:
    Grant.objects.create(person=who, role=role, school=school, district=district)
    return who


def make_cast() -> Cast:
    district = District.objects.create(name="Alder Valley", zone=ZONE, languages=["en", "es"])
    school = School.objects.create(district=district, name="Birch School", zone=ZONE, languages=["en", "es"])
    other = School.objects.create(district=district, name="Cedar School", zone=ZONE)
    year = SchoolYear.objects.create(school=school, starts_on=date(2026, 8, 24), ends_on=date(2027, 6, 11))
    role, kind = Grant.Role, Membership.Kind
    return Cast(
        district=district,
        school=school,
        other_school=other,
        year=year,
        ana=may(works_at(person("Ana", "Ames"), school, kind.LEADER), role.LEADER, school),
        ben=may(works_at(person("Ben", "Boyd"), school), role.MEMBER, school),
        cleo=works_at(person("Cleo", "Cano"), school),
        fay=may(works_at(person("Fay", "Ford"), school), role.FACILITATOR, school),
        gus=may(person("Gus", "Gray"), role.COACH, school),
        dora=works_at(person("Dora", "Diaz"), other),
        eli=may(person("Eli", "Egan"), role.DISTRICT, district=district),
        hana=may(person("Hana", "Holt"), role.RESEARCHER, district=district),
        ivo=may(person("Ivo", "Iver"), role.HOST),
    )
