"""From a small tablet to a wide screen: nothing scrolls sideways, and no part lies over another."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_explore import opened

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PARTS = """() => ['.masthead', '#controls', '.diagram-panel', '[data-chart=gradient]', '[data-chart=activation]',
  '[data-chart=curves]', '[data-chart=branch]', '.heatmap-panel', '#twin'].map((one) => {
    const { x, y, right, bottom } = document.querySelector(one).getBoundingClientRect();
    return [one, x, y, right, bottom];
  })"""


def test_no_width_scrolls_sideways_or_lays_parts_over_each_other(page: Page) -> None:
    opened(page)
    for width in (640, 768, 821, 1024, 1100, 1920, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(150)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        parts = page.evaluate(PARTS)
        for i, (name, left, top, right, bottom) in enumerate(parts):
            assert right - left > 100, f"{name} has no room at {width}"
            assert right <= width + 1, f"{name} is cut off at {width}"
            for other, x, y, u, v in parts[i + 1 :]:
                shared = min(right, u) - max(left, x), min(bottom, v) - max(top, y)
                assert min(shared) <= 1, f"{name} and {other} overlap at {width}"


def test_where_there_is_little_room_every_word_of_the_run_and_of_the_charts_is_seen(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    opened(page)
    status = page.locator(".run-status")
    assert status.text_content() == "at initialisation"
    for words in ("at initialisation", "step 0 of"):
        expect(status).to_contain_text(words)
        assert status.evaluate("one => one.scrollWidth <= one.clientWidth"), f"{words} is cut off"
        own, around = status.bounding_box(), page.locator("#transport").bounding_box()
        assert own
        assert around
        assert own["x"] + own["width"] <= around["x"] + around["width"] + 1, f"{words} is cut off"
        page.get_by_role("button", name="step", exact=True).click()
    for chart in ("#chart-branch", "#chart-curves"):
        names = page.locator(f"{chart} .chart-labels span")
        expect(names.last).to_be_visible()
        tops = "all => all.map((one) => one.getBoundingClientRect().top)"
        lines = page.locator(f"{chart} .scatterlayer path.js-line").evaluate_all(tops)
        for box in (one.bounding_box() for one in names.all()):
            assert box
            assert box["y"] + box["height"] <= min(lines) + 1, f"a name lies over the lines of {chart}"


def test_the_sentence_speaks_of_the_run_as_soon_as_its_first_step_is_on_screen(page: Page) -> None:
    opened(page)
    sentence = page.locator("#sentence")
    expect(sentence).to_contain_text("At initialisation.")
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-step", re.compile(r"[1-9]"), timeout=30_000)
    assert "At initialisation" not in (sentence.text_content() or "")
    page.get_by_role("button", name="reset", exact=True).click()
