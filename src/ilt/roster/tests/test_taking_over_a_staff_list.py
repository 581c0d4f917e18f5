from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from ilt.roster.models import Act, Grant, Membership, StaffImport, User
from ilt.roster.queries import staff_of
from ilt.roster.rules import (
    Plan,
    Refused,
    apply_import,
    forget_uploads,
    plan_import,
    propose_import,
    undo_import,
)
from ilt.schools.models import School
from ilt.shared import clock

HEADER = "email,first_name,last_name,school,role,team"
STAFF = [
    "ana.ames@school.example,Ana,Ames,Birch School,Principal,",
    "ben.boyd@school.example,Ben,Boyd,Birch School,Teacher,",
    "cleo.cano@school.example,Cleo,Cano,Birch School,Teacher,",
    "fay.ford@school.example,Fay,Ford,Birch School,Teacher,",
]
NEW = "kim.kerr@school.example,Kim,Kerr,Birch School,Counselor,Grade 5"


def propose(cast: Cast, *lines: str, whole: bool = True, header: str = HEADER) -> StaffImport:
    data = "\n".join([header, *lines]).encode()
    return propose_import(cast.fay, cast.school, data=data, file_name="staff.csv", whole=whole)


def choose(staff_import: StaffImport, **choices: object) -> StaffImport:
    staff_import.mapping |= choices
    staff_import.save()
    return staff_import


def acts(plan: Plan) -> dict[str, int]:
    return {act: n for act in ("add", "change", "back", "same") if (n := plan.count(act))}


def state(school: School) -> list[tuple[object, ...]]:
    """Everything an import can touch, to compare before and after."""
    rows = Membership.objects.filter(school=school).order_by("person__email", "person__last_name")
    fields = ("person__first_name", "person__last_name", "person__email", "kind", "team", "left")
    return [*rows.values_list(*fields), ("people", User.objects.count()), ("roles", Grant.objects.count())]


def test_a_look_changes_nothing(cast: Cast) -> None:
    before = state(cast.school)
    plan_import(propose(cast, *STAFF, NEW))
    assert state(cast.school) == before


def test_a_new_person_is_added_with_kind_and_team(cast: Cast) -> None:
    staff_import = propose(cast, *STAFF, NEW)
    assert acts(plan_import(staff_import)) == {"add": 1, "same": 4}
    apply_import(cast.fay, staff_import)
    kim = Membership.objects.select_related("person").get(person__email="kim.kerr@school.example")
    assert (str(kim.person), kim.kind, kim.team, kim.left) == ("Kim Kerr", "specialist", "Grade 5", False)
    assert not kim.person.has_usable_password()
    assert Act.objects.get().detail == {"add": 1, "change": 0, "back": 0, "leave": 0}


def test_the_same_list_twice_changes_nothing(cast: Cast) -> None:
    lines = [*STAFF, NEW, ",Lou,Lang,,Aide,", ",Lou,Lund,,Aide,"]
    apply_import(cast.fay, propose(cast, *lines))
    again = propose(cast, *lines)
    assert plan_import(again).changes_nothing
    before = state(cast.school)
    apply_import(cast.fay, again)
    assert state(cast.school) == before


def test_who_is_missing_has_left_and_comes_back_with_a_later_list(cast: Cast) -> None:
    apply_import(cast.fay, choose(propose(cast, *STAFF[:3]), many_leave=True))
    assert [str(m.person) for m in staff_of(cast.school)] == ["Ana Ames", "Ben Boyd", "Cleo Cano"]
    back = propose(cast, *STAFF)
    assert acts(plan_import(back)) == {"back": 1, "same": 3}
    apply_import(cast.fay, back)
    assert staff_of(cast.school).count() == 4


def test_a_list_of_new_people_alone_lets_nobody_leave(cast: Cast) -> None:
    apply_import(cast.fay, propose(cast, NEW, whole=False))
    assert staff_of(cast.school).count() == 5


def test_when_more_than_a_fifth_would_leave_somebody_must_say_so(cast: Cast) -> None:
    staff_import = propose(cast, *STAFF[:3])
    with pytest.raises(Refused) as refused:
        apply_import(cast.fay, staff_import)
    assert str(refused.value).startswith("1 of 4 people would leave.")
    assert staff_of(cast.school).count() == 4


def test_exactly_a_fifth_may_leave_unasked(cast: Cast) -> None:
    apply_import(cast.fay, propose(cast, NEW, whole=False))
    assert plan_import(propose(cast, *STAFF)).blocked == []


def test_empty_cells_change_nothing(cast: Cast) -> None:
    Membership.objects.filter(person=cast.ben).update(team="Grade 4")
    assert plan_import(propose(cast, *STAFF)).changes_nothing


