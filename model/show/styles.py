"""From measured numbers to the style of every element of a layout. Hue is the path, lightness and width are log10 of
the magnitude, the line's kind is the shortcut's. The page's twin is static/js/figure/styles.js."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from skipscope.model.show.layout import BoxPlace, Layout, Line, TextPlace
from skipscope.model.show.network import Network
from skipscope.model.show.palette import PALETTES, Hue, Palette, Theme
from skipscope.model.show.path import nearest, number, rounded
from skipscope.model.show.quantity import QUANTITIES, Magnitudes, Quantity
from skipscope.model.show.ranges import Local
from skipscope.model.show.scale import Range, format_number, magnitude_style

Code = Literal["zero", "lost", "absent"]
"""An exact zero, not finite, not measured: never the low end of the scale."""

TRUNK = 0.6
"""The trunk is drawn thinner than the paths, which are the subject."""
INK: dict[Theme, str] = {"light": "#101827", "dark": "#0b0e14"}
PAPER = "#ffffff"
STEM = re.compile(r"^(conv|stem|bn|relu|maxpool)")


class LineStyle(NamedTuple):
    """How a path is drawn."""

    color: str
    width: float
    dash: str
    opacity: float


class BoxStyle(NamedTuple):
    """How a layer's box is drawn."""

    fill: str
    ink: str
    line: str
    width: float
    hatch: Code | None


class Written(NamedTuple):
    """A number as it is written, in the colour of the path that it was measured on."""

    text: str
    ink: str


class Styles(NamedTuple):
    """The styles of a layout's elements, in its order; a junction has an opacity, a text its ink."""

    lines: list[LineStyle]
    boxes: list[BoxStyle]
    junctions: list[float]
    texts: list[str]
    values: list[Written]


@dataclass(frozen=True, slots=True)
class Painter:
    """What decides on styles: numbers, their range, the theme."""

    networks: Sequence[Network]
    magnitudes: Sequence[Magnitudes]
    quantity: Quantity
    span: Range
    local: Local | None
    theme: Theme

    @property
    def palette(self) -> Palette:
        """Return the colours that carry no magnitude."""
        return PALETTES[self.theme]

    @property
    def linear(self) -> bool:
        """Tell whether numbers are shares."""
        return QUANTITIES[self.quantity].linear

    def paint(self, layout: Layout) -> Styles:
        """Style every element."""
        thick = _thickness(layout)
        lines = [self._line(line, thick) for line in layout.lines]
        boxes = [self._box(box) for box in layout.boxes]
        junctions = [1.0 if self.networks[one.variant].skips[one.block] else 0.0 for one in layout.junctions]
        values = [self._text(one.variant, one.block, one.part) for one in layout.values]
        return Styles(lines, boxes, junctions, _inks(layout, self.networks, self.palette), values)

    def range_of(self, variant: int, block: int, layer: str = "") -> Range:
        """Return the range that a block's numbers, or those of a stem's or head's layer, are drawn in."""
        return self.local(variant, block, layer) if self.local else self.span

    def _line(self, line: Line, thick: float) -> LineStyle:
        skips, m = self.networks[line.variant].skips, self.magnitudes[line.variant]
        on = skips[max(0, line.block)]
        is_skip = line.part in ("identity", "projection")
        if is_skip and not on:
            return ghost(line, self.palette)
        if is_skip:
            value = m.skip[line.block]
        else:
            value = m.branch[line.block] if line.part == "branch" else m.trunk[line.block]
        code = code_of(value, self.linear)
        if code:
            coded = _coded(code, self.palette.identity if is_skip else self.palette.faint, self.palette.ink)
            dotted = code == "absent" and line.part == "projection"
            return coded._replace(dash=dots(1.6), width=1.6) if dotted else coded
        hue: Hue = "plain" if not on else "residual" if line.part == "branch" else "identity"
        drawn = magnitude_style(hue, value, self.range_of(line.variant, line.block), self.theme)
        width = rounded(max(1, drawn.width * thick))
        if line.part == "trunk":
            return LineStyle(drawn.color, max(1, width * TRUNK), "solid", 1)
        if not is_skip:
            return LineStyle(drawn.color, width, "solid", 1)
        width = max(1.4, width)
        return LineStyle(drawn.color, width, dots(width) if line.part == "projection" else "solid", 1)

    def _box(self, box: BoxPlace) -> BoxStyle:
        skips = self.networks[box.variant].skips
        value = self.value_of(box)
        code = None if value is None else code_of(value, self.linear)
        if value is None or code:
            ink = self.palette.ink if code else self.palette.soft
            return BoxStyle(self.palette.raised, ink, self.palette.faint, 1, code)
        hue: Hue = "residual" if (skips[box.block] if box.block >= 0 else any(skips)) else "plain"
        color = magnitude_style(hue, value, self.range_of(box.variant, box.block, box.layer), self.theme).color
        return BoxStyle(color, ink_on(color, self.theme), self.palette.line, 0.5, None)

    def value_of(self, box: BoxPlace) -> float | None:
        """Say which number a box shows: its own, else its block's, else the trunk's."""
        m = self.magnitudes[box.variant]
        if box.layer in m.layers:
            return m.layers[box.layer]
        if box.block >= 0:
            return m.branch[box.block]
        return m.trunk[-1] if STEM.match(box.layer) else None

    def _text(self, variant: int, block: int, part: Literal["branch", "skip"]) -> Written:
        on, m = self.networks[variant].skips[block], self.magnitudes[variant]
        if part == "skip" and not on:
            return Written("cut", self.palette.plain)
        text = self.write((m.skip if part == "skip" else m.branch)[block])
        hue = self.palette.identity if part == "skip" else self.palette.residual
        return Written(f"{'x' if part == 'skip' else 'F'} {text}" if text else "", hue if on else self.palette.plain)

    def write(self, value: float) -> str:
        """Write a number; empty where it was not measured."""
        return "" if math.isnan(value) else format_number(value if self.linear else raw(value))


