"""Answers after the close. Only the report slice may read them; a contract holds that."""

from uuid import UUID

from ilt.collection.models import Answers


def read(wave: UUID) -> list[bytes]:
    """The payload of every readable ballot, in no order: layout 1, version 16, one byte per item."""
    return [bytes(packed) for packed in Answers.objects.filter(wave=wave).values_list("packed", flat=True)]
