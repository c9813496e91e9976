"""Focus and context, for networks too deep to draw in full: every block a cell of a strip (identity above, residual
below), and the blocks inside the brush drawn in full. The page's twin is static/js/figure/focus.js."""

import math
from dataclasses import dataclass, replace

from skipscope.model.show.layout import (
    Asked,
    Brush,
    Layout,
    Line,
    Panel,
    StagePlace,
    Strip,
    TextPlace,
    ValuePlace,
    Window,
)
from skipscope.model.show.net import Lead, LeadStage, NetBlock, lead_of
from skipscope.model.show.path import Channel, Place, Rect, path, rounded, snake
from skipscope.model.show.place import Lane, ends_of, place_block
from skipscope.model.show.rows import GUTTER, MARKED, NARROW, place_lane_name, place_numbers, row_lane

PAD = 8
CELL = 9
BETWEEN = 5
TOLD = 92
"""Lanes at least so high have the numbers written under the blocks."""
NUMBERS = 34
MOST_PITCH = 150
LEAST_PITCH = MARKED
"""At least so far apart, blocks have room for every mark and text."""
SWITCH_WIDTH, SWITCH_HEIGHT = 32, 22
MOST_LANE, LEAST_LANE = 168, 132
"""The height of a lane: at most; so much for each where several rows are drawn."""
ROW_GAP = 14
"""Between rows of blocks, for the trunk's way back."""
FIRST, MOST = 12, 48
"""So many blocks are in focus at first in a row, and at most in all."""


@dataclass(frozen=True, slots=True)
class _Focus:
    """The measures of the blocks that are drawn in full."""

    top: float
    start: float
    lane_height: float
    told: float
    narrow: bool
    measures: Lane
    num_rows: int
    in_row: int
    across: float


def focus(out: Layout, asked: Asked) -> None:
    """Lay out strips of the whole depth, and the blocks of the brush under them."""
    nets, width = asked.nets, asked.width
    lead = lead_of(nets)
    narrow = width < NARROW
    left = PAD + (0 if narrow else GUTTER)
    zone = width - PAD - left
    cell = zone / max(len(stage.blocks) for stage in lead.stages)
    fits = max(3, math.floor(zone / LEAST_PITCH))
    top = PAD + len(lead.stages) * (len(nets) * (2 * CELL + BETWEEN) + 14 + (18 if narrow else 6)) + 10
    out.height = max(asked.height, top + len(nets) * 66 + 40 + PAD)
    height = out.height - top - 2
    rows = 1 if narrow else max(1, math.floor((height - 26) / (len(nets) * LEAST_LANE + ROW_GAP)))
    most = min(fits * rows, max(fits, MOST))
    shown = clamp_brush(asked.brush or Brush(0, min(fits, FIRST) * rows), lead.num_places, most)
    out.brush, out.places = shown, lead.num_places
    y: float = PAD
    for s, stage in enumerate(lead.stages):
        _place_strips(out, asked, s, stage, x=left, y=y, cell=cell)
        y += len(nets) * (2 * CELL + BETWEEN) + 14 + (18 if narrow else 6)
    size = shown.end - shown.first
    plan = _plan(out, asked, size, top, min(rows, math.ceil(size / min(fits, FIRST))))
    for variant in range(len(nets)):
        _place_lane(out, asked, plan, lead, variant)


def _place_strips(out: Layout, asked: Asked, s: int, stage: LeadStage, *, x: float, y: float, cell: float) -> None:
    nets, narrow, left = asked.nets, asked.width < NARROW, x
    top = y + (18 if narrow else 2)
    title = (PAD, y + 9) if narrow else (PAD + 8, top + 9)
    subtitle = (PAD + 60, y + 9) if narrow else (PAD + 8, top + 24)
    out.texts.append(TextPlace(*title, stage.title, "title", "start", 13))
    out.texts.append(TextPlace(*subtitle, stage.subtitle, "subtitle", "start", 10))
    first, count = stage.first, len(stage.blocks)
    for variant, net in enumerate(nets):
        blocks = net.stages[s].blocks if s < len(net.stages) else []
        own, begins = len(blocks), blocks[0].number if blocks else 0
        row = top + variant * (2 * CELL + BETWEEN)
        out.strips.append(Strip(variant, stage.name, begins, first, own, left, row, own * cell, 2 * CELL))
        at = (asked.width - PAD - (len(nets) - variant) * (SWITCH_WIDTH + 4), y - 3)
        switch = at if narrow else (left - SWITCH_WIDTH - 6, row - 2)
        numbers = tuple(block.number for block in blocks)
        out.stages.append(StagePlace(stage.name, variant, numbers, *switch, SWITCH_WIDTH, SWITCH_HEIGHT))
    h = len(nets) * (2 * CELL + BETWEEN) - BETWEEN
    every = next((step for step in (1, 2, 5, 10, 20, 50, 100) if step * cell >= 34), 100)
    for i in range(0, count, every):
        number = str(stage.blocks[i].number + 1)
        out.texts.append(TextPlace(left + (i + 0.5) * cell, top + h + 8, number, "number", "middle", 9))
    assert out.brush is not None
    begin, end = max(out.brush.first, first), min(out.brush.end, first + count)
    if end > begin:
        out.windows.append(Window(left + (begin - first) * cell - 2, top - 3, (end - begin) * cell + 4, h + 6))


