"""A column a stage, like Figure 3 of He et al. 2015, for networks of few blocks: every layer with its kernel and
channels, plain and residual beside each other. The page's twin is static/js/figure/columns.js."""

import math
from dataclasses import dataclass, replace

from skipscope.model.show.layout import Asked, Layout, Line, Panel, StagePlace, TextPlace
from skipscope.model.show.net import Chain, Lead, LeadStage, lead_of
from skipscope.model.show.path import Channel, Corner, Place, path, snake
from skipscope.model.show.place import Lane, Span, Stop, ends_of, fit, place_block, place_chain

PAD = 8
PANEL_GAP = 18
HEAD = 76
FOOT = 20
END_BOX = 20


@dataclass(frozen=True, slots=True)
class _Plan:
    """The measures of all columns."""

    lead: Lead
    stem: float
    head: float
    first: float
    column: float
    lane: float
    bow: float
    slack: float
    measures: Lane

    def x_of(self, stage: int) -> float:
        """Return the left side of a stage's column."""
        return 1 + stage * (self.column + PANEL_GAP)


def columns(out: Layout, asked: Asked) -> None:
    """Lay out a column a stage."""
    plan = _plan(out, asked)
    bottom = out.height - PAD
    stops: list[Stop | None] = [None] * len(asked.nets)
    for s, stage in enumerate(plan.lead.stages):
        x = plan.x_of(s)
        out.panels.append(Panel(stage.name, x, PAD, plan.column, bottom - PAD))
        _place_heading(out, stage, x, plan.column)
        for variant in range(len(asked.nets)):
            stops[variant] = _place_lane(out, asked, plan, s=s, variant=variant, end=stops[variant])


def _plan(out: Layout, asked: Asked) -> _Plan:
    nets, width, height = asked.nets, asked.width, asked.height
    lead = lead_of(nets)
    stages = len(lead.stages)
    stem, head = _extent(lead.stem), _extent(lead.head)
    extra = [(stem if s == 0 else 0) + (head if s == stages - 1 else 0) for s in range(stages)]
    room = height - 2 * PAD - HEAD - FOOT
    num_boxes = lead.num_boxes
    fits = min((room - more) / len(stage.blocks) for stage, more in zip(lead.stages, extra, strict=True))
    pitch = max(18 + 17 * num_boxes, min(50 + 95 * num_boxes, fits))
    length = max(len(stage.blocks) * pitch + more for stage, more in zip(lead.stages, extra, strict=True))
    out.height = max(height, math.ceil(2 * PAD + HEAD + FOOT + length))

    column = (width - (stages - 1) * PANEL_GAP - 2) / stages
    lane = (column - 12) / len(nets)
    bow = max(18, min(40, lane * 0.27))
    box_across = min(max(116, min(160, lane * 0.42)), lane - bow - 10)
    measures = replace(_measures(pitch, num_boxes, box_across, bow), ends=ends_of(nets), view=asked.view)
    if asked.view == "trunk":
        measures = replace(measures, reach=box_across + bow * 0.55)
    return _Plan(lead, stem, head, PAD + HEAD, column, lane, bow, lane - box_across - bow, measures)


def _place_lane(out: Layout, asked: Asked, plan: _Plan, *, s: int, variant: int, end: Stop | None) -> Stop:
    """Place one net's part of a stage; return where it ended."""
    net, first, box_across = asked.nets[variant], plan.first, plan.measures.box_across
    x = plan.x_of(s)
    trunk_first = asked.view == "trunk"
    v = x + 6 + variant * plan.lane + plan.slack * 0.5 + (plan.bow * 0.3 if trunk_first else box_across / 2)
    centre = v + box_across / 2 - 7 if trunk_first else v
    lane = replace(plan.measures, variant=variant, v=v)
    stage = plan.lead.stages[s]
    blocks = net.stages[s].blocks if s < len(net.stages) else []
    start = first + (plan.stem if s == 0 else 0)
    last = start + len(blocks) * lane.pitch
    size = 11 if fit([net.label], 12, plan.lane - 34) else 9.5
    name = len(net.label) * size * 0.62
    most = min(x + 8 + name / 2, x + plan.column - 26 - name / 2)  # a long name and its switch stay inside the panel
    middle = max(centre - 10, most)
    out.texts.append(TextPlace(middle, PAD + 50, net.label, "lane", "middle", size, variant))
    numbers = tuple(block.number for block in blocks)
    out.stages.append(StagePlace(stage.name, variant, numbers, middle - 4 - name / 2, PAD + 38, name + 30, 24))
    if end is not None:
        outer = len(asked.nets) - 1 - variant
        gap = x - PANEL_GAP / 2 + 3.5 * (1 - 2 * variant)
        turn = Channel(end.out + 6 + 6 * outer, gap, first - 6 - 6 * variant)
        way = snake("down", end.place, Place(first, v), turn)
        out.lines.append(Line(variant, end.block, "trunk", *way))
    else:
        out.lines.append(Line(variant, -1, "trunk", *path("down", [("M", first, v), ("L", start, v)])))
        place_chain(out, replace(lane, box_along=END_BOX), net.stem, -1, Span(first - 6, start - 18, centre))
    for i, block in enumerate(blocks):
        place_block(out, lane, block, start + i * lane.pitch)
    if s == len(plan.lead.stages) - 1:
        way = path("down", [("M", last, v), ("L", last + plan.head - 8, v)])
        out.lines.append(Line(variant, net.num_blocks - 1, "trunk", *way))
        place_chain(out, replace(lane, box_along=END_BOX), net.head, -1, Span(last + 16, last + plan.head - 4, centre))
    longest = start + len(stage.blocks) * lane.pitch
    return Stop(Place(last, v), blocks[-1].number if blocks else -1 if end is None else end.block, longest)


def _extent(chain: Chain) -> float:
    return len(chain.boxes) * (END_BOX + 8) + 14 if chain.boxes else 0


def _place_heading(out: Layout, stage: LeadStage, x: float, width: float) -> None:
    middle = x + width / 2
    out.texts.append(TextPlace(middle, PAD + 15, stage.title, "title", "middle", 13))
    subtitle = fit([f"{stage.told} · {stage.subtitle}", stage.subtitle], 10, width - 8)
    out.texts.append(TextPlace(middle, PAD + 31, subtitle, "subtitle", "middle", 10))


def _measures(pitch: float, num_boxes: int, box_across: float, bow: float) -> Lane:
    radius = max(5, min(8, pitch * 0.08))
    gap = max(3, min(10, pitch * 0.07))
    tail = max(3, min(9, pitch * 0.07))
    box_along = min(max(38, pitch * 0.22), (pitch - tail - 2 * radius - gap * (num_boxes + 1)) / num_boxes)
    return Lane(
        flow="down", variant=0, v=0, pitch=pitch, reach=box_across / 2 + bow - 8, box_along=box_along,
        box_across=box_across, radius=radius, gap=gap, corner=Corner(min(26, pitch * 0.3), bow + 6),
        font=9 if box_along < 15 else 10 if box_along < 44 or box_across < 100 else 12, view="paper",
        points=gap >= 4, ends=(0, 0),
    )  # fmt: skip
