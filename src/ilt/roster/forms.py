from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ilt.roster.models import Grant, Membership
from ilt.roster.staff_list import FIELDS, KINDS, WORDS
from ilt.schools.models import LANGUAGES

UPLOAD_LIMIT = 100_000_000  # bytes
PASTE_LIMIT = 1_000_000  # letters

ROLES = [
    (Grant.Role.MEMBER, _("Member of the leadership team")),
    (Grant.Role.FACILITATOR, _("Facilitator")),
    (Grant.Role.LEADER, _("School leader")),
    (Grant.Role.COACH, _("Coach")),
]


class PersonForm(forms.Form):
    first_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=80)
    email = forms.EmailField(
        label=_("Mail address"),
        required=False,
        help_text=_("It is also the name to sign in with. Without one, this person gets a printed slip."),
    )
    kind = forms.ChoiceField(label=_("Kind of staff"), choices=KINDS)
    team = forms.CharField(label=_("Team, such as Grade 5"), max_length=80, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


class PersonHereForm(PersonForm):
    left = forms.BooleanField(label=_("Has left this school"), required=False)


class RoleForm(forms.Form):
    person = forms.ModelChoiceField(label=_("Person"), queryset=Membership.objects.none())
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, staff: Any, letters: str, **options: Any) -> None:
        super().__init__(*args, **options)
        person, role = self.fields["person"], self.fields["role"]
        person.queryset = staff  # type: ignore[attr-defined]
        person.label_from_instance = lambda membership: str(membership.person)  # type: ignore[attr-defined]
        role.choices = [(letter, name) for letter, name in ROLES if letter in letters]  # type: ignore[attr-defined]


class ListForm(forms.Form):
    file = forms.FileField(
        label=_("A file from Excel or another spreadsheet (.xlsx or .csv)"),
        required=False,
        help_text=_("Names and mail addresses are enough. Role, team and language help."),
    )
    pasted = forms.CharField(
        label=_("Or paste the list here"),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        max_length=PASTE_LIMIT,
        help_text=_("One person a line. You can copy rows from a spreadsheet."),
    )
    whole = forms.TypedChoiceField(
        label=_("Does the list name everybody?"),
        choices=[
            ("yes", _("Yes. People who are not in it have left.")),
            ("no", _("No. Only add and change people.")),
        ],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        file, pasted = values.get("file"), values.get("pasted", "")
        if bool(file) == bool(pasted.strip()) and "file" not in self.errors:
            raise forms.ValidationError(_("Choose a file, or paste a list: one of the two."))
        if file and file.size > UPLOAD_LIMIT:
            self.add_error("file", _("This file is larger than 100 MB. A staff list is much smaller."))
        return values

    def data_and_name(self) -> tuple[bytes, str]:
        """The bytes of the list, and what to call it."""
        file = self.cleaned_data["file"]
        if file:
            return file.read(), file.name
        return self.cleaned_data["pasted"].encode(), ""


class MappingForm(forms.Form):
    """Which column is what, and the answers to what must be confirmed."""

    whole = forms.BooleanField(label=_("The list names everybody: who is missing has left"), required=False)
    all_here = forms.BooleanField(label=_("All rows are people of this school"), required=False)
    shared_confirmed = forms.BooleanField(
        label=_("Rows that share an address or a name are one person each"), required=False
    )
    many_leave = forms.BooleanField(label=_("It is right that so many people have left"), required=False)

    def __init__(self, *args: Any, header: list[str], rows: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        numbers = [(number, str(number)) for number in rows]
        self.fields["people"] = forms.TypedMultipleChoiceField(choices=numbers, coerce=int, required=False)
        places = [("", _("not in this list")), *((str(place), name) for place, name in enumerate(header))]
        for name in FIELDS:
            self.fields[name] = forms.ChoiceField(label=WORDS[name], choices=places, required=False)

    def columns(self) -> dict[str, int]:
        return {name: int(self.cleaned_data[name]) for name in FIELDS if self.cleaned_data[name]}

    def choices(self) -> dict[str, Any]:
        names = ("whole", "all_here", "shared_confirmed", "many_leave", "people")
        return {name: self.cleaned_data[name] for name in names}

    def column_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FIELDS]
