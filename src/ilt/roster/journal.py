"""The journal as people read it: each act a few words, and whom it was about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from ilt.roster.models import Act, User
from ilt.schools.models import School

ACTS_SHOWN = 200
WORDS: dict[str, Any] = {
    "host.created": _("Made the account of the person who runs the server"),
    "district.created": _("Set up a district"),
    "school.created": _("Set up the school"),
    "school.changed": _("Changed the school's record"),
    "year.set": _("Set the school year"),
    "person.added": _("Put somebody on the staff list"),
    "person.changed": _("Changed a person's entry"),
    "password.set": _("Made a sign-in slip"),
    "role.granted": _("Gave a role"),
    "role.revoked": _("Took a role back"),
    "role.claimed": _("Said that they are the principal"),
    "staff.imported": _("Took over a staff list"),
    "staff.import_undone": _("Undid a staff list"),
    "wave.created": _("Began to prepare a survey"),
    "wave.ready": _("Made a survey ready"),
    "wave.draft_again": _("Took a survey back to draft"),
    "wave.opened": _("A survey opened"),
    "wave.extended": _("Extended a survey"),
    "wave.canceled": _("Canceled a survey"),
    "wave.closed": _("A survey closed"),
    "list.confirmed": _("Confirmed the list of people to ask"),
    "list.confirmed_by_code": _("The list of people to ask was confirmed with the code"),
    "list.grew": _("Added somebody to the list of people to ask"),
    "address.corrected": _("Corrected a mail address"),
    "sheet.ordered": _("Ordered sheets to print"),
    "slips.printed": _("Printed slips"),
    "release.moved": _("Moved the day of the results"),
    "results.published": _("Results were worked out"),
    "results.open_to_ilt": _("Results opened to the leadership team"),
    "results.released": _("Results opened to all staff"),
    "document.comments": _("Opened a text for comments"),
    "document.consent": _("Opened a consent round"),
    "document.revision": _("Ended a consent round to change the text"),
    "document.adopted": _("Adopted a text"),
    "need.saved": _("Wrote a need of the students"),
    "need.archived": _("Archived a need of the students"),
    "need.taken_back": _("Took a need out of the archive"),
    "priority.saved": _("Wrote a priority"),
    "priority.fate": _("Said what becomes of a priority"),
    "priority.archived": _("Archived a priority"),
    "priority.taken_back": _("Took a priority out of the archive"),
    "promise.saved": _("Wrote a promise"),
    "action.saved": _("Wrote an action"),
    "link.made": _("Linked two things of the plan"),
    "link.cut": _("Cut a link of the plan"),
    "gap.waived": _("Left a gap of the plan open, with a reason"),
    "gap.waiver_ended": _("No longer leaves a gap of the plan open"),
    "copy.kept": _("Kept a copy of the plan"),
    "document.draft": _("Began a new version of a text"),
    "charter.row": _("Changed a line of the charter"),
    "charter.row_archived": _("Archived a line of the charter"),
    "charter.row_taken_back": _("Took a line of the charter out of the archive"),
    "goal.saved": _("Wrote a goal"),
    "goal.active": _("Made a goal active"),
    "goal.parked": _("Parked a goal"),
    "goal.closed": _("Closed a goal"),
    "goal.archived": _("Archived a goal"),
    "indicator.saved": _("Planned what shows that a goal is reached"),
    "indicator.shown": _("Noted what an indicator showed"),
    "handoff.saved": _("Wrote a handoff between teams"),
    "resource.saved": _("Wrote down time, money, people or materials"),
    "plan.archived": _("Archived something in the strategy"),
    "plan.taken_back": _("Took something of the strategy out of the archive"),
    "activity.saved": _("Put learning on the calendar"),
    "activity.held": _("Noted that learning took place"),
    "activity.dropped": _("Took learning off the calendar"),
    "activity.planned_again": _("Put dropped learning back on the calendar"),
}


@dataclass(frozen=True)
class Line:
    at: datetime
    who: str  # empty if the program did it by itself
    what: str
    about: str  # the person it was about, if any
    role: str  # the letter of the role, if it was about one


def journal_of(school: School) -> list[Line]:
    """What was set up at this school, the latest first."""
    acts = Act.objects.filter(school=school).select_related("actor").order_by("-at", "-id")[:ACTS_SHOWN]
    people = User.objects.in_bulk({act.detail["person"] for act in acts if "person" in act.detail})
    return [
        Line(
            act.at,
            str(act.actor or ""),
            str(WORDS.get(act.action, act.action)),
            str(people.get(act.detail.get("person"), "")),
            act.detail.get("role", ""),
        )
        for act in acts
    ]
