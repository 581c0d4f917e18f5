"""The strategy as a document: what a round freezes, how that reads, what it lacks."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ilt.priorities.queries import is_out
from ilt.rounds.models import Document, Round
from ilt.rounds.queries import adopted_at
from ilt.rounds.spec import Content, Field, Part, Spec
from ilt.strategy.fields import BY_KEY, COMMITMENT_BY_KEY, FIELDS, MADE, MADE_OF_ALL, PLAN, STOPS, THEORY
from ilt.strategy.models import Goal, Indicator, Resource
from ilt.strategy.queries import Plan, commitment_of, plan_of, team_in_words, theory_of

State, Reach = Goal.State, Indicator.Reach
BARE = frozenset({"", "nothing", "none", "no", "na", "nada", "ninguna", "ninguno"})


def _field_of(key: str) -> Field | None:
    return COMMITMENT_BY_KEY.get(key) or BY_KEY.get(key.partition(".")[2])


def label(document: Document, key: str) -> str:
    """A part's name with the title of its goal; nothing for a key that no goal of the school has."""
    if key in COMMITMENT_BY_KEY:
        return _("The principal's commitment: %(part)s") % {"part": COMMITMENT_BY_KEY[key].label}
    if key in MADE_OF_ALL:
        return str(MADE_OF_ALL[key])
    start, _dot, end = key.partition(".")
    titles = {f"goal{goal.id}": goal.title for goal in plan_of(document).goals}
    name = BY_KEY[end].label if end in BY_KEY else MADE.get(end)
    if start not in titles or not end:
        return titles.get(key, "")
    return f"{titles[start]}: {name}" if name else ""


def is_made(key: str) -> bool:
    """Whether a part is made of rows or of other parts, so that nobody writes it as a text."""
    return _field_of(key) is None


def most(key: str) -> int:
    field = _field_of(key)
    return field.most if field else 0


def is_bare(text: str) -> bool:
    """Whether a text only says "nothing" in one word, without a reason."""
    return "".join(sign for sign in text.casefold() if sign.isalpha()) in BARE


# What a round freezes


def content(document: Document) -> Content:
    plan = plan_of(document)
    return {
        "goals": [_frozen(plan, goal) for goal in plan.in_state(State.ACTIVE)],
        "parked": [goal.title for goal in plan.in_state(State.PARKED)],
        "resources": [
            {"kind": item.first, "title": item.text, "minutes": item.minutes, "amount": item.second}
            for item in plan.hanging_on(None, "resource")
        ],
        "commitment": {key: plan.texts[key] for key in COMMITMENT_BY_KEY if key in plan.texts},
    }


def _frozen(plan: Plan, goal: Goal) -> dict[str, Any]:
    texts = {field.key: plan.texts.get(f"goal{goal.id}.{field.key}", "") for field in FIELDS}
    return {
        "id": goal.id,
        "title": goal.title,
        "owner": str(goal.owner or ""),
        "teams": goal.teams,
        "review_on": _iso(goal.review_on),
        # All staff read what is frozen, printed and found, so it never says what is the team's alone yet.
        "priority": goal.priority.title if goal.priority and is_out(goal.priority) else "",
        "texts": {key: text for key, text in texts.items() if text},
        "indicators": [
            {"reach": item.first, "text": item.text, "due_on": _iso(item.day)}
            for item in plan.hanging_on(goal, "indicator")
        ],
        "handoffs": [
            {
                "from": item.first,
                "to": item.second,
                "what": item.text,
                "on": _iso(item.day),
                "person": item.person,
            }
            for item in plan.hanging_on(goal, "handoff")
        ],
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


# How it reads


def parts(frozen: Content) -> list[Part]:
    found = [part for number, goal in enumerate(frozen["goals"], 1) for part in _parts_of(number, goal)]
    if frozen["parked"]:
        found.append(Part("parked", str(MADE_OF_ALL["parked"]), _points(frozen["parked"])))
    if frozen["resources"]:
        found.append(Part("resources", str(MADE_OF_ALL["resources"]), _points(_resources(frozen))))
    if commitment := commitment_of(frozen["commitment"]):
        found.append(Part("commitment", str(MADE_OF_ALL["commitment"]), commitment))
    return found


def _parts_of(number: int, goal: dict[str, Any]) -> Iterator[Part]:
    key = f"goal{goal['id']}"

    def part(end: str, name: Any, text: str) -> Iterator[Part]:
        if text:
            yield Part(
                f"{key}.{end}", _("Goal %(number)s: %(part)s") % {"number": number, "part": name}, text
            )

    yield Part(key, _("Goal %(number)s: %(part)s") % {"number": number, "part": goal["title"]}, _facts(goal))
    texts = goal["texts"]
    for field in PLAN:
        yield from part(field.key, field.label, texts.get(field.key, ""))
        if field.key == "coordination":
            yield from part("handoffs", MADE["handoffs"], _points(_handoffs(goal)))
    whole = theory_of({f"{key}.{field.key}": texts.get(field.key, "") for field in THEORY}, goal["id"])
    yield from part("theory", MADE["theory"], whole)
    yield from part("indicators", MADE["indicators"], _points(_indicators(goal)))
    yield from part(STOPS.key, STOPS.label, texts.get(STOPS.key, ""))


def _points(lines: Iterator[str] | list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), _("M j, Y"))


