"""One planted break per rule gives exactly that rule's sentence; mending it removes exactly that one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils.translation import override

from ilt.throughline.graph import Edge, Graph, Node
from ilt.throughline.linter import RULES, Facts, lint

TODAY = date(2026, 10, 5)

NEED = Node("need", "1", "Argue from a text", day=TODAY, detail="Winter reading check")
ELEMENT = Node("element", "students", "Students quote")
GOAL = Node("goal", "1", "Ask for reasons", state="active", teams=("grade 5",), person="Fay Ford")
MEETING = Node(
    "activity",
    "1",
    "Try and tell",
    day=TODAY + timedelta(days=8),
    minutes=60,
    teams=("grade 5",),
    state="planned",
)
TIME = Node("resource", "1", "team time", minutes=240, detail="time")
MONEY = Node("resource", "2", "Book money", detail="money")
WORK = Node("evidence", "1", "Student work", day=TODAY + timedelta(days=60))
PRIORITY = Node("priority", "1", "Team time", state="goal")
HANDOFF = Node("handoff", "1", "What we tried", teams=("grade 5", "leadership team"), person="Ben Brook")
NODES = (NEED, ELEMENT, GOAL, MEETING, TIME, MONEY, WORK, PRIORITY, HANDOFF)
EDGES = [
    Edge(start.name, end.name)
    for start, end in [
        (NEED, ELEMENT),
        (ELEMENT, GOAL),
        (GOAL, MEETING),
        (MEETING, TIME),
        (MEETING, MONEY),
        (GOAL, WORK),
        (GOAL, PRIORITY),
    ]
]


def facts(*changed: Node, without: Edge | None = None, **more: object) -> Facts:
    nodes = {node.name: node for node in (*NODES, *changed)}
    edges = [edge for edge in EDGES if edge != without]
    return Facts(Graph(nodes, edges), TODAY, **more)  # type: ignore[arg-type]


def cut(start: Node, end: Node) -> Facts:
    return facts(without=Edge(start.name, end.name))


def second_element() -> Facts:
    return facts(Node("element", "fit", "One lesson"))


def unlinked_activity() -> Facts:
    return facts(replace(MEETING, ref="2", teams=()))


def dropped_goal_under_a_link() -> Facts:
    """A second goal, archived, that the vision still leads to."""
    gone = Node("goal", "2", "Old goal", state="archived")
    built = facts(gone)
    built.graph.edges.append(Edge(ELEMENT.name, gone.name))
    return built


def goal_beside_the_vision() -> Facts:
    """A second goal with everything but a part of the vision that asks for it."""
    beside = replace(GOAL, ref="2")
    built = facts(beside)
    built.graph.edges += [Edge(beside.name, node.name) for node in (MEETING, WORK, PRIORITY)]
    return built


BREAKS: dict[str, tuple[Callable[[], Facts], str, str]] = {
    "L01": (
        lambda: facts(replace(NEED, detail="", day=None)),
        "This need has no evidence yet. Add what showed it.",
        "Esta necesidad todavía no tiene evidencia. Añada qué la mostró.",
    ),
    "L02": (
        lambda: facts(replace(NEED, day=TODAY - timedelta(days=366))),
        "The evidence for this need is more than a year old.",
        "La evidencia de esta necesidad tiene más de un año.",
    ),
    "L03": (
        lambda: cut(NEED, ELEMENT),
        "Nothing in the vision answers this need.",
        "Nada en la visión responde a esta necesidad.",
    ),
    "L04": (
        second_element,
        "No goal helps teachers learn this part of the vision yet.",
        "Todavía ninguna meta ayuda a los docentes a aprender esta parte de la visión.",
    ),
    "L05": (
        goal_beside_the_vision,
        "This goal serves no part of the vision.",
        "Esta meta no sirve a ninguna parte de la visión.",
    ),
    "L06": (
        lambda: facts(replace(MEETING, day=TODAY + timedelta(days=57))),
        "Nobody learns this in the next eight weeks. Add a meeting?",
        "Nadie aprende esto en las próximas ocho semanas. ¿Añadir una reunión?",
    ),
    "L07": (
        unlinked_activity,
        "This activity serves no goal. Link it, or put it on the stop list.",
        "Esta actividad no sirve a ninguna meta. Enlácela o póngala en la lista de lo que se deja.",
    ),
    "L08": (
        lambda: facts(replace(GOAL, teams=("grade 5", "grade 4"))),
        "The goal names the grade 4 team, but no activity includes it.",
        "La meta nombra al equipo grade 4, pero ninguna actividad lo incluye.",
    ),
    "L09": (
        lambda: facts(replace(MEETING, minutes=None)),
        "This activity has no time on the calendar.",
        "Esta actividad no tiene tiempo en el calendario.",
    ),
    "L10": (
        lambda: facts(replace(MEETING, minutes=310)),
        "October needs 310 minutes of team time. 240 are planned.",
        "Octubre necesita 310 minutos de team time. Hay 240 previstos.",
    ),
    "L11": (
        lambda: cut(MEETING, MONEY),
        "This money serves no goal.",
        "Este dinero no sirve a ninguna meta.",
    ),
    "L12": (
        lambda: facts(replace(MEETING, needed=6)),
        "Six peer visits need cover. None is arranged.",
        "Seis visitas entre colegas necesitan suplencia. Ninguna está arreglada.",
    ),
    "L13": (
        lambda: facts(replace(GOAL, person="")),
        "Nobody looks after this goal yet.",
        "Todavía nadie cuida de esta meta.",
    ),
    "L14": (
        lambda: cut(GOAL, WORK),
        "No evidence is planned for this goal.",
        "No hay evidencia prevista para esta meta.",
    ),
    "L15": (
        lambda: facts(replace(WORK, day=date(2026, 1, 20))),
        "This evidence was due on Jan 20. Is it ready?",
        "Esta evidencia debía estar el 20 de ene. ¿Está lista?",
    ),
    "L16": (
        lambda: facts(strategy_on=TODAY - timedelta(days=300), survey_on=TODAY),
        "This strategy is older than the latest survey. Read them together.",
        "Esta estrategia es anterior a la última encuesta. Léanlas juntas.",
    ),
    "L17": (
        dropped_goal_under_a_link,
        "This link leads to something archived.",
        "Este enlace lleva a algo archivado.",
    ),
    "L19": (
        lambda: facts(replace(PRIORITY, state="open")),
        "This priority has no goal, promise or reasoned 'not now'.",
        "Esta prioridad no tiene meta, promesa ni un “ahora no” con motivo.",
    ),
    "L20": (
        lambda: facts(replace(HANDOFF, person="")),
        "Nobody carries this from the grade 5 team to the leadership team.",
        "Nadie lleva esto del equipo grade 5 al equipo de liderazgo.",
    ),
    "L21": (
        lambda: facts(commitment=False),
        "The principal's own commitment is not written yet.",
        "El compromiso propio de la dirección todavía no está escrito.",
    ),
}


def said(of: Facts) -> list[tuple[str, str]]:
    return [(problem.rule, problem.sentence) for problem in lint(of)]


def test_a_whole_through_line_has_nothing_to_mend() -> None:
    assert said(facts()) == []


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_a_planted_break_gives_its_sentence_and_no_other(rule: str) -> None:
    planted, english, _spanish = BREAKS[rule]
    assert said(planted()) == [(rule, english)]


@pytest.mark.parametrize("rule", sorted(BREAKS))
def test_the_sentence_is_said_in_spanish_too(rule: str) -> None:
    planted, _english, spanish = BREAKS[rule]
    with override("es"):
        assert said(planted()) == [(rule, spanish)]


def test_every_rule_has_a_planted_break() -> None:
    assert sorted(BREAKS) == sorted(RULES)


@pytest.mark.parametrize(
    ("needed", "arranged", "sentence"),
    [
        (1, 0, "One peer visit needs cover. None is arranged."),
        (6, 1, "Six peer visits need cover. One is arranged."),
        (14, 12, "14 peer visits need cover. Twelve are arranged."),
    ],
)
def test_cover_is_counted_in_words(needed: int, arranged: int, sentence: str) -> None:
    assert said(facts(replace(MEETING, needed=needed, arranged=arranged))) == [("L12", sentence)]


@pytest.mark.parametrize(
    ("named", "said_as"),
    [
        ("Grade 5", "Grade 5"),
        ("Math Team", "Math"),
        ("Equipo de Ciencias", "Ciencias"),
        ("Leadership", "leadership"),
    ],
)
def test_a_team_is_called_a_team_once(named: str, said_as: str) -> None:
    assert said(facts(replace(HANDOFF, person="", teams=(named, "leadership team")))) == [
        ("L20", f"Nobody carries this from the {said_as} team to the leadership team.")
    ]


def test_a_month_that_is_over_asks_for_no_time() -> None:
    long_ago = replace(MEETING, ref="2", day=TODAY - timedelta(days=30), minutes=500)
    built = facts(long_ago)
    built.graph.edges += [Edge(GOAL.name, long_ago.name), Edge(long_ago.name, TIME.name)]
    assert said(built) == []


def test_two_links_to_archived_things_are_said_once_where_they_begin() -> None:
    built = dropped_goal_under_a_link()
    gone = Node("goal", "3", "Older goal", state="archived")
    built.graph.nodes[gone.name] = gone
    built.graph.edges.append(Edge(ELEMENT.name, gone.name))
    assert said(built) == [("L17", "This link leads to something archived.")]


def test_what_belongs_to_a_goal_and_is_put_away_asks_for_nothing() -> None:
    gone = replace(WORK, ref="2", state="archived")
    built = facts(gone)
    built.graph.edges.append(Edge(GOAL.name, gone.name, own=True))
    assert said(built) == []


def test_what_was_learned_for_a_goal_that_is_closed_by_now_served_it() -> None:
    learned = replace(MEETING, ref="2", day=TODAY - timedelta(days=90), state="held")
    closed = replace(GOAL, ref="2", state="closed")
    built = facts(learned, closed)
    built.graph.edges.append(Edge(closed.name, learned.name))
    assert said(built) == []


def test_parked_and_closed_goals_ask_for_nothing() -> None:
    for state in ("parked", "closed", "archived"):
        parked = Node("goal", "2", "Later", state=state)
        assert said(facts(parked)) == []
