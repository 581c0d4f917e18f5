"""The questions of the wizard and the small forms of an open survey. Each keeps its answer by one rule."""

from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ilt.cycle import queries, rules
from ilt.cycle.models import Invitation, Wave
from ilt.cycle.rules import drafts
from ilt.roster.models import Membership, User
from ilt.roster.staff_list import KINDS
from ilt.shared import clock
from ilt.shared.fields import DateInput, TimeInput


class Question(forms.Form):
    """One page of the wizard: shows what the draft holds, and keeps what is answered."""

    title: Any
    hint: Any = ""

    def __init__(self, wave: Wave, data: Any = None) -> None:
        self.wave = wave
        super().__init__(data, initial=self.present(wave))

    def present(self, wave: Wave) -> dict[str, Any]:
        return {}

    def keep(self) -> None:
        raise NotImplementedError


class LanguagesForm(Question):
    title = gettext_lazy("Which questions, in which languages?")
    hint = gettext_lazy("A language is offered once every text of the questionnaire is there.")
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, wave: Wave, data: Any = None) -> None:
        super().__init__(wave, data)
        self.fields["languages"].choices = list(queries.offered_languages().items())  # type: ignore[attr-defined]

    def present(self, wave: Wave) -> dict[str, Any]:
        return {"languages": wave.languages}

    def keep(self) -> None:
        rules.set_languages(self.wave, self.cleaned_data["languages"])


class PeopleForm(Question):
    title = gettext_lazy("Who is asked?")
    hint = gettext_lazy("All who are responsible for instruction. School leaders are not asked.")
    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("People"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, wave: Wave, data: Any = None) -> None:
        self.members = list(queries.staff_to_ask(wave.school))
        super().__init__(wave, data)
        self.fields["people"].choices = [(each.person_id, each.person) for each in self.members]  # type: ignore[attr-defined]

    def present(self, wave: Wave) -> dict[str, Any]:
        kept = list(Invitation.objects.filter(wave=wave).values_list("person_id", flat=True))
        usual = [each.person_id for each in self.members if each.kind in queries.ASKED_BY_DEFAULT]
        return {"people": kept or usual}

    def groups(self) -> list[tuple[str, list[tuple[Membership, bool]]]]:
        """The staff by kind, each person with her tick."""
        chosen = {str(each) for each in (self["people"].value() or [])}
        names = dict(KINDS)
        kinds = (
            (names[kind], [each for each in self.members if each.kind == kind]) for kind in queries.ON_STAFF
        )
        return [
            (str(label), [(each, str(each.person_id) in chosen) for each in members])
            for label, members in kinds
            if members
        ]

    def keep(self) -> None:
        rules.set_people(self.wave, self.cleaned_data["people"])


class WindowForm(Question):
    title = gettext_lazy("When can people answer?")
    opens_on = forms.DateField(label=gettext_lazy("First day"), widget=DateInput)
    days = forms.IntegerField(
        label=gettext_lazy("How many school days?"), help_text=gettext_lazy("5 to 20; usually 10.")
    )
    opens = forms.TimeField(label=gettext_lazy("Opens at"), widget=TimeInput)
    closes = forms.TimeField(label=gettext_lazy("Closes on the last day at"), widget=TimeInput)

    def __init__(self, wave: Wave, data: Any = None) -> None:
        super().__init__(wave, data)
        now = clock.now().astimezone(drafts.zone_of(wave))
        self.hint = _(
            "The clock of this server says %(time)s in %(zone)s. "
            "If this is wrong, tell the person who runs the server."
        ) % {
            "time": now.strftime("%Y-%m-%d %H:%M"),
            "zone": wave.zone.replace("_", " "),
        }

    def present(self, wave: Wave) -> dict[str, Any]:
        if not (wave.opens_at and wave.closes_at):
            return {
                "opens_on": drafts.usual_opening(wave),
                "days": drafts.USUAL,
                "opens": time(7),
                "closes": time(20),
            }
        zone = drafts.zone_of(wave)
        return {
            "opens_on": wave.opens_on,
            "days": drafts.length_of(wave),
            "opens": wave.opens_at.astimezone(zone).time(),
            "closes": wave.closes_at.astimezone(zone).time(),
        }

    def keep(self) -> None:
        answer = self.cleaned_data
        try:
            rules.set_window(self.wave, answer["opens_on"], answer["days"], answer["opens"], answer["closes"])
        except clock.LocalTimeRefused as skipped:
            raise rules.WaveRefused(
                _("The clocks go forward then, and this time does not exist. Choose another time.")
            ) from skipped


