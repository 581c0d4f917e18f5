"""A school after five years of work: long texts in all parts, and lists as long as such a school has them."""

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

from django.db.models import Model

import ilt
from ilt.cycle.models import Invitation, Wave
from ilt.learning.models import Activity
from ilt.links.models import Link
from ilt.links.rules import ALLOWED
from ilt.priorities.models import Priority
from ilt.promises.models import Action, Promise
from ilt.report.models import Snapshot
from ilt.report.tests.survey import published_survey
from ilt.report.told import told
from ilt.roster.models import Act, Membership, User
from ilt.rounds.models import Consent, Document, Objection, Remark, Round, Section, Version, Wording
from ilt.rounds.spec import Spec
from ilt.schools.models import School, SchoolYear
from ilt.shared.search import remember
from ilt.strategy.document import SPEC as STRATEGY
from ilt.strategy.fields import COMMITMENT_BY_KEY
from ilt.strategy.fields import FIELDS as GOAL_FIELDS
from ilt.strategy.models import Goal, Handoff, Indicator, Resource
from ilt.team.fields import FIELDS as CHARTER_FIELDS
from ilt.team.models import DecisionRight, Seat, Turn
from ilt.team.rules import SPEC as CHARTER
from ilt.throughline.models import Copy, Waiver
from ilt.throughline.queries import open_gaps
from ilt.throughline.rules import keep_copy
from ilt.vision.fields import FIELDS as VISION_FIELDS
from ilt.vision.models import Need
from ilt.vision.rules import SPEC as VISION
from tests.architecture.objects import open_survey
from tests.cast import Cast
from tests.cast import person as somebody

NOW = datetime(2027, 3, 10, 15, tzinfo=UTC)
TODAY = NOW.date()
FIRST_FALL, YEARS = 2022, 5
CATALOG = Path(ilt.__file__).parent / "locale/es/LC_MESSAGES/django.po"
WORDS = sorted(set(re.findall(r"[^\W\d_]{2,}", CATALOG.read_text(encoding="utf-8"))))
TEAMS = [
    f"Grade {grade} team for {subject}" for grade in (3, 4, 5) for subject in ("reading", "math", "arts")
]
OBJECTIONS, VERSIONS = 8, 5
Thing = tuple[str, str]


@dataclass(frozen=True)
class Writer:
    """Prose of the pages' own words in both languages: it packs about as well as what people write."""

    chance: random.Random

    def __call__(self, signs: int) -> str:
        words: list[str] = []
        while sum(map(len, words)) + len(words) < signs:
            words.extend(f"{' '.join(self.chance.choices(WORDS, k=12))}.".split())
        return " ".join(words)[:signs].strip()

    def again(self, kept: Any) -> Any:
        """The same frozen content in other words, where it is prose."""
        if isinstance(kept, dict):
            return {key: self.again(value) for key, value in kept.items()}
        if isinstance(kept, list):
            return [self.again(value) for value in kept]
        return self(len(kept)) if isinstance(kept, str) and len(kept) > 100 else kept


