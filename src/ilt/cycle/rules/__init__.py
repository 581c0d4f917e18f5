"""What may happen to a wave and what follows from it, from the first question to the release date."""

from ilt.cycle.rules.bands import Band, band, count_slips_left, refresh_bands
from ilt.cycle.rules.closing import cancel, close_due, extend
from ilt.cycle.rules.drafts import (
    back_to_draft,
    create,
    make_ready,
    open_tasks,
    see_promise,
    set_delivery,
    set_languages,
    set_people,
    set_plan,
    set_release,
    set_window,
)
from ilt.cycle.rules.faculty import (
    add_person,
    by_code,
    confirm_as_facilitator,
    confirm_as_teacher,
    confirm_with_code,
    correct_address,
    could_be_asked,
    may_confirm_as_teacher,
    possible_teachers,
)
from ilt.cycle.rules.mailing import again, send_due, test_mail
from ilt.cycle.rules.opening import open_due, open_now
from ilt.cycle.rules.release import move_release
from ilt.cycle.rules.states import WaveRefused, advance

__all__ = [
    "Band",
    "WaveRefused",
    "add_person",
    "advance",
    "again",
    "back_to_draft",
    "band",
    "by_code",
    "cancel",
    "close_due",
    "confirm_as_facilitator",
    "confirm_as_teacher",
    "confirm_with_code",
    "correct_address",
    "could_be_asked",
    "count_slips_left",
    "create",
    "extend",
    "make_ready",
    "may_confirm_as_teacher",
    "move_release",
    "open_due",
    "open_now",
    "open_tasks",
    "possible_teachers",
    "refresh_bands",
    "see_promise",
    "send_due",
    "set_delivery",
    "set_languages",
    "set_people",
    "set_plan",
    "set_release",
    "set_window",
    "test_mail",
]