def _plan(out: Layout, asked: Asked, size: int, top: float, num_rows: int) -> _Focus:
    nets, width, narrow = asked.nets, asked.width, asked.width < NARROW
    height = out.height - top - 2
    out.panels.append(Panel("focus", 1, top, width - 2, height))
    in_row = math.ceil(size / num_rows)
    turns = 10 + 7 * len(nets) if num_rows > 1 else 0
    pitch = min(MOST_PITCH, (width - 2 * PAD - (8 if narrow else GUTTER) - turns) / in_row)
    lane_height = min(MOST_LANE, (height - 30 - (num_rows - 1) * ROW_GAP) / (len(nets) * num_rows))
    told = NUMBERS if lane_height >= TOLD and pitch >= 50 else 0
    across = len(nets) * lane_height + ROW_GAP
    spare = height - 26 - num_rows * across + ROW_GAP
    start = PAD + 4 if narrow else PAD + GUTTER
    lane = row_lane(lane_height - told, pitch, asked.view, ends_of(nets))
    return _Focus(top + 6 + spare / 2, start, lane_height, told, narrow, lane, num_rows, in_row, across)


def _place_lane(out: Layout, asked: Asked, plan: _Focus, lead: Lead, variant: int) -> None:
    shown, net = out.brush, asked.nets[variant]
    assert shown is not None
    own = [net.stages[s].blocks if s < len(net.stages) else [] for s in range(len(lead.stages))]
    places = [
        blocks[i] if i < len(blocks) else None
        for stage, blocks in zip(lead.stages, own, strict=True)
        for i in range(len(stage.blocks))
    ]
    inside = places[shown.first : shown.end]
    before = max((block.number for block in places[: shown.first] if block is not None), default=-1)
    for row in range(plan.num_rows):
        part = inside[row * plan.in_row : (row + 1) * plan.in_row]
        before = _place_row(out, asked, plan, part, before, variant=variant, row=row)
    numbers = tuple(block.number for block in inside if block is not None)
    out.stages[-1] = out.stages[-1]._replace(blocks=numbers)


def _place_row(
    out: Layout, asked: Asked, plan: _Focus, blocks: list[NetBlock | None], before: int, *, variant: int, row: int
) -> int:
    """Place one network's blocks of a row, and answer the number of the last block."""
    nets, pitch, start, box = asked.nets, plan.measures.pitch, plan.start, plan.measures.box_across
    first = plan.top + row * plan.across
    top = first + variant * plan.lane_height
    v = top + plan.lane_height - plan.told - box / 2 - 10
    lane = replace(plan.measures, variant=variant, v=v)
    if row > 0:
        turn = Channel(
            asked.width - PAD - 4 - 7 * variant,
            first - ROW_GAP / 2 + 3 - 4 * variant,
            start - 5 - 5 * (len(nets) - 1 - variant),
        )
        way = snake("right", Place(start + plan.in_row * pitch, v - plan.across), Place(start, v), turn)
        out.lines.append(Line(variant, before, "trunk", *way))
    begin = start if row > 0 else start - 8
    for i, block in enumerate(blocks):
        u = start + i * pitch
        if block is None or (i == 0 and row == 0):  # a place that another network fills: the trunk goes on
            way = path("right", [("M", begin, v), ("L", u + pitch if block is None else u, v)])
            out.lines.append(Line(variant, before, "trunk", *way))
        begin = u + pitch
        if block is None:
            continue
        before = block.number
        place_block(out, lane, block, u)
        if plan.told:
            x, below = rounded(start + (i + 0.46) * pitch), v + box / 2
            out.values.append(ValuePlace(variant, block.number, "skip", x, rounded(below + 24)))
            out.values.append(ValuePlace(variant, block.number, "branch", x, rounded(below + 37)))
    if row == 0:
        name = Rect(PAD - 4, top - 8, GUTTER - 14, 24) if plan.narrow else Rect(PAD + 2, v - 12, GUTTER - 14, 24)
        place_lane_name(out, "focus", nets[variant], variant, name)
    if plan.told or variant == len(nets) - 1:
        place_numbers(out, blocks, start, pitch, v + box / 2 + 11)
    return before


def clamp_brush(brush: Brush, num_blocks: int, most: int) -> Brush:
    """Keep a brush inside the network and as short as can be drawn."""
    size = max(1, min(brush.end - brush.first, most, num_blocks))
    first = max(0, min(brush.first, num_blocks - size))
    return Brush(first, first + size)
