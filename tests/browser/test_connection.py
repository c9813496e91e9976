"""A connection that is lost while the page is used."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.cable import Cable
from tests.browser.test_explore import opened, played, until

pytestmark = pytest.mark.browser


def test_a_lost_connection_is_said_and_resumed(page: Page, server: str, expected_errors: list[str]) -> None:
    expected_errors.extend(["ERR_", "Failed to load resource"])
    cable = Cable(int(server.rsplit(":", 1)[1]))
    opened(page, cable.address)
    html = page.locator("html")
    played(page)
    cable.pull()
    until(page, "offline")
    expect(page.locator("#connection")).to_be_visible()
    at = int(html.get_attribute("data-step") or 0)
    cable.plug()
    page.wait_for_function("step => Number(document.documentElement.dataset.step) > step + 3", arg=at, timeout=60_000)
    expect(page.locator("#connection")).to_be_hidden()
    page.get_by_role("button", name="reset", exact=True).click()
    until(page, "ready")
    cable.close()


def test_a_part_of_the_page_that_did_not_come_is_asked_for_again(page: Page, expected_errors: list[str]) -> None:
    expected_errors.append("ERR_FAILED")
    lost: list[str] = []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/late(-\w+)?\.js"), lose)
    opened(page)
    played(page)
    expect(page.locator("[data-part='heatmap'] .js-plotly-plot").first).to_be_visible(timeout=30_000)
    assert len(lost) == 2
