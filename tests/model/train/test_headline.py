"""The line above the diagram: the measure of each quantity, in plain words, and numbers and names as pieces."""

import math
from typing import Any

import pytest

from skipscope.model.describe.differences import Net
from skipscope.model.describe.graph import build_graph
from skipscope.model.describe.presets import preset
from skipscope.model.describe.request import ProbeRequest
from skipscope.model.measure.record import MEASURES, Schema
from skipscope.model.train.headline import Measured, Piece, headline_of
from skipscope.model.train.probe import probe


def measured(name: str, **put: dict[str, Any]) -> Measured:
    """Return a network in which all is 1e-3, but for the numbers that are put, by measure and name."""
    architecture = preset(name)
    graph = build_graph(architecture)
    schema = Schema(tuple(tap.name for tap in graph.taps), graph.weights, tuple(architecture.block_names))
    columns: dict[str, list[Any]] = {measure: [1e-3] * len(schema.names(measure)) for measure in MEASURES}
    columns["zero_fraction"] = [0.5 if tap.activation else None for tap in graph.taps]
    if not any(architecture.skip_of):
        columns["identity_rms"] = [None] * len(schema.blocks)
    for measure, values in put.items():
        for place, value in values.items():
            columns[measure][schema.names(measure).index(place)] = value
    skips = architecture.skip_of
    return Measured(Net(architecture, skips, [1.0] * len(skips)), schema, columns)


def pieces(*networks: Measured, quantity: str = "gradient_path") -> list[Piece]:
    return headline_of(networks)["measured"][quantity]


def said(*networks: Measured, quantity: str = "gradient_path") -> str:
    """Return the sentence with names as letters and numbers as Python writes them."""
    return "".join(
        "AB"[piece["network"]] if isinstance(piece, dict) else piece if isinstance(piece, str) else f"{piece:g}"
        for piece in pieces(*networks, quantity=quantity)
    )


def test_gradients_are_compared_from_the_first_block_to_the_last_on_one_scale() -> None:
    networks = [
        measured("plain20", gradient_rms={"layer1.0": 1e-9}), measured("resnet20", gradient_rms={"layer1.0": 2e-3})
    ]  # fmt: skip
    blocks = build_graph(networks[0].net.architecture).blocks
    scale = math.sqrt(math.prod(blocks[0].output_shape[1:]) / math.prod(blocks[-1].output_shape[1:]))
    assert scale > 1
    assert pieces(*networks) == [
        "The gradient at block 1 is ", float(f"{scale * 1e-6:.2g}"), " times that at block 9 in ", {"network": 0}, ", ",
        float(f"{2 * scale:.2g}"), " times in ", {"network": 1}, ".",
    ]  # fmt: skip
    assert headline_of(networks)["differences"] == "They differ only in 9 skips."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "The gradient at block 1 is exactly 0 in A, 4 times that at block 9 in B."),
        (None, "The gradient at block 1 is not measured in A, 4 times that at block 9 in B."),
        (math.nan, "The gradient at block 1 is not finite in A, 4 times that at block 9 in B."),
        ("inf", "The gradient at block 1 is not finite in A, 4 times that at block 9 in B."),
        (2.6e-4, "The gradient at block 1 is about as large as that at block 9 in A, 4 times in B."),
    ],
)
def test_a_measure_that_cannot_be_divided_is_said_in_words(value: Any, text: str) -> None:
    assert said(measured("plain20", gradient_rms={"layer1.0": value}), measured("resnet20")) == text


def test_a_last_block_without_gradient_is_named() -> None:
    text = "The gradient at block 1 is above 0, and exactly 0 at block 9, in A."
    assert said(measured("resnet20", gradient_rms={"layer3.2": 0.0})) == text


def test_networks_of_unequal_depth_are_compared_by_first_and_last_block() -> None:
    assert said(measured("plain20"), measured("resnet56")) == (
        "The gradient at the first block is 4 times that at the last block in A, 4 times in B."
    )


def test_each_quantity_has_a_sentence_of_its_own_with_its_measure_named() -> None:
    pair = measured("plain20"), measured("resnet20", identity_rms={"layer1.0": 1e-4, "layer1.1": math.inf})
    of = {quantity: said(*pair, quantity=quantity) for quantity in headline_of(pair)["measured"]}
    assert of == {
        "gradient_path": "The gradient at block 1 is 4 times that at block 9 in A, 4 times in B.",
        "weight_gradient": "The gradient of the first weights (L2 norm) at block 1 is about as large as that at "
        "block 9 in A, about the same in B.",
        "activation": "The activation (RMS) at block 9 is about as large as that at block 1 in A, about the same in B.",
        "branch_ratio": "F(x) has no shortcut to compare with in A, 1 to 10 times the RMS of its shortcut in B.",
        "dead_units": "Exact zeros are 50 % of what each activation puts out in A, 50 % in B.",
    }


def test_branches_of_which_none_is_finite_are_told() -> None:
    lost: dict[str, Any] = dict.fromkeys(preset("resnet20").block_names, math.inf)
    text = "F(x) has no finite number in A."
    assert said(measured("resnet20", residual_rms=lost), quantity="branch_ratio") == text


def test_a_probe_says_it_of_what_it_measured() -> None:
    small = {
        "depths": [3, 3],
        "widths": [4, 6],
        "stem_width": 4,
        "stem": "cifar",
        "init": "xavier_normal",
        "norm": "none",
    }
    found = probe(ProbeRequest.model_validate({"variants": [small, {**small, "skips": False}], "batch_size": 8}))
    text = found["headline"]["measured"]["gradient_path"]
    factors = [one["course"]["factor"] for one in found["variants"]]
    assert [piece for piece in text if isinstance(piece, float)] == pytest.approx(factors, rel=0.05)
    assert [piece for piece in text if isinstance(piece, dict)] == [{"network": 0}, {"network": 1}]
    assert found["headline"]["differences"] == "They differ only in 6 skips."
