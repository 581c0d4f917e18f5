from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ilt.learning.models import Activity
from ilt.roster.models import User
from ilt.shared.fields import DateInput, TimeInput
from ilt.shared.text import TextField

FEWEST_MINUTES, MOST_MINUTES = 5, 480
Choices = Sequence[tuple[str, str]]


class MinutesField(forms.IntegerField):
    def clean(self, value: Any) -> Any:
        minutes = super().clean(value)
        if minutes is not None and not FEWEST_MINUTES <= minutes <= MOST_MINUTES:
            raise ValidationError(
                _("An activity takes %(fewest)s to %(most)s minutes. Type a number between them.")
                % {"fewest": FEWEST_MINUTES, "most": MOST_MINUTES}
            )
        return minutes


class ActivityForm(forms.Form):
    title = TextField(label=_("What do we learn together?"), most=160, rows=1)
    setting = forms.ChoiceField(label=_("Where?"), widget=forms.RadioSelect, choices=Activity.Setting.choices)
    on = forms.DateField(
        label=_("Day"),
        widget=DateInput(),
        required=False,
        help_text=_("A school day. You can leave it open for now."),
    )
    starts = forms.TimeField(label=_("Begins at"), widget=TimeInput(), required=False)
    minutes = MinutesField(label=_("Minutes planned"), required=False)
    everybody = forms.BooleanField(label=_("Everybody takes part"), required=False)
    teams = forms.MultipleChoiceField(
        label=_("Teams that take part"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The staff list names the teams."),
    )
    lead = forms.ModelChoiceField(label=_("Who leads it?"), queryset=User.objects.none(), required=False)
    goals = forms.MultipleChoiceField(
        label=_("Which goals does it serve?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    resources = forms.MultipleChoiceField(
        label=_("What does it use?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Time, money, people and materials stand in the strategy."),
    )
    cover_needed = forms.IntegerField(
        label=_("Lessons that need cover"), min_value=0, max_value=99, initial=0
    )
    cover_arranged = forms.IntegerField(
        label=_("Lessons with cover arranged"), min_value=0, max_value=99, initial=0
    )

    def __init__(
        self,
        people: QuerySet[User],
        teams: Choices,
        goals: Choices,
        resources: Choices,
        *arguments: Any,
        **more: Any,
    ) -> None:
        super().__init__(*arguments, **more)
        fields: dict[str, Any] = self.fields
        fields["lead"].queryset = people
        for name, choices in (("teams", teams), ("goals", goals), ("resources", resources)):
            fields[name].choices = choices
            if not choices:
                del self.fields[name]


class HeldForm(forms.Form):
    kept = MinutesField(label=_("Minutes that were there in the end"))
