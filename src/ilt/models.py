"""One import line per slice, for Django's registry; nothing else."""

from ilt.collection.models import *  # noqa: F403
from ilt.cycle.models import *  # noqa: F403
from ilt.learning.models import *  # noqa: F403
from ilt.links.models import *  # noqa: F403
from ilt.priorities.models import *  # noqa: F403
from ilt.promises.models import *  # noqa: F403
from ilt.report.models import *  # noqa: F403
from ilt.roster.models import *  # noqa: F403
from ilt.rounds.models import *  # noqa: F403
from ilt.schools.models import *  # noqa: F403
from ilt.shared.models import *  # noqa: F403
from ilt.strategy.models import *  # noqa: F403
from ilt.team.models import *  # noqa: F403
from ilt.throughline.models import *  # noqa: F403
from ilt.vision.models import *  # noqa: F403
