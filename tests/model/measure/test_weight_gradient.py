"""The gradient of a weight is read when it is final: before an optimizer drops it, after processes have averaged it."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from skipscope import Recorder
from tests.model.measure.autograd import small, weight_of
from tests.model.measure.two_processes import run_twice

pytestmark = pytest.mark.usefixtures("engine")

Make = Callable[[list[nn.Parameter]], torch.optim.Optimizer]
OPTIMIZERS: dict[str, Make] = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.01),
}


class Eager:
    """Has an optimizer for each parameter, which steps as soon as the gradient is there and drops it."""

    def __init__(self, net: nn.Module, make: Make) -> None:
        self._optimizers: dict[Tensor, torch.optim.Optimizer] = {
            parameter: make([parameter]) for parameter in net.parameters()
        }
        self.norms: dict[Tensor, float] = {}

    def __call__(self, parameter: Tensor) -> None:
        assert parameter.grad is not None
        self.norms[parameter] = parameter.grad.norm().item()
        optimizer = self._optimizers[parameter]
        optimizer.step()
        optimizer.zero_grad()


def set_before(net: nn.Module, hook: Callable[[Tensor], None]) -> None:
    for parameter in net.parameters():
        parameter.register_post_accumulate_grad_hook(hook)


def set_on_nodes(net: nn.Module, hook: Callable[[Tensor], None]) -> list[object]:
    nodes = [torch.autograd.graph.get_gradient_edge(parameter).node for parameter in net.parameters()]
    for node, parameter in zip(nodes, net.parameters(), strict=True):
        node.register_hook(lambda *_, own=parameter: hook(own))
    return list(nodes)


@pytest.mark.parametrize("where", ["before", "after", "on nodes"])
@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_optimizers_may_step_within_the_backward_pass(make: Make, where: str) -> None:
    net = small()
    eager = Eager(net, make)
    # the first is asked for by torch, the rest hold what would go away
    held = set_on_nodes(net, eager) if where == "on nodes" else []
    if where == "before":
        set_before(net, eager)
    with Recorder(net) as recorder:
        if where == "after":
            set_before(net, eager)
        for _ in range(3):
            before = [weight_of(net, name).detach().clone() for name in "02"]
            net(torch.randn(8, 4)).square().mean().backward()
            record = recorder.read()
            assert record is not None
            weights = [weight_of(net, name) for name in "02"]
            assert record.columns["weight_gradient_norm"] == pytest.approx([eager.norms[w] for w in weights], rel=1e-5)
            moved = [((w - old).norm() / old.norm()).item() for w, old in zip(weights, before, strict=True)]
            assert record.columns["update_ratio"] == pytest.approx(moved, rel=3e-4)
    assert len(held) == (4 if where == "on nodes" else 0)


@pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
def test_torchs_own_optimizer_in_backward_is_measured() -> None:
    from torch.distributed.optim import _apply_optimizer_in_backward  # noqa: PLC0415  (it warns of what it imports)

    net = small()
    _apply_optimizer_in_backward(torch.optim.SGD, net.parameters(), {"lr": 0.1})
    with Recorder(net) as recorder:
        before = weight_of(net, "0").detach().clone()
        net(torch.randn(8, 4)).square().mean().backward()
        record = recorder.read()
    assert record is not None
    norm, ratio = record.of("weight_gradient_norm", "0"), record.of("update_ratio", "0")
    assert norm is not None and ratio == pytest.approx(0.1 * norm / before.norm().item(), rel=1e-4)


def test_other_hooks_keep_their_order() -> None:
    net, called = small(), list[str]()
    weight = weight_of(net, "0")
    for name in ("first", "second"):
        weight.register_post_accumulate_grad_hook(lambda _, name=name: called.append(name))
    with Recorder(net) as recorder:
        weight.register_post_accumulate_grad_hook(lambda _: called.append("third"))
        net(torch.randn(8, 4)).mean().backward()
        recorder.read()
    net(torch.randn(8, 4)).mean().backward()
    assert called == ["first", "second", "third"] * 2


PARALLEL = """
from torch.nn.parallel import DistributedDataParallel
from torch.utils.checkpoint import checkpoint
from skipscope import Recorder

class Net(nn.Module):
    def __init__(self, reentrant):
        super().__init__()
        self.first, self.relu, self.last, self.reentrant = nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2), reentrant
    def forward(self, x):
        body = lambda x: self.relu(self.first(x))
        return self.last(body(x) if self.reentrant is None else checkpoint(body, x, use_reentrant=self.reentrant))

for reentrant, options in (
    (None, {}), (None, {"gradient_as_bucket_view": True}), (None, {"find_unused_parameters": True}),
    (None, {"static_graph": True}), (False, {}), (True, {"static_graph": True}),
):
    torch.manual_seed(0)
    net = Net(reentrant)
    parallel = DistributedDataParallel(net, **options)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    torch.manual_seed(rank + 1)
    for wrapped in (net, parallel):
        with Recorder(wrapped) as recorder:
            for step in range(3):
                optimizer.zero_grad()
                # a batch is in two parts: gradients accumulate here and are averaged with the second
                if not options and reentrant is None:
                    with parallel.no_sync():
                        parallel(torch.randn(16, 4)).square().mean().backward()
                parallel((torch.randn(16, 4) * (1 + 5 * rank)).requires_grad_()).square().mean().backward()
                true = [net.first.weight.grad.norm().item(), net.last.weight.grad.norm().item()]
                optimizer.step()
                record = recorder.read()
                assert record.schema.weights == ("first", "last"), record.schema
                assert record.notes == (), record.notes
                for ours, theirs in zip(record.columns["weight_gradient_norm"], true):
                    assert abs(ours - theirs) <= 1e-4 * theirs, (reentrant, options, step, ours, theirs)
"""


def test_processes_average_gradients_before_they_are_told(engine: str, tmp_path: Path) -> None:
    run_twice(PARALLEL, tmp_path, engine)