def _facts(goal: dict[str, Any]) -> str:
    lines = []
    if goal["owner"]:
        lines.append(_("Looked after by %(person)s") % {"person": goal["owner"]})
    if goal["teams"]:
        lines.append(_("Teams: %(teams)s") % {"teams": ", ".join(goal["teams"])})
    if goal["review_on"]:
        lines.append(_("Review on %(day)s") % {"day": _day(goal["review_on"])})
    if goal["priority"]:
        lines.append(_("From the priority: %(priority)s") % {"priority": goal["priority"]})
    return _points(lines)


def _indicators(goal: dict[str, Any]) -> Iterator[str]:
    for each in goal["indicators"]:
        words = {"reach": Reach(each["reach"]).label, "day": _day(each["due_on"]), "text": each["text"]}
        yield _("%(reach)s, by %(day)s: %(text)s") % words


def _handoffs(goal: dict[str, Any]) -> Iterator[str]:
    for each in goal["handoffs"]:
        words = {
            "start": team_in_words(each["from"]),
            "end": team_in_words(each["to"]),
            "what": each["what"],
            "day": _day(each["on"]),
            "person": each["person"],
        }
        if each["person"]:
            yield _("%(day)s: %(person)s carries this from %(start)s to %(end)s: %(what)s") % words
        else:
            yield _("%(day)s: from %(start)s to %(end)s: %(what)s") % words


def _resources(frozen: Content) -> Iterator[str]:
    for each in frozen["resources"]:
        if each["minutes"]:
            yield _("%(title)s: %(minutes)s minutes a month") % each
        elif each["amount"]:
            words = {**each, "kind": Resource.Kind(each["kind"]).label}
            yield _("%(kind)s: %(title)s, %(amount)s") % words
        else:
            yield _("%(kind)s: %(title)s") % {**each, "kind": Resource.Kind(each["kind"]).label}


# What it lacks


def gaps(document: Document) -> list[str]:
    """What is missing before the faculty can be asked for consent."""
    plan = plan_of(document)
    found = [] if adopted_at(document.school, Document.Kind.VISION) else [no_vision()]
    active = plan.in_state(State.ACTIVE)
    if not active:
        found.append(_("No goal is active. Write a first goal: what will teachers learn?"))
    return found + [sentence for goal in active for sentence in _gaps_of(plan, goal)]


def no_vision() -> str:
    return _("First adopt the vision. The strategy says how teachers learn to bring it about.")


def _gaps_of(plan: Plan, goal: Goal) -> Iterator[str]:
    empty = [field for field in FIELDS if field.needed and f"goal{goal.id}.{field.key}" not in plan.texts]
    if empty:
        names = ", ".join(f"“{field.label}”" for field in empty)
        yield _("%(goal)s: still to write: %(parts)s.") % {"goal": goal.title, "parts": names}
    stops = plan.texts.get(f"goal{goal.id}.{STOPS.key}")
    if stops and is_bare(stops):
        words = {"goal": goal.title}
        yield _("%(goal)s: nothing stops or waits? Say why there is time all the same.") % words
    planned = {item.first for item in plan.hanging_on(goal, "indicator")}
    missing = [f"“{reach.label}”" for reach in Reach if reach not in planned]
    if missing:
        words = {"goal": goal.title, "kinds": ", ".join(missing)}
        yield _("%(goal)s: no indicator yet for: %(kinds)s. Say what and by when.") % words
    if goal.review_on is None:
        yield _("%(goal)s: choose a day to review it.") % {"goal": goal.title}


SPEC = Spec(
    kind=Document.Kind.STRATEGY,
    page="strategy",
    read="plan.read",
    edit="plan.edit",
    circle=Round.Circle.STAFF,
    label=label,
    content=content,
    parts=parts,
    gaps=gaps,
    edit_of=lambda key: "commitment.write" if key in COMMITMENT_BY_KEY else "",
    most=most,
    is_table=is_made,
    things=("goal", "resource", "evidence", "handoff", "strategy", "commitment"),
)
