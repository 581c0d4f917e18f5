from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ilt.rounds.models import Remark
from ilt.rounds.rules import FEWEST_COMMENT_DAYS, USUAL_ROUND_DAYS
from ilt.shared.text import TextField

REMARK = 2000


class SectionForm(forms.Form):
    """A part of a document."""

    def __init__(self, most: int, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        hint = _(
            "Up to %(most)s characters. A blank line begins a new paragraph. "
            "A line that begins with - is a point of a list."
        ) % {"most": most}
        self.fields["text"] = TextField(label=_("Text"), required=False, rows=10, most=most, help_text=hint)


class CommentForm(forms.Form):
    text = TextField(
        label=_("Your comment"),
        most=REMARK,
        help_text=_("Your name stands with your comment. You read the answer to it on the same page."),
    )


class FateForm(forms.Form):
    fate = forms.ChoiceField(
        label=_("What becomes of it"),
        widget=forms.RadioSelect,
        choices=[choice for choice in Remark.Fate.choices if choice[0] != Remark.Fate.OPEN],
    )
    answer = TextField(
        label=_("Answer"),
        required=False,
        most=REMARK,
        rows=4,
        help_text=_("Needed when it is not taken, or only in part. All staff can read it."),
    )


class ObjectionForm(forms.Form):
    key = forms.ChoiceField(label=_("About which part?"))
    reason = TextField(label=_("What speaks against it?"), most=REMARK, rows=4)
    suggestion = TextField(
        label=_("What do you suggest instead?"),
        most=REMARK,
        rows=4,
        help_text=_("An objection comes with a suggestion, so that the team can answer it."),
    )
    carried = forms.BooleanField(
        label=_("I hand this in for a colleague who stays unnamed."),
        required=False,
        help_text=_("Tell nobody who it is. Change words that others would recognize."),
    )

    def __init__(self, parts: list[tuple[str, str]], may_carry: bool, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["key"].choices = parts  # type: ignore[attr-defined]
        if not (may_carry or self.data.get("carried")):  # what was ticked is refused, never dropped
            del self.fields["carried"]


class AnswerForm(forms.Form):
    answer = TextField(label=_("Written answer"), most=REMARK, rows=4)


class CommentDaysForm(forms.Form):
    days = forms.IntegerField(label=_("Days for comments"), initial=FEWEST_COMMENT_DAYS, min_value=1)


class RoundDaysForm(forms.Form):
    days = forms.IntegerField(label=_("Days to answer"), initial=USUAL_ROUND_DAYS, min_value=1)
