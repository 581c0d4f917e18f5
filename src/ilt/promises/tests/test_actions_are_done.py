from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from ilt.promises import rules
from ilt.promises.models import Action, Promise
from ilt.promises.queries import left_behind, work_of
from ilt.report.tests.survey import RELEASE, noon, published_survey
from ilt.roster.models import Membership, User
from ilt.rounds.models import Document
from ilt.shared import clock
from ilt.shared.rows import Refused
from ilt.shared.search import find
from ilt.strategy.models import Goal

pytestmark = pytest.mark.django_db
State = Action.State
DUE = date(2026, 11, 2)
STATEMENTS = 10


@pytest.fixture(autouse=True)
def on_the_day_of_the_release() -> object:
    with clock.at(noon(RELEASE)):
        yield


def action(cast: Cast, title: str = "Ask for cover", owner: User | None = None, **more: object) -> Action:
    words = {"title": title, "owner": owner or cast.ben, "due": DUE, "source": "vision:"} | more
    return rules.add_action(cast.fay, cast.school, **words)


def changed(cast: Cast, row: Action, **words: object) -> None:
    now = {name: getattr(row, name) for name in ("title", "owner", "due", "source", "state", "reason")}
    rules.change_action(cast.fay, row, row.revision, **(now | words))


def page(cast: Cast, who: str, query: str = "") -> str:
    return (
        cast.browser_of(getattr(cast, who)).get(f"/school/{cast.school.id}/actions{query}").content.decode()
    )


def test_a_coach_adds_an_action_and_all_staff_read_it(cast: Cast) -> None:
    typed = {"title": "Ask for cover", "owner": cast.ben.id, "due": "2026-11-02", "source": "vision:"}
    token = {"token": "11111111-1111-4111-8111-111111111111"}
    address = f"/school/{cast.school.id}/actions/new"
    assert [f'href="{address}"' in page(cast, who) for who in ("gus", "cleo")] == [True, False]
    assert cast.browser_of(cast.gus).post(address, token | typed).status_code == 302
    for who in ("ana", "ben", "cleo", "fay", "gus"):
        assert ("Ask for cover" in page(cast, who), "The vision" in page(cast, who)) == (True, True)
    (found,) = find(cast.school.id, "cover", ["staff"])
    assert (found.place, found.ref) == ("actions_one", str(Action.objects.get().id))


def test_what_an_action_comes_from_is_chosen_from_what_is_there(cast: Cast) -> None:
    snapshot = published_survey(cast)
    kept = Promise.objects.create(
        school=cast.school,
        snapshot=snapshot,
        finding="x",
        will="Free Mondays",
        owner=cast.ben,
        due=DUE,
        made_on=DUE,
    )
    page_ = cast.browser_of(cast.ben).get(f"/school/{cast.school.id}/actions/new?source=promise:{kept.id}")
    assert f'<option value="promise:{kept.id}" selected>Free Mondays</option>' in page_.content.decode()
    typed = {"title": "T", "owner": cast.ben.id, "due": "2026-11-02", "source": "promise:0", "token": "x"}
    answer = cast.browser_of(cast.ben).post(f"/school/{cast.school.id}/actions/new", typed)
    assert (answer.status_code, Action.objects.count()) == (422, 0)
    action(cast, source=f"promise:{kept.id}")
    assert f'promises#promise{kept.id}"><bdi>Free Mondays</bdi></a>' in page(cast, "cleo")


def test_a_goal_is_the_teams_alone_until_its_strategy_is_opened(cast: Cast) -> None:
    goal = Goal.objects.create(school=cast.school, title="Secret so far")
    document = Document.objects.create(school=cast.school, kind="strategy", phase="draft")
    row = action(cast, owner=cast.ana, source=f"goal:{goal.id}")
    new, change = f"/school/{cast.school.id}/actions/new", f"/school/{cast.school.id}/actions/{row.id}"

    def who_reads_its_title() -> list[str]:
        answers = [(who, page(cast, who)) for who in ("ana", "ben", "cleo", "gus")]
        forms = [("ana", cast.browser_of(cast.ana).get(each).content.decode()) for each in (new, change)]
        return [who for who, text in [*answers, *forms] if "Secret so far" in text]

    assert who_reads_its_title() == ["ben"]
    assert "A goal that is still a draft" in page(cast, "cleo")
    Document.objects.filter(id=document.id).update(phase="comments")
    assert who_reads_its_title() == ["ana", "ben", "cleo", "gus", "ana", "ana"]


def test_ones_own_actions_come_first_and_overdue_ones_say_so(cast: Cast) -> None:
    action(cast, "Of another", owner=cast.fay)
    mine = action(cast, "Mine, late", due=DUE + timedelta(days=9))
    Action.objects.filter(id=mine.id).update(due=date(2026, 10, 9))
    action(cast, "Mine, later", due=DUE + timedelta(days=2))
    text = page(cast, "ben")
    assert text.index("Mine, late<") < text.index("Mine, later") < text.index("Of another")
    assert text.count("(overdue)") == 1


