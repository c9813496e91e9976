"""A description is complete, refuses what makes no sense and says why and what to change."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from skipscope import Architecture, ArchitectureError, preset


def refusal(**fields: Any) -> ArchitectureError:
    """Return the error that a description raises, as the API hands it on."""
    with pytest.raises(ValidationError) as caught:
        Architecture.model_validate(fields)
    error = caught.value.errors()[0]["ctx"]["error"]  # pyright: ignore[reportTypedDictNotRequiredAccess]
    assert isinstance(error, ArchitectureError)
    return error


def test_nothing_said_is_resnet18() -> None:
    assert Architecture() == preset("resnet18")


def test_a_cifar_stem_brings_its_sizes() -> None:
    assert Architecture.model_validate({"stem": "cifar", "depths": [3, 3, 3], "projection": "A"}) == preset("resnet20")


@pytest.mark.parametrize(
    ("name", "depths", "widths"),
    [
        ("resnet56", (9, 9, 9, 9), (16, 32, 64, 128)),
        ("resnet50", (3, 4), (64, 128)),
        ("wrn_28_10", [4, 4, 4, 4], (160, 320, 640, 1280)),
        ("resnet20", (3, 3, 2), (16, 32, 64)),
    ],
)
def test_widths_follow_depths(name: str, depths: tuple[int, ...], widths: tuple[int, ...]) -> None:
    assert preset(name, depths=depths).widths == widths
    wide = preset("resnet20", widths=(8192, 8192, 8192), depths=(1, 1, 1))
    assert wide.replace(depths=(1, 1, 1, 1)).widths == (8192,) * 4
    with pytest.raises(ValueError, match=r"widths.*depths has 4.*4 widths"):
        preset(name, depths=(1, 1, 1, 1), widths=(16, 32))


def test_widths_double_from_the_stem_on() -> None:
    assert Architecture(stem_width=24, depths=(1, 1, 1)).widths == (24, 48, 96)


@pytest.mark.parametrize("value", [True, False])
def test_skips_that_are_all_alike_are_one_value(value: bool) -> None:
    listed = preset("resnet20", skips=[value] * 9)
    assert listed.skips is value
    assert listed == preset("resnet20", skips=value)
    assert listed.skip_of == (value,) * 9


def test_skips_one_a_block() -> None:
    skips = (True, False, True)
    architecture = Architecture(depths=(1, 2), skips=skips)
    assert architecture.skip_of == skips
    assert architecture.block_names == ("layer1.0", "layer2.0", "layer2.1")
    assert architecture.num_blocks == 3


@given(data=st.data())
def test_json_is_the_whole_description(data: st.DataObject, architectures: st.SearchStrategy[Architecture]) -> None:
    architecture: Architecture = data.draw(architectures)
    again = Architecture.model_validate(json.loads(architecture.model_dump_json()))
    assert again == architecture
    assert hash(again) == hash(architecture)
    assert architecture.replace() == architecture


def test_it_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        preset("resnet18").norm = "none"  # pyright: ignore[reportAttributeAccessIssue]


REFUSED: list[tuple[dict[str, Any], str, str, str]] = [
    ({"widths": [64]}, "widths", "depths has 4", "give 4 widths"),
    ({"skips": [True, False]}, "skips", "adds up to 8 blocks", "8 booleans"),
    ({"groups": 32}, "groups", "basic block", "bottleneck"),
    ({"width_per_group": 128}, "width_per_group", "basic block", "bottleneck"),
    ({"bottleneck_stride": "1x1"}, "bottleneck_stride", "no 1x1", "bottleneck"),
    ({"block": "bottleneck", "widths": [8, 16, 32, 64], "width_per_group": 4}, "width_per_group", "less than one", "8"),
    ({"projection": "A", "widths": [64, 32, 32, 32]}, "projection", "64, 64, 32", "B"),
    ({"projection": "A", "stem_width": 128, "widths": [64] * 4}, "projection", "only adds channels", "stem_width"),
    ({"residual_scale": 0.5}, "residual_scale", "constant_scaling", "1"),
    ({"order": "bn_after_addition", "norm": "none"}, "order", "norm is none", "batch"),
    ({"residual_init": "zero_gamma", "norm": "none"}, "residual_init", "norm is none", "skipinit"),
    ({"residual_init": "zero_gamma", "order": "pre_activation"}, "residual_init", "no norm ends it", "skipinit"),
    ({"residual_init": "zero_gamma", "order": "relu_before_addition"}, "residual_init", "no norm ends it", "skipinit"),
    ({"residual_init": "zero_gamma", "order": "bn_after_addition"}, "residual_init", "no norm ends it", "skipinit"),
    ({"residual_init": "fixup"}, "residual_init", "norm is batch", "none"),
    ({"residual_init": "fixup", "norm": "none", "init": "normal"}, "residual_init", "kaiming_normal", "kaiming_normal"),
    (
        {"residual_init": "fixup", "norm": "none", "order": "relu_before_addition"},
        "residual_init",
        "no gradient",
        "skipinit",
    ),
]


@pytest.mark.parametrize(("fields", "field", "limit", "remedy"), REFUSED, ids=str)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], field: str, limit: str, remedy: str) -> None:
    error = refusal(**fields)
    assert error.field == field
    assert error.value == fields[field]
    assert limit in error.limit
    assert remedy in error.remedy
    assert all(text in str(error) for text in (field, error.limit, error.remedy[1:]))


WRONG: list[dict[str, Any]] = [
    {"depths": []},
    {"depths": [1] * 5},
    {"depths": [0]},
    {"depths": [0], "skips": []},
    {"depths": [1001]},
    {"depths": [1.5]},
    {"depths": ["many"]},
    {"depths": 3},
    {"widths": [0, 1, 1, 1]},
    {"image_size": 0},
    {"image_size": True},
    {"num_classes": 0},
    {"in_channels": 0},
    {"stochastic_depth": 1},
    {"gate_bias": float("nan")},
    {"init_std": 0},
    {"skips": "yes"},
    {"skips": [1, 0]},
    {"norm": "layer"},
    {"block": None},
]


@pytest.mark.parametrize("fields", WRONG, ids=str)
def test_a_wrong_value_is_refused_at_its_field(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        Architecture.model_validate(fields)
    assert caught.value.errors()[0]["loc"][0] in fields


def test_a_field_that_does_not_exist_is_answered_with_the_nearest() -> None:
    error = refusal(nrom="none")
    assert (error.field, error.value) == ("nrom", "none")
    assert str(error) == 'nrom="none": there is no such field. Did you mean norm?'
    assert "stochastic_depth" in refusal(colour="blue").remedy


def test_every_field_is_described_for_the_api() -> None:
    schema = Architecture.model_json_schema()["properties"]
    assert all(schema[name].get("description") for name in Architecture.model_fields)
