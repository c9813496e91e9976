"""A network keeps letter, colour, dash and name for its life, whatever is cut or connected."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

LOOKS = """() => [...document.querySelectorAll('[data-chart="gradient"] .chart-labels span')].map((label, i) => {
  const line = document.querySelectorAll('[data-chart="gradient"] .trace path.js-line')[i];
  return [label.textContent, label.style.color, getComputedStyle(line).stroke, line.style.strokeDasharray];
})"""


def test_a_skip_that_is_connected_or_cut_changes_no_look(page: Page) -> None:
    page.goto("/?net=plain20&net=resnet20")
    root = page.locator("html")
    expect(root).to_have_attribute("data-state", "ready")
    before = page.evaluate(LOOKS)
    assert [name for name, *_ in before] == ["Aplain-20", "BResNet-20"]
    assert len({color for _, color, *_ in before}) == 2
    page.get_by_role("switch", name="skip of layer2.1, plain-20").press("Space")
    expect(page.get_by_role("switch", name="skip of layer2.1, plain-20")).to_be_checked()
    expect(root).to_have_attribute("data-state", "ready")
    assert page.evaluate(LOOKS) == before
    page.get_by_role("button", name="step", exact=True).click()
    expect(root).to_have_attribute("data-state", "paused")
    page.get_by_role("button", name="None", exact=True).click()
    page.get_by_role("button", name="step", exact=True).click()
    expect(root).to_have_attribute("data-step", "1")
    assert page.evaluate(LOOKS) == before
    titles = page.locator(".heatmap-title strong").all_text_contents()
    assert titles == ["plain-20", "ResNet-20"]


def test_a_fork_keeps_the_letter_of_its_origin_and_says_where_it_began(page: Page) -> None:
    page.goto("/?net=plain20&net=resnet20")
    root = page.locator("html")
    expect(root).to_have_attribute("data-state", "ready")
    page.get_by_role("button", name="step", exact=True).click()
    expect(root).to_have_attribute("data-step", "0")
    expect(root).to_have_attribute("data-state", "paused")
    page.get_by_role("button", name="Fork").click()
    numbers = "Both are made from one network, and the numbers are those that it had in step 0."
    expect(page.locator("#headline")).to_contain_text(numbers)
    for _ in range(2):
        title = "ResNet-20 beside ResNet-20, fork at step 1"
        expect(page.locator(".presets-shown")).to_have_attribute("title", title)
        expect(page.locator(".presets-shown .letter")).to_have_text(["B", "C"])
        page.reload()
