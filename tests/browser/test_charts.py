"""The charts: what is laid over them on request, and what they tell of a running network."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DOTTED = """chart => [...document.querySelectorAll(`${chart} .scatterlayer .trace path.js-line`)]
  .filter((one) => getComputedStyle(one).strokeDasharray.startsWith('1px'))
  .map((one) => one.getAttribute('d').split('L').length)"""


def opened(page: Page, address: str = "/") -> Page:
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
    return page


def test_theory_is_laid_over_the_profiles_and_taken_away(page: Page) -> None:
    opened(page)
    chart = page.locator("#chart-gradient")
    decades = chart.locator(".ytick text").all_text_contents
    before = decades()
    button = page.get_by_role("button", name="theory, gradient by depth")
    expect(page.get_by_role("button", name="theory, activation by depth")).to_be_visible()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(chart.get_by_text("theory", exact=True).last).to_be_visible()
    assert page.evaluate(DOTTED, "#chart-gradient") == [28], "one line, from plain-56's stem to its last block"
    expect(chart.locator(".chart-aside")).to_have_text("not known of ResNet-56")
    expect(chart.locator(".chart-aside")).to_have_attribute("title", "ResNet-56: " + reason(page))
    expect(page.locator("#details")).to_be_hidden()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    page.wait_for_function(f"chart => !({DOTTED})(chart).length", arg="#chart-gradient")
    assert decades() == before, "the range is again that of what was measured"


def reason(page: Page) -> str:
    return page.evaluate("""() => JSON.parse(document.querySelector('#first').textContent)
      .probe.variants[1].theory.reason + '.'""")


def test_theory_can_be_switched_off_where_it_cannot_be_drawn(page: Page) -> None:
    opened(page, "/?net=plain20,norm:none,init:xavier_normal&steps=20&theory=1")
    button = page.get_by_role("button", name="theory, gradient by depth")
    expect(button).to_have_attribute("aria-pressed", "true")
    for _ in range(2):
        page.get_by_role("button", name="step", exact=True).click()
        expect(page.locator("html")).to_have_attribute("data-state", "paused", timeout=30_000)
    expect(page.locator("html")).to_have_attribute("data-step", "1", timeout=30_000)
    assert page.evaluate(DOTTED, "#chart-gradient") == []
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)  # it says why it cannot
    note = page.locator("#chart-gradient .chart-note")
    expect(note).to_contain_text("go to step 0")
    note.click()
    expect(page.locator("#details")).to_be_hidden()
