"""Weights that are divided among processes: sums of all parts if they are asked for, and nothing at all otherwise."""

from pathlib import Path

import pytest

from tests.model.measure.two_processes import run_twice

COMMON = """
import math, warnings
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module
from skipscope import Recorder

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.norm, self.last = nn.Linear(4, 7), nn.LayerNorm(7), nn.Linear(7, 3)
    def forward(self, x):
        return self.last(torch.tanh(self.norm(self.first(x))))

class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 8), nn.Linear(8, 2)
    def forward(self, x):
        return self.last(torch.tanh(self.first(x)))

def made(kind):
    torch.manual_seed(0)
    net = Net() if kind.startswith("FSDP") else Wide()
    if kind == "FSDP2":
        mesh = init_device_mesh("cpu", (2,))
        for layer in (net.first, net.last):
            fully_shard(layer, mesh=mesh)
        fully_shard(net, mesh=mesh)
    elif kind == "FSDP2, replicated":
        fully_shard(net, mesh=init_device_mesh("cpu", (2, 1), mesh_dim_names=("replicate", "shard")))
    elif kind == "tensor parallel":
        mesh = init_device_mesh("cpu", (2,))
        parallelize_module(net, mesh, {"first": ColwiseParallel(), "last": RowwiseParallel()})
    return net

def batch(kind, number):
    torch.manual_seed(10 * number + (0 if kind == "tensor parallel" else rank))
    return torch.randn(16, 4) * (1 + number)

def close(ours, theirs):
    return all(a is not None and math.isclose(a, b, rel_tol=1e-4) for a, b in zip(ours, theirs, strict=True))

KINDS = ("FSDP2", "FSDP2, replicated", "tensor parallel")
"""

SUMMED = """
calls = []
real = dist.all_reduce
def counting(tensor, *args, **more):
    calls.append(tensor.numel())
    return real(tensor, *args, **more)

for kind in KINDS:
    net = made(kind)
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)
    weights = [p for name, p in net.named_parameters() if name.endswith("weight")]
    with Recorder(net, at="leaves", sharded=True) as recorder:
        for step in range(3):
            optimizer.zero_grad()
            before = [w.full_tensor().detach().clone() for w in weights]
            for part in range(1 + step):
                net(batch(kind, step + part)).square().mean().backward()
            true = [w.grad.full_tensor().norm().item() for w in weights]
            optimizer.step()
            dist.all_reduce = counting
            record = recorder.read()
            dist.all_reduce = real
            after = [w.full_tensor() for w in weights]
            moved = [((a - b).norm() / b.norm()).item() for a, b in zip(after, before)]
            assert record.schema.weights[0] == "first", record.schema
            assert close(record.columns["weight_gradient_norm"], true), (kind, step, record.columns, true)
            assert close(record.columns["update_ratio"], moved), (kind, step, record.columns, moved)
            gradient = record.gradient
            assert (gradient.shared, gradient.passes, gradient.steps) == ("summed", 1 + step, 1), gradient
            assert close([gradient.norm], [torch.tensor(true).norm().item()])
            assert calls == [3 * len(weights)], calls
            calls.clear()
"""

PASSED_BY = """
for kind in KINDS:
    net = made(kind)
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with Recorder(net, at="leaves") as recorder:
            for step in range(2):
                optimizer.zero_grad()
                net(batch(kind, step)).square().mean().backward()
                optimizer.step()
                record = recorder.read()
                for measure in ("weight_gradient_norm", "update_ratio"):
                    assert set(record.columns[measure]) == {None}, (kind, record.columns)
                assert record.gradient.norm is None and record.gradient.shared == "", record.gradient
    assert sum("divided among processes" in str(one.message) for one in said) == 1, said
    # and with one of them begun within a pass that has gathered the weights
    if kind == "FSDP2":
        with torch.no_grad():
            net(batch(kind, 0))
        with Recorder(net, at="leaves") as recorder:
            net(batch(kind, 0)).square().mean().backward()
            assert set(recorder.read().columns["weight_gradient_norm"]) == {None}
"""

FLAT = """
from torch.distributed.fsdp import FullyShardedDataParallel
for original in (True, False):
    net = FullyShardedDataParallel(Wide(), use_orig_params=original, device_id=torch.device("cpu"))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with Recorder(net, at="leaves", sharded=True) as recorder:
        net(batch("FSDP1", 0)).square().mean().backward()
        optimizer.step()
        record = recorder.read()
    for measure in ("weight_gradient_norm", "update_ratio"):
        assert set(record.columns[measure]) == {None}, (original, record.columns)
    assert None not in record.columns["gradient_rms"], record.columns
    assert len(record.notes) == 1 and "(FSDP1) has flattened it" in record.notes[0], record.notes
"""

WATCHED = """
import skipscope
net = made("FSDP2")
optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)
with skipscope.watch(net, optimizer, every=1, sharded=True, at="leaves") as watched:
    for step in range(4):
        optimizer.zero_grad()
        net(batch("FSDP2", step)).square().mean().backward()
        optimizer.step()
print("" if watched.file is None else watched.file)
"""


@pytest.mark.parametrize("script", [SUMMED, PASSED_BY, FLAT], ids=["summed", "passed by", "flattened"])
def test_the_parts_are_summed_if_that_is_asked_for_and_passed_by_otherwise(script: str, tmp_path: Path) -> None:
    run_twice(COMMON + script, tmp_path, "torch")


def test_a_watched_training_of_two_processes_is_one_run(tmp_path: Path) -> None:
    from tests.model.watch.trained import rows_in  # noqa: PLC0415

    first, second = run_twice(COMMON + WATCHED, tmp_path, "torch")
    assert second.strip() == ""
    rows = rows_in(Path(first.strip()))
    assert [row.step for row in rows] == [0, 1, 2, 3]
    for row in rows:
        assert all(value is not None and value > 0 for value in row.columns["weight_gradient_norm"])
        assert row.gradient == {**(row.gradient or {}), "processes": 2, "shared": "summed", "passes": 1, "steps": 1}
