"""Requests and answers of the API's part for architectures, as the OpenAPI document describes them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from skipscope.app.wire.runs import ProblemView
from skipscope.model.describe.architecture import Architecture
from skipscope.model.formats import FORMATS

PROBLEM = "application/problem+json"
Shape = Annotated[list[int], Field(description="[C, H, W], or [features]; without the batch.")]
Path = Literal["trunk", "residual", "identity", "projection"]

DESCRIPTIONS: dict[str, dict[str, Any]] = {
    "differences": {
        "summary": "ResNet-56 without normalisation",
        "value": {"preset": "resnet56", "norm": "none", "init": "xavier_normal"},
    },
    "cut": {
        "summary": "ResNet-20 with one shortcut cut",
        "value": {"preset": "resnet20", "skips": [True, True, True, True, False, True, True, True, True]},
    },
    "whole": {
        "summary": "A small network, field by field; other fields have their defaults",
        "value": {"block": "bottleneck", "depths": [1, 1], "stem": "cifar", "order": "pre_activation"},
    },
}


class PresetView(BaseModel):
    """A preset in a line; `macs` are multiply-accumulates for one image."""

    name: Annotated[str, Field(examples=["resnet56"])]
    title: Annotated[str, Field(description="The name for people.", examples=["ResNet-56"])]
    stem: Annotated[str, Field(description="Decides the usual image size.", examples=["cifar"])]
    family: Annotated[str, Field(examples=["CIFAR ResNet"])]
    summary: Annotated[str, Field(examples=["56 layers for CIFAR, parameter-free shortcuts (option A)"])]
    paper: Annotated[str, Field(examples=["He et al. 2015 (arXiv 1512.03385)"])]
    parameters: Annotated[int, Field(examples=[853_018])]
    macs: Annotated[int, Field(examples=[125_485_696])]


class TotalsView(BaseModel):
    """Size and cost of a whole network. Bytes are those of float32; `activation_bytes` are one image's."""

    parameters: int
    macs: int
    depth: Annotated[int, Field(description="Weighted layers on the main path.")]
    blocks: int
    paths: Annotated[str, Field(description="2 to the number of connected skips; a string, for it may be long.")]
    activation_bytes: int
    parameter_bytes: int
    receptive_field: Annotated[int, Field(description="Of the last block's output, in pixels.")]


class LayerView(BaseModel):
    """One module of the network, named by its path; `inputs` names the layers that it reads."""

    name: Annotated[str, Field(examples=["layer1.0.conv1"])]
    type: Annotated[str, Field(examples=["conv"])]
    stage: Annotated[str, Field(examples=["layer1"])]
    block: Annotated[str | None, Field(examples=["layer1.0"])]
    path: Path
    inputs: list[str]
    input_shape: Shape
    output_shape: Shape
    parameters: int
    macs: int
    receptive_field: int
    kernel: int
    stride: int
    groups: int
    bias: bool
    activation_bytes: int


class EdgeView(BaseModel):
    """An arrow from one layer to the next."""

    source: str
    target: str
    kind: Path


class BlockView(BaseModel):
    """One residual unit; `layers` names its layers in order."""

    name: str
    stage: str
    index: int
    skip: bool
    shortcut: Literal["identity", "projection", "none"]
    layers: list[str]
    input_shape: Shape
    output_shape: Shape


class TapView(BaseModel):
    """A tensor that is measured: the output of `module`."""

    name: str
    module: str
    kind: str
    block: str | None
    activation: Annotated[bool, Field(description="Whether an activation function made it.")]


class PlacesView(BaseModel):
    """The measured places of a network: its blocks, its taps, and its convolutions and linear layer in order."""

    blocks: list[BlockView]
    taps: list[TapView]
    weights: list[str]


class GraphView(PlacesView):
    """The layers as a graph, with the places where it is measured."""

    nodes: list[LayerView]
    edges: list[EdgeView]


class DrawnView(BaseModel):
    """A network without a tensor, as a drawing of it needs it: the layers are its nodes, `inputs` its edges."""

    name: Annotated[str | None, Field(description="The preset's name; null if it is no preset.")]
    label: Annotated[str, Field(description="The name for people.")]
    architecture: Architecture
    stated: Annotated[dict[str, Any], Field(description="The same as differences from the nearest preset.")]
    totals: TotalsView
    notes: list[str]
    size_note: Annotated[str | None, Field(description="Stages whose maps are of one pixel; null if there is none.")]
    layers: list[LayerView]
    graph: PlacesView


class SummaryView(DrawnView):
    """A network without a tensor: its description, totals, layers and graph."""

    graph: GraphView  # pyright: ignore[reportIncompatibleVariableOverride]


class DatasetView(BaseModel):
    """A data set; `missing` says why it cannot be had yet, and `remedy` what to do."""

    name: Annotated[str, Field(examples=["digits"])]
    title: str
    num_images: int
    num_train: int
    num_test: Annotated[int, Field(description="Held out for the test accuracy.")]
    image_size: int
    image_sizes: Annotated[
        dict[str, int], Field(description="Usual size by a network's stem.", examples=[{"cifar": 8, "imagenet": 64}])
    ]
    in_channels: int
    shape: Annotated[list[int], Field(description="[C, H, W] of an image.", examples=[[1, 8, 8]])]
    num_classes: int
    classes: Annotated[list[str], Field(description="Names, in the order of the labels.")]
    source: str
    licence: str
    missing: str | None
    remedy: str | None
    samples: Annotated[
        str | None, Field(description="Address of a PNG of samples.", examples=["/api/datasets/digits/samples.png"])
    ]


def problems(**said: str) -> dict[int | str, dict[str, Any]]:
    """Document refusals: problems(s404="There is no such preset.")."""
    schema = {PROBLEM: {"schema": ProblemView.model_json_schema()}}
    return {int(status[1:]): {"description": text, "content": schema} for status, text in said.items()}


def summaries() -> dict[int | str, dict[str, Any]]:
    """Document an answer in each format, and the one that says that nothing has changed."""
    text = {media_type.partition(";")[0]: {"schema": {"type": "string"}} for media_type, _ in FORMATS.values()}
    headers = {
        "ETag": {"description": "The tag of exactly these bytes.", "schema": {"type": "string"}},
        "Cache-Control": {"description": "How long the answer may be cached.", "schema": {"type": "string"}},
    }
    return {
        200: {"description": "The summary, in the format that was asked for.", "content": text, "headers": headers},
        304: {"description": "The bytes are those of the tag in If-None-Match.", "headers": headers},
    }
