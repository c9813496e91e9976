"""A row a stage, always left to right, for networks of some dozens of blocks; a long stage takes several rows. The
page's twin is static/js/figure/rows.js."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from skipscope.model.show.layout import Asked, Layout, Line, Panel, StagePlace, TextPlace, View
from skipscope.model.show.net import Lead, LeadStage, Net, NetBlock, lead_of
from skipscope.model.show.path import Channel, Corner, Place, Rect, path, point, snake
from skipscope.model.show.place import Lane, Span, Stop, ends_of, fit, place_block, place_chain

PAD = 8
PANEL_GAP = 10
NUMBERS = 15
NAME = 90
NARROW = 560
GUTTER = 114
LEAST_LANE, MOST_LANE = 46, 124
TEXTED = 84
"""Above this pitch boxes are wide enough for a text with channels, and as high as it needs."""
MARKED = 90
"""The least pitch with room for the marks of activations, gates and the like."""


class Row(NamedTuple):
    """Blocks of a stage, from `first` up to `end`, in one of its rows."""

    stage: int
    number: int
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """The measures of all rows."""

    lead: Lead
    rows: list[Row]
    narrow: bool
    gutter: float
    head: float
    left: float
    slots: tuple[float, float]
    lane_height: float
    spare: float
    measures: Lane


def rows(out: Layout, asked: Asked) -> None:
    """Lay out a row a stage."""
    nets, width = asked.nets, asked.width
    plan = _plan(out, asked)
    y: float = PAD
    stops: list[Stop | None] = [None] * len(nets)
    for s, stage in enumerate(plan.lead.stages):
        own = [row for row in plan.rows if row.stage == s]
        h = plan.head + len(own) * (len(nets) * plan.lane_height + NUMBERS) + 6 + plan.spare
        out.panels.append(Panel(stage.name, 1, y, width - 2, h))
        across = plan.measures.box_across
        first = y + 4 + plan.spare / 2 + plan.lane_height - across / 2 - 7
        _place_title(out, stage, 22 + 7 * len(nets) if plan.narrow else 0, y, first)
        for row in own:
            for variant in range(len(nets)):
                stops[variant] = _place_row(out, asked, plan, row, panel=y, variant=variant, stop=stops[variant])
        y += h + PANEL_GAP


def _plan(out: Layout, asked: Asked) -> _Plan:
    nets, width, height = asked.nets, asked.width, asked.height
    narrow = width < NARROW
    lead = lead_of(nets)
    gutter, head = (0, 24) if narrow else (GUTTER, 0)
    slots = _slot(len(lead.stem.boxes), narrow), _slot(len(lead.head.boxes), narrow)
    left = PAD + gutter + slots[0]
    zone = width - PAD - slots[1] - left
    panels = len(lead.stages)

    def fixed_of(plan: list[Row]) -> float:
        return panels * (head + 6) + len(plan) * NUMBERS + (panels - 1) * PANEL_GAP + 2 * PAD

    def room_for(plan: list[Row]) -> float:
        return (height - fixed_of(plan)) / (len(plan) * len(nets))

    plan = _rows_of(lead.stages, zone, 72 if lead.num_boxes > 2 else 44)
    if narrow or room_for(plan) < LEAST_LANE:
        plan = _rows_of(lead.stages, zone, 34 if narrow else 40 if lead.num_boxes > 2 else 28)
    pitch = min(170, zone / max(row.end - row.first for row in plan))
    fixed = fixed_of(plan)
    lane_height = max(LEAST_LANE, min(MOST_LANE, room_for(plan)))
    out.height = max(height, math.ceil(fixed + lane_height * len(plan) * len(nets)))
    spare = (out.height - fixed - lane_height * len(plan) * len(nets)) / panels
    measures = row_lane(lane_height, pitch, asked.view, ends_of(nets))
    return _Plan(lead, plan, narrow, gutter, head, left, slots, lane_height, spare, measures)


def _place_row(
    out: Layout, asked: Asked, plan: _Plan, row: Row, *, panel: float, variant: int, stop: Stop | None
) -> Stop:
    """Place one net's part of a row; `panel` is the top of its stage. Return where it stopped."""
    y, r, nets, width = panel, row.number, asked.nets, asked.width
    net, stage, pitch, left = nets[variant], plan.lead.stages[row.stage], plan.measures.pitch, plan.left
    top = y + plan.head + 4 + plan.spare / 2 + r * (len(nets) * plan.lane_height + NUMBERS) + variant * plan.lane_height
    v = top + plan.lane_height - plan.measures.box_across / 2 - 7
    lane = replace(plan.measures, variant=variant, v=v)
    blocks = net.stages[row.stage].blocks[row.first : row.end] if row.stage < len(net.stages) else []
    if stop is not None:
        gap = (top - variant * plan.lane_height + 1 if row.first > 0 else y - PANEL_GAP / 2) + 2 - 4 * variant
        back = left - plan.slots[0] + 8 + 7 * (len(nets) - 1 - variant)
        way = snake("right", stop.place, Place(left, v), Channel(width - PAD - 4 - 7 * variant, gap, back))
        out.lines.append(Line(variant, stop.block, "trunk", *way))
    else:
        _place_stem(out, lane, net, left - plan.slots[0], left)
    for i, block in enumerate(blocks):
        place_block(out, lane, block, left + i * pitch)
    end = left + len(blocks) * pitch
    if row.stage == len(plan.lead.stages) - 1 and row.end == len(stage.blocks):
        _place_head(out, lane, net, end, min(width - PAD, end + plan.slots[1]))
    if r == 0:
        wide = Rect(PAD + 2, v - 12, plan.gutter - 14, 24)
        narrow = Rect(width - (len(nets) - variant) * NAME, y + 1, NAME - 8, 24)
        place_lane_name(out, stage.name, net, variant, narrow if plan.narrow else wide)
    if variant == len(nets) - 1:
        place_numbers(out, blocks, left, pitch, v + lane.box_across / 2 + 10)
    return Stop(Place(end, v), blocks[-1].number if blocks else -1 if stop is None else stop.block, width)


