"""What Explore does in its less usual states: scrubbed while it runs, locked, on other scales, on a touch screen."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.chromium import returning
from tests.browser.patience import faults_at_last
from tests.browser.test_diagram import styles
from tests.browser.test_explore import opened, played, until

pytestmark = pytest.mark.browser

NONE = "norm:none,init:xavier_normal"
PAIR = f"/?net=plain20,{NONE}&net=resnet20,{NONE}"
BOXES = "#diagram .barlayer .point > path"
BEYOND = "step => Number(document.documentElement.dataset.step) > step"


def test_a_running_net_is_scrubbed_and_live_returns(page: Page) -> None:
    opened(page, f"{PAIR}&steps=2000")
    played(page)
    page.wait_for_function(BEYOND, arg=3)
    page.get_by_label("Step on screen").fill("2")
    html = page.locator("html")
    expect(html).to_have_attribute("data-step", "2")
    expect(page.locator("#sentence")).to_contain_text("At step 2.", timeout=10_000)
    expect(page.locator(".heatmap-panel-one .chart-cursor").first).to_be_visible()
    expect(html).to_have_attribute("data-step", "2")
    live = page.get_by_role("button", name="live", exact=True)
    expect(live).to_have_attribute("aria-pressed", "false")
    live.click()
    page.wait_for_function(BEYOND, arg=4)
    expect(live).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="pause", exact=True).click()
    until(page, "paused")
    line = page.locator("#chart-curves .scatterlayer path.js-line").first
    accuracy = line.get_attribute("d") or ""
    page.get_by_role("button", name="loss", exact=True).click()
    expect(line).not_to_have_attribute("d", accuracy)
    expect(page.locator("#chart-curves .ytitle")).to_have_text("loss")
    page.get_by_role("switch", name="skip of layer1.0, ResNet-20", exact=True).press("Enter")
    expect(page.locator(".details-history .scatterlayer path.js-line").first).to_be_visible()


def test_the_sentence_says_what_was_measured_of_each_network(page: Page) -> None:
    opened(page)
    said = page.locator("#sentence")
    expect(said).to_contain_text("At initialisation.")
    expect(said).to_contain_text("Towards the input the gradient of plain-56 shrinks to ")
    expect(said).to_contain_text(" and that of ResNet-56 grows ")
    expect(said).to_contain_text(" times apart.")
    expect(said).to_contain_text("plain-56: The signal shrinks ")
    assert said.get_attribute("aria-live") == "polite"


def test_a_locked_scale_stays_and_a_local_one_colours_anew(page: Page) -> None:
    opened(page, PAIR)
    common = styles(page, BOXES, "fill")
    page.get_by_text("View", exact=True).click()
    page.get_by_label("Scale of the diagram").select_option("network")
    page.wait_for_function(
        """([boxes, old]) => [...document.querySelectorAll(boxes)]
          .some((one, i) => getComputedStyle(one).fill !== old[i])""",
        arg=[BOXES, common],
    )
    page.get_by_label("Scale of the diagram").select_option("common")
    lock = page.get_by_role("button", name="Lock", exact=True)
    lock.click()
    expect(page.get_by_role("button", name="Locked", exact=True)).to_have_attribute("aria-pressed", "true")
    ticks = page.locator("#legend .legend-ticks").first.text_content()
    page.locator('.fields-basic [name="norm"]').select_option("batch")
    page.wait_for_url("**norm:batch**")
    until(page, "ready")
    expect(page.locator("#legend .legend-ticks").first).to_have_text(ticks or "")
    page.get_by_role("button", name="Locked", exact=True).click()
    expect(page.locator("#legend .legend-ticks").first).not_to_have_text(ticks or "")


@pytest.mark.parametrize("quantity", ["branch_ratio", "dead_units"])
def test_a_quantity_colours_the_diagram_from_its_own_numbers(page: Page, quantity: str) -> None:
    opened(page, PAIR)
    before = styles(page, "#diagram path", "stroke") + styles(page, BOXES, "fill")
    caption = page.locator(".legend-caption").text_content()
    page.get_by_label("Quantity that the diagram draws").select_option(quantity)
    expect(page.locator(".legend-caption")).not_to_have_text(caption or "")

    def same() -> list[str]:
        now = styles(page, "#diagram path", "stroke") + styles(page, BOXES, "fill")
        return ["no colour is another"] if now == before else []

    assert not faults_at_last(page, same)


def test_all_skips_are_connected_at_once(page: Page) -> None:
    opened(page, PAIR)
    checked = page.get_by_role("switch", name=re.compile("plain-20$"), checked=True)
    expect(checked).to_have_count(0)
    page.get_by_label("Network whose skips the buttons change").select_option(label="plain-20")
    page.get_by_role("button", name="All skips", exact=True).click()
    expect(checked).to_have_count(9)
    until(page, "ready")


def test_a_finger_cuts_a_skip(browser: Browser, server: str) -> None:
    context = browser.new_context(
        base_url=server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
        storage_state=returning(server),
    )  # fmt: skip
    page = opened(context.new_page(), PAIR)
    switch = page.get_by_role("switch", name="skip of layer2.1, ResNet-20", exact=True)
    switch.tap()
    expect(switch).not_to_be_checked()
    until(page, "ready")
    context.close()