class DeliveryForm(Question):
    title = gettext_lazy("How do ballots reach people?")
    hint = gettext_lazy("Each person gets one way: a link by mail, or a slip of paper with a code.")
    delivery = forms.ChoiceField(
        label=gettext_lazy("Ballots come by"),
        choices=[
            (Wave.Delivery.BOTH, gettext_lazy("mail, and slips for people without an address")),
            (Wave.Delivery.MAIL, gettext_lazy("mail only")),
            (Wave.Delivery.SLIPS, gettext_lazy("slips only")),
        ],
        widget=forms.RadioSelect,
    )
    keyer: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label=gettext_lazy("Who types in answers from paper booklets?"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Nobody: there are no paper booklets"),
        help_text=gettext_lazy("The promise names this person. It is never a school leader."),
    )

    def __init__(self, wave: Wave, data: Any = None) -> None:
        super().__init__(wave, data)
        self.fields["keyer"].queryset = queries.possible_keyers(wave.school)  # type: ignore[attr-defined]

    def present(self, wave: Wave) -> dict[str, Any]:
        delivery = wave.delivery if settings.MAIL_WORKS else Wave.Delivery.SLIPS
        return {"delivery": delivery, "keyer": wave.keyer_id}

    def keep(self) -> None:
        rules.set_delivery(self.wave, self.cleaned_data["delivery"], self.cleaned_data["keyer"])


class PlanForm(Question):
    """Reminders are mails: where all draw slips, nobody is asked about them."""

    title: Any = gettext_lazy("What is shown, and who is reminded?")
    reminders = forms.ChoiceField(
        label=gettext_lazy("Reminders go to"),
        choices=[
            (Wave.Reminders.EVERYONE, gettext_lazy("everybody, whether they answered or not")),
            (Wave.Reminders.MISSING, gettext_lazy("only those who have no ballot yet")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Nobody ever sees a list. The promise and every mail say which it is."),
    )

    def __init__(self, wave: Wave, data: Any = None) -> None:
        super().__init__(wave, data)
        if wave.delivery == Wave.Delivery.SLIPS:
            self.title = _("What is shown?")
            del self.fields["reminders"]

    def present(self, wave: Wave) -> dict[str, Any]:
        return {"reminders": wave.reminders}

    def keep(self) -> None:
        rules.set_plan(self.wave, self.cleaned_data.get("reminders", self.wave.reminders))


class ReleaseForm(Question):
    title = gettext_lazy("When do all staff see the results?")
    hint = gettext_lazy("This day is promised. It lies 7 to 21 days after the close.")
    release_on = forms.DateField(label=gettext_lazy("Day of the results"), widget=DateInput)
    ilt_days_earlier = forms.TypedChoiceField(
        label=gettext_lazy("The leadership team reads them"),
        coerce=int,
        choices=[
            (7, gettext_lazy("up to 7 days earlier, to prepare the meeting")),
            (0, gettext_lazy("on the same day as everybody")),
        ],
        widget=forms.RadioSelect,
    )

    def present(self, wave: Wave) -> dict[str, Any]:
        usual = wave.closes_on and drafts.usual_release(wave.closes_on)
        return {"release_on": wave.release_on or usual, "ilt_days_earlier": wave.ilt_days_earlier}

    def keep(self) -> None:
        rules.set_release(self.wave, self.cleaned_data["release_on"], self.cleaned_data["ilt_days_earlier"])


class PromiseForm(Question):
    title = gettext_lazy("Read the promise as the faculty will see it")
    hint = gettext_lazy("It is made from your answers. Nobody can edit it.")

    def keep(self) -> None:
        rules.see_promise(self.wave)


QUESTIONS: dict[str, type[Question]] = {
    "languages": LanguagesForm,
    "people": PeopleForm,
    "window": WindowForm,
    "delivery": DeliveryForm,
    "plan": PlanForm,
    "release": ReleaseForm,
    "promise": PromiseForm,
}


class ExtendForm(forms.Form):
    days = forms.IntegerField(
        label=gettext_lazy("How many more school days?"), help_text=gettext_lazy("1 to 10, once.")
    )


class MoveReleaseForm(forms.Form):
    release_on = forms.DateField(label=gettext_lazy("New day of the results"), widget=DateInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason, if it is later. All staff will see it."),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AddressForm(forms.Form):
    email = forms.CharField(label=gettext_lazy("New e-mail address"), max_length=254)


class SlipsLeftForm(forms.Form):
    slips_left = forms.IntegerField(label=gettext_lazy("Slips that are left"), min_value=0)


class CountForm(forms.Form):
    count = forms.IntegerField(label=gettext_lazy("How many slips?"), min_value=1)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("10 characters. The facilitator reads it to you."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "code"}),
    )
