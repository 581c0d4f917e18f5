"""The states a wave goes through, and the one way from each to the next."""

from django.utils.translation import gettext as _

from ilt.cycle.models import Wave

S = Wave.State
NEXT: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.READY, S.CANCELED}),
    S.READY: frozenset({S.DRAFT, S.OPEN, S.CANCELED}),
    S.OPEN: frozenset({S.CLOSING, S.CANCELED}),
    S.CLOSING: frozenset({S.CLOSED}),
    S.CLOSED: frozenset({S.PUBLISHED, S.ARCHIVED}),
    S.PUBLISHED: frozenset({S.OPEN_TO_ILT, S.RELEASED}),
    S.OPEN_TO_ILT: frozenset({S.RELEASED}),
    S.RELEASED: frozenset({S.ARCHIVED}),
    S.ARCHIVED: frozenset(),
    S.CANCELED: frozenset(),
}


class WaveRefused(ValueError):
    """The wave cannot do this; the sentence says why, and what to do next."""


def advance(wave: Wave, state: Wave.State) -> None:
    """Moves the wave on, unless another process has moved it already."""
    allowed = state in NEXT[wave.state]
    if not allowed or not Wave.objects.filter(id=wave.id, state=wave.state).update(state=state):
        raise WaveRefused(_("The survey is in another state now. Load the page again."))
    wave.state = state


def require(wave: Wave, *states: Wave.State) -> None:
    if wave.state not in states:
        raise WaveRefused(_("This cannot be done in the present state of the survey."))
