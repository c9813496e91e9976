"""Figures of Python have the page's colours: the same file, and the same scale as a figure that the page drew."""

from typing import Any

import pytest

from skipscope.model.show.colors import HUES, palette, ramp, special
from skipscope.model.show.node import draw
from skipscope.model.show.requests import ask_heatmap

SCHEMA = {"label": "net", "taps": ["a.0", "b.0"], "weights": [], "blocks": ["a.0", "b.0"]}


def heatmap(theme: str, *, cut: bool) -> dict[str, Any]:
    shortcut = [None, None] if cut else [1.0, 1.0]
    values = {"gradient_rms": [1.0, None], "identity_rms": shortcut}
    return draw(ask_heatmap(SCHEMA, [{"step": 0, "variants": [{"values": values}]}], "gradient_rms", theme=theme))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_ramp_is_the_scale_of_the_page(theme: str) -> None:
    for hue, cut in (("residual", False), ("plain", True)):
        drawn = heatmap(theme, cut=cut)
        assert [tuple(stop) for stop in drawn["data"][0]["colorscale"]] == ramp(hue, theme)
        assert drawn["layout"]["paper_bgcolor"] == palette(theme)["paper"]


def test_every_hue_has_a_ramp_and_what_is_no_number_a_colour() -> None:
    for hue in HUES:
        assert ramp(hue)[0][0] == 0
        assert ramp(hue)[-1][0] == 1
    assert set(special()) == {"zero", "lost", "none"}


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="hue='mauve'"):
        ramp("mauve")
    with pytest.raises(ValueError, match="theme='sepia'"):
        palette("sepia")
