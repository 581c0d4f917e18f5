from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ilt.shared.text import TextField


class LinkForm(forms.Form):
    """What is chosen is not checked here: the rule says in a sentence why two things cannot be linked."""

    other = forms.CharField(label=_("Link to"), max_length=60)

    def __init__(self, choices: list[tuple[str, list[tuple[str, str]]]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["other"].widget = forms.Select(choices=[("", _("Choose")), *choices])


class WaiveForm(forms.Form):
    reason = TextField(
        label=_("Why do you leave this gap open?"),
        most=300,
        rows=2,
        help_text=_("All staff can read the reason. It stays on the page of gaps."),
    )


class CopyForm(forms.Form):
    title = TextField(
        label=_("What do you call this copy?"),
        most=120,
        rows=1,
        help_text=_("Such as: Before the winter break"),
    )
