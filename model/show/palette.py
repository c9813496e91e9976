"""The colours that carry no magnitude: paper, ink, lines. The page's twin is static/js/figure/palette.js."""

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]
Hue = Literal["identity", "residual", "plain"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by their use; identity, residual and plain are texts and lines in the hue of the path."""

    paper: str
    panel: str
    raised: str
    line: str
    grid: str
    ink: str
    soft: str
    faint: str
    identity: str
    residual: str
    plain: str

    def of(self, hue: Hue) -> str:
        """Return the colour of a path."""
        return {"identity": self.identity, "residual": self.residual, "plain": self.plain}[hue]


PALETTES: dict[Theme, Palette] = {
    "light": Palette(
        paper="#ffffff", panel="#f7f8fb", raised="#ffffff", line="#dfe3ec", grid="#e8ebf2", ink="#1a2233",
        soft="#596377", faint="#9aa3b5", identity="#b4470a", residual="#1f5fae", plain="#5d5769",
    ),
    "dark": Palette(
        paper="#0f1218", panel="#161a23", raised="#1d222d", line="#2a303d", grid="#232936", ink="#e9ecf3",
        soft="#a0a9bb", faint="#6a7385", identity="#ffb45c", residual="#76b3ff", plain="#c9c3d4",
    ),
}  # fmt: skip


def check_theme(theme: str) -> Theme:
    """Return the theme; raise ValueError for a word that is none."""
    for known in PALETTES:
        if theme == known:
            return known
    raise ValueError(f"theme={theme!r}: there is no such theme. Give light or dark.")
