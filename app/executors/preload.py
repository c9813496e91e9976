"""The preparation of a worker process: it imports PyTorch, makes one small training and loads the default data."""

from skipscope.model.describe.devices import DeviceName
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.training import train

_SMALL = {"block": "basic", "depths": [1], "widths": [4], "stem": "cifar", "stem_width": 4, "norm": "none"}


def warm(device: DeviceName = "cpu") -> None:
    """Make one step of a small network, so that what the first step imports and caches is there."""
    small = {"variants": [_SMALL], "batch_size": 8, "steps": 1, "device": device}
    training = train(TrainingRequest.model_validate(small))
    for _ in training:
        pass
