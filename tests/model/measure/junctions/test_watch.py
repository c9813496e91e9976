"""Passes of all kinds: evaluated, repeated by checkpointing, compiled, cast, ended early, with branches left out."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DataParallel, DistributedDataParallel
from torch.utils.checkpoint import checkpoint

from skipscope import Record, Recorder
from skipscope.model.measure.record import MEASURES
from tests.model.measure.junctions import nets
from tests.model.measure.junctions.images import ResNet
from tests.model.measure.junctions.words import Mlp

pytestmark = pytest.mark.usefixtures("engine")
NAMES = ("layer1.0", "layer1.1", "layer2.0", "layer2.1")


def resnet() -> ResNet:
    """Return a small network, the same each time."""
    torch.manual_seed(0)
    return ResNet()


def step(net: Callable[..., Tensor], x: Tensor = nets.IMAGES) -> None:
    """Make one step without an update."""
    net(x).float().square().mean().backward()


def records_of(net: nn.Module, run: Callable[[], object], steps: int = 1) -> list[Record]:
    """Record steps at the junctions."""
    records: list[Record] = []
    with Recorder(net, at="junctions") as recorder:
        for _ in range(steps):
            run()
            record = recorder.read()
            assert record is not None
            records.append(record)
    return records


def plain() -> Record:
    """Return the record of one step as it is."""
    net = resnet()
    return records_of(net, lambda: step(net))[0]


def assert_like(record: Record, expected: Record, prefix: str = "", tolerance: float = 1e-4) -> None:
    """Hold that a record has the junctions and the numbers of another."""
    assert record.schema.blocks == tuple(prefix + name for name in expected.schema.blocks)
    for measure in MEASURES:
        if record.schema.names(measure) == record.schema.blocks:
            pairs = zip(record.columns[measure], expected.columns[measure], strict=True)
            for own, other in pairs:
                assert (own is other) if other is None else own == pytest.approx(other, rel=tolerance), measure


class Checkpointed(nn.Module):
    """The network with its stages made again in the backward pass."""

    def __init__(self, *, reentrant: bool) -> None:
        super().__init__()
        self.net, self.reentrant = resnet(), reentrant

    def forward(self, x: Tensor) -> Tensor:
        net = self.net
        x = net.relu(net.bn1(net.conv1(x)))
        for layer in (net.layer1, net.layer2):
            x = checkpoint(layer, x, use_reentrant=self.reentrant)
        return net.fc(x.mean((2, 3)))


@pytest.mark.filterwarnings("ignore::skipscope.model.measure.notes.RecorderWarning")
@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpointing_changes_no_measure_and_no_order(reentrant: bool) -> None:
    net = Checkpointed(reentrant=reentrant)
    first, second = records_of(net, lambda: step(net), 2)
    for record in (first, second):
        assert_like(record, plain(), "net.")
    whole = resnet()
    x = nets.IMAGES.clone().requires_grad_()
    record = records_of(whole, lambda: step(lambda x: checkpoint(whole, x, use_reentrant=reentrant), x))[0]
    assert_like(record, plain())


def test_an_evaluation_between_counts_for_nothing() -> None:
    net = resnet()

    def run() -> None:
        net.eval()
        with torch.no_grad():
            net(nets.IMAGES)
        net.train()
        step(net)

    assert_like(records_of(net, run)[0], plain())


def test_passes_of_one_step_add_up() -> None:
    net = resnet()

    def twice() -> None:
        step(net)
        step(net)

    record, once = records_of(net, twice)[0], plain()
    for name in NAMES:
        for measure, factor in (("residual_rms", 1), ("residual_gradient_norm", 2**0.5), ("gradient_rms", 1)):
            assert record.of(measure, name) == pytest.approx(factor * float(once.of(measure, name) or 0), rel=1e-4)


def test_two_backward_passes_over_one_forward_pass_add_up() -> None:
    net = resnet()

    def run() -> None:
        loss = net(nets.IMAGES).square().mean()
        loss.backward(retain_graph=True)
        loss.backward()

    record, once = records_of(net, run)[0], plain()
    for measure in ("residual_gradient_norm", "identity_gradient_norm", "gradient_rms"):
        doubled = [2 * float(value or 0) for value in once.columns[measure]]
        assert record.columns[measure] == pytest.approx(doubled, rel=1e-4)


def test_autocast_is_measured() -> None:
    net = resnet()

    def run() -> None:
        with torch.autocast("cpu", torch.bfloat16):
            step(net)

    assert_like(records_of(net, run)[0], plain(), tolerance=0.1)


@pytest.fixture
def alone() -> Iterator[None]:
    """Be the one process of a group."""
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("wrap", [DataParallel, DistributedDataParallel])
def test_wrappers_are_looked_into(wrap: Callable[[nn.Module], nn.Module]) -> None:
    net = wrap(resnet())
    assert_like(records_of(net, lambda: step(net))[0], plain())


def test_a_copy_of_a_network_that_is_recorded_has_hooks_that_do_nothing() -> None:
    net = resnet()

    def run() -> None:
        twin = copy.deepcopy(net)
        step(twin)
        step(net)

    assert_like(records_of(net, run)[0], plain())


class Unsure(nn.Module):
    """Blocks that return x as it is, where they are told to."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList([Mlp(6) for _ in range(3)])
        self.left_out = 0

    def forward(self, x: Tensor) -> Tensor:
        for number, block in enumerate(self.blocks, 1):
            x = x if number == self.left_out else block(x)
        return x


