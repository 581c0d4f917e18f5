"""Where each thing of the through-line is written, and where a broken link is mended."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ilt.throughline.linter import Problem

NAMES = {
    "need": _("Student need"),
    "element": _("Part of the vision"),
    "goal": _("Goal"),
    "activity": _("Activity"),
    "resource": _("Time, money or people"),
    "evidence": _("Evidence"),
    "handoff": _("Handoff"),
    "priority": _("Priority"),
}
HEADINGS = {
    "need": _("What students need"),
    "element": _("Vision"),
    "goal": _("Goals"),
    "activity": _("Activities"),
    "resource": _("Time, money, people"),
    "evidence": _("Evidence"),
    "handoff": _("Handoffs"),
    "priority": _("Priorities"),
}
ROUTES = {
    "need": "need",
    "element": "vision_edit",
    "goal": "goal",
    "activity": "activity",
    "resource": "resource",
    "evidence": "indicator",
    "handoff": "handoff",
    "priority": "priority",
}
BY_A_LINK = ("L03", "L04", "L05", "L07", "L11", "L17")


def page_of(school_id: int, kind: str, ref: str) -> str:
    """Where it comes from and where it leads: for everybody."""
    return reverse("throughline_thing", args=[school_id, kind, ref])


def written_at(school_id: int, kind: str, ref: str) -> str:
    """Where the team changes the thing itself."""
    return reverse(ROUTES[kind], args=[school_id, ref])


def linked_at(school_id: int, kind: str, ref: str) -> str:
    """Where the team links it: the outline, opened at its row."""
    return reverse("throughline_links", args=[school_id, kind, ref]) + f"#{kind}-{ref}"


def mended_at(school_id: int, problem: Problem) -> str:
    """The place that mends a broken link. A form leads back to the gaps, to see that it is mended."""
    if problem.rule in BY_A_LINK:
        return linked_at(school_id, problem.kind, problem.ref)
    if problem.kind == "strategy":
        return reverse("strategy", args=[school_id])
    if problem.kind == "commitment":
        return reverse("strategy", args=[school_id]) + "#next-commitment"
    back = {"back": reverse("throughline_gaps", args=[school_id])}
    if problem.rule in ("L06", "L08"):  # somebody who should learn has no meeting yet
        asked = {"goal": problem.ref, "team": problem.about} | back
        return reverse("activity_new", args=[school_id]) + "?" + urlencode(asked)
    return written_at(school_id, problem.kind, problem.ref) + "?" + urlencode(back)