def days(count: int) -> list[date]:
    """School days from the first fall to the end of the fifth year, spread evenly."""
    first, last = date(FIRST_FALL, 9, 1), date(FIRST_FALL + YEARS, 6, 1)
    return [first + (last - first) * number // count for number in range(count)]


def make(model: type[Model], rows: Iterable[Mapping[str, Any]], **same: Any) -> list[Any]:
    return model._default_manager.bulk_create(model(**same, **row) for row in rows)


def fill(cast: Cast) -> None:
    """Called at NOW. The first copy of the through-line is as old as the school's work: it is empty."""
    school, write = cast.school, Writer(random.Random(3))
    keep_copy(cast.fay, school, "Before we began")
    staff = staff_of(cast)
    snapshots = surveys(cast, staff)
    decided(school, staff, write, snapshots)
    goals = planned(school, staff, write)
    for spec, keys in documents(goals).items():
        discussed(school, staff, write, spec, keys)
    linked(school, goals)
    make(Action, actions(staff, write, goals), school=school)
    for number in range(60):
        remember(
            school=school.id, place="vision", ref=f"next-{number}", audience="staff", title=write(100),
            text=f"Teachers {write(1500)}",
        )  # fmt: skip
    make(Act, ({"at": NOW - timedelta(hours=each), "actor": cast.fay, "action": "goal.saved"}
               for each in range(2000)), school=school)  # fmt: skip
    gaps = ({"rule": each.rule, "kind": each.kind, "ref": each.ref, "about": each.about}
            for each in open_gaps(school)[:10])  # fmt: skip
    make(Waiver, gaps, school=school, reason=write(290), by=cast.fay, on=TODAY)
    kept = keep_copy(cast.fay, school, "At the end of the year")
    make(
        Copy,
        ({"title": write(90)} for _copy in range(20)),
        school=school,
        made_on=TODAY,
        content=kept.content,
    )


def staff_of(cast: Cast) -> list[User]:
    """Sixty people, four of whom have left."""
    long = [word.title() for word in WORDS if len(word) > 8]
    more = [somebody(first, last) for first, last in zip(long[:56], reversed(long), strict=False)]
    rows = ({"person": each, "team": team, "left": number > 51}
            for number, (each, team) in enumerate(zip(more, cycle(TEAMS), strict=False)))  # fmt: skip
    make(Membership, rows, school=cast.school)
    return [cast.fay, cast.ben, cast.cleo, cast.ana, *more]


def surveys(cast: Cast, staff: list[User]) -> list[Snapshot]:
    """Two a year, each with its report, and one that is open."""
    falls = range(FIRST_FALL, FIRST_FALL + YEARS)
    for fall in falls:
        SchoolYear.objects.get_or_create(
            school=cast.school, starts_on=date(fall, 8, 24), defaults={"ends_on": date(fall + 1, 6, 11)}
        )
    first_days = [day for fall in falls for day in (date(fall, 9, 14), date(fall + 1, 2, 1))]
    found = [published_survey(cast, Wave.State.RELEASED, day) for day in first_days]
    asked = [{"wave_id": each.wave_id, "person": person} for each in found for person in staff]
    is_open = open_survey(cast, cast.school)
    asked += [{"wave_id": is_open, "person": person} for person in staff]
    make(Invitation, asked, channel=Invitation.Channel.LINK)
    return found


def decided(school: School, staff: list[User], write: Writer, snapshots: list[Snapshot]) -> None:
    """Sixty findings, each a priority, a part of them archived, and each with a promise."""
    found = told(school, early=False)
    chosen = [each for one in snapshots for each in [f for f in found if f.snapshot_id == one.id][:6]]
    fates = cycle(Priority.Fate)
    named = list(zip(chosen, cycle(staff), strict=False))
    words = ({"snapshot_id": each.snapshot_id, "finding": each.key, "owner": owner, "made_on": TODAY}
             for each, owner in named)  # fmt: skip
    rows = [
        {**each, "title": write(150), "fate": next(fates), "reason": write(300), "archived": number < 30}
        for number, each in enumerate(words)
    ]
    taken_up = make(Priority, rows, school=school)
    states = cycle(Promise.State)
    promises = [
        {"snapshot_id": each.snapshot_id, "finding": each.finding, "owner": each.owner, "priority": each,
         "will": write(290), "due": day, "made_on": day, "state": next(states), "did": write(600)}
        for each, day in zip(taken_up, days(len(taken_up)), strict=True)
    ]  # fmt: skip
    make(Promise, promises, school=school)


def planned(school: School, staff: list[User], write: Writer) -> list[Goal]:
    """Fifteen goals, three of them active; needs, activities, and what hangs on goals."""
    state = Goal.State
    states = [*[state.ACTIVE] * 3, *[state.PARKED] * 3, *[state.CLOSED] * 4, *[state.ARCHIVED] * 5]
    goals = make(
        Goal,
        ({"title": write(150), "state": now, "owner": owner, "teams": TEAMS[:4], "review_on": TODAY}
         for now, owner in zip(states, staff, strict=False)),
        school=school,
    )  # fmt: skip
    shown = product(goals, Indicator.Reach, range(2))
    make(Indicator, (
        {"goal": goal, "reach": reach, "text": write(290), "due_on": TODAY, "shown_on": TODAY,
         "showed": write(800)}
        for goal, reach, _number in shown))  # fmt: skip
    make(Handoff, (
        {"goal": goal, "from_team": one, "to_team": other, "what": write(290), "on": TODAY, "person": who}
        for goal, (one, other, who) in product(goals, zip(TEAMS[:4], TEAMS[4:8], staff, strict=False))
    ))  # fmt: skip
    make(Resource, ({"kind": kind, "title": write(150), "minutes": 90 if kind == "time" else None,
                     "amount": write(70), "archived": number > 3}
                    for kind, number in product(Resource.Kind, range(8))), school=school)  # fmt: skip
    make(Need, ({"text": write(900), "evidence": write(900), "evidence_on": TODAY, "archived": number > 4}
                for number in range(40)), school=school)  # fmt: skip
    make(Activity, activities(staff, write), school=school)
    return goals


def activities(staff: list[User], write: Writer) -> Iterable[dict[str, Any]]:
    """Four hundred; those that are over were held, and a tenth was dropped."""
    settings = cycle(Activity.Setting)
    for number, day in enumerate(days(400)):
        held = Activity.State.HELD if day < TODAY else Activity.State.PLANNED
        yield {
            "title": write(110), "setting": next(settings), "on": day, "minutes": 45, "kept": 40,
            "teams": TEAMS[number % 3 :: 3], "lead": staff[number % len(staff)], "cover_needed": 4,
            "state": Activity.State.DROPPED if number % 10 == 0 else held,
        }  # fmt: skip


def actions(staff: list[User], write: Writer, goals: list[Goal]) -> Iterable[dict[str, Any]]:
    states = cycle(Action.State)
    for number, day in enumerate(days(500)):
        yield {
            "title": write(150), "owner": staff[number % len(staff)], "due": day, "state": next(states),
            "reason": write(200), "source_kind": "goal", "source_ref": str(goals[number % 15].id),
        }  # fmt: skip


def documents(goals: list[Goal]) -> dict[Spec, list[str]]:
    """The parts of each document that hold text."""
    of_goals = [f"goal{goal.id}.{field.key}" for goal in goals for field in GOAL_FIELDS]
    return {
        CHARTER: [field.key for field in CHARTER_FIELDS],
        VISION: [field.key for field in VISION_FIELDS],
        STRATEGY: [*of_goals, *COMMITMENT_BY_KEY],
    }


def discussed(school: School, staff: list[User], write: Writer, spec: Spec, keys: list[str]) -> None:
    """Five adopted versions with all that was said about them, and a sixth that is written now."""
    document = Document.objects.create(
        school=school, kind=spec.kind, adopted=VERSIONS, comments_until=date(2100, 1, 1)
    )
    by = {"by": staff[0], "at": NOW}
    texts = (
        {"key": key, "text": write(write.chance.randint(spec.most(key) // 3, spec.most(key)))} for key in keys
    )
    sections = make(Section, texts, document=document, revision=5, **by)
    earlier = ({"section": each, "number": number, "text": each.text}
               for each, number in product(sections, range(1, 6)))  # fmt: skip
    make(Wording, earlier, **by)
    if spec is CHARTER:
        tables_of_charter(school, staff, write)
    content = dict(spec.content(document))
    for number in range(1, VERSIONS + 2):
        agreed(document, number, staff, write, content if number > VERSIONS else write.again(content))
    fates = cycle(Remark.Fate)
    make(Remark, (
        {"version": 1 + number % 6, "key": keys[number % len(keys)], "text": write(250), "by": who,
         "fate": next(fates), "answer": write(250), "answered_by": staff[0], "at": NOW}
        for number, who in enumerate(islice(cycle(staff), 100))
    ), document=document)  # fmt: skip


def tables_of_charter(school: School, staff: list[User], write: Writer) -> None:
    make(Seat, ({"person": who, "brings": write(290), "until": TODAY, "team": TEAMS[0],
                 "archived": number > 9}
                for number, who in enumerate(staff[:30])), school=school)  # fmt: skip
    make(DecisionRight, ({"topic": write(110), "mode": mode, "who": who} for mode, who in
                         product(DecisionRight.Mode, DecisionRight.Who)), school=school)  # fmt: skip
    make(Turn, ({"on": day, "facilitator": staff[0], "timekeeper": staff[1], "recorder": staff[2],
                 "observer": staff[3]} for day in days(90)), school=school)  # fmt: skip


def agreed(document: Document, number: int, staff: list[User], write: Writer, content: Any) -> None:
    """A round with objections; all but the last have ended in a version."""
    is_open = number > VERSIONS
    fall = date(FIRST_FALL - 1 + number, 10, 1)
    round_ = Round.objects.create(
        document=document, number=number, circle=Round.Circle.STAFF, asked=len(staff), content=content,
        opens_on=TODAY if is_open else fall, closes_on=TODAY if is_open else fall,
        state=Round.State.OPEN if is_open else Round.State.ADOPTED,
    )  # fmt: skip
    make(Consent, ({"person": each} for each in staff[OBJECTIONS:]), round=round_)
    make(Objection, (
        {"by": each, "key": "", "reason": write(600), "suggestion": write(600), "answer": write(600),
         "answered_by": staff[0]} for each in staff[:OBJECTIONS]
    ), round=round_)  # fmt: skip
    if not is_open:
        Version.objects.create(
            document=document, number=number, round=round_, content=content, adopted_on=fall
        )


def linked(school: School, goals: list[Goal]) -> None:
    """Two hundred links that may be, most of them of activities."""

    def names(kind: str, rows: Any) -> list[Thing]:
        return [(kind, str(each)) for each in rows.order_by("id").values_list("id", flat=True)]

    needs, times = names("need", Need.objects.filter(archived=False)), names("resource", Resource.objects)
    learning, elements = (
        names("activity", Activity.objects)[-90:],
        [("element", f.key) for f in VISION_FIELDS[:3]],
    )
    shown, meant = names("evidence", Indicator.objects), [("goal", str(goal.id)) for goal in goals]
    pairs: list[tuple[Thing, Thing]] = [
        *product(needs, elements), *product(elements, meant[:5]), *zip(cycle(meant[:3]), shown[:20]),
        *zip(cycle(meant[:3]), learning), *zip(learning, cycle(times)),
    ]  # fmt: skip
    make(Link, (
        {"from_kind": start[0], "from_ref": start[1], "to_kind": end[0], "to_ref": end[1],
         "kind": ALLOWED[start[0], end[0]]} for start, end in pairs[:200]
    ), school=school)  # fmt: skip
