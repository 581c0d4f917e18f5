"""The parts of a goal and of the principal's commitment, in the order people read them."""

from django.utils.translation import gettext_lazy as _

from ilt.rounds.spec import Field

ONE_LINE = 300  # signs; these parts become one sentence, so they stay short

PLAN = (
    Field("learn", _("What teachers will learn"), _("What will we be able to do that we cannot yet?"), True),
    Field("who", _("Who learns it"), _("Which teams, leaders and coaches?"), True),
    Field(
        "where",
        _("Where it is learned"),
        _("Team time, faculty meetings, coaching, peer visits, workshops."),
        True,
    ),
    Field(
        "coordination",
        _("How it is coordinated"),
        _("In which order? Who facilitates? How does one setting hand to the next?"),
        True,
    ),
    Field("time", _("The time it takes"), _("How much, when, and where does it come from?"), True),
    Field("people", _("People"), _("Who helps, from inside and outside?")),
    Field("money", _("Money"), _("What does it cost, and who pays?")),
    Field("materials", _("Materials"), _("What do teachers need in their hands?")),
    Field("support", _("Support and safety"), _("What makes it safe to try and to fail?")),
)
THEORY = (
    Field("leaders", _("If leaders ..."), _("Goes on after: If leaders"), True, ONE_LINE),
    Field("teams", _("then teams ..."), _("Goes on after: then teams"), True, ONE_LINE),
    Field("teachers", _("then teachers ..."), _("Goes on after: then teachers"), True, ONE_LINE),
    Field("students", _("then students ..."), _("Goes on after: then students"), True, ONE_LINE),
)
STOPS = Field(
    "stops",
    _("What stops or waits"),
    _("What do we stop, so that there is time for this? If nothing, say why."),
    True,
)
FIELDS = (*PLAN, *THEORY, STOPS)
BY_KEY = {field.key: field for field in FIELDS}
# Parts of a goal that are made of rows or of other parts.
MADE = {
    "handoffs": _("Handoffs"),
    "theory": _("Theory of action"),
    "indicators": _("How we will see it"),
}

COMMITMENT = (
    Field("learn", _("What I will learn"), _("Goes on after: I will learn"), most=ONE_LINE),
    Field("with", _("With whom"), _("Goes on after: with"), most=ONE_LINE),
    Field("time", _("The time I protect"), _("Goes on after: I protect this time:"), most=ONE_LINE),
)
MADE_OF_ALL = {
    "parked": _("Goals parked for later"),
    "resources": _("Time, money, people, materials"),
    "commitment": _("The principal's commitment"),
}
COMMITMENT_BY_KEY = {f"commitment.{field.key}": field for field in COMMITMENT}
