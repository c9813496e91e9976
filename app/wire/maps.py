"""One block's maps, as the OpenAPI document describes them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from skipscope.app.wire.numbers import WireNumber
from skipscope.model.describe.maps import MAX_CHANNELS, MAX_SIDE

MAPS: dict[str, dict[str, Any]] = {
    "middle": {
        "summary": "A block of ResNet-20, for the third image of the batch",
        "value": {"variants": [{"preset": "resnet20"}], "block": "layer2.1", "image": 2},
    },
    "next": {
        "summary": "Channels 16 to 31 of a bottleneck, each layer's output included",
        "value": {"variants": [{"preset": "resnet26"}], "block": "layer1.0", "first_channel": 16, "layers": True},
    },
}  # fmt: skip


class FeatureMap(BaseModel):
    """Channels of one image at one place: a row of `pixels` a channel, each line by line, `rows` times `columns`."""

    shape: Annotated[list[int], Field(description="Channels, height and width of the whole.")]
    first_channel: Annotated[int, Field(description=f"The first of the channels here, {MAX_CHANNELS} at most.")]
    pooled: Annotated[
        int, Field(description=f"A pixel is the mean of this many squared; 1 unless a side is over {MAX_SIDE}.")
    ]
    rows: int
    columns: int
    rms: Annotated[WireNumber, Field(description="Over the whole batch.")]
    norm: Annotated[WireNumber, Field(description="L2 norm over the whole batch.")]
    image_rms: Annotated[WireNumber, Field(description="Over this image, all channels.")]
    peak: Annotated[WireNumber, Field(description="The largest magnitude in this image, all channels.")]
    pixels: list[list[WireNumber]]


class Maps(BaseModel):
    """A block's maps; docs/measures.md defines them. null: the skip is off, or stochastic depth dropped F."""

    x: FeatureMap
    shortcut: FeatureMap | None
    branch: FeatureMap | None
    sum: FeatureMap
    output: FeatureMap
    grad_sum: FeatureMap
    grad_identity: FeatureMap | None
    grad_branch: FeatureMap | None
    grad_x: FeatureMap


class LayerMap(BaseModel):
    """The output of one layer of the block."""

    name: str
    map: FeatureMap


class SeenImage(BaseModel):
    """The image, as the network sees it, with its class and the network's answer."""

    index: int
    label: int
    predicted: int
    map: FeatureMap


class MappedVariant(BaseModel):
    """One network's block: `cosine` lies between both parts of the gradient at x, over the batch."""

    label: str
    block: str
    skip: bool
    strength: float
    image: SeenImage
    maps: Maps
    layers: Annotated[list[LayerMap], Field(description="In the order of execution; empty unless asked for.")]
    cosine: Annotated[WireNumber | None, Field(description="null where a part is missing or zero.")]
    identity_share: Annotated[
        WireNumber | None,
        Field(description="<identity's part, gradient> / |gradient|^2; null where the skip is off or both are zero."),
    ]


class MapsView(BaseModel):
    """One block of each network, in one forward and one backward pass."""

    variants: list[MappedVariant]
