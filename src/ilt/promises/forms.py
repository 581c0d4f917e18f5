from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ilt.priorities.forms import FindingField, by_survey
from ilt.promises.models import Action, Promise
from ilt.promises.queries import Source
from ilt.report.told import Told
from ilt.roster.models import User
from ilt.roster.queries import people_here
from ilt.schools.models import School
from ilt.shared.fields import DateInput
from ilt.shared.text import TextField


class TaskForm(forms.Form):
    """Who does something, and by when."""

    owner = forms.ModelChoiceField(label=gettext_lazy("Who looks after it?"), queryset=User.objects.none())
    due = forms.DateField(label=gettext_lazy("By when?"), widget=DateInput())

    def __init__(self, school: School, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = people_here(school)  # type: ignore[attr-defined]


class KeptForm(forms.Form):
    """How a promise stands: all that its owner says who is not on the team."""

    state = forms.ChoiceField(label=gettext_lazy("How does it stand?"), choices=Promise.State)
    did = TextField(
        label=gettext_lazy("We did"),
        most=1000,
        required=False,
        help_text=gettext_lazy("What was done, or why it was dropped. All staff read it."),
    )


class PromiseForm(TaskForm, KeptForm):
    will = TextField(label=gettext_lazy("We will"), most=300, rows=3)
    field_order = ("will", "owner", "due", "state", "did")


class NewPromiseForm(TaskForm):
    finding = FindingField(label=gettext_lazy("You said"))
    will = TextField(
        label=gettext_lazy("We will"),
        most=300,
        rows=3,
        help_text=gettext_lazy("One thing that everybody will notice when it is done."),
    )
    field_order = ("finding", "will", "owner", "due")

    def __init__(self, school: School, told: Iterable[Told], *args: Any, **options: Any) -> None:
        super().__init__(school, *args, **options)
        self.fields["finding"].choices = [("", ""), *by_survey(told)]  # type: ignore[attr-defined]


class NewActionForm(TaskForm):
    title = TextField(label=gettext_lazy("What is to be done?"), most=160, rows=1)
    source = forms.ChoiceField(label=gettext_lazy("What does it come from?"))
    field_order = ("title", "owner", "due", "source")

    def __init__(self, school: School, sources: Iterable[Source], *args: Any, **options: Any) -> None:
        super().__init__(school, *args, **options)
        self.fields["source"].choices = choices(sources)  # type: ignore[attr-defined]


class ProgressForm(forms.Form):
    """How an action stands: all that its owner says who is not on the team."""

    state = forms.ChoiceField(label=gettext_lazy("How does it stand?"), choices=Action.State)
    reason = TextField(
        label=gettext_lazy("Why was it dropped?"),
        most=600,
        rows=3,
        required=False,
        help_text=gettext_lazy("Only needed if it was."),
    )


class ActionForm(NewActionForm, ProgressForm):
    """All of an action; how it stands comes last."""


def choices(sources: Iterable[Source]) -> list[Any]:
    """What an action can come from: a whole text, or one thing of the plan."""
    groups = {"goal": _("Goals"), "priority": _("Priorities"), "promise": _("Promises")}
    texts = [("charter:", _("The charter")), ("vision:", _("The vision")), ("strategy:", _("The strategy"))]
    found = list(sources)
    grouped = [
        (label, [(f"{each.kind}:{each.ref}", each.title) for each in found if each.kind == kind])
        for kind, label in groups.items()
    ]
    return [("", ""), *texts, *(group for group in grouped if group[1])]
