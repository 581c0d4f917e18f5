"""Teachers ask first whether their principal could look: the promise says who runs the server."""

import pytest
from tests.cast import Cast, may, works_at

from ilt.cycle.promise import sentences
from ilt.cycle.tests.waves import ready
from ilt.roster.models import Grant

pytestmark = pytest.mark.django_db(databases=["default", "box"])

LEADER = "A leader of this school runs the server."
COLLEAGUE = "A colleague who does not lead this school runs the server."
OUTSIDE = "Someone outside this school runs the server."


def told(cast: Cast) -> list[str]:
    limits = sentences(ready(cast), "en")[-1]
    return [sentence for sentence in (LEADER, COLLEAGUE, OUTSIDE) if sentence in limits]


def test_a_server_that_is_run_from_elsewhere_is_said_to_be(cast: Cast) -> None:
    assert told(cast) == [OUTSIDE]


def test_a_teacher_learns_that_a_colleague_runs_the_server(cast: Cast) -> None:
    works_at(cast.ivo, cast.school)
    assert told(cast) == [COLLEAGUE]


def test_a_teacher_learns_that_the_principal_runs_the_server(cast: Cast) -> None:
    """Also beside a host from elsewhere: one who could look is enough."""
    may(cast.ana, Grant.Role.HOST)
    assert told(cast) == [LEADER]


def test_the_trust_page_says_it_too(cast: Cast) -> None:
    may(cast.ana, Grant.Role.HOST)
    trust = cast.browser_of(None).get(f"/trust/{ready(cast).id}").content.decode()
    assert trust.count(LEADER) == 2  # in the promise, and beside who keeps the keys
