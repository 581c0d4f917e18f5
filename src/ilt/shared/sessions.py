"""Who is signed in, without when: a time beside a name would help to guess who answered when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

SIGNED_IN_AT = "account_authentication_methods"  # allauth notes the second; nothing here asks for it
HALF_SIGNED_IN = "account_login"  # a code was mailed; while it is valid, allauth has to know since when
LONGEST_SIGN_IN = timedelta(hours=1)


class SessionStore(DatabaseSessions):
    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance({name: data[name] for name in data if name != SIGNED_IN_AT})
        if HALF_SIGNED_IN in data:
            row.expire_date = timezone.now() + LONGEST_SIGN_IN
        else:
            row.expire_date = next_monday(row.expire_date)
        return row


def next_monday(moment: datetime) -> datetime:
    """The end of a week: to the second, the end of a session would tell its beginning."""
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=7 - midnight.weekday())


def forget_old_sessions() -> None:
    """A step of the clock."""
    SessionStore.clear_expired()
