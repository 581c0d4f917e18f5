from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from ilt.cycle.models import Wave
from ilt.priorities.models import Priority
from ilt.priorities.rules import give_fate, put_off, take_up
from ilt.promises import rules
from ilt.promises.models import Promise
from ilt.report.tests.survey import RELEASE, noon, published_survey
from ilt.report.told import told
from ilt.roster.models import Act, Membership, User
from ilt.shared import clock
from ilt.shared.rows import Refused, Stale
from ilt.shared.search import find

pytestmark = pytest.mark.django_db
State, Fate = Promise.State, Priority.Fate
DUE = date(2026, 11, 2)
STATEMENTS = 8


@pytest.fixture(autouse=True)
def on_the_day_of_the_release() -> object:
    with clock.at(noon(RELEASE)):
        yield


def finding(cast: Cast) -> str:
    each = told(cast.school, early=True)[0]
    return f"{each.snapshot_id}:{each.key}"


def promised(
    cast: Cast, owner: User | None = None, will: str = "Keep team time free", by: User | None = None
) -> Promise:
    if not Wave.objects.exists():
        published_survey(cast)
    words = {"finding": finding(cast), "will": will, "owner": owner or cast.ben, "due": DUE}
    return rules.make_promise(by or cast.ana, cast.school, **words)


def changed(cast: Cast, promise: Promise, **words: object) -> None:
    now = {name: getattr(promise, name) for name in ("will", "owner", "due", "state", "did")}
    rules.change_promise(cast.fay, promise, promise.revision, **(now | words))


def page(cast: Cast, who: str) -> str:
    return cast.browser_of(getattr(cast, who)).get(f"/school/{cast.school.id}/promises").content.decode()


def send(client: Client, cast: Cast, address: str, **typed: object) -> tuple[int, str]:
    token = {"token": "11111111-1111-4111-8111-111111111111", "revision": "1"}
    answer = client.post(f"/school/{cast.school.id}/promises/{address}", token | typed)
    return answer.status_code, answer.content.decode()


def test_the_principal_promises_something_and_all_staff_read_it(cast: Cast) -> None:
    published_survey(cast)
    typed = {
        "finding": finding(cast),
        "will": "Keep team time free",
        "owner": cast.ana.id,
        "due": "2026-11-02",
    }
    assert send(cast.browser_of(cast.ana), cast, "new", **typed)[0] == 302
    for who in ("ana", "ben", "cleo", "fay", "gus"):
        text = page(cast, who)
        said = told(cast.school, early=False)[0].sentence
        words = (said, "Keep team time free", "Ana Ames", "Survey that opened on Sep 14, 2026")
        assert [each for each in words if each not in text] == []
    assert [each.title for each in find(cast.school.id, "team time", ["staff"])] == ["Keep team time free"]


@pytest.mark.parametrize("state", [Wave.State.PUBLISHED, Wave.State.OPEN_TO_ILT])
def test_what_is_not_published_to_all_cannot_be_cited(cast: Cast, state: Wave.State) -> None:
    published_survey(cast)
    wanted = finding(cast)
    Wave.objects.update(state=state)
    with pytest.raises(Refused, match="This finding is not published"):
        rules.make_promise(cast.fay, cast.school, finding=wanted, will="Hurry", owner=cast.fay, due=DUE)
    status, text = send(
        cast.browser_of(cast.fay),
        cast,
        "new",
        finding=wanted,
        will="Hurry",
        owner=cast.fay.id,
        due="2026-11-02",
    )
    assert (status, "Hurry" in text, Promise.objects.count()) == (422, True, 0)
    assert ("This finding is not published." in text, f'value="{wanted}"' in text) == (True, False)


def test_a_promise_is_the_fate_of_its_priority_until_it_is_dropped(cast: Cast) -> None:
    published_survey(cast)
    priority = take_up(cast.ben, cast.school, finding=finding(cast), title="Time", owner=cast.ben)
    first, second = promised(cast), promised(cast)
    fates = [Priority.objects.get().fate]
    for each in (first, second):
        changed(cast, each, state=State.DROPPED, did="No room")
        fates.append(Priority.objects.get().fate)
    second.refresh_from_db()
    changed(cast, second, state=State.OPEN)
    fates.append(Priority.objects.get().fate)
    assert fates == [Fate.PROMISE, Fate.PROMISE, Fate.OPEN, Fate.PROMISE]
    assert {each.priority for each in Promise.objects.all()} == {priority}


@pytest.mark.parametrize(
    ("who", "becomes"), [("ana", Fate.NOT_NOW), ("gus", Fate.NOT_NOW), ("ben", Fate.PROMISE)]
)
def test_only_the_team_replaces_its_own_not_now_by_a_promise(cast: Cast, who: str, becomes: Fate) -> None:
    published_survey(cast)
    priority = take_up(cast.ben, cast.school, finding=finding(cast), title="Time", owner=cast.ben)
    put_off(cast.ben, priority, 1, "We wait for the schedule.")
    promise = promised(cast, by=getattr(cast, who))
    priority.refresh_from_db()
    assert (promise.priority, priority.fate) == (priority, becomes)


def test_a_fate_that_follows_from_a_promise_is_nobodys_act(cast: Cast) -> None:
    published_survey(cast)
    take_up(cast.ben, cast.school, finding=finding(cast), title="Time", owner=cast.ben)
    changed(cast, promised(cast, by=cast.ana), state=State.DROPPED, did="No room")
    acts = Act.objects.filter(action="priority.fate").order_by("id")
    assert [(act.actor, act.detail["fate"]) for act in acts] == [(None, Fate.PROMISE), (None, Fate.OPEN)]