def test_a_branch_that_is_left_out_is_dropped_and_comes_back() -> None:
    net = Unsure()
    x = nets.ROWS.clone().requires_grad_()
    records: list[Record] = []
    with Recorder(net, at="junctions") as recorder:
        for net.left_out in (2, 0, 2):
            step(net, x)
            record = recorder.read()
            assert record is not None
            records.append(record)
    assert records[0].schema.blocks == ("blocks.0", "blocks.2")
    assert records[1].schema.blocks == records[2].schema.blocks == ("blocks.0", "blocks.1", "blocks.2")
    assert [record.dropped for record in records] == [(), (), ("blocks.1",)]
    for measure, values in records[2].columns.items():
        if records[2].schema.names(measure) == records[2].schema.blocks:
            assert values[1] is None, measure


@pytest.mark.parametrize("norm_first", [False, True])
def test_torchs_transformer_has_two_junctions_a_layer(norm_first: bool) -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True, norm_first=norm_first)
    net = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    x = torch.randn(2, 5, 8)

    def run() -> None:
        net.eval()
        with torch.no_grad():
            net(x)
        net.train()
        net(x).abs().sum().backward()

    record = records_of(net, run)[0]
    assert record.schema.blocks == ("layers.0", "layers.0.2", "layers.1", "layers.1.2")
    assert [value is None for value in record.columns["residual_gradient_norm"]] == [True, False, False, False]


class Ended(nn.Module):
    """A forward pass that ends before its time."""

    def __init__(self, error: type[BaseException]) -> None:
        super().__init__()
        self.block, self.error, self.count = Mlp(6), error, 0

    def forward(self, x: Tensor) -> Tensor:
        y = self.block(x)
        self.count += 1
        if self.count == 1:
            raise self.error
        return self.block(y)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_pass_that_ends_early_leaves_nothing_behind(error: type[BaseException]) -> None:
    net = Ended(error)
    with Recorder(net, at="junctions") as recorder:
        with pytest.raises(error):
            net(nets.ROWS)
        if error is ValueError:
            assert torch._C._len_torch_function_stack() == 0
        step(net, nets.ROWS)
        record = recorder.read()
    assert torch._C._len_torch_function_stack() == 0
    assert record is not None
    assert record.schema.blocks == ("block", "block:2")
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in net.modules())


def test_a_compiled_network_says_that_its_additions_cannot_be_seen() -> None:
    net = resnet()
    compiled: Any = torch.compile(net, backend="eager")
    with Recorder(compiled, at="junctions") as recorder, pytest.warns(UserWarning, match="compiled"):
        step(compiled)
        record = recorder.read()
    torch._dynamo.reset()
    assert record is not None
    assert record.schema.blocks == ()
    assert all(value is not None for value in record.columns["gradient_rms"])
