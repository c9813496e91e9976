"""Requests and answers of the API's part for weights, as the OpenAPI document describes them."""

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, Field

WeightsId = Annotated[str, Path(max_length=64, description="The id of weights.")]
FILE: dict[str, Any] = {
    "requestBody": {
        "description": "The file: safetensors, names of tensors torchvision's.", "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
}  # fmt: skip
EXAMPLES: dict[str, Any] = {
    "own": {"summary": "A file that this program wrote", "value": ""},
    "torchvision": {"summary": "torchvision's ResNet-50", "value": '{"preset":"resnet50"}'},
}


class WeightsRow(BaseModel):
    """Weights to start from: a `run`'s, with all its networks, or an `upload`, of one network."""

    id: str
    source: Literal["run", "upload"]
    name: Annotated[str, Field(description="That people gave; empty if they gave a run none.")]
    networks: list[str]
    bytes: int
    created: float
    own: Annotated[bool, Field(description="Whether the reader may delete it.")]


class StoredWeights(WeightsRow):
    """The same with the networks: architectures, as they are built."""

    variants: list[dict[str, Any]]


class WeightsPage(BaseModel):
    """Some of the weights, the newest first; `next` is the address of those before, null at the end."""

    total: int
    offset: int
    limit: int
    weights: list[WeightsRow]
    next: str | None
