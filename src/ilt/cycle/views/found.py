"""The wave an address names, in the school that the gate has opened."""

from uuid import UUID

from django.http import Http404

from ilt.cycle.models import Wave
from ilt.schools.models import School

NAMED = ("year", "keyer", "confirmed_by_facilitator", "confirmed_by_teacher")


def wave_or_404(school: School, wave_id: UUID) -> Wave:
    wave = Wave.objects.select_related(*NAMED).filter(school=school, id=wave_id).first()
    if wave is None:
        raise Http404
    wave.school = school
    return wave
