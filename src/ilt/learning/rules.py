"""Activities on the calendar: when they can be, what they serve, what became of them."""

from collections.abc import Collection, Sequence
from datetime import date, time

from django.db import transaction
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from ilt.cycle.schooldays import is_school_day
from ilt.learning.models import Activity
from ilt.learning.queries import goals_served, resources_used
from ilt.links.rules import Name, link, unlink
from ilt.roster.models import User
from ilt.roster.rules import note
from ilt.schools.models import School
from ilt.schools.queries import year_on
from ilt.schools.rules import within_the_year
from ilt.shared import clock
from ilt.shared.rows import Refused, Stale, save_row
from ilt.shared.search import forget, remember


@transaction.atomic
def save_activity(
    actor: User,
    school: School,
    activity: Activity | None,
    revision: int,
    *,
    title: str,
    setting: str,
    on: date | None,
    starts: time | None,
    minutes: int | None,
    teams: Sequence[str],
    everybody: bool,
    lead: User | None,
    cover_needed: int,
    cover_arranged: int,
    goals: Collection[str],
    resources: Collection[str],
) -> Activity:
    """Plans an activity or changes it, with links to the goals it serves and the resources it uses."""
    _refuse_impossible_time(school, on, starts)
    if not (teams or everybody):
        raise Refused(_("Say who takes part: teams, or everybody."))
    if cover_arranged > cover_needed:
        raise Refused(_("More cover is arranged than needed. Look at both numbers again."))
    facts = {
        "title": title,
        "setting": setting,
        "on": on,
        "starts": starts,
        "minutes": minutes,
        "teams": list(teams),
        "everybody": everybody,
        "lead": lead,
        "cover_needed": cover_needed,
        "cover_arranged": cover_arranged,
    }
    if activity is None:
        activity = Activity.objects.create(school=school, **facts)
    else:
        _save(activity, revision, **facts)
    _set_links(actor, activity, goals, resources)
    _findable(activity.id, school, title)
    note(actor, "activity.saved", school, activity=activity.id)
    return activity


def _refuse_impossible_time(school: School, on: date | None, starts: time | None) -> None:
    within_the_year(school, on)
    if starts is None:
        return
    if on is None:
        raise Refused(_("A time of day needs a day. Choose the day too."))
    try:
        clock.local(on, starts.hour, starts.minute, school.zone)
    except clock.LocalTimeRefused:
        raise Refused(
            _("Clocks go forward that night: %(time)s does not exist on %(day)s. Choose another time.")
            % {"time": time_format(starts, "H:i"), "day": date_format(on, _("M j, Y"))}
        ) from None


def _save(activity: Activity, revision: int, **facts: object) -> None:
    try:
        save_row(activity, revision, **facts)
    except Stale as stale:
        ref = str(activity.id)
        stale.theirs.goals = goals_served(activity.school)[ref]
        stale.theirs.resources = resources_used(activity.school)[ref]
        raise


def _set_links(actor: User, activity: Activity, goals: Collection[str], resources: Collection[str]) -> None:
    """Links and unlinks only what differs, so the journal says what somebody changed."""
    school, ref = activity.school, str(activity.id)
    there = _ends(ref, goals_served(school)[ref], resources_used(school)[ref])
    wanted = _ends(ref, goals, resources)
    for start, end in sorted(wanted - there):
        link(actor, school, start, end)
    for start, end in sorted(there - wanted):
        unlink(actor, school, start, end)


def _ends(ref: str, goals: Collection[str], resources: Collection[str]) -> set[tuple[Name, Name]]:
    here = ("activity", ref)
    return {(("goal", goal), here) for goal in goals} | {(here, ("resource", each)) for each in resources}


def _findable(activity_id: int, school: School, title: str) -> None:
    remember(
        school=school.id,
        place="learning",
        ref=f"activity{activity_id}",
        audience="staff",
        title=title,
        text="",
    )


@transaction.atomic
def hold(actor: User, activity: Activity, revision: int, *, kept: int) -> None:
    """Keeps how many minutes were there in the end."""
    if activity.on is None or activity.on > clock.today(activity.school.zone):
        raise Refused(_("This is still to come. Note the minutes when it is over."))
    save_row(activity, revision, state=Activity.State.HELD, kept=kept)
    note(actor, "activity.held", activity.school, activity=activity.id)


@transaction.atomic
def drop(actor: User, activity: Activity, dropped: bool = True) -> None:
    """Takes an activity off the calendar, or plans it again. Its links stay."""
    state = Activity.State.DROPPED if dropped else Activity.State.PLANNED
    Activity.objects.filter(id=activity.id).update(state=state, kept=None)
    if dropped:
        forget(school=activity.school_id, place="learning", ref=f"activity{activity.id}")
    else:
        _findable(activity.id, activity.school, activity.title)
    note(
        actor,
        "activity.dropped" if dropped else "activity.planned_again",
        activity.school,
        activity=activity.id,
    )


def hint(school: School, on: date | None) -> str:
    """What to look at again about a day that is not refused."""
    year = year_on(school, on) if on else None
    if on is None or year is None or is_school_day(on, year.days_off):
        return ""
    return _("%(day)s is not a school day. It is kept; look whether that is meant.") % {
        "day": date_format(on, _("M j, Y"))
    }
