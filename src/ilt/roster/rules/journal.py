from typing import Any

from ilt.roster.models import Act, User
from ilt.schools.models import School
from ilt.shared import clock


def note(actor: User | None, action: str, school: School | None, **detail: Any) -> None:
    """Writes an administrative act into the journal. Never call it for anything a respondent does."""
    Act.objects.create(at=clock.now(), actor=actor, school=school, action=action, detail=detail)
