"""What tests of the model share: random valid architectures, small enough to build."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import strategies as st

from skipscope.model.describe.architecture import Architecture
from skipscope.model.measure import native

VALUES: dict[str, tuple[Any, ...]] = {
    name: get_args(field.annotation)
    for name, field in Architecture.model_fields.items()
    if field.annotation is not None and all(isinstance(value, str) for value in get_args(field.annotation) or (0,))
}
"""The values of each field that has a list of them."""


@st.composite
def small_architectures(draw: st.DrawFn) -> Architecture:
    """Draw every field, then turn what makes no sense together into something near that does."""
    fields = {name: draw(st.sampled_from(values)) for name, values in VALUES.items()}
    depths = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=4)))
    widths = draw(st.lists(st.integers(1, 20), min_size=len(depths), max_size=len(depths)))
    fields |= {
        "depths": depths,
        "widths": tuple(sorted(widths) if fields["projection"] == "A" else widths),
        "stem_width": draw(st.integers(1, 20)),
        "skips": draw(st.booleans() | st.lists(st.booleans(), min_size=sum(depths), max_size=sum(depths))),
        "norm_groups": draw(st.integers(1, 40)),
        "squeeze_excitation": draw(st.booleans()),
        "image_size": draw(st.integers(1, 20)),
        "in_channels": draw(st.integers(1, 4)),
        "num_classes": draw(st.integers(1, 5)),
    }
    if fields["block"] == "bottleneck":
        fields |= {"groups": draw(st.integers(1, 5)), "width_per_group": draw(st.sampled_from((64, 65, 96, 128)))}
    else:
        fields["bottleneck_stride"] = "3x3"
    if fields["block"] == "repvgg":
        fields |= {
            "shortcut": "identity", "projection": "B", "downsample": "strided_conv", "order": "post_activation",
            "norm": "batch", "squeeze_excitation": False,
            "residual_init": "none" if fields["residual_init"] == "fixup" else fields["residual_init"],
        }  # fmt: skip
    if fields["projection"] == "A":
        fields["stem_width"] = min(fields["stem_width"], fields["widths"][0])
    if fields["shortcut"] == "constant_scaling":
        fields["residual_scale"] = draw(st.sampled_from((1.0, 0.5)))
    if fields["order"] == "bn_after_addition" and fields["norm"] == "none":
        fields["norm"] = "batch"
    if fields["residual_init"] == "zero_gamma":
        ends = fields["norm"] != "none" and fields["order"] in {"post_activation", "relu_only_preactivation"}
        fields["residual_init"] = "zero_gamma" if ends else "skipinit"
    if fields["residual_init"] == "fixup":
        allowed = fields["order"] not in {"bn_after_addition", "relu_before_addition"}
        fields |= {"norm": "none", "init": "kaiming_normal"} if allowed else {"residual_init": "layer_scale"}
    return Architecture.model_validate(fields)


@pytest.fixture(scope="session")
def architectures() -> st.SearchStrategy[Architecture]:
    """Give a strategy of random valid architectures."""
    return small_architectures()


@pytest.fixture(scope="session")
def field_values() -> dict[str, tuple[Any, ...]]:
    """Give the values of each field that has a list of them."""
    return VALUES


@pytest.fixture(scope="module", params=["compiled", "torch"])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """Have sums taken by the compiled module, and again by torch's operations."""
    if request.param == "compiled" and native.load() is None:
        pytest.skip("no compiled sums here: `python -m skipscope.model.measure.native.build` says why")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "torch":
            patch.setattr(native, "load", lambda: None)
        yield request.param
