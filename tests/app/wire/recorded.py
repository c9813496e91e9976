"""The run of tests/golden/run.jsonl: what a real worker says of two small networks, on one thread, told by numbers.

The networks are cut, weakened and refused a change, a block is dropped, and at a rate of 100 one of them overflows.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from skipscope.app.executors.base import Executor
from skipscope.model.describe.request import TrainingRequest
from skipscope.model.train.kinds import TRAINING
from tests.app.executors.place import Place, told

SMALL: dict[str, Any] = {"stem": "cifar", "stem_width": 4, "depths": [1, 2], "widths": [4, 8]}
REQUEST: dict[str, Any] = {
    "variants": [
        {
            **SMALL, "norm": "none", "init": "xavier_normal", "activation": "leaky_relu", "stochastic_depth": 0.4,
            "skips": [True, False, True],
        },
        {**SMALL, "stochastic_depth": 0.5},
    ],
    "dataset": "digits", "batch_size": 8, "steps": 11, "lr": 0.02, "eval_every": 4, "seed": 3,
}  # fmt: skip
COMMANDS: tuple[dict[str, Any], ...] = (
    {"step": 3},
    {"variant": 1, "skips": [True, False, True]},
    {"step": 1},
    {"variant": 0, "strength": [0.5, 1, 0]},
    {"variant": 0, "skips": [True]},
    {"step": 1},
    {"lr": 100.0},
    {"step": 6},
    {"state": "running"},
)


def record(place: Place) -> list[dict[str, Any]]:
    """Train on an executor and return the events as a file for replaying holds them: id, type, data."""

    async def act(executor: Executor) -> list[dict[str, Any]]:
        handle = await executor.start_job(TRAINING, TrainingRequest.model_validate(REQUEST), paused=True)
        for command in COMMANDS:
            handle.send(command)
        said = enumerate(await told(handle), 1)
        return [{"id": number, "type": event.kind, "data": orjson.loads(event.data)} for number, event in said]

    do: Callable[[Callable[[Executor], Awaitable[Any]]], Any] = place.do
    return do(act)
