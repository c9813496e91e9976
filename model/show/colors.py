"""The page's colours, from the file that its modules read too: for figures that are made in Python with Plotly."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from skipscope.model.show.checks import THEMES, check_word

FILE = Path(__file__).resolve().parents[2] / "static" / "js" / "figure" / "colors.json"
LETTERS = ("A", "B", "C", "D")
"""The letters of networks, in their order."""
HUES = ("identity", "residual", "plain", *LETTERS)


def palette(theme: str = "light") -> dict[str, str]:
    """Return the colours that carry no magnitude, by name: paper, ink, grid, identity, residual, plain and others."""
    return _colors()["palettes"][check_word("theme", theme, THEMES)]


def ramp(hue: str, theme: str = "light") -> list[tuple[float, str]]:
    """Return the ramp of a path, or of a network's letter, from faint to strong, as a Plotly colour scale."""
    colors = _colors()["ramps"][check_word("theme", theme, THEMES)][check_word("hue", hue, HUES)]
    return [(i / (len(colors) - 1), color) for i, color in enumerate(colors)]


def network(number: int, theme: str = "light") -> tuple[str, str, str]:
    """Return letter, colour and dash of the network of that number, counted from 0; after D comes A again."""
    colors, letter = _colors()["networks"], LETTERS[number % len(LETTERS)]
    return letter, colors[check_word("theme", theme, THEMES)][letter], colors["dashes"][letter]


def special(theme: str = "light") -> dict[str, str]:
    """Return the colours of what is no number, exactly zero, not finite (lost), not measured (none), and of a map's
    numbers below 0 (minus)."""
    return _colors()["special"][check_word("theme", theme, THEMES)]


@lru_cache(maxsize=1)
def _colors() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))
