from collections.abc import Callable

import pytest
from django.core import mail

from ilt.cycle import keys
from ilt.cycle.models import FrozenInstrument, Invitation, MailJob, Wave
from ilt.cycle.rules import opening
from ilt.cycle.tests.waves import opened
from tests.cast import Cast

both_stores = pytest.mark.django_db(databases=["default", "box"])


@both_stores
def test_everybody_gets_a_link_of_her_own(cast: Cast, run_jobs: Callable[[], int]) -> None:
    wave = opened(cast, run_jobs)
    assert wave.invited == 12
    assert len(mail.outbox) == 12
    print(mail.outbox[0].subject, mail.outbox[0].body)