def _slot(boxes: int, narrow: bool) -> float:
    return 20 if boxes == 0 else boxes * (21 if narrow else 50 if boxes == 1 else 32) + (8 if narrow else 16)


def _rows_of(stages: Sequence[LeadStage], zone: float, least: float) -> list[Row]:
    most = max(1, math.floor(zone / least))
    found: list[Row] = []
    for s, stage in enumerate(stages):
        count = math.ceil(len(stage.blocks) / most)
        size = math.ceil(len(stage.blocks) / count)
        found += [Row(s, i, i * size, min(len(stage.blocks), (i + 1) * size)) for i in range(count)]
    return found


def row_lane(lane_height: float, pitch: float, view: View, ends: tuple[float, float]) -> Lane:
    """Return the measures of a row's lanes; variant and v are to be set."""
    box_across = max(16 if pitch > TEXTED else 12, min(26, lane_height * 0.27, max(15, pitch * 0.5)))
    reach = -max(box_across / 2 + 8, min(lane_height - box_across / 2 - 16, pitch * 0.72))
    return Lane(
        flow="right", variant=0, v=0, pitch=pitch, reach=reach, box_along=0, box_across=box_across,
        radius=max(3.5, min(7, pitch * 0.085)), gap=max(2, min(7, pitch * 0.06)), corner=Corner(pitch / 2, abs(reach)),
        font=10 if pitch > TEXTED else 9, view=view, points=pitch >= MARKED, ends=ends,
    )  # fmt: skip


def _place_title(out: Layout, stage: LeadStage, beside: float, y: float, first: float) -> None:
    """Write a stage's name, beside the trunk's turns or (0) in the gutter; `first` is the v of its first lane."""
    if beside > 0:
        out.texts.append(TextPlace(beside, y + 13, stage.title, "title", "start", 12))
        out.texts.append(TextPlace(beside + 46, y + 13, stage.subtitle, "subtitle", "start", 10))
        return
    roomy = first - y >= 46
    out.texts.append(TextPlace(PAD + 8, y + (17 if roomy else 13), stage.title, "title", "start", 13))
    out.texts.append(TextPlace(PAD + 8, y + 32 if roomy else first + 15, stage.subtitle, "subtitle", "start", 10))


def place_lane_name(out: Layout, stage: str, net: Net, variant: int, place: Rect) -> None:
    """Place a network's name and the switch of the stage's skips beside it."""
    size = 11 if fit([net.label], 12.5, place.w - 26) else 9.5
    out.texts.append(TextPlace(place.x + 6, place.y + place.h / 2, net.label, "lane", "start", size, variant))
    own = next((one.blocks for one in net.stages if one.name == stage), [])
    out.stages.append(StagePlace(stage, variant, tuple(block.number for block in own), *place))


def _place_stem(out: Layout, lane: Lane, net: Net, begin: float, end: float) -> None:
    place_chain(out, replace(lane, gap=4), net.stem, -1, Span(begin + 2, end - 10, lane.v))
    way = path(lane.flow, [("M", begin + 2, lane.v), ("L", end + lane.gap / 2, lane.v)])
    out.lines.append(Line(lane.variant, -1, "trunk", *way))


def _place_head(out: Layout, lane: Lane, net: Net, begin: float, end: float) -> None:
    way = path(lane.flow, [("M", begin, lane.v), ("L", end - 6, lane.v)])
    out.lines.append(Line(lane.variant, net.num_blocks - 1, "trunk", *way))
    place_chain(out, replace(lane, gap=4), net.head, -1, Span(begin + 8, end - 4, lane.v))


def place_numbers(out: Layout, blocks: Sequence[NetBlock | None], left: float, pitch: float, y: float) -> None:
    """Write the blocks' numbers under them."""
    every = 1 if pitch >= 22 else 2
    for i, block in enumerate(blocks):
        if block is not None and (block.number + 1) % every == 0:
            x, _ = point("right", left + i * pitch + pitch * 0.46, 0)
            out.texts.append(TextPlace(x, y, str(block.number + 1), "number", "middle", 9))
