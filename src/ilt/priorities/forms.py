from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.template.defaultfilters import date as as_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ilt.report.told import Told
from ilt.roster.models import User
from ilt.roster.queries import people_here
from ilt.schools.models import School
from ilt.shared.text import TextField


def by_survey(told: Iterable[Told]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Findings to choose from, under the survey that they come from."""
    return [
        (survey_name(opened), [(value_of(each), f"{each.title} · {each.sentence}") for each in group])
        for opened, group in groupby(told, key=lambda each: each.wave.opens_on)
    ]


def survey_name(opened: Any) -> str:
    return _("Survey that opened on %(day)s") % {"day": as_date(opened, _("M j, Y"))}


def value_of(told: Told) -> str:
    return f"{told.snapshot_id}:{told.key}"


class PriorityForm(forms.Form):
    title = TextField(
        label=gettext_lazy("What do we take up?"),
        most=160,
        rows=1,
        help_text=gettext_lazy("In a few words, as you would say it to a colleague."),
    )
    owner = forms.ModelChoiceField(label=gettext_lazy("Who looks after it?"), queryset=User.objects.none())

    def __init__(self, school: School, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = people_here(school)  # type: ignore[attr-defined]


class FindingField(forms.ChoiceField):
    default_error_messages = {
        "invalid_choice": gettext_lazy("This finding is not published. Choose one of the published findings.")
    }


class TakeUpForm(PriorityForm):
    finding = FindingField(label=gettext_lazy("The finding"))
    field_order = ("finding", "title", "owner")

    def __init__(self, school: School, told: Iterable[Told], *args: Any, **options: Any) -> None:
        super().__init__(school, *args, **options)
        self.fields["finding"].choices = [("", ""), *by_survey(told)]  # type: ignore[attr-defined]


class NotNowForm(forms.Form):
    reason = TextField(
        label=gettext_lazy("Why does it wait?"),
        most=600,
        rows=4,
        help_text=gettext_lazy("All staff read your reason."),
    )
