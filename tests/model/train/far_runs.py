"""Trainings and probes on the stand-in device and on the CPU, for test_device.py; writes what came out as JSON.

Each case has the differences between both, and what crossed the device's border.
"""

import json
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import torch
from torch import Tensor

from skipscope.model.describe.request import ProbeRequest, TrainingRequest
from skipscope.model.measure import plain
from skipscope.model.train.probe import probe
from skipscope.model.train.training import Training
from tests.model.train.far import DEVICE, NAME, Far, FarTensor
from tests.model.train.far_cases import CASES, COMMON, DEEP, DROPOUT, PLAIN, SKIPPED, VANISHING

TOLERANCE = 2e-3
"""Of numbers with four digits, whose sums are taken by other operations."""


@contextmanager
def on_far(*, float64: bool = True) -> Generator[Far]:
    """Have networks work on the stand-in."""
    with ExitStack() as stack:
        far = stack.enter_context(Far(float64=float64))
        stack.enter_context(torch.autograd.set_multithreading_enabled(False))
        for module in ("training", "first_batch"):
            stack.enter_context(mock.patch(f"skipscope.model.train.{module}.device_of", lambda _: DEVICE))
        # the recorder passes by what is made in Python; a real device's tensors are not
        for module in ("sums", "block_meter", "weight_sites", "angles", "directions"):
            stack.enter_context(mock.patch(f"skipscope.model.measure.{module}.why_not", _why_not))
        if not float64:
            stack.enter_context(mock.patch("skipscope.model.measure.scaled.NO_FLOAT64", frozenset({NAME})))
        yield far


def _why_not(x: Tensor) -> str | None:
    return plain.why_not(x.near if isinstance(x, FarTensor) else x)


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Yield what differs by more than rounding; seconds and the device are nobody's business."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        assert ours.keys() == theirs.keys()
        for name in ours.keys() - {"elapsed", "device", "memory_format", "sentence"}:
            yield from differences(ours[name], theirs[name], f"{path}.{name}")
    elif isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        if len(ours) != len(theirs):
            yield f"{path}: {ours} and {theirs}"
        for i, (one, other) in enumerate(zip(ours, theirs, strict=False)):
            yield from differences(one, other, f"{path}.{i}")
    elif isinstance(ours, float) and isinstance(theirs, float):
        if abs(ours - theirs) > TOLERANCE * max(abs(ours), abs(theirs), 1e-6):
            yield f"{path}: {ours} and {theirs}"
    elif ours != theirs:
        yield f"{path}: {ours} and {theirs}"


def trained(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """Make all steps, with a skip cut and another weakened on the way."""
    training = Training(TrainingRequest.model_validate({**COMMON, **fields}))
    found = [training.schema()]
    while not training.over:
        record = training.advance()
        assert record is not None
        found.append(record.to_dict())
        if training.step == 1:
            training.set_skips(0, [not skip for skip in training.variants[0].net.skips])
        if training.step == 2:
            training.set_strength(0, {"layer1.1": 0.5})
    return found


def compared(do: Callable[[], Any], **options: Any) -> list[str]:
    """Do it on both; return what differs."""
    expected = do()
    with on_far(**options):
        found = do()
    return list(differences(found, expected))


def crossings(net: dict[str, Any], *, recorded: bool) -> dict[str, int]:
    """Return what crosses in the third step of a training, which is like all later ones."""
    fields = {**COMMON, "variants": [net], "eval_every": 0, "record_every": 1 if recorded else 100, "steps": 200}
    with on_far() as far:
        training = Training(TrainingRequest.model_validate(fields))
        for _ in range(2):
            training.advance()
        far.waits.clear()
        far.sends.clear()
        training.advance()
        return {"waits": far.waits.total(), "sends": far.sends.total()}


def forked(start: bool, end: bool) -> list[str]:
    """Go on from a checkpoint of one device on the other; return what differs from a training without a break."""
    differing: list[str] = []
    for optimizer in ("sgd", "adam"):
        request = TrainingRequest.model_validate({**COMMON, "variants": [PLAIN], "optimizer": optimizer})
        expected = [record.to_dict() for record in Training(request)][2:]
        state = _at(start, lambda request=request: _saved(request))
        resume = lambda request=request, state=state: [r.to_dict() for r in Training(request, state)]  # noqa: E731
        found = _at(end, resume)
        differing += differences([{**one, "step": 0} for one in found], [{**one, "step": 0} for one in expected])
    return differing


def _saved(request: TrainingRequest) -> bytes:
    training = Training(request)
    training.advance()
    training.advance()
    return training.checkpoint(0)


def _at(is_far: bool, do: Callable[[], Any]) -> Any:
    if not is_far:
        return do()
    with on_far():
        return do()


def cast_types() -> list[str]:
    """Return the device types whose autocast was on in a step in bfloat16."""
    seen: set[str] = set()
    with on_far():
        training = Training(TrainingRequest.model_validate({**COMMON, "variants": [PLAIN], "precision": "bfloat16"}))
        layer = training.variants[0].net.get_submodule("layer1.0.conv1")
        layer.register_forward_hook(
            lambda *_: seen.update(name for name in ("cpu", NAME) if torch.is_autocast_enabled(name))
        )
        training.advance()
    return sorted(seen)


def refusals() -> list[str]:
    """Return what the stand-in says where a tensor of the CPU meets its own."""
    with on_far():
        try:
            torch.add(torch.ones(2, device=DEVICE), torch.ones(2))
        except RuntimeError as error:
            return [str(error)]
    return []


def main() -> None:
    """Do everything."""
    probes = {"variants": [PLAIN, SKIPPED], "strengths": [None, [0.5, 1.0, 0.0]], "batch_size": 8}
    json.dump(
        {
            "runs": {name: compared(lambda fields=fields: trained(fields)) for name, fields in CASES.items()},
            "without float64": compared(lambda: trained(CASES["adamw"]), float64=False)
            + compared(lambda: trained({"variants": [VANISHING]}), float64=False),
            "probe": compared(lambda: probe(ProbeRequest.model_validate(probes))),
            "smallest": min(trained({"variants": [VANISHING]})[1]["variants"][0]["values"]["gradient_rms"]),
            "crossings": {
                kind: [crossings(net, recorded=kind == "recorded") for net in (PLAIN, DEEP, DROPOUT)]
                for kind in ("recorded", "bare")
            },
            "forks": {"to the CPU": forked(True, False), "from the CPU": forked(False, True)},
            "autocast": cast_types(),
            "refused": refusals(),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