def bare_styles(layout: Layout, networks: Sequence[Network], theme: Theme) -> Styles:
    """Style a layout of networks in which nothing was measured: paths in their hue, no magnitudes."""
    palette = PALETTES[theme]

    def style(line: Line) -> LineStyle:
        on = networks[line.variant].skips[max(0, line.block)]
        if line.part in ("identity", "projection"):
            if not on:
                return ghost(line, palette)
            return LineStyle(palette.identity, 2, dots(2) if line.part == "projection" else "solid", 1)
        if line.part == "branch":
            return LineStyle(palette.residual if on else palette.plain, 2, "solid", 1)
        return LineStyle(palette.soft, 1.4, "solid", 1)

    box = BoxStyle(palette.raised, palette.ink, palette.faint, 1, None)
    junctions = [1.0 if networks[one.variant].skips[one.block] else 0.0 for one in layout.junctions]
    cut = [one.part == "skip" and not networks[one.variant].skips[one.block] for one in layout.values]
    values = [Written("cut" if is_cut else "", palette.plain) for is_cut in cut]
    lines, boxes = [style(line) for line in layout.lines], [box for _ in layout.boxes]
    return Styles(lines, boxes, junctions, _inks(layout, networks, palette), values)


def _inks(layout: Layout, networks: Sequence[Network], palette: Palette) -> list[str]:
    """Colour what a shortcut does to x like the shortcut, and every other text by its role."""

    def ink(text: TextPlace) -> str:
        if text.role != "projection":
            return palette.ink if text.role in ("title", "lane") else palette.soft
        assert text.variant is not None
        assert text.block is not None
        return palette.identity if networks[text.variant].skips[text.block] else palette.plain

    return [ink(text) for text in layout.texts]


def raw(log: float) -> float:
    """Return the number whose log10 is given."""
    return math.inf if log == math.inf else 10.0**log


def code_of(value: float, linear: bool) -> Code | None:
    """Say what stands in place of a number."""
    if math.isnan(value):
        return "absent"
    if value == math.inf:
        return "lost"
    return "zero" if value == -math.inf and not linear else None


def ghost(line: Line, palette: Palette) -> LineStyle:
    """Draw a skip that is cut: both ends stay, the middle is missing."""
    return LineStyle(palette.plain, 1.4, gap(line.length), 0.42)


def gap(length: float) -> str:
    """Return the dash of a line whose middle is missing."""
    stub = nearest(length * 0.36 * 10) / 10
    middle = nearest((length - 2 * stub) * 10) / 10
    return f"{number(stub)}px,{number(middle)}px,{number(stub)}px,0px"


def dots(width: float) -> str:
    """Return the dash of a dotted line of a width."""
    size = max(1.6, width)
    return f"{number(nearest(size * 10) / 10)}px,{number(nearest(size * 12) / 10)}px"


def _coded(code: Code, color: str, ink: str) -> LineStyle:
    if code == "zero":
        return LineStyle(ink, 1.4, "1px,4px", 0.7)
    if code == "lost":
        return LineStyle(ink, 2.4, "7px,2px,2px,2px", 1)
    return LineStyle(color, 1.2, "solid", 0.75)


def _thickness(layout: Layout) -> float:
    """Lines are thinner where blocks stand close."""
    if layout.kind == "columns":
        return 0.85
    pitch = layout.blocks[0].w if layout.blocks else 100
    return max(0.45, min(0.8, pitch / 100))


def ink_on(color: str, theme: Theme) -> str:
    """Return the ink that reads on a colour."""
    return INK[theme] if luminance(color) > 0.36 else PAPER


def luminance(color: str) -> float:
    """Return the relative luminance (WCAG) of #rrggbb."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
