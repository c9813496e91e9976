"""Where a network is measured: where it offers it, else at each module that runs none within, and at each weight."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.parallel import DataParallel
from torch.nn.utils import parametrizations, prune

from skipscope import Recorder, ResNet, preset
from skipscope.model.measure.places import Offering, Places, places_of, unwrap
from tests.model.measure.autograd import record_of, small

pytestmark = pytest.mark.usefixtures("engine")


def test_modules_that_run_none_within_are_taps() -> None:
    net = nn.TransformerEncoderLayer(8, 2, 16)
    assert places_of(net).taps == (
        "self_attn", "linear1", "dropout", "linear2", "norm1", "norm2", "dropout1", "dropout2",
    )  # fmt: skip
    normed = nn.Sequential(parametrizations.spectral_norm(nn.Linear(4, 3)), nn.ReLU())
    assert places_of(normed).taps == ("0", "1")
    assert places_of(normed).active == {"1"}


def test_weights_that_are_computed_anew_are_left_out_and_so_are_biases() -> None:
    net = nn.Sequential(
        parametrizations.weight_norm(nn.Linear(4, 3)), nn.Linear(3, 3), nn.BatchNorm1d(3), nn.PReLU(), nn.Linear(3, 2)
    )
    prune.l1_unstructured(net[1], "weight", amount=0.5)
    assert dict(places_of(net).weights) == {"2": "2.weight", "3": "3.weight", "4": "4.weight"}


def test_a_network_without_modules_within_is_measured_as_a_whole() -> None:
    net = nn.Linear(4, 2)
    record = record_of(net, lambda: net(torch.randn(3, 4)).mean().backward())
    assert record.schema.taps == ("Linear",)
    assert record.of("activation_rms", "Linear") is not None
    assert None not in record.columns["weight_gradient_norm"]


def test_a_module_with_two_names_is_one_tap() -> None:
    shared = nn.Linear(4, 4)
    assert places_of(nn.Sequential(shared, nn.ReLU(), shared)).taps == ("0", "1")


def test_our_networks_offer_their_places() -> None:
    net = ResNet(preset("resnet20"))
    assert isinstance(net, Offering)
    places = net.measured_places()
    assert places.taps == tuple(tap.module for tap in net.graph.taps)
    assert tuple(places.weights) == net.graph.weights
    assert places.ordered
    assert not isinstance(small(), Offering)


class Offers(nn.Module):
    """Names the one place that it wants measured."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.head = small(), nn.Linear(2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))

    def measured_places(self) -> Places:
        return Places(("body",), {"out": "head.weight"}, frozenset({"body"}), ordered=True)


def test_any_network_may_offer_places() -> None:
    net = Offers()
    record = record_of(net, lambda: net(torch.randn(3, 4)).mean().backward())
    assert (record.schema.taps, record.schema.weights) == (("body",), ("out",))
    assert record.of("zero_fraction", "body") == 0
    assert record.of("weight_gradient_norm", "out") is not None


@pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
def test_wrappers_are_looked_through() -> None:
    net = small()
    wrapped: list[Any] = [net, DataParallel(net), torch.compile(net), torch.compile(DataParallel(net))]
    assert all(unwrap(one) is net for one in wrapped)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"taps": "2x"}, "taps='2x': no module has such a name. Did you mean 2?"),
        ({"taps": ["0", "layer9.*"]}, "taps='layer9.*': no module has such a name. Names are like 0, 1, 2."),
        ({"taps": []}, "taps=[]: no patterns."),
        ({"taps": 3}, "taps=3: no patterns."),
        ({"every": "10"}, "every='10': a whole number of 1 or more, or a function of the step"),
        ({"every": 1.5}, "every=1.5: a whole number"),
        ({"every": True}, "every=True: a whole number"),
        ({"every": None}, "every=None: a whole number"),
        ({"every": 0}, "every=0: at least 1."),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(
        ValueError, match="^" + words.replace(".", r"\.").replace("*", r"\*").replace("[", r"\[").replace("?", r"\?")
    ):
        Recorder(small(), **options)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="net='x': not a network"):
        Recorder("x")  # type: ignore[arg-type]


def test_names_that_a_record_has_not_are_refused_with_the_nearest() -> None:
    net = small()
    record = record_of(net, lambda: net(torch.randn(3, 4)).mean().backward())
    with pytest.raises(ValueError, match=r"name='00': gradient_rms has none of this name\. Did you mean 0\?"):
        record.of("gradient_rms", "00")
    with pytest.raises(ValueError, match=r"measure='gradient': there is none of this name\. Did you mean gradient_rms"):
        record.of("gradient", "0")