def test_one_address_for_two_people_is_shown_and_must_be_confirmed(cast: Cast) -> None:
    staff_import = propose(cast, *STAFF, "ben.boyd@school.example,Benjamin,Brown,,,")
    assert plan_import(staff_import).shared == [
        "Rows 3 and 6: Ben Boyd ben.boyd@school.example and Benjamin Brown ben.boyd@school.example"
    ]
    with pytest.raises(Refused):
        apply_import(cast.fay, staff_import)
    apply_import(cast.fay, choose(staff_import, shared_confirmed=True))
    assert staff_of(cast.school).count() == 4


def test_a_person_known_by_name_gets_an_address(cast: Cast) -> None:
    apply_import(cast.fay, propose(cast, ",Lou,Lang,,Aide,", whole=False))
    apply_import(cast.fay, propose(cast, "lou@school.example,Lou,Lang,,,", whole=False))
    assert list(User.objects.filter(last_name="Lang").values_list("email", flat=True)) == [
        "lou@school.example"
    ]


def test_two_of_one_name_with_two_addresses_stay_two_people(cast: Cast) -> None:
    apply_import(cast.fay, propose(cast, ",Lou,Lang,,Aide,", whole=False))
    lines = ["lou@school.example,Lou,Lang,,,", "lou.lang@school.example,Lou,Lang,,,"]
    apply_import(cast.fay, propose(cast, *lines, whole=False))
    addresses = User.objects.filter(last_name="Lang").order_by("email").values_list("email", flat=True)
    assert list(addresses) == ["lou.lang@school.example", "lou@school.example"]


def test_nobody_with_a_role_gets_an_address_from_a_list(cast: Cast) -> None:
    User.objects.filter(id=cast.ana.id).update(email=None)
    staff_import = propose(cast, "evil@school.example,Ana,Ames,,,", whole=False)
    assert [warning.message for warning in plan_import(staff_import).warnings] == [
        "The address of Ana Ames can be set on the person's own page only."
    ]
    apply_import(cast.fay, staff_import)
    assert User.objects.get(id=cast.ana.id).email is None


def test_a_person_from_another_school_joins_and_keeps_the_name(cast: Cast) -> None:
    apply_import(cast.fay, propose(cast, "DORA.diaz@school.example,Changed,Name,,,", whole=False))
    dora = Membership.objects.select_related("person").get(school=cast.school, person=cast.dora)
    assert str(dora.person) == "Dora Diaz"
    assert staff_of(cast.other_school).count() == 1


def test_rows_of_another_school_are_left_out(cast: Cast) -> None:
    plan = plan_import(propose(cast, *STAFF, "x@school.example,X,Young,Cedar School,,"))
    assert (acts(plan), dict(plan.elsewhere)) == ({"same": 4}, {"Cedar School": 1})


def test_the_list_of_another_school_is_refused_by_name(cast: Cast) -> None:
    staff_import = propose(cast, "x@school.example,X,Young,Cedar School,,")
    assert plan_import(staff_import).blocked[0] == (
        "This is a list of another school: Cedar School. Nobody in it belongs here."
    )
    assert acts(plan_import(choose(staff_import, all_here=True))) == {"add": 1}


def test_a_list_names_team_members_but_only_the_principal_makes_them(cast: Cast) -> None:
    header = "email,last_name,ilt_member"
    line = "cleo.cano@school.example,Cano,yes"
    apply_import(cast.fay, propose(cast, line, whole=False, header=header))
    assert not Grant.objects.filter(person=cast.cleo).exists()
    apply_import(cast.ana, propose(cast, line, whole=False, header=header))
    assert Grant.objects.filter(person=cast.cleo, role="M", school=cast.school).exists()


def test_a_total_comes_in_only_if_somebody_says_it_is_a_person(cast: Cast) -> None:
    staff_import = propose(cast, *STAFF, ",,Total: 25,,,")
    plan = plan_import(staff_import)
    assert [(one.row, one.last_name) for one in plan.doubtful] == [(6, "Total: 25")]
    assert plan.changes_nothing
    apply_import(cast.fay, choose(staff_import, people=[6]))
    assert staff_of(cast.school).count() == 5


def test_a_known_person_without_address_and_role_is_never_in_doubt(cast: Cast) -> None:
    apply_import(cast.fay, choose(propose(cast, *STAFF, ",Lou,Lang,,,"), people=[6]))
    plan = plan_import(propose(cast, *STAFF, ",Lou,Lang,,,"))
    assert (plan.doubtful, plan.leaving, plan.changes_nothing) == ([], [], True)


def test_a_list_of_doubtful_rows_alone_says_to_tick_the_people(cast: Cast) -> None:
    staff_import = propose(cast, ",,Total: 25,,,", whole=False)
    with pytest.raises(Refused) as refused:
        apply_import(cast.fay, staff_import)
    assert str(refused.value) == "No row of this list is surely a person. Tick the rows that are people."


