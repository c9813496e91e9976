"""The charts: what is laid over them on request, and what they tell of a running network."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

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


def cut_while_it_trains(page: Page) -> Page:
    """Make two steps, cut a skip, make two more."""
    opened(page, "/?net=plain20,norm:none,init:xavier_normal&net=resnet20,norm:none,init:xavier_normal&steps=12")
    html = page.locator("html")
    step = page.get_by_role("button", name="step", exact=True)
    for made in range(4):
        if made == 2:
            page.get_by_role("switch", name="skip of layer2.1, ResNet-20", exact=True).click()
        step.click()
        page.wait_for_function(
            "n => document.querySelector('.heatmap-panels') && n <= Number(document.documentElement"
            ".dataset.step) + (document.documentElement.dataset.state === 'paused' ? 0 : -1)",
            arg=made,
        )
    expect(html).to_have_attribute("data-step", "3")
    return page


def glyphs(page: Page, chart: str, networks: int = 2) -> list[int]:
    """Count the marks on each network's line: the path after the lines has one M a mark, M0,0 where there is none."""
    return page.eval_on_selector_all(
        f"#chart-{chart} .scatterlayer .trace path.js-line",
        """(all, networks) => all.slice(networks).map((one) => one.getAttribute('d'))
             .map((d) => (d === 'M0,0' ? 0 : d.split('M').length - 1))""",
        networks,
    )


def uprights(page: Page, chart: str) -> int:
    return page.locator(f"{chart} .shapelayer path").count()


def test_a_change_leaves_a_mark_in_every_chart_and_is_told_in_words(page: Page) -> None:
    cut_while_it_trains(page)
    for chart in ("gradient", "activation", "branch"):
        assert glyphs(page, chart) == [0, 1], chart
        surface = page.locator(f"#chart-{chart} .chart-surface").bounding_box()
        assert surface
        tip = page.locator(f"#chart-{chart} .chart-tip")
        for share in range(20, 90, 2):  # until the pointer is at the block
            page.mouse.move(surface["x"] + surface["width"] * share / 100, surface["y"] + surface["height"] / 2)
            if "layer2.1" in (tip.text_content() or ""):
                break
        expect(tip).to_contain_text("ResNet-20: cut at step 2")
    assert uprights(page, "#chart-curves") == 1
    curves = page.locator("#chart-curves .chart-surface").bounding_box()
    assert curves
    for share in range(10, 90):
        page.mouse.move(curves["x"] + curves["width"] * share / 100, curves["y"] + curves["height"] / 2)
        if "step 2:" in (page.locator("#chart-curves .chart-tip").text_content() or ""):
            break
    expect(page.locator("#chart-curves .chart-tip")).to_contain_text("step 2: ResNet-20: cut layer2.1")
    assert [uprights(page, f".heatmap-panel-one:nth-child({n})") for n in (1, 2)] == [0, 1]
    canvas = page.locator("#heatmap canvas").nth(1).bounding_box()
    assert canvas
    page.mouse.move(canvas["x"] + canvas["width"] * 2.5 / 12, canvas["y"] + canvas["height"] / 2)
    expect(page.locator(".heatmap-panel-one:nth-child(2) .chart-tip")).to_contain_text(
        "step 2: ResNet-20: cut layer2.1"
    )
    page.get_by_role("switch", name="skip of layer2.1, ResNet-20", exact=True).press("Enter")
    expect(page.locator(".details-history .shapelayer path")).to_have_count(1)


def test_what_is_selected_is_shown_in_every_chart(page: Page) -> None:
    cut_while_it_trains(page)
    picked = page.locator(".chart-cursor.picked:visible, .heatmap-row.picked:visible")
    expect(picked).to_have_count(0)
    page.get_by_role("switch", name="skip of layer3.1, ResNet-20", exact=True).press("Enter")
    page.mouse.move(2, 2)
    page.get_by_role("button", name="Close details").focus()
    for chart in ("gradient", "activation", "branch"):
        expect(page.locator(f"#chart-{chart} .chart-cursor.picked")).to_be_visible()
    expect(page.locator("#heatmap .heatmap-row.picked:visible")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(picked).to_have_count(0)


def test_the_heatmap_has_its_scale_and_explains_its_colours(page: Page) -> None:
    cut_while_it_trains(page)
    for panel in (1, 2):
        scale = page.locator(f".heatmap-panel-one:nth-child({panel}) .heatmap-scale")
        expect(scale).to_be_visible()
        low, high = scale.evaluate("one => [one.firstChild.textContent, one.lastChild.textContent]")
        assert low.startswith("10⁻") and high != low
    for words in ("exactly zero", "not finite", "not measured"):
        expect(page.locator("#heatmap-codes").get_by_text(words)).to_be_visible()
