import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.cast import Cast

from ilt.shared import sessions

pytestmark = pytest.mark.usefixtures("sign_in_is_quick", "static_files")
PHRASE = "four words without a bond"


def kept() -> tuple[Session, str]:
    """The one session that is stored, and all that is readable in it."""
    row = Session.objects.get()
    return row, repr(row.get_decoded())


def times_in(text: str) -> list[str]:
    """Seconds since 1970, as allauth writes them."""
    return re.findall(r"\b1[0-9]{9}\.[0-9]+", text)


def test_a_session_says_who_is_signed_in_and_not_since_when(cast: Cast) -> None:
    cast.cleo.set_password(PHRASE)
    cast.cleo.save()
    client = Client()
    client.post("/login", {"login": cast.cleo.email, "password": PHRASE})
    row, text = kept()
    assert f"'_auth_user_id': '{cast.cleo.pk}'" in text
    assert times_in(text) == []
    assert row.expire_date == sessions.next_monday(timezone.now() + timedelta(days=14))
    assert client.get(f"/school/{cast.school.id}").status_code == 200


def test_a_code_that_nobody_typed_is_forgotten_within_the_hour(
    cast: Cast, run_jobs: Callable[[], int]
) -> None:
    client = Client()
    client.post("/login/code", {"email": cast.ben.email})
    run_jobs()
    row, text = kept()
    assert times_in(text) != []
    assert row.expire_date <= timezone.now() + timedelta(hours=1)
    Session.objects.update(expire_date=timezone.now())
    sessions.forget_old_sessions()
    assert Session.objects.count() == 0


def test_a_typed_code_leaves_no_time_either(cast: Cast, run_jobs: Callable[[], int]) -> None:
    client = Client()
    client.post("/login/code", {"email": cast.ben.email})
    run_jobs()
    code = str(mail.outbox[-1].body).partition("#")[2].split()[0]
    client.post("/login/code/confirm", {"code": code})
    _, text = kept()
    assert f"'_auth_user_id': '{cast.ben.pk}'" in text
    assert times_in(text) == []


@pytest.mark.parametrize("day", [2, 8])
def test_sessions_of_a_week_end_together(day: int) -> None:
    assert sessions.next_monday(datetime(2026, 11, day, 23, 59, 59, tzinfo=UTC)) == datetime(
        2026, 11, 9, tzinfo=UTC
    )
