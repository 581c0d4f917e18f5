import pytest
from tests.cast import Cast

from ilt.links.models import Link
from ilt.links.rules import ALLOWED, KINDS, Name, in_order, link, unlink
from ilt.roster.models import Act
from ilt.shared.rows import Refused

pytestmark = pytest.mark.django_db
NEED: Name = ("need", "1")
ELEMENT: Name = ("element", "students")


def test_linking_twice_and_cutting_twice_changes_nothing_more(cast: Cast) -> None:
    for _time in range(2):
        link(cast.ben, cast.school, NEED, ELEMENT)
    assert [row.kind for row in Link.objects.all()] == [Link.Kind.ANSWERED]
    for _time in range(2):
        unlink(cast.ben, cast.school, NEED, ELEMENT)
    assert Link.objects.count() == 0
    assert [act.action for act in Act.objects.order_by("id")] == ["link.made", "link.cut"]


def test_another_schools_link_stays(cast: Cast) -> None:
    link(cast.ben, cast.school, NEED, ELEMENT)
    unlink(cast.dora, cast.other_school, NEED, ELEMENT)
    assert Link.objects.count() == 1


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("need", "goal", "A need first links to a part of the vision."),
        ("element", "activity", "A part of the vision first links to a goal."),
        ("goal", "resource", "A goal first links to an activity or to evidence."),
        ("activity", "handoff", "An activity first links to time, money or people, or to evidence."),
        ("evidence", "evidence", "Nothing follows from this. Link from the other side."),
    ],
)
def test_any_other_link_is_refused_in_a_sentence(cast: Cast, start: str, end: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        link(cast.ben, cast.school, (start, "1"), (end, "2"))
    assert (str(refused.value), Link.objects.count()) == (sentence, 0)


def test_two_kinds_can_be_linked_in_one_order_only() -> None:
    """So that whoever names two things need not say which comes first."""
    for start in KINDS:
        for end in KINDS:
            if (start, end) in ALLOWED:
                assert (end, start) not in ALLOWED
                assert in_order((end, "1"), (start, "1")) == ((start, "1"), (end, "1"))
