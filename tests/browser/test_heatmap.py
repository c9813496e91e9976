"""The heatmap of each network: a scale of its own, and a press shows a step that was recorded."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_explore import opened, until

pytestmark = pytest.mark.browser

SHADES = """([v, from, to]) => {
  const { width, height } = document.querySelectorAll('.heatmap-canvas')[v];
  const pen = document.querySelectorAll('.heatmap-canvas')[v].getContext('2d');
  const found = new Set();
  for (let y = 1; y < height; y += 2)
    for (let x = Math.floor(from * width); x < to * width; x += 2) found.add(pen.getImageData(x, y, 1, 1).data.join());
  return found.size;
}"""


def trained(page: Page, steps: int) -> None:
    """Make so many steps of the default pair, one by one."""
    opened(page, "/?steps=40")
    for step in range(steps):
        page.get_by_role("button", name="step", exact=True).click()
        expect(page.locator("html")).to_have_attribute("data-step", str(step), timeout=30_000)
    until(page, "paused")


def test_each_network_has_its_own_range_and_the_select_in_the_header_puts_all_on_one(page: Page) -> None:
    trained(page, 2)
    ends = page.locator(".heatmap-title .heatmap-scale")
    own = ends.all_text_contents()
    assert own[0] != own[1], "plain-56 runs over many decades, ResNet-56 over few"
    width = 2 / 40
    shades = page.evaluate(SHADES, [1, 0, width])
    assert shades > 8, "no solid block"
    select = page.locator(".heatmap-panel").get_by_label("Scale of the heatmap")
    select.select_option("common")
    expect(ends.nth(1)).to_have_text(ends.first.text_content() or "")
    page.wait_for_url("**heatmap=common**")
    assert page.evaluate(SHADES, [1, 0, width]) < shades / 2, "on the plain network's scale it is nearly one colour"
    diagram = page.locator(".legend-ticks").text_content()
    select.select_option("network")
    expect(ends.nth(1)).to_have_text(own[1])
    assert page.locator(".legend-ticks").text_content() == diagram, "the diagram's scale is another"


def test_directions_of_branches_are_drawn_by_choice_around_zero(page: Page) -> None:
    trained(page, 1)
    page.get_by_label("Measure of the heatmap").select_option("successive_cosine")
    expect(page.locator(".heatmap-title .heatmap-scale").first).to_have_text("−11")
    expect(page.get_by_label("Scale of the heatmap")).to_be_hidden()
    box = page.locator(".heatmap-canvas").nth(1).bounding_box()
    assert box
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    tip = page.locator(".heatmap-panel-one:nth-child(2) .chart-tip")
    expect(tip).to_contain_text("layer1.0, step 0")
    expect(tip).to_contain_text("cosine of F(x) and the next block’s F")
    page.get_by_label("Measure of the branch by depth").select_option("descent_cosine")
    branch = page.locator("#chart-branch")
    expect(branch.locator(".ytitle")).to_have_text("cos(F(x), −∂L/∂x)")
    expect(branch.locator(".yaxislayer-above .ytick text, .yaxislayer-below .ytick text")).to_have_text(
        ["−1", "−0.5", "0", "0.5", "1"]
    )
    expect(branch.locator(".zl")).to_be_attached()
    expect(branch.locator(".chart-empty")).to_be_hidden()
    page.wait_for_url("**branch=descent_cosine&heat=successive_cosine**")
    page.reload()
    expect(branch.locator(".ytitle")).to_have_text("cos(F(x), −∂L/∂x)")
    expect(page.get_by_label("Measure of the heatmap")).to_have_value("successive_cosine")


def test_a_press_on_what_is_not_recorded_yet_selects_nothing(page: Page) -> None:
    trained(page, 2)
    for place in (page.locator(".heatmap-panel-one").first, page.locator("#chart-curves .chart-surface")):
        box = place.bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5)
        page.wait_for_timeout(350)
        assert "step=" not in page.url.replace("steps=", "")
        expect(page.locator(".run-status")).to_contain_text("step 1 of")
    box = page.locator(".heatmap-canvas").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + 2, box["y"] + box["height"] / 2)
    expect(page.locator("html")).to_have_attribute("data-step", "0")
    page.wait_for_url("**step=0**")


def test_a_chart_without_a_number_says_why_in_its_place_and_marks_are_explained_where_they_stand(page: Page) -> None:
    trained(page, 1)
    branch, gradient = page.locator("#chart-branch"), page.locator("#chart-gradient")
    expect(branch.locator(".chart-key")).to_have_text("plain-56: no skip, so no ratio.")
    expect(gradient.locator(".chart-key")).to_be_hidden()
    page.get_by_role("button", name="test", exact=True).click()
    expect(page.locator("#chart-curves > .chart-empty")).to_contain_text("Not tested yet")
    page.get_by_role("button", name="None", exact=True).click()
    page.get_by_role("button", name="step", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-step", "1", timeout=30_000)
    expect(branch.locator(".chart-empty")).to_have_text(
        "plain-56: no skip, so no ratio.ResNet-56: no skip, so no ratio."
    )
    expect(branch.locator(".chart-surface")).to_be_hidden()
    expect(gradient.locator(".chart-key")).to_have_text("△ changed in the run")


def test_notes_under_a_narrow_chart_wrap_and_are_whole(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, "/?net=plain20&net=plain20,norm:none&net=resnet20")
    key = page.locator("#chart-branch .chart-key")
    expect(key.locator("span")).to_have_text(
        ["plain-20, BatchNorm: no skip, so no ratio.", "plain-20, norm none: no skip, so no ratio."]
    )
    inside = """one => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight
        && one.getBoundingClientRect().bottom <= one.closest('.chart').getBoundingClientRect().bottom"""
    assert key.evaluate(inside)
    assert key.evaluate("one => one.offsetHeight") > 20, "it has more than a line"
    plot = page.locator("#chart-branch .xaxislayer-above").bounding_box()
    box = key.bounding_box()
    assert plot
    assert box
    assert plot["y"] + plot["height"] <= box["y"] + 1, "no line lies over the chart"


def test_a_tap_on_a_phone_keeps_the_chart_that_it_changes_in_sight(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    opened(page)
    chart = page.locator("[data-chart=gradient]")
    switch = page.get_by_role("switch", name="skip of layer1.1, ResNet-56", exact=True)
    switch.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    assert box["y"] > 812, "it is out of sight"
    switch.click()
    expect(chart).to_have_attribute("data-pinned", "")
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
    box = chart.bounding_box()
    assert box
    assert box["y"] > 400
    assert box["y"] + box["height"] <= 812
    expect(chart.locator(".scatterlayer path.js-line").first).to_be_visible()
    page.locator("[data-chart=activation]").scroll_into_view_if_needed()
    expect(chart).not_to_have_attribute("data-pinned", "")
    box = chart.bounding_box()
    assert box
    assert box["height"] == pytest.approx(260, abs=2), "it is in its place again"
    switch.click()
    expect(chart).to_have_attribute("data-pinned", "")
    chart.get_by_role("button", name="Put the chart back in its place").click()
    expect(chart).not_to_have_attribute("data-pinned", "")