def test_undo_brings_every_value_back(cast: Cast) -> None:
    before = state(cast.school)
    lines = [
        "ana.ames@school.example,Anna,Ames,,Teacher,Office",
        "ben.boyd@school.example,Ben,Boyd,,Aide,Grade 6",
        "dora.diaz@school.example,Dora,Diaz,,,",
        ",Lou,Lang,,Aide,",
    ]
    staff_import = choose(propose(cast, *lines), many_leave=True)
    apply_import(cast.fay, staff_import)
    assert state(cast.school) != before
    assert undo_import(cast.fay, staff_import) == []
    assert state(cast.school) == before


def test_undo_takes_back_team_roles_only_for_who_may_give_them(cast: Cast) -> None:
    header, lines = (
        "email,last_name,role,ilt_member",
        ["cleo.cano@school.example,Cano,,yes", ",Lang,Aide,yes"],
    )
    before = state(cast.school)
    first = propose(cast, *lines, whole=False, header=header)
    apply_import(cast.ana, first)
    assert undo_import(cast.ana, first) == []
    assert state(cast.school) == before
    acts = [act.action for act in Act.objects.order_by("id")]
    assert (acts.count("role.granted"), acts.count("role.revoked")) == (2, 2)
    again = propose(cast, *lines, whole=False, header=header)
    apply_import(cast.ana, again)
    assert undo_import(cast.fay, again)[0] == (
        "Cleo Cano stays on the leadership team. You may not take that role back."
    )
    assert Grant.objects.filter(person=cast.cleo, role="M").exists()


def test_undo_keeps_what_was_changed_since_and_says_which(cast: Cast) -> None:
    staff_import = propose(cast, "ben.boyd@school.example,Ben,Boyd,,Aide,Grade 6", whole=False)
    apply_import(cast.fay, staff_import)
    Membership.objects.filter(person=cast.ben).update(team="Grade 2")
    assert undo_import(cast.fay, staff_import) == ["Ben Boyd: “Team” was changed since, so it stays."]
    ben = Membership.objects.get(person=cast.ben)
    assert (ben.kind, ben.team) == ("teacher", "Grade 2")


def test_undo_of_a_person_who_is_needed_elsewhere_marks_them_as_left(cast: Cast) -> None:
    staff_import = propose(cast, NEW, ",Lou,Lang,,Aide,", whole=False)
    apply_import(cast.fay, staff_import)
    kim = User.objects.get(last_name="Kerr")
    Grant.objects.create(person=kim, role="C", school=cast.other_school)
    assert len(undo_import(cast.fay, staff_import)) == 1
    assert Membership.objects.get(person=kim).left
    assert not User.objects.filter(last_name="Lang").exists()


def test_a_list_is_undone_once_and_only_the_latest(cast: Cast) -> None:
    first, second = propose(cast, NEW, whole=False), propose(cast, ",Lou,Lang,,Aide,", whole=False)
    apply_import(cast.fay, first)
    apply_import(cast.fay, second)
    with pytest.raises(Refused):
        undo_import(cast.fay, first)
    undo_import(cast.fay, second)
    with pytest.raises(Refused):
        undo_import(cast.fay, second)


def test_a_list_is_taken_over_once(cast: Cast) -> None:
    staff_import = propose(cast, NEW, whole=False)
    apply_import(cast.fay, staff_import)
    with pytest.raises(Refused):
        apply_import(cast.fay, staff_import)


def test_the_uploaded_table_goes_when_it_was_used_or_after_a_day(cast: Cast) -> None:
    used, waiting = propose(cast, NEW, whole=False), propose(cast, NEW, whole=False)
    apply_import(cast.fay, used)
    used.refresh_from_db()
    assert used.table == {"header": HEADER.split(",")}
    assert "Kerr" not in str(used.mapping)
    with clock.at(clock.now() + timedelta(hours=23)):
        forget_uploads()
    assert StaffImport.objects.filter(id=waiting.id).exists()
    with clock.at(clock.now() + timedelta(hours=25)):
        forget_uploads()
    assert list(StaffImport.objects.all()) == [used]


def test_a_confirmed_mapping_is_kept_for_the_next_list(cast: Cast) -> None:
    header = "who,mail"
    first = propose(cast, "Lang,lou@school.example", whole=False, header=header)
    assert "last_name" not in first.mapping["columns"]
    apply_import(cast.fay, choose(first, columns={"last_name": 0, "email": 1}))
    assert propose(cast, "x,y", header=header).mapping["columns"] == {"last_name": 0, "email": 1}


@pytest.mark.parametrize("people", [1, 50])
def test_looking_at_a_list_asks_the_database_the_same_few_times(cast: Cast, people: int) -> None:
    staff_import = propose(cast, *(f"p{n}@school.example,P,{n},,," for n in range(people)))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        plan_import(staff_import)
    assert len(asked) == 5
