"""The parts of the vision, in the order people read them."""

from django.utils.translation import gettext_lazy as _

from ilt.rounds.spec import Field

CORE = (
    Field(
        "students",
        _("What students do, say and make"),
        _("Picture one lesson. What do you see and hear?"),
        needed=True,
    ),
    Field(
        "teachers",
        _("What teachers do"),
        _("What does the teacher do so that students can do this?"),
        needed=True,
    ),
    Field(
        "content",
        _("Content and tasks"),
        _("What are students working on, and how demanding is the task?"),
        needed=True,
    ),
)
FIELDS = (
    *CORE,
    Field(
        "fit",
        _("How the three fit, in one lesson"),
        _("Tell one lesson from beginning to end."),
        needed=True,
    ),
    Field(
        "signs",
        _("Signs to look for"),
        _("What would we notice? For learning, never for evaluation."),
    ),
    Field("not_meant", _("What it does not mean"), _("What might people misread?")),
    Field("scope", _("Where it applies"), _("Which subjects, grades and times?")),
    Field("examples", _("Examples"), _("Where can we see it already?")),
    Field("authors", _("Who wrote it"), _("Who took part, and when?"), most=300),
    Field("district", _("How it fits the district's framework"), _("Which parts of it does this serve?")),
)
BY_KEY = {field.key: field for field in FIELDS}
