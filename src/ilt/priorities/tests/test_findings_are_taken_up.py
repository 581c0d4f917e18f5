import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, person

from ilt.cycle.models import Wave
from ilt.priorities import rules
from ilt.priorities.models import Priority
from ilt.priorities.queries import priority_nodes
from ilt.report.models import Snapshot
from ilt.report.tests.survey import published_survey
from ilt.report.told import Told, told
from ilt.roster.models import Membership
from ilt.schools.models import School
from ilt.shared.rows import Refused, Stale
from ilt.shared.search import find

pytestmark = pytest.mark.django_db
State, Fate = Wave.State, Priority.Fate
STATEMENTS = 8


def finding(cast: Cast, number: int = 0) -> Told:
    return told(cast.school, early=True)[number]


def name(each: Told) -> str:
    return f"{each.snapshot_id}:{each.key}"


def taken_up(cast: Cast, number: int = 0, title: str = "Time to plan") -> Priority:
    return rules.take_up(
        cast.ben, cast.school, finding=name(finding(cast, number)), title=title, owner=cast.fay
    )


def page(cast: Cast, who: str, address: str = "") -> str:
    answer = cast.browser_of(getattr(cast, who)).get(f"/school/{cast.school.id}/priorities{address}")
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, cast: Cast, address: str, **typed: object) -> int:
    token = {"token": "0" * 8 + "-0000-4000-8000-" + f"{Priority.objects.count():012}", "revision": "1"}
    return client.post(f"/school/{cast.school.id}/priorities/{address}", token | typed).status_code


def test_a_member_takes_up_a_finding_and_everybody_reads_it(cast: Cast) -> None:
    published_survey(cast)
    each, ben = finding(cast), cast.browser_of(cast.ben)
    assert f"/priorities/new?finding={each.snapshot_id}%3A{each.key}" in page(cast, "ben")
    assert f'<option value="{name(each)}" selected>' in page(cast, "ben", f"/new?finding={name(each)}")
    assert send(ben, cast, "new", finding=name(each), title="Time to plan", owner=cast.fay.id) == 302
    for who in ("ana", "ben", "cleo", "fay", "gus"):
        text = page(cast, who)
        assert (text.count("Time to plan</h2>"), each.sentence in text, "Fay Ford" in text) == (1, True, True)


def test_the_district_office_reads_shared_priorities_and_no_report(cast: Cast) -> None:
    published_survey(cast)
    taken_up(cast)
    School.objects.update(shares_plan=True)
    results = (f"/waves/{Wave.objects.get().id}/results", finding(cast).sentence, "corrected since")
    texts = {who: page(cast, who) for who in ("cleo", "eli")}
    seen = {who: [each in text for each in results] for who, text in texts.items()}
    assert seen == {"cleo": [True, True, False], "eli": [False, False, False]}
    assert "Time to plan" in texts["eli"]


def test_a_finding_is_offered_until_it_is_taken_up(cast: Cast) -> None:
    published_survey(cast)
    offered = f'?finding={finding(cast).snapshot_id}%3A{finding(cast).key}"'
    assert offered in page(cast, "ben")
    taken_up(cast)
    assert offered not in page(cast, "ben")


def test_what_is_not_published_cannot_be_taken_up(cast: Cast) -> None:
    snapshot = published_survey(cast, State.PUBLISHED)
    key = "strength/trust"
    for wanted in (f"{snapshot.id}:{key}", "0:x", "", "x"):
        with pytest.raises(Refused, match="not published"):
            rules.take_up(cast.ben, cast.school, finding=wanted, title="Early", owner=cast.ben)
    assert not Priority.objects.exists()


def test_a_finding_of_another_school_cannot_be_taken_up(cast: Cast) -> None:
    published_survey(cast)
    with pytest.raises(Refused, match="not published"):
        rules.take_up(
            cast.dora, cast.other_school, finding=name(finding(cast)), title="Theirs", owner=cast.dora
        )


def test_what_the_team_takes_up_early_is_seen_by_all_once_results_are_out(cast: Cast) -> None:
    published_survey(cast, State.OPEN_TO_ILT)
    sentence, title = finding(cast).sentence, "Only the team knows"
    taken_up(cast, title=title)
    seen = {who: title in page(cast, who) for who in ("ana", "ben", "cleo", "fay", "gus")}
    assert seen == {"ana": False, "ben": True, "cleo": False, "fay": True, "gus": False}
    assert sentence not in page(cast, "cleo")
    assert list(priority_nodes(cast.school)) == []
    rules.open_with_results()
    assert [len(find(cast.school.id, "team knows", who)) for who in (["staff"], ["staff", "team"])] == [0, 1]
    Wave.objects.update(state=State.RELEASED)
    rules.open_with_results()
    assert title in page(cast, "cleo")
    assert [each.title for each in find(cast.school.id, "team knows", ["staff"])] == [title]


def test_one_finding_is_taken_up_once(cast: Cast) -> None:
    published_survey(cast)
    first = taken_up(cast)
    with pytest.raises(Refused, match="Time to plan"):
        taken_up(cast, title="Again")
    ben = cast.browser_of(cast.ben)
    assert [send(ben, cast, f"{first.id}/away") for _click in range(2)] == [302, 302]
    assert 'name="back">Take back' in page(cast, "ben")
    second = taken_up(cast, title="Again")
    with pytest.raises(Refused, match="Again"):
        rules.archive(cast.ben, first, archived=False)
    rules.archive(cast.ben, second)
    rules.archive(cast.ben, first, archived=False)
    assert [each.title for each in Priority.objects.filter(archived=False)] == ["Time to plan"]


