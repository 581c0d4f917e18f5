"""A form sent twice (a double click, a reload) changes something once.

Templates carry `<input type="hidden" name="token" value="{{ form_token }}">`; the view asks `once` first.
"""

from datetime import timedelta
from uuid import UUID

from ilt.shared import clock
from ilt.shared.models import FormToken

KEPT = timedelta(days=2)


def once(token: str) -> bool:
    """True the first time this token comes. Call it in the transaction of the change, so both stay or go."""
    try:
        key = UUID(token)
    except ValueError:
        return False
    return FormToken.objects.get_or_create(token=key, defaults={"made_on": clock.today("UTC")})[1]


def forget_old_tokens() -> None:
    """A step of the clock: a token older than any open page is of no use."""
    FormToken.objects.filter(made_on__lt=clock.today("UTC") - KEPT).delete()
