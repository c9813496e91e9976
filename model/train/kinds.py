"""Trainings, probes and maps as kinds of jobs; needs no torch."""

from skipscope.model.describe.maps import MapsRequest
from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.jobs.kind import Kind
from skipscope.model.train.commands import COMMANDS
from skipscope.model.train.digest import TrainingDigest
from skipscope.model.train.estimate import estimate_maps, estimate_probe, estimate_training

TRAINING = Kind(
    name="training", noun="run", title="A training of one to four networks on the same batches",
    request=TrainingRequest, start="skipscope.model.train.job:start_training", estimate=estimate_training,
    commands=COMMANDS, digest=TrainingDigest, keeps=True,
)  # fmt: skip
PROBE = Kind(
    name="probe", noun="probe", title="One forward and one backward pass at initialisation",
    request=ProbeRequest, start="skipscope.model.train.job:start_probe", estimate=estimate_probe,
)  # fmt: skip
MAPS = Kind(
    name="maps", noun="probe", title="One block's maps at initialisation, for one image",
    request=MapsRequest, start="skipscope.model.train.job:start_maps", estimate=estimate_maps,
)  # fmt: skip
