from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from ilt.cycle.collect import accept_voucher
from ilt.cycle.keying import may_key, sheet_of
from ilt.cycle.models import Wave
from ilt.cycle.views.found import wave_or_404
from ilt.roster.gate import school_page
from ilt.schools.models import School
from ilt.shared.once import once


@require_safe
@school_page("wave.status")
def keying(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    """The booklets are typed, compared and sent by the page; the server never sees one half typed."""
    wave = wave_or_404(school, wave_id)
    if not may_key(request.user, wave):
        raise Http404
    is_open = wave.state == Wave.State.OPEN
    context = {"school": school, "wave": wave, "sheet": sheet_of(wave) if is_open else None}
    return render(request, "cycle/keying.html", context)


class VoucherForm(forms.Form):
    voucher = forms.CharField(label=gettext_lazy("Exchange code"), max_length=20)

    def __init__(self, *args: Any, wave: Wave, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wave = wave

    def clean_voucher(self) -> str:
        typed: str = self.cleaned_data["voucher"]
        if not accept_voucher(self.wave, typed):
            raise forms.ValidationError(
                _("This exchange code is unknown or was used before. Hand out no slip.")
            )
        return typed


@require_http_methods(["GET", "HEAD", "POST"])
@school_page("wave.print")
def vouchers(request: HttpRequest, school: School, wave_id: UUID) -> HttpResponse:
    """The desk takes a voucher and hands out a slip. No name is asked and none is shown."""
    wave = wave_or_404(school, wave_id)
    if wave.state != Wave.State.OPEN:
        raise Http404
    here = redirect("wave_vouchers", school_id=school.id, wave_id=wave.id)
    form = VoucherForm(request.POST if request.method == "POST" else None, wave=wave)
    with transaction.atomic():
        if "token" in request.POST and not once(request.POST["token"]):
            return here  # pressed twice: the first answer counts, and it said to hand out a slip
        if form.is_bound and form.is_valid():
            messages.success(request, _("This exchange code is used up now. Hand out one slip."))
            return here
    status = 422 if form.errors else 200
    return render(request, "cycle/vouchers.html", {"school": school, "form": form}, status=status)
