"""Where everything of the diagram lies, in pixels from the top left. The page's twin is static/js/figure/layout.js."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from skipscope.model.show.net import Net

Kind = Literal["columns", "rows", "focus"]
View = Literal["paper", "trunk"]
Part = Literal["branch", "identity", "projection", "trunk"]
FEW = 20
MANY = 60
COLUMN = 118


class Brush(NamedTuple):
    """The places drawn in full: from `first` up to, not including, `end`. Places are blocks where all have the same."""

    first: int
    end: int


class Line(NamedTuple):
    """A path of the net. `block` -1 is the way into the first block; `trunk` is what leaves the block's junction."""

    variant: int
    block: int
    part: Part
    d: str
    length: float


class BoxPlace(NamedTuple):
    """A layer's box with the text that fits it."""

    variant: int
    block: int
    layer: str
    text: str
    size: float
    x: float
    y: float
    w: float
    h: float


class Junction(NamedTuple):
    """Where a shortcut meets its branch."""

    variant: int
    block: int
    x: float
    y: float
    r: float


class PointPlace(NamedTuple):
    """A mark: an activation, gate, scale, dropout or squeeze-and-excitation."""

    variant: int
    block: int
    layer: str
    type: str
    x: float
    y: float


class TextPlace(NamedTuple):
    """A text beside the drawing."""

    x: float
    y: float
    text: str
    role: Literal["title", "subtitle", "lane", "number", "projection", "end"]
    anchor: Literal["start", "middle", "end"]
    size: float
    variant: int | None = None
    block: int | None = None


class BlockPlace(NamedTuple):
    """The area of a block, or of its skip's switch."""

    variant: int
    block: int
    x: float
    y: float
    w: float
    h: float


class StagePlace(NamedTuple):
    """Where the switch of a stage's skips lies."""

    stage: str
    variant: int
    blocks: tuple[int, ...]
    x: float
    y: float
    w: float
    h: float


class Panel(NamedTuple):
    """The ground under a stage."""

    stage: str
    x: float
    y: float
    w: float
    h: float


class Strip(NamedTuple):
    """A cell a block from block `first`, which stands at a place of the brush: identity above, residual below."""

    variant: int
    stage: str
    first: int
    place: int
    size: int
    x: float
    y: float
    w: float
    h: float


class ValuePlace(NamedTuple):
    """Where a measured number is written."""

    variant: int
    block: int
    part: Literal["branch", "skip"]
    x: float
    y: float


class Window(NamedTuple):
    """The part of a strip that the brush covers."""

    x: float
    y: float
    w: float
    h: float


@dataclass(slots=True)
class Layout:
    """Where all lies; `height` may be more than was asked for, `places` is how many the brush can go over."""

    kind: Kind
    width: float
    height: float
    panels: list[Panel] = field(default_factory=list[Panel])
    lines: list[Line] = field(default_factory=list[Line])
    boxes: list[BoxPlace] = field(default_factory=list[BoxPlace])
    junctions: list[Junction] = field(default_factory=list[Junction])
    points: list[PointPlace] = field(default_factory=list[PointPlace])
    texts: list[TextPlace] = field(default_factory=list[TextPlace])
    blocks: list[BlockPlace] = field(default_factory=list[BlockPlace])
    switches: list[BlockPlace] = field(default_factory=list[BlockPlace])
    stages: list[StagePlace] = field(default_factory=list[StagePlace])
    values: list[ValuePlace] = field(default_factory=list[ValuePlace])
    strips: list[Strip] = field(default_factory=list[Strip])
    windows: list[Window] = field(default_factory=list[Window])
    brush: Brush | None = None
    places: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be laid out, and in what room."""

    nets: tuple[Net, ...]
    width: float
    height: float
    view: View = "paper"
    brush: Brush | None = None


def kind_of(nets: tuple[Net, ...], width: float) -> Kind:
    """Choose by the blocks of the deepest network: a column a stage, a row a stage, or focus and context."""
    blocks = max(net.num_blocks for net in nets)
    if blocks > MANY:
        return "focus"
    stages = max(len(net.stages) for net in nets)
    return "columns" if blocks <= FEW and width >= stages * len(nets) * COLUMN * 0.66 else "rows"
