"""The usual image size follows the stem; every preset keeps pixels for its last stage, beside any other."""

import pytest

from skipscope.model.data.catalogue import adapt_all, image_sizes, info_of
from skipscope.model.describe.presets import PRESETS
from skipscope.model.describe.request import ProbeRequest
from skipscope.model.describe.summary import summarize


def sizes(*names: str, **how: object) -> set[int]:
    request = ProbeRequest.model_validate({"variants": [{"preset": name} for name in names], **how})
    return {one.image_size for one in adapt_all(request)}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_measured_on_maps_of_more_than_one_pixel(name: str) -> None:
    (size,) = sizes(name)
    assert size == (8 if PRESETS[name].architecture.stem == "cifar" else 64)
    (adapted,) = adapt_all(ProbeRequest.model_validate({"variants": [{"preset": name}]}))
    assert summarize(adapted).size_note is None


def test_networks_beside_each_other_see_the_same_images() -> None:
    assert sizes("resnet20", "resnet50") == {64}
    assert sizes("resnet20", "plain56") == {8}
    assert sizes("resnet20", "resnet50d", image_size=16) == {16}
    assert sizes("resnet50", dataset="photos") == {64}
    assert image_sizes(info_of("photos")) == {"imagenet": 64, "deep": 64, "cifar": 32}


def test_a_size_that_leaves_stages_of_one_pixel_is_said() -> None:
    (small,) = adapt_all(ProbeRequest.model_validate({"variants": [{"preset": "resnet50"}], "image_size": 8}))
    summary = summarize(small)
    assert summary.size_note == (
        "On 8x8 images the maps of layer2, layer3 and layer4 are 1x1: a 3x3 convolution sees no neighbour there. "
        "Give larger images."
    )
    assert summary.size_note in summary.notes
    assert summary.to_dict()["size_note"] == summary.size_note
