"""The experiments that come with Skipscope, in the order in which they are offered; adding one is a line here."""

from typing import Any

from skipscope.model.experiments.blocks.kind import BLOCKS
from skipscope.model.experiments.degradation.kind import DEGRADATION
from skipscope.model.experiments.identities.kind import IDENTITIES
from skipscope.model.experiments.landscape.kind import LANDSCAPE
from skipscope.model.experiments.lesions.kind import LESIONS
from skipscope.model.experiments.maps.kind import MAPS
from skipscope.model.experiments.paths.kind import PATHS
from skipscope.model.experiments.reading.kind import READING
from skipscope.model.experiments.shattered.kind import SHATTERED
from skipscope.model.experiments.similarity.kind import SIMILARITY
from skipscope.model.jobs.kind import Kind

EXPERIMENTS: tuple[Kind[Any], ...] = (
    PATHS, LESIONS, BLOCKS, READING, SIMILARITY, SHATTERED, LANDSCAPE, DEGRADATION, MAPS, IDENTITIES,
)  # fmt: skip
