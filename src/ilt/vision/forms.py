from django import forms
from django.utils.translation import gettext_lazy as _

from ilt.shared.fields import DateInput
from ilt.shared.text import TextField


class NeedForm(forms.Form):
    text = TextField(label=_("What do students need?"), most=600, rows=3)
    evidence = TextField(
        label=_("What showed it?"),
        most=600,
        rows=3,
        required=False,
        help_text=_("Student work, an assessment, what students say. No names of students."),
    )
    evidence_on = forms.DateField(label=_("When was it seen?"), required=False, widget=DateInput())
