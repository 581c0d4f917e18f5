"""The trust page: for everybody, made from the settings, edited by nobody."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ilt.cycle import promise, trust
from ilt.cycle.models import Wave
from ilt.cycle.rules.mailing import reminder_days


@require_safe
def trust_page(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Plan and promise before the opening, key and number of people while open, counts after the close."""
    seen = Wave.objects.select_related("school", "year", "keyer").exclude(state=Wave.State.DRAFT)
    wave = seen.filter(id=wave_id).first()
    if wave is None or wave.closes_on is None or wave.release_on is None:
        raise Http404
    context = {
        "wave": wave,
        "promise": promise.sentences(wave, get_language() or wave.languages[0]),
        "facts": trust.facts(wave),
        "reminders": reminder_days(wave),
    }
    return render(request, "cycle/trust.html", context)