def test_a_priority_that_became_a_goal_stays_one(cast: Cast) -> None:
    published_survey(cast)
    priority = take_up(cast.ben, cast.school, finding=finding(cast), title="Time", owner=cast.ben)
    give_fate(cast.ben, priority, Fate.GOAL)
    changed(cast, promised(cast), state=State.DROPPED, did="No room")
    assert Priority.objects.get().fate == Fate.GOAL


def test_overdue_promises_open_the_page_and_say_so(cast: Cast) -> None:
    late = promised(cast, will="Late")
    Promise.objects.filter(id=late.id).update(due=date(2026, 10, 9))
    promised(cast, will="In time")
    ended = promised(cast, will="Ended")
    changed(cast, ended, state=State.DONE, did="It is done")
    text = page(cast, "cleo")
    assert text.count("It is not done yet.") == 1
    assert "This was promised by Oct 9, 2026. It is not done yet." in text
    assert text.index("Late") < text.index("In time") < text.index("Ended")


@pytest.mark.parametrize(("state", "asked"), [(State.DONE, "what was done"), (State.DROPPED, "why this was")])
def test_a_promise_does_not_end_without_words(cast: Cast, state: str, asked: str) -> None:
    promise = promised(cast)
    with pytest.raises(Refused, match=asked):
        changed(cast, promise, state=state)
    changed(cast, promise, state=state, did="Every second Tuesday is free.")
    assert "Every second Tuesday is free." in page(cast, "cleo")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 10, 11), "This day is past."),
        (date(2027, 7, 1), "Choose a day from Aug 24, 2026 to Jun 11, 2027"),
    ],
)
def test_a_day_that_cannot_be_kept_is_refused(cast: Cast, day: date, said: str) -> None:
    published_survey(cast)
    with pytest.raises(Refused, match=said):
        rules.make_promise(cast.ana, cast.school, finding=finding(cast), will="Soon", owner=cast.ana, due=day)
    promise = promised(cast)
    with pytest.raises(Refused, match=said):
        changed(cast, promise, due=day)


def test_a_promise_whose_day_is_past_can_still_be_ended(cast: Cast) -> None:
    promise = promised(cast)
    Promise.objects.update(due=date(2026, 10, 1))
    promise.refresh_from_db()
    changed(cast, promise, state=State.DONE, did="Late, but done")
    assert Promise.objects.get().state == State.DONE


def test_own_promises_are_changed_by_their_owner_and_all_by_the_facilitator(cast: Cast) -> None:
    owners = {"ana": cast.ana, "ben": cast.ben, "cleo": cast.cleo, "gus": cast.gus}
    promises = {name: promised(cast, owner=owner) for name, owner in owners.items()}
    may = {
        who: {
            name
            for name, each in promises.items()
            if cast.browser_of(getattr(cast, who))
            .get(f"/school/{cast.school.id}/promises/{each.id}")
            .status_code
            == 200
        }
        for who in ("ana", "ben", "cleo", "fay", "gus", "dora")
    }
    own = {name: {name} for name in owners}
    assert may == own | {"fay": set(owners), "dora": set()}


def test_who_keeps_a_promise_off_the_team_writes_what_was_done_and_not_the_promise(cast: Cast) -> None:
    promise = promised(cast, owner=cast.cleo)
    typed = {"state": "done", "did": "Tuesdays are free.", "will": "Nothing", "owner": cast.ben.id}
    assert send(cast.browser_of(cast.cleo), cast, str(promise.id), **typed)[0] == 302
    promise.refresh_from_db()
    kept = (promise.state, promise.did, promise.will, promise.owner)
    assert kept == (State.DONE, "Tuesdays are free.", "Keep team time free", cast.cleo)


def test_two_people_who_change_a_promise_lose_no_word(cast: Cast) -> None:
    promise = promised(cast)
    changed(cast, Promise.objects.get(), will="Keep Mondays free")
    with pytest.raises(Stale):
        changed(cast, promise, will="Keep Fridays free")
    status, text = send(
        cast.browser_of(cast.ben),
        cast,
        str(promise.id),
        will="Keep Fridays free",
        owner=cast.ben.id,
        due="2026-11-02",
        state="open",
        did="",
    )
    assert (status, "Keep Mondays free" in text, "Keep Fridays free" in text) == (422, True, True)
    assert "<dt>How does it stand?</dt>" not in text


def test_a_promise_of_somebody_who_left_is_said_to_be_so(cast: Cast) -> None:
    promised(cast)
    Membership.objects.filter(person=cast.ben).update(left=True)
    assert "Ben Boyd has left the school. Choose somebody else." in page(cast, "cleo")


def test_the_form_sent_twice_promises_once(cast: Cast) -> None:
    published_survey(cast)
    typed = {"finding": finding(cast), "will": "Once", "owner": cast.ana.id, "due": "2026-11-02"}
    ana = cast.browser_of(cast.ana)
    assert [send(ana, cast, "new", **typed)[0] for _time in range(2)] == [302, 302]
    assert Promise.objects.count() == 1


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_asks_the_database_equally_often_for_few_and_many(cast: Cast, more: int) -> None:
    for _each in range(more):
        promised(cast)
    page(cast, "ben")
    client = cast.browser_of(cast.ben)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/school/{cast.school.id}/promises")
    assert len(asked) == STATEMENTS
