from datetime import date

from ilt.schools.models import School, SchoolYear
from ilt.shared import clock


def current_year(school: School) -> SchoolYear | None:
    """The school year that today falls into, else the next one."""
    today = clock.today(school.zone)
    return SchoolYear.objects.filter(school=school, ends_on__gte=today).order_by("starts_on").first()


def year_on(school: School, day: date) -> SchoolYear | None:
    """The school year that this day falls into."""
    return SchoolYear.objects.filter(school=school, starts_on__lte=day, ends_on__gte=day).first()
