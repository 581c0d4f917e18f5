"""The parts of the charter that people write, in the order they read them."""

from django.utils.translation import gettext_lazy as _

from ilt.rounds.spec import Field

FIELDS = (
    Field(
        "purpose",
        _("Purpose"),
        _("Start with the purpose: what is this team for, in one or two sentences?"),
        needed=True,
        most=300,
    ),
    Field("norms", _("Norms"), _("How do we work together? Three to seven lines."), most=1000),
    Field("pattern", _("Meeting pattern"), _("How often, when, where and how long do we meet?"), most=600),
)
BY_KEY = {field.key: field for field in FIELDS}
TABLES = {"seats": _("Members"), "rights": _("Who decides what"), "rota": _("Rota")}
ORDER = ("purpose", "seats", "rights", "norms", "pattern", "rota")
