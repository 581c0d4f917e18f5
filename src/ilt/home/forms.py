"""One page a question, when a school is set up."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import date as as_date
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from ilt.schools.models import LANGUAGES, School, SchoolYear

USUAL_ZONES = [
    ("America/New_York", _("Eastern time (New York)")),
    ("America/Chicago", _("Central time (Chicago)")),
    ("America/Denver", _("Mountain time (Denver)")),
    ("America/Phoenix", _("Mountain time without summer time (Phoenix)")),
    ("America/Los_Angeles", _("Pacific time (Los Angeles)")),
    ("America/Anchorage", _("Alaska (Anchorage)")),
    ("Pacific/Honolulu", _("Hawaii (Honolulu)")),
    ("America/Puerto_Rico", _("Puerto Rico")),
]
LEVELS = [
    (School.Level.ELEMENTARY, _("Elementary school")),
    (School.Level.MIDDLE, _("Middle school")),
    (School.Level.HIGH, _("High school")),
    (School.Level.OTHER, _("Another kind, or several levels")),
]
LONGEST_YEAR = timedelta(days=380)


def zones() -> list[Any]:
    others = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [(_("United States"), USUAL_ZONES), (_("All places"), [(zone, zone) for zone in others])]


class PlaceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    zone = forms.ChoiceField(label=_("Time zone"), choices=lazy(zones, list))
    languages = forms.MultipleChoiceField(
        label=_("Languages of the staff"),
        choices=LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The survey can be answered in each of them."),
    )


class SchoolForm(PlaceForm):
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS)
    field_order = ("name", "level", "zone", "languages")


class SharingSchoolForm(SchoolForm):
    """The school's record as its own leader sees it: no office above can open the plan to itself."""

    shares_plan = forms.BooleanField(
        label=_("The district office may read our plan"),
        required=False,
        help_text=_(
            "Charter, vision and strategy as adopted. Drafts, comments and objections stay in the school."
        ),
    )


class DistrictForm(PlaceForm):
    first_name = forms.CharField(label=_("First name of a person in the district office"), max_length=80)
    last_name = forms.CharField(label=_("Last name of this person"), max_length=80)
    email = forms.EmailField(label=_("Mail address of this person"))


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class YearForm(forms.Form):
    starts_on = day_field(_("First day of school"))
    ends_on = day_field(_("Last day of school"))
    preset = forms.ChoiceField(
        label=_("When do you ask the faculty?"),
        choices=[
            (SchoolYear.Preset.FALL, _("In the fall (September to October)")),
            (SchoolYear.Preset.SPRING, _("In the spring (April to May)")),
        ],
        widget=forms.RadioSelect,
    )
    days_off = forms.CharField(
        label=_("Days without school, besides weekends"),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        help_text=_("One a line, such as 11/26/2026, or from and to: 12/21/2026 1/1/2027. They may wait."),
    )

    def clean_days_off(self) -> list[str]:
        days: set[date] = set()
        for line in self.cleaned_data["days_off"].splitlines():
            days |= days_of(line)
        return [day.isoformat() for day in sorted(days)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("starts_on"), values.get("ends_on")
        if first and last and not first < last <= first + LONGEST_YEAR:
            self.add_error("ends_on", _("The last day comes after the first, and within about a year."))
        elif first and last:
            self._refuse_days_outside(first, last, values.get("days_off", []))
        return values

    def _refuse_days_outside(self, first: date, last: date, days_off: list[str]) -> None:
        outside = [day for day in days_off if not first.isoformat() <= day <= last.isoformat()]
        if outside:
            message = _("%s is not between the first and the last day of school. Check the year.")
            self.add_error("days_off", message % as_date(date.fromisoformat(outside[0]), str(_("M j, Y"))))


DAY = re.compile(r"\d[\d/-]*\d")  # what people write around it, such as a holiday's name, is left alone


def days_of(line: str) -> set[date]:
    """The days of one line: none, one, or from the first to the second."""
    if not line.strip():
        return set()
    try:
        ends = [day_of(word) for word in DAY.findall(line)]
    except ValueError:
        ends = []
    if not ends:
        raise ValidationError(_("We cannot read “%s”. Write days as 11/26/2026 or 2026-11-26.") % line)
    if len(ends) > 2 or not ends[0] <= ends[-1] <= ends[0] + LONGEST_YEAR:
        raise ValidationError(_("We cannot read “%s”. Write one day, or a first and a last day.") % line)
    return {ends[0] + timedelta(days=n) for n in range((ends[-1] - ends[0]).days + 1)}


def day_of(word: str) -> date:
    return datetime.strptime(word, "%m/%d/%Y").date() if "/" in word else date.fromisoformat(word)  # noqa: DTZ007


class PeopleForm(forms.Form):
    """Who leads, who facilitates, who confirms: three different people."""

    GROUPS = {
        "leader": _("The principal"),
        "facilitator": _("The facilitator"),
        "second": _("A second teacher"),
    }
    HINTS = {
        "leader": _("Leads the school, gives roles, and reads results when the faculty does."),
        "facilitator": _("A teacher who prepares the survey and invites everybody. Not a school leader."),
        "second": _("Checks with the facilitator that the list of people is right. Not a school leader."),
    }

    def __init__(self, *args: Any, claims: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        for group in self.GROUPS:
            self.fields[f"{group}_first_name"] = forms.CharField(label=_("First name"), max_length=80)
            self.fields[f"{group}_last_name"] = forms.CharField(label=_("Last name"), max_length=80)
            self.fields[f"{group}_email"] = forms.EmailField(label=_("Mail address"))
        if claims:
            self.fields["me"] = forms.BooleanField(
                label=_("I am the principal myself"),
                required=False,
                help_text=_("From then on you sign in with the mail address below and the same password."),
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        addresses = [values[f"{group}_email"].lower() for group in self.GROUPS if f"{group}_email" in values]
        if len(set(addresses)) < len(addresses):
            raise forms.ValidationError(_("Name three different people, each with an own mail address."))
        return values

    def person(self, group: str) -> dict[str, str]:
        return {name: self.cleaned_data[f"{group}_{name}"] for name in ("first_name", "last_name", "email")}

    def groups(self) -> list[dict[str, Any]]:
        names = ("first_name", "last_name", "email")
        return [
            {"title": title, "hint": self.HINTS[group], "fields": [self[f"{group}_{name}"] for name in names]}
            for group, title in self.GROUPS.items()
        ]
