"""The landscape in the Lab: surfaces in three dimensions with their contours, under the server's rules for scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_lab import NET, opened, run

pytestmark = pytest.mark.browser


def test_a_landscape_is_drawn_as_surfaces_and_contours(page: Page) -> None:
    scripts: list[str] = []
    page.on("request", lambda request: scripts.append(request.url))
    opened(page, f"/lab?kind=landscape&net={NET}&net={NET},skips:false&steps=1&batch_size=8&images=32&points=5")
    run(page)
    expect(page.locator(".lab-plot .gl-container > div")).to_have_count(2)
    expect(page.locator(".lab-plot g.contour")).to_have_count(2)
    assert any(re.search(r"vendor/plotly\.min\.js$", url) for url in scripts)
    expect(page.locator(".lab-sentences p")).to_have_text([re.compile("has a loss of")] * 2)
