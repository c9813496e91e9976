"""From a small tablet to a wide screen: nothing scrolls sideways, and no part lies over another."""

import pytest
from playwright.sync_api import Page

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
