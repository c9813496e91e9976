"""The line above the diagram: a sentence on each quantity as pieces, and a sentence on the differences."""

from typing import Annotated

from pydantic import BaseModel, Field
from typing_extensions import TypeAliasType


class NetworkName(BaseModel):
    """The place of a network's name in a sentence: its number among the variants."""

    network: int


Piece = TypeAliasType("Piece", str | float | NetworkName)


class Measured(BaseModel):
    """A sentence on each quantity that the diagram draws, as pieces: texts, numbers, and names of networks."""

    gradient_path: list[Piece]
    weight_gradient: list[Piece]
    activation: list[Piece]
    branch_ratio: list[Piece]
    dead_units: list[Piece]


class Headline(BaseModel):
    """The line above the diagram."""

    measured: Measured
    differences: Annotated[str, Field(description="The differences between the networks; of one, its cut skips.")]
