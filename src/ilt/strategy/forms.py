from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ilt.priorities.models import Priority
from ilt.roster.models import User
from ilt.shared.fields import DateInput
from ilt.shared.text import TextField
from ilt.strategy.models import Goal, Indicator, Resource
from ilt.strategy.queries import LEADERSHIP, team_in_words

ONE_LINE: dict[str, Any] = {"rows": 1}
MOST_MINUTES = 10_000  # a month has no more school hours than that


class GoalForm(forms.Form):
    """A goal. Only a new one asks whether to begin now: later, the page's buttons move it."""

    title = TextField(
        label=_("What will teachers learn, in one line?"),
        most=160,
        help_text=_("For example: We learn to ask questions that let students explain."),
        **ONE_LINE,
    )
    owner = forms.ModelChoiceField(
        label=_("Who looks after it?"), queryset=User.objects.none(), required=False
    )
    teams = forms.MultipleChoiceField(
        label=_("Teams that learn it"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The staff list names the teams."),
    )
    review_on = forms.DateField(
        label=_("When do we review it?"),
        widget=DateInput(),
        required=False,
        help_text=_("A day within the school year."),
    )
    priority = forms.ModelChoiceField(
        label=_("Which priority does it take up?"), queryset=Priority.objects.none(), required=False
    )
    state = forms.ChoiceField(
        label=_("Begin now?"),
        widget=forms.RadioSelect,
        choices=[
            (Goal.State.ACTIVE, _("Now. One to three goals fit.")),
            (Goal.State.PARKED, _("Later. Park it.")),
        ],
        initial=Goal.State.ACTIVE,
    )

    def __init__(
        self,
        people: QuerySet[User],
        teams: Iterable[str],
        priorities: QuerySet[Priority],
        is_new: bool,
        *arguments: Any,
        **more: Any,
    ) -> None:
        super().__init__(*arguments, **more)
        fields: dict[str, Any] = self.fields
        fields["owner"].queryset = people
        fields["teams"].choices = [(team, team) for team in teams]
        fields["priority"].queryset = priorities
        fields["priority"].label_from_instance = lambda priority: priority.title
        if not is_new:
            del self.fields["state"]


class IndicatorForm(forms.Form):
    reach = forms.ChoiceField(
        label=_("What kind?"), widget=forms.RadioSelect, choices=Indicator.Reach.choices
    )
    text = TextField(
        label=_("What will we look at?"),
        most=300,
        rows=2,
        help_text=_("For example: notes from two visits per team. For a survey topic, its name."),
    )
    due_on = forms.DateField(
        label=_("By when?"),
        widget=DateInput(),
        error_messages={"required": _("Say by when. Without a date nobody comes back to look.")},
    )


class ShownForm(forms.Form):
    shown_on = forms.DateField(label=_("When did we look at it?"), widget=DateInput())
    showed = TextField(label=_("What did it show?"), most=2000, help_text=_("No names of students."))


class HandoffForm(forms.Form):
    from_team = forms.ChoiceField(label=_("From which team?"))
    to_team = forms.ChoiceField(label=_("To which team?"))
    what = TextField(label=_("What is carried over?"), most=300, rows=2)
    on = forms.DateField(
        label=_("When?"),
        widget=DateInput(),
        error_messages={"required": _("Say when. The other team waits for it then.")},
    )
    person = forms.ModelChoiceField(label=_("Who carries it?"), queryset=User.objects.none(), required=False)

    def __init__(self, people: QuerySet[User], teams: Iterable[str], *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        fields: dict[str, Any] = self.fields
        choices = [(team, team_in_words(team)) for team in (*teams, LEADERSHIP)]
        fields["from_team"].choices = fields["to_team"].choices = choices
        fields["person"].queryset = people


class ResourceForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect, choices=Resource.Kind.choices)
    title = TextField(
        label=_("Its name"), most=160, help_text=_("For example: Team time on Tuesdays."), **ONE_LINE
    )
    minutes = forms.IntegerField(
        label=_("Minutes a month"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=_("Only for time."),
    )
    amount = TextField(
        label=_("How much?"),
        most=80,
        required=False,
        help_text=_("For money, people and materials, in words."),
        **ONE_LINE,
    )
