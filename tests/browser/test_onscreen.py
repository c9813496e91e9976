"""What nobody can see is not drawn, and is up to date when it comes into sight."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_explore import opened, until

pytestmark = pytest.mark.browser

LINE = "#chart-branch .scatterlayer path.js-line"


def test_a_chart_out_of_sight_rests_until_it_is_scrolled_to(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    opened(page, "/?net=resnet20,norm:none&steps=20")
    chart = page.locator("#chart-branch")
    chart.scroll_into_view_if_needed()
    expect(page.locator(LINE)).to_have_count(2)  # the line, and its marks
    before = page.locator(LINE).first.get_attribute("d")
    page.evaluate("scrollTo(0, 0)")
    expect(chart).not_to_be_in_viewport()
    for step in (0, 1, 2):
        page.get_by_role("button", name="step", exact=True).click()
        expect(page.locator(".run-status")).to_contain_text(f"step {step} of 19")
    until(page, "paused")
    assert page.locator(LINE).first.get_attribute("d") == before, "the branch ratio was drawn while out of sight"
    chart.scroll_into_view_if_needed()
    page.wait_for_function(
        "([line, old]) => document.querySelector(line).getAttribute('d') !== old", arg=[LINE, before]
    )


def test_code_for_what_is_not_on_screen_comes_when_it_is_asked_for(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0].rpartition("/")[2]))

    def came(pattern: str) -> bool:
        return any(re.match(pattern, name) for name in asked)

    # a file a module, or few files, as they are served
    late = r"late-\w+\.js|heatmaps\.js"
    opened(page, "/?net=resnet20,norm:none&steps=2")
    assert came(r"plotly-basic\.min\.js")
    assert not came(late)
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.locator(".run-status")).to_contain_text("done")
    expect(page.locator(".heatmap-panels canvas").first).to_be_visible()
    assert came(late)
    assert not came(r"plotly-cartesian")
