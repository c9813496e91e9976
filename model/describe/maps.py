"""The request for one block's maps, the pictures of one image of the batch, forward and backward. Needs no torch."""

from typing import Annotated, Self

from pydantic import Field, StrictBool, model_validator

from skipscope.model.describe.request import ProbeRequest
from skipscope.model.describe.words import FieldError

MAX_CHANNELS = 16
"""Channels of a map that are answered at once; `first_channel` pages through the others."""
MAX_SIDE = 32
"""Pixels of a side; a larger map is averaged over squares, whose side `pooled` states."""
BlockName = Annotated[str, Field(max_length=20, pattern=r"^layer[1-4]\.[0-9]{1,4}$")]


class MapsRequest(ProbeRequest):
    """A probe of which one block is looked at, for one image of the batch."""

    block: Annotated[BlockName, Field(description="A block that each network has, as layer1.0.")]
    image: Annotated[int, Field(strict=True, ge=0, le=4095, description="Of the batch, from 0.")] = 0
    first_channel: Annotated[
        int, Field(strict=True, ge=0, le=65_535, description=f"The first of the {MAX_CHANNELS} channels shown, from 0.")
    ] = 0
    layers: Annotated[StrictBool, Field(description="Whether the output of each layer in the block is shown too.")] = (
        False
    )

    @model_validator(mode="after")
    def _check_places(self) -> Self:
        if self.image >= self.batch_size:
            raise FieldError(
                "image", self.image, f"the batch has {self.batch_size} images, counted from 0",
                f"give {self.batch_size - 1} or less",
            )  # fmt: skip
        for variant in self.variants:
            names = variant.block_names
            if self.block not in names:
                limit = f"blocks are {names[0]} to {names[-1]}"
                raise FieldError("block", self.block, limit, "name one that each network has")
            channels = variant.widths[int(self.block[5]) - 1] * variant.expansion
            if self.first_channel >= channels:
                limit = f"{self.block} has {channels} channels, counted from 0"
                raise FieldError("first_channel", self.first_channel, limit, f"give {channels - 1} or less")
        return self
