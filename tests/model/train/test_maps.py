"""One block's maps as the wire has them: the probe's numbers, channels by pages, large maps averaged and said to be."""

import math
from typing import Any

import pytest
import torch

from skipscope.model.describe.maps import MAX_CHANNELS, MAX_SIDE, MapsRequest
from skipscope.model.train.estimate import estimate_maps
from skipscope.model.train.maps import draw, maps
from skipscope.model.train.probe import probe

SMALL = {"stem": "cifar", "stem_width": 4, "depths": [2, 1], "widths": [4, 20], "norm": "none"}


def request(**fields: Any) -> MapsRequest:
    return MapsRequest.model_validate({"variants": [SMALL], "batch_size": 16, "block": "layer1.1", **fields})


def test_its_numbers_are_the_probes() -> None:
    wish = request(strengths=[[1.0, 0.5, 1.0]], layers=True)
    (found,) = maps(wish)["variants"]
    (probed,) = probe(wish)["variants"]
    values, at = probed["values"], probed["blocks"].index("layer1.1")
    for place, measure, kind in (
        ("branch", "residual_rms", "rms"),
        ("shortcut", "identity_rms", "rms"),
        ("grad_branch", "residual_gradient_norm", "norm"),
        ("grad_identity", "identity_gradient_norm", "norm"),
    ):
        assert found["maps"][place][kind] == pytest.approx(values[measure][at], rel=2e-3), place
    taps = probed["taps"]
    assert found["maps"]["x"]["rms"] == pytest.approx(values["activation_rms"][taps.index("layer1.0")], rel=2e-3)
    assert found["maps"]["grad_x"]["rms"] == pytest.approx(values["gradient_rms"][taps.index("layer1.0")], rel=2e-3)
    assert [layer["name"] for layer in found["layers"]] == [
        f"layer1.1.{own}" for own in ("conv1", "relu1", "conv2", "relu2")
    ]
    assert (found["skip"], found["strength"]) == (True, 0.5)
    x, branch, total = (found["maps"][place]["pixels"] for place in ("x", "branch", "sum"))
    for one, other, both in zip(x[3], branch[3], total[3], strict=True):
        assert both == pytest.approx(0.5 * one + other, abs=2e-3)


def test_channels_come_by_pages_and_the_whole_is_named() -> None:
    (first,), (second,) = (maps(request(block="layer2.0", first_channel=at))["variants"] for at in (0, 16))
    total = first["maps"]["sum"]
    assert total["shape"] == [20, 4, 4]
    assert len(total["pixels"]) == MAX_CHANNELS
    assert len(second["maps"]["sum"]["pixels"]) == 4
    assert second["maps"]["x"]["pixels"] == [], "the block's input has four channels"
    assert second["maps"]["sum"]["peak"] == total["peak"]


def test_each_image_is_its_own() -> None:
    found = [maps(request(image=at))["variants"][0] for at in (0, 1)]
    assert found[0]["image"]["map"]["pixels"] != found[1]["image"]["map"]["pixels"]
    assert found[0]["maps"]["x"]["image_rms"] != found[1]["maps"]["x"]["image_rms"]
    assert found[0]["maps"]["x"]["rms"] == found[1]["maps"]["x"]["rms"]


def test_a_map_that_is_too_large_is_averaged_and_says_so() -> None:
    x = torch.arange(2 * 3 * 70 * 50, dtype=torch.float32).reshape(2, 3, 70, 50)
    found = draw(x, 1, 0)
    assert (found["pooled"], found["rows"], found["columns"]) == (3, 24, 17)
    assert max(found["rows"], found["columns"]) <= MAX_SIDE
    assert len(found["pixels"][0]) == 24 * 17
    assert found["pixels"][2][0] == pytest.approx(x[1, 2, :3, :3].mean().item(), rel=1e-3)
    assert found["pixels"][0][-1] == pytest.approx(x[1, 0, 69:, 48:].mean().item(), rel=1e-3)
    assert found["rms"] == pytest.approx(math.sqrt(x.double().square().mean()), rel=1e-3)
    assert found["peak"] == pytest.approx(x[1].max().item(), rel=1e-3)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"block": "layer3.0"}, "block=.*blocks are layer1.0 to layer2.0"),
        ({"block": "fc"}, "block"),
        ({"image": 16}, "image=16: the batch has 16 images.*15 or less"),
        ({"first_channel": 4}, "first_channel=4: layer1.1 has 4 channels.*3 or less"),
    ],
)
def test_a_place_that_is_not_there_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        request(**fields)


def test_an_image_that_no_batch_has_is_refused() -> None:
    with pytest.raises(ValueError, match="image=2000: the data set has 1438 images to train on"):
        estimate_maps(request(batch_size=4096, image=2000))
