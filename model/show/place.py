"""Place one block, or a chain of boxes, on a lane. The same code serves rows, columns and the focus. The page's twin is
static/js/figure/place.js."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from skipscope.model.show.layout import BlockPlace, BoxPlace, Junction, Layout, Line, PointPlace, TextPlace, View
from skipscope.model.show.net import Chain, Net, NetBlock
from skipscope.model.show.path import Corner, Flow, Place, Rect, arc, path, point, rect, rounded, sign

CHARACTER = 0.56
"""Mean width of a character at size 1, for the fonts that are used."""
POINT = 9
"""Room for a mark before the first or after the last box of a branch."""


@dataclass(frozen=True, slots=True)
class Lane:
    """The measures that all blocks of a row or column share.

    `v` is the trunk's, `pitch` leads from one fork to the next, `reach` is the signed distance of the arc's far side
    from the trunk, `box_along` 0 fills what the pitch leaves, `ends` is the room for marks at the ends of a branch.
    """

    flow: Flow
    variant: int
    v: float
    pitch: float
    reach: float
    box_along: float
    box_across: float
    radius: float
    gap: float
    corner: Corner
    font: float
    view: View
    points: bool
    ends: tuple[float, float]


class Span(NamedTuple):
    """Two places of the flow, and where across it."""

    begin: float
    end: float
    v: float


class Stop(NamedTuple):
    """Where a lane stopped, the block before, -1 for the stem, and where the longest lane beside it ends."""

    place: Place
    block: int
    out: float


def fit(texts: Sequence[str], size: float, room: float) -> str:
    """Take the fullest text that fits, or none."""
    return next((text for text in texts if len(text) * size * CHARACTER <= room), "")


def ends_of(nets: Sequence[Net]) -> tuple[float, float]:
    """Return the room for marks at the ends of a branch: the most that any net needs, so that boxes stay aligned."""
    branches = [block.branch for net in nets for stage in net.stages for block in stage.blocks]
    before = any(dot.after == 0 for branch in branches for dot in branch.points)
    after = any(dot.after == len(branch.boxes) for branch in branches for dot in branch.points)
    return POINT if before else 0, POINT if after else 0


def place_block(out: Layout, lane: Lane, block: NetBlock, u: float) -> None:
    """Place a block whose fork is at `u`, and the piece of trunk to the next one."""
    flow, variant, v, pitch, view = lane.flow, lane.variant, lane.v, lane.pitch, lane.view
    side = sign(lane.reach)
    tail = max(3, min(9, pitch * 0.07))
    junction = u + pitch - tail - lane.radius
    rim = junction - lane.radius
    boxes_at = v if view == "paper" else v + lane.reach - (side * lane.box_across) / 2
    chain = Chain(block.branch.boxes, block.branch.points if lane.points else [])
    before, after = lane.ends if lane.points else (0, 0)
    inset = 0 if view == "paper" or flow == "down" else min(10, pitch * 0.1)
    span = Span(u + lane.gap + inset + before, rim - lane.gap - inset - after, boxes_at)
    place_chain(out, lane, chain, block.number, span)

    straight = path(flow, [("M", u, v), ("L", junction, v)])
    if view == "paper":
        skip = arc(flow, Place(u, v), junction, reach=lane.reach, stop=lane.radius, corner=lane.corner)
        branch = straight
    else:
        down = flow == "down"
        corner = Corner(8 if down else pitch * 0.14, abs(boxes_at - v) * (0.4 if down else 0.8))
        skip = straight
        branch = arc(flow, Place(u, v), junction, reach=boxes_at - v, stop=lane.radius, corner=corner)
    trunk = path(flow, [("M", junction, v), ("L", u + pitch, v)])
    out.lines.append(Line(variant, block.number, "branch", *branch))
    out.lines.append(Line(variant, block.number, block.shortcut, *skip))
    out.lines.append(Line(variant, block.number, "trunk", *trunk))
    out.junctions.append(Junction(variant, block.number, *point(flow, junction, v), rounded(lane.radius)))
    if lane.points and block.activation_after and tail >= 5:
        place = point(flow, (junction + lane.radius + u + pitch) / 2, v)
        out.points.append(PointPlace(variant, block.number, "", "activation", *place))
    if block.skip_texts:
        _place_skip_text(out, lane, block, u, junction)
    body = rect(flow, u, boxes_at - lane.box_across / 2 - 3, pitch, lane.box_across + 6)
    out.blocks.append(BlockPlace(variant, block.number, *body))
    out.switches.append(BlockPlace(variant, block.number, *_switch_of(lane, u, junction)))


def _switch_of(lane: Lane, u: float, junction: float) -> Rect:
    """Return the area that toggles a skip: the arc, or the straight piece of the trunk."""
    if lane.view == "trunk":
        return rect(lane.flow, u, lane.v - 10, junction - u, 20)
    side = sign(lane.reach)
    near = lane.v + side * (lane.box_across / 2 + 2)
    far = lane.v + lane.reach + side * 5
    return rect(lane.flow, u + lane.pitch * 0.03, min(near, far), lane.pitch * 0.94, abs(far - near))


def _place_skip_text(out: Layout, lane: Lane, block: NetBlock, u: float, junction: float) -> None:
    """Write beside the shortcut what it does to x."""
    right, trunk = lane.flow == "right", lane.view == "trunk"
    side, size = sign(lane.reach), 9
    beside = abs(lane.reach) - lane.box_across / 2
    room = 30 if trunk and not right else (junction - u) * 0.5 if right else beside - 2
    text = fit(block.skip_texts, size, room)
    if not text or (right and beside < 16):
        return
    if trunk:
        across = lane.v + (side * 9 if right else -len(text) * size * CHARACTER * 0.5 - 4)
    else:
        across = lane.v + side * (lane.box_across / 2 + beside / 2 - (0 if right else 1))
    x, y = point(lane.flow, (u + junction) / 2, across)
    out.texts.append(TextPlace(x, y, text, "projection", "middle", size, lane.variant, block.number))


def place_chain(out: Layout, lane: Lane, chain: Chain, block: int, span: Span) -> None:
    """Place boxes one after the other; `block` is -1 for the stem and the head."""
    begin, end, v = span
    count = len(chain.boxes)
    if count == 0:
        return
    fills = (end - begin - lane.gap * (count - 1)) / count
    along = min(lane.box_along, fills) if lane.box_along > 0 else fills
    space = (end - begin - along * count) / (count - 1) if count > 1 else 0
    start = begin if count > 1 else (begin + end - along) / 2
    for i, box in enumerate(chain.boxes):
        place = rect(lane.flow, start + i * (along + space), v - lane.box_across / 2, along, lane.box_across)
        text = fit(box.texts, lane.font, place.w - 5)
        out.boxes.append(BoxPlace(lane.variant, block, box.layer, text, lane.font, *place))
    for dot in chain.points:
        inside = 0 < dot.after < count
        if inside and space < 5:
            continue
        if dot.after == 0:
            u = start - POINT / 2 - 1
        else:
            u = start + dot.after * (along + space) - space / 2 if inside else end + POINT / 2 + 1
        out.points.append(PointPlace(lane.variant, block, dot.layer, dot.type, *point(lane.flow, u, v)))
