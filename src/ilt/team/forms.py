from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ilt.roster.models import User
from ilt.roster.queries import people_here, teams_at
from ilt.schools.models import School
from ilt.shared.fields import DateInput
from ilt.shared.text import TextField
from ilt.team.models import DecisionRight

LABELS = {
    "facilitator": _("Facilitator"),
    "timekeeper": _("Timekeeper"),
    "recorder": _("Recorder"),
    "observer": _("Process observer"),
}


class PersonField(forms.ModelChoiceField[User]):
    """One of the people here, by name. Who was chosen and has left stays shown until somebody changes it."""

    def __init__(self, school: School, *, chosen: int | None = None, **more: Any) -> None:
        super().__init__(people_here(school, chosen), **more)


class SeatForm(forms.Form):
    brings = TextField(
        label=_("What this person brings"),
        most=300,
        rows=3,
        required=False,
        help_text=_("Such as: knows how the grade 5 team works, or reads data well."),
    )
    team = forms.ChoiceField(label=_("Speaks with this teacher team"), required=False)
    until = forms.DateField(label=_("Until when"), required=False, widget=DateInput())
    field_order = ("person", "brings", "team", "until")

    def __init__(self, school: School, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["person"] = PersonField(school, chosen=self.initial.get("person"), label=_("Person"))
        names = {name: name for name in [*teams_at(school), self.initial.get("team")] if name}
        self.fields["team"].choices = [("", _("No team")), *names.items()]  # type: ignore[attr-defined]
        self.order_fields(self.field_order)


class RightForm(forms.Form):
    topic = TextField(
        label=_("What is decided"), most=120, rows=1, help_text=_("Such as: the agenda of faculty meetings.")
    )
    mode = forms.ChoiceField(label=_("How"), choices=DecisionRight.Mode.choices, widget=forms.RadioSelect)
    who = forms.ChoiceField(
        label=_("Who decides"), choices=DecisionRight.Who.choices, widget=forms.RadioSelect
    )


class TurnForm(forms.Form):
    on = forms.DateField(label=_("Day of the meeting"), widget=DateInput())

    def __init__(self, school: School, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        for role, label in LABELS.items():
            chosen = self.initial.get(role)
            more_of_it: Any = {"required": False, "empty_label": _("Nobody yet")}
            self.fields[role] = PersonField(school, chosen=chosen, label=label, **more_of_it)
