"""From a small tablet to a wide screen: nothing scrolls sideways, and no part lies over another."""

import re

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.patience import faults_at_last
from tests.browser.test_explore import opened

pytestmark = pytest.mark.browser

PARTS = """() => ['.masthead', '#controls', '.diagram-panel', '[data-chart=gradient]', '[data-chart=activation]',
  '[data-chart=curves]', '[data-chart=branch]', '.heatmap-panel', '#twin'].map((one) => {
    const { x, y, right, bottom } = document.querySelector(one).getBoundingClientRect();
    return [one, x, y, right, bottom];
  })"""


def test_no_width_scrolls_sideways_or_lays_parts_over_each_other(page: Page) -> None:
    opened(page)
    for width in (640, 768, 821, 1024, 1100, 1920, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        assert not faults_at_last(page, lambda width=width: laid_wrongly(page, width)), width


def laid_wrongly(page: Page, width: int) -> list[str]:
    """Say which parts of the page are cut off or lie over each other."""
    wrong: list[str] = []
    if (own := page.evaluate("document.documentElement.scrollWidth")) > width:
        wrong.append(f"the page is {own} wide")
    parts = page.evaluate(PARTS)
    for i, (name, left, top, right, bottom) in enumerate(parts):
        if right - left <= 100:
            wrong.append(f"{name} has no room")
        if right > width + 1:
            wrong.append(f"{name} is cut off")
        for other, x, y, u, v in parts[i + 1 :]:
            shared = min(right, u) - max(left, x), min(bottom, v) - max(top, y)
            if min(shared) > 1:
                wrong.append(f"{name} and {other} overlap")
    return wrong


def test_where_there_is_little_room_every_word_of_the_run_and_of_the_charts_is_seen(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    opened(page)
    status = page.locator(".run-status")
    expect(status).to_contain_text("200 steps: ")
    for words in ("at initialisation", "step 0 of"):
        expect(status).to_contain_text(words)
        assert status.evaluate("one => one.scrollWidth <= one.clientWidth"), f"{words} is cut off"
        own, around = status.bounding_box(), page.locator("#transport").bounding_box()
        assert own
        assert around
        assert own["x"] + own["width"] <= around["x"] + around["width"] + 1, f"{words} is cut off"
        page.get_by_role("button", name="step", exact=True).click()
    for chart in ("#chart-branch", "#chart-curves"):
        names = page.locator(f"{chart} .chart-labels span:visible")
        expect(names.last).to_be_visible()
        edges = "all => all.map((one) => { const { top, right } = one.getBoundingClientRect(); return [top, right]; })"
        lines = page.locator(f"{chart} .scatterlayer path.js-line").evaluate_all(edges)
        for box in (one.bounding_box() for one in names.all()):
            assert box
            above = box["y"] + box["height"] <= min(top for top, _ in lines) + 1
            beside = box["x"] >= max(right for _, right in lines) - 1
            assert above or beside, f"a name lies over the lines of {chart}"


def test_the_sentence_speaks_of_the_run_as_soon_as_its_first_step_is_on_screen(page: Page) -> None:
    opened(page)
    sentence = page.locator("#sentence")
    expect(sentence).to_contain_text("At initialisation.")
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-step", re.compile(r"[1-9]"), timeout=30_000)
    expect(sentence).not_to_contain_text("At initialisation")
    page.get_by_role("button", name="reset", exact=True).click()


def test_details_push_the_charts_aside_where_there_is_room_and_cut_nothing_off(page: Page) -> None:
    page.goto("/?select=1:layer2.0")
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
    details = page.locator("#details")
    expect(details).to_be_visible(timeout=30_000)
    for width in (375, 1024, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        assert not faults_at_last(page, lambda width=width: in_the_way(page, width)), width
    page.get_by_role("button", name="Close details").click()
    expect(details).to_be_hidden()
    batch = page.locator(".batch-panel").bounding_box()
    assert batch
    assert batch["x"] + batch["width"] > 2500, "the room is given back"


def in_the_way(page: Page, width: int) -> list[str]:
    """Say what of the details is cut off, and what they lie over."""
    details = page.locator("#details")
    slider, own = page.get_by_label("Strength of the shortcut").bounding_box(), details.bounding_box()
    assert slider
    assert own
    wrong = [
        words
        for words, is_so in (
            ("the page scrolls sideways", page.evaluate("document.documentElement.scrollWidth") > width),
            ("they are cut off", details.evaluate("one => one.scrollWidth > one.clientWidth")),
            ("the slider is cut off", slider["x"] + slider["width"] > own["x"] + own["width"]),
        )
        if is_so
    ]
    if width >= 1400:
        wrong += [f"they lie over {part[0]}" for part in page.evaluate(PARTS)[2:8] if part[3] > own["x"]]
    return wrong


def test_every_mark_is_in_the_legend_behind_one_press_at_every_width(page: Page) -> None:
    opened(page)
    more = page.locator(".legend-more")
    for width in (1440, 1024, 375):
        page.set_viewport_size({"width": width, "height": 900})
        more.locator("summary").click()
        body = more.locator(".menu-body")
        expect(body).to_be_visible()
        for mark in ("cut skip", "junction", "exactly zero", "not measured", "block changed during the run"):
            expect(body.get_by_text(mark, exact=True).first).to_be_visible()
        box, panel = body.bounding_box(), page.locator(".diagram-panel").bounding_box()
        assert box
        assert panel
        assert box["x"] >= panel["x"], f"cut off at {width}"
        assert box["x"] + box["width"] <= panel["x"] + panel["width"], f"cut off at {width}"
        assert box["y"] + box["height"] <= panel["y"] + panel["height"], f"cut off at {width}"
        page.keyboard.press("Escape")
        expect(body).to_be_hidden()


def settled(place: Locator) -> FloatRect | None:
    """Return where a place lies once its parts have all come: parts of the page load after it is ready."""
    place.page.wait_for_load_state("networkidle")
    last = None
    for _ in range(50):
        box = place.bounding_box()
        if box == last:
            return box
        last = box
        place.page.wait_for_timeout(100)
    raise AssertionError(f"it does not come to rest at {last}")


def test_details_that_lie_over_the_charts_leave_the_diagram_as_it_is(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    opened(page)
    panel = page.locator(".diagram-panel")
    before = settled(panel)
    switch = page.get_by_role("switch", name="skip of layer1.1, ResNet-56", exact=True)
    switch.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#details")).to_be_visible()
    assert settled(panel) == before
    own, charts = page.locator("#details").bounding_box(), page.locator(".charts").bounding_box()
    assert own
    assert charts
    assert abs(own["height"] - charts["height"]) < 2, "it scrolls inside the charts' height"
