"""What is pointed at in one view is lit in every other."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.patience import faults_at_last

pytestmark = pytest.mark.browser

PAIR = "/?net=plain20,norm:none,init:xavier_normal&net=resnet20,norm:none,init:xavier_normal&steps=20"
CHARTS = ("gradient", "activation", "branch")


def trained(page: Page) -> Page:
    page.goto(PAIR)
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=60_000)
    page.get_by_role("button", name="step", exact=True).click()
    expect(page.locator("#heatmap canvas").first).to_be_visible(timeout=30_000)
    expect(page.locator("html")).to_have_attribute("data-state", "paused", timeout=30_000)
    return page


def cursors(page: Page) -> list[float | None]:
    """Return where each chart's cursor stands, in pixels from the chart's left; None where it is hidden."""
    return [
        page.locator(f"#chart-{chart} .chart-cursor:not(.picked)").evaluate(
            """(one) => one.hidden ? null
                 : one.getBoundingClientRect().x - one.parentElement.getBoundingClientRect().x"""
        )
        for chart in CHARTS
    ]


def lit_rows(page: Page) -> int:
    return page.locator("#heatmap .heatmap-row:visible").count()


def test_nothing_is_lit_at_first(page: Page) -> None:
    trained(page)
    page.mouse.move(2, 2)
    expect(page.locator("#diagram .mark.hovered")).to_have_count(0)
    assert cursors(page) == [None] * 3
    assert lit_rows(page) == 0


def not_ahead(now: list[float | None], was: list[float | None]) -> list[str]:
    """Say which cursors are hidden, or stand no further to the right than they did."""
    pairs = enumerate(zip(now, was, strict=True))
    return [f"chart {i}: {own}, was {other}" for i, (own, other) in pairs if own is None or own <= (other or 0)]


def test_a_block_of_the_diagram_is_lit_everywhere(page: Page) -> None:
    trained(page)
    page.get_by_role("switch", name="skip of layer2.1, ResNet-20").hover()
    expect(page.locator("#heatmap .heatmap-row:visible")).to_have_count(2)
    first = cursors(page)
    assert None not in first
    page.get_by_role("switch", name="skip of layer3.2, ResNet-20").hover()
    expect(page.locator("#diagram .mark.hovered.own")).to_have_count(1)
    assert not faults_at_last(page, lambda: not_ahead(cursors(page), first))


def test_a_keyboards_place_is_lit_everywhere(page: Page) -> None:
    trained(page)
    page.get_by_role("switch", name="skip of layer1.2, ResNet-20").focus()
    expect(page.locator("#heatmap .heatmap-row:visible")).to_have_count(2)
    assert None not in cursors(page)


def test_a_chart_lights_the_diagram_and_the_heatmap(page: Page) -> None:
    trained(page)
    chart = page.locator("#chart-gradient")
    box = chart.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2)
    expect(page.locator("#diagram .mark.hovered")).to_have_count(2)
    expect(page.locator("#heatmap .heatmap-row:visible")).to_have_count(2)
    page.mouse.move(2, 2)
    expect(page.locator("#diagram .mark.hovered")).to_have_count(0)
    expect(page.locator("#heatmap .heatmap-row:visible")).to_have_count(0)


def test_a_row_of_the_heatmap_lights_the_diagram_and_the_charts(page: Page) -> None:
    trained(page)
    box = page.locator("#heatmap canvas").first.bounding_box()
    assert box
    rows = 1 + 18 + 1
    for row, block in ((2, "layer1.0"), (18, "layer3.2")):
        page.mouse.move(box["x"] + 5, box["y"] + (row + 0.5) / rows * box["height"])
        expect(page.locator("#diagram .mark.hovered")).to_have_count(2)
        assert not faults_at_last(page, lambda: not_ahead(cursors(page), [-1.0] * 3))
        expect(page.locator("#heatmap .heatmap-row:visible")).to_have_count(2)
        mark = page.locator("#diagram .mark.hovered.own").bounding_box()
        skip = page.get_by_role("switch", name=f"skip of {block}, plain-20").bounding_box()
        assert mark
        assert skip
        middle = skip["y"] + skip["height"] / 2
        assert mark["y"] - 30 <= middle <= mark["y"] + mark["height"] + 30, f"the mark is at {block}"
    page.mouse.move(box["x"] + 5, box["y"] + 0.5 / rows * box["height"])
    expect(page.locator("#diagram .mark.hovered")).to_have_count(0)
