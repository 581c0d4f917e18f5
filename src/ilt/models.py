"""One import line per slice, for Django's registry; nothing else."""

from ilt.collection.models import *  # noqa: F403
from ilt.cycle.models import *  # noqa: F403
from ilt.report.models import *  # noqa: F403
from ilt.roster.models import *  # noqa: F403
from ilt.schools.models import *  # noqa: F403
from ilt.shared.models import *  # noqa: F403