def test_not_now_needs_a_reason_that_all_staff_read(cast: Cast) -> None:
    published_survey(cast)
    priority, ben = taken_up(cast), cast.browser_of(cast.ben)
    with pytest.raises(Refused, match="Say why it waits"):
        rules.put_off(cast.ben, priority, 1, "")
    assert send(ben, cast, f"{priority.id}/not-now", reason="") == 422
    assert send(ben, cast, f"{priority.id}/not-now", reason="We wait for the **schedule**.") == 302
    assert "We wait for the <strong>schedule</strong>." in page(cast, "cleo")
    assert send(ben, cast, f"{priority.id}/again") == 302
    priority.refresh_from_db()
    assert (priority.fate, priority.reason) == (Fate.OPEN, "")


def test_losing_a_goal_leaves_another_fate_alone(cast: Cast) -> None:
    published_survey(cast)
    priority = taken_up(cast)
    rules.give_fate(cast.ben, priority, Fate.PROMISE)
    rules.lose_fate(cast.ben, priority, Fate.GOAL)
    assert Priority.objects.get().fate == Fate.PROMISE
    rules.lose_fate(cast.ben, priority, Fate.PROMISE)
    assert Priority.objects.get().fate == Fate.OPEN


def test_an_archived_priority_gets_no_fate(cast: Cast) -> None:
    published_survey(cast)
    priority = taken_up(cast)
    rules.archive(cast.ben, priority)
    with pytest.raises(Refused, match="Take it back first"):
        rules.give_fate(cast.ben, Priority.objects.get(), Fate.GOAL)
    assert find(cast.school.id, "plan", ["staff", "team"]) == []


def test_two_people_who_change_a_priority_lose_no_word(cast: Cast) -> None:
    published_survey(cast)
    priority = taken_up(cast)
    rules.change(cast.fay, priority, 1, title="Time for teams", owner=cast.fay)
    with pytest.raises(Stale):
        rules.change(cast.ben, priority, 1, title="Time to meet", owner=cast.fay)
    answer = cast.browser_of(cast.ben).post(
        f"/school/{cast.school.id}/priorities/{priority.id}",
        {
            "token": "11111111-1111-4111-8111-111111111111",
            "revision": "1",
            "title": "Time to meet",
            "owner": cast.fay.id,
        },
    )
    text = answer.content.decode()
    assert (answer.status_code, "Time for teams" in text, 'value="Time to meet"' in text) == (422, True, True)


def test_of_two_who_say_why_it_waits_neither_loses_a_word(cast: Cast) -> None:
    published_survey(cast)
    priority, ben = taken_up(cast), cast.browser_of(cast.ben)
    assert send(ben, cast, f"{priority.id}/not-now", reason="No time") == 302
    typed = {"token": "22222222-2222-4222-8222-222222222222", "revision": "1", "reason": "No money"}
    late = ben.post(f"/school/{cast.school.id}/priorities/{priority.id}/not-now", typed)
    assert (late.status_code, late.context["theirs"]) == (422, [("Why does it wait?", "No time")])
    assert Priority.objects.get().reason == "No time"


def test_a_reason_typed_while_a_goal_took_it_up_does_not_take_its_place(cast: Cast) -> None:
    published_survey(cast)
    priority = taken_up(cast)
    rules.give_fate(cast.fay, priority, Fate.GOAL)
    with pytest.raises(Stale):
        rules.put_off(cast.ben, priority, 1, "No time")
    assert Priority.objects.get().fate == Fate.GOAL


def test_an_owner_who_left_is_named_as_such(cast: Cast) -> None:
    published_survey(cast)
    taken_up(cast)
    Membership.objects.filter(person=cast.fay).update(left=True)
    assert "Fay Ford has left the school. Choose somebody else." in page(cast, "ben")


@pytest.mark.parametrize(("number", "hinted"), [(3, False), (4, True)])
def test_more_than_three_priorities_are_advised_against_and_not_refused(
    cast: Cast, number: int, hinted: bool
) -> None:
    published_survey(cast)
    for each in range(number):
        taken_up(cast, each)
    assert ("There are 4 priorities. One to three leave time" in page(cast, "cleo")) == hinted


def test_markup_in_a_title_is_shown_as_typed(cast: Cast) -> None:
    published_survey(cast)
    taken_up(cast, title="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page(cast, "cleo")


def test_a_corrected_finding_is_said_to_be_so(cast: Cast) -> None:
    snapshot = published_survey(cast)
    taken_up(cast)
    snapshot.pk, snapshot.number = None, 2
    Snapshot.save(snapshot)
    assert "This finding was corrected since." in page(cast, "cleo")


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_asks_the_database_equally_often_for_few_and_many(cast: Cast, more: int) -> None:
    published_survey(cast)
    for each in range(more):
        rules.take_up(
            cast.ben, cast.school, finding=name(finding(cast, each)), title="T", owner=person("P", f"P{each}")
        )
    page(cast, "ben")
    client = cast.browser_of(cast.ben)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/school/{cast.school.id}/priorities")
    assert len(asked) == STATEMENTS
