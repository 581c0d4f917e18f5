from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ilt.schools.models import School
from ilt.schools.queries import current_year, year_on
from ilt.shared.rows import Refused


def within_the_year(school: School, day: date | None) -> None:
    """Refuses a day that lies in no school year."""
    if day is None or year_on(school, day):
        return
    year = current_year(school)
    if year is None:
        raise Refused(_("Set the school year first. Then days can be chosen in it."))
    days = {"first": date_format(year.starts_on, _("M j, Y")), "last": date_format(year.ends_on, _("M j, Y"))}
    raise Refused(_("Choose a day from %(first)s to %(last)s, the school year.") % days)
