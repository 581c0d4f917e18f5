from django.db import models
from django.utils.translation import gettext_lazy as _

from ilt.schools.models import School


class Link(models.Model):
    """One thing leads to another. Both ends are named by kind and number, as they live in many slices."""

    class Kind(models.TextChoices):
        ANSWERED = "answered", _("answered by")
        ASKS = "asks", _("asks teachers to learn")
        LEARNED = "learned", _("learned in")
        USES = "uses", _("uses")
        SHOWN = "shown", _("shown by")
        PROMPTED = "prompted", _("prompted by")

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    from_kind = models.CharField(max_length=10)
    from_ref = models.CharField(max_length=40)
    to_kind = models.CharField(max_length=10)
    to_ref = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "school", "from_kind", "from_ref", "to_kind", "to_ref", name="things_are_linked_once"
            )
        ]