def test_an_action_is_done_with_one_button(cast: Cast) -> None:
    row = action(cast)
    address = f"/school/{cast.school.id}/actions/{row.id}/done"
    assert [f'action="{address}"' in page(cast, who) for who in ("ben", "cleo")] == [True, False]
    for who, status in (("cleo", 404), ("gus", 404), ("ben", 302), ("ben", 302)):
        assert cast.browser_of(getattr(cast, who)).post(address).status_code == status
    assert ("Ask for cover" in page(cast, "ben"), "Ask for cover" in page(cast, "ben", "?show=ended")) == (
        False,
        True,
    )


def test_an_action_that_somebody_just_changed_is_done_all_the_same(cast: Cast) -> None:
    row = action(cast)
    changed(cast, Action.objects.get(), title="Ask for cover soon")
    rules.end_action(cast.ben, row)
    ended = Action.objects.get()
    assert (ended.title, ended.state, ended.revision) == ("Ask for cover soon", State.DONE, 3)


def test_who_looks_after_an_action_off_the_team_says_how_it_stands_and_nothing_else(cast: Cast) -> None:
    row = action(cast, owner=cast.cleo)
    address, cleo = f"/school/{cast.school.id}/actions/{row.id}", cast.browser_of(cast.cleo)
    form, others = cleo.get(address).content.decode(), (cast.ana, cast.ben, cast.gus, cast.dora)
    fields = ("state", "reason", "title", "owner", "due", "source")
    assert [field for field in fields if f'name="{field}"' in form] == ["state", "reason"]
    assert (">Begun<" in form, "Ask for cover" in form, f"{address}/done" in page(cast, "cleo")) == (
        True,
    ) * 3
    typed = {"token": "11111111-1111-4111-8111-111111111111", "revision": "1", "state": "doing", "title": "X"}
    assert cleo.post(address, typed).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.title, row.owner, row.due, row.source) == (
        State.DOING, "Ask for cover", cast.cleo, DUE, "vision:"
    )  # fmt: skip
    assert [cast.browser_of(each).get(address).status_code for each in others] == [404] * 4
    assert [cast.browser_of(each).post(f"{address}/done").status_code for each in others] == [404] * 4
    assert cleo.post(f"{address}/done").status_code == 302
    row.refresh_from_db()
    assert row.state == State.DONE


@pytest.mark.parametrize("state", State)
def test_a_search_leads_to_an_action_whatever_became_of_it(cast: Cast, state: str) -> None:
    action(cast, "Another")
    row = action(cast)
    Action.objects.filter(id=row.id).update(state=state)
    text = page(cast, "cleo", f"/{row.id}/shown")
    assert ("Ask for cover" in text, "Another" in text) == (True, False)


def test_a_dropped_action_says_why(cast: Cast) -> None:
    row = action(cast)
    with pytest.raises(Refused, match="why this was dropped"):
        changed(cast, row, state=State.DROPPED)
    changed(cast, row, state=State.DROPPED, reason="The schedule changed.")
    assert "The schedule changed." in page(cast, "cleo", "?show=ended")


@pytest.mark.parametrize("day", [date(2026, 10, 11), date(2027, 8, 1)])
def test_an_action_is_due_on_a_day_to_come_in_the_school_year(cast: Cast, day: date) -> None:
    with pytest.raises(Refused, match="Choose"):
        action(cast, due=day)
    assert not Action.objects.exists()


def test_open_work_of_people_who_left_is_said(cast: Cast) -> None:
    for _each in range(2):
        action(cast)
    ended = action(cast)
    rules.end_action(cast.fay, ended)
    assert left_behind(cast.school) == 0
    Membership.objects.filter(person=cast.ben).update(left=True)
    assert left_behind(cast.school) == 2
    text = page(cast, "fay")
    assert "2 open actions and promises wait for people who have left. Give them to others." in text
    assert text.count("(has left)") == 2


def test_a_person_finds_what_they_have_to_do_by_its_day(cast: Cast) -> None:
    snapshot = published_survey(cast)
    Promise.objects.create(
        school=cast.school,
        snapshot=snapshot,
        finding="x",
        will="Second",
        owner=cast.ben,
        due=DUE,
        made_on=DUE,
    )
    action(cast, "Third", due=DUE + timedelta(days=1))
    action(cast, "First", due=DUE - timedelta(days=1))
    action(cast, "Of another", owner=cast.fay)
    rules.end_action(cast.fay, action(cast, "Ended"))
    assert [(each.kind, each.title) for each in work_of(cast.school, cast.ben)] == [
        ("action", "First"), ("promise", "Second"), ("action", "Third")
    ]  # fmt: skip


def test_five_hundred_actions_are_read_page_by_page(cast: Cast) -> None:
    words = {"school": cast.school, "owner": cast.fay, "due": DUE, "source_kind": "vision"}
    Action.objects.bulk_create(Action(title=f"Long {n} ", **words) for n in range(500))
    first, last = page(cast, "fay"), page(cast, "fay", "?page=5")
    assert ("500 actions" in first, "Page 1 of 5" in first, "Long 499 " in last) == (True, True, True)
    assert ("page=2" in first, "page=4" in last, "page=6" in last) == (True, True, False)


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_asks_the_database_equally_often_for_few_and_many(cast: Cast, more: int) -> None:
    for _each in range(more):
        action(cast)
    client = cast.browser_of(cast.ben)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/school/{cast.school.id}/actions")
    assert len(asked) == STATEMENTS
