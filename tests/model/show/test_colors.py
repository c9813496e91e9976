"""Figures of Python have the page's colours: the same file, and the same scale as a figure that the page drew."""

from typing import Any

import pytest

from skipscope.model.show.colors import HUES, LETTERS, network, palette, ramp, special
from skipscope.model.show.node import draw
from skipscope.model.show.requests import ask_heatmap, ask_profile

SCHEMA = {"label": "net", "taps": ["a.0", "b.0"], "weights": [], "blocks": ["a.0", "b.0"]}


def heatmap(theme: str) -> dict[str, Any]:
    schemas = [{**SCHEMA, "label": name} for name in ("one", "two", "three", "four")]
    variants = [{"values": {"gradient_rms": [1.0, None], "identity_rms": [None, None]}} for _ in schemas]
    return draw(ask_heatmap(schemas, [{"step": 0, "variants": variants}], "gradient_rms", theme=theme))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_ramp_is_the_scale_of_the_page(theme: str) -> None:
    drawn = heatmap(theme)
    assert drawn["layout"]["paper_bgcolor"] == palette(theme)["paper"]
    for number, letter in enumerate(LETTERS):
        assert [tuple(stop) for stop in drawn["data"][2 * number]["colorscale"]] == ramp(letter, theme)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_network_looks_as_on_the_page(theme: str) -> None:
    schemas = [{**SCHEMA, "label": name} for name in ("one", "two", "three", "four")]
    values = [{"values": {"gradient_rms": [1.0, 0.5]}} for _ in schemas]
    lines = [trace["line"] for trace in draw(ask_profile(schemas, values, "gradient_rms", theme=theme))["data"]]
    assert [(line["color"], line["dash"]) for line in lines] == [network(number, theme)[1:] for number in range(4)]
    assert [network(number)[0] for number in range(5)] == [*LETTERS, "A"]


def test_every_hue_has_a_ramp_and_what_is_no_number_a_colour() -> None:
    for hue in HUES:
        assert ramp(hue)[0][0] == 0
        assert ramp(hue)[-1][0] == 1
    assert set(special()) == {"zero", "lost", "none", "minus"}


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="hue='mauve'"):
        ramp("mauve")
    with pytest.raises(ValueError, match="theme='sepia'"):
        palette("sepia")
