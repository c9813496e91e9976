"""The diagram in its three layouts: what is drawn, what a pointer is told, what the brush does, what is saved."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

NONE = "norm:none,init:xavier_normal"
PAIR = f"/?net=plain20,{NONE}&net=resnet20,{NONE}"
DEEP = f"/?net=resnet20,depths:25-25-25,{NONE}"


def opened(page: Page, address: str, layout: str) -> Page:
    page.goto(address)
    expect(page.locator("#diagram")).to_have_attribute("data-layout", layout, timeout=30_000)
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=60_000)
    return page


def styles(page: Page, selector: str, name: str) -> list[str]:
    return page.eval_on_selector_all(selector, "(all, name) => all.map((one) => getComputedStyle(one)[name])", name)


def test_few_blocks_show_every_layer_with_kernel_and_channels(page: Page) -> None:
    opened(page, PAIR, "columns")
    texts = page.locator("#diagram .textpoint text").all_text_contents()
    assert texts.count("3×3, 16") == 2 * (1 + 6), "stem and stage 1 of both networks"
    assert texts.count("3×3, 64") + texts.count("3×3, 64, /2") == 2 * 6
    assert texts.count("avg pool") == texts.count("fc 10") == 2
    left, right = (
        page.get_by_role("switch", name=f"skip of layer2.1, {label}").bounding_box()
        for label in ("plain-20", "ResNet-20")
    )
    assert left
    assert right
    assert left["y"] == right["y"], "the same block on the same row"


def test_a_pointer_is_told_what_it_points_at(page: Page) -> None:
    opened(page, PAIR, "columns")
    boxes = page.locator("#diagram .barlayer .point > path")
    assert boxes.count() == 2 * (1 + 18 + 2)
    place = boxes.nth(8).bounding_box()  # after the stems and plain-20's first stage
    assert place
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.move(x, y)
    tooltip = page.locator("#diagram .tooltip")
    expect(tooltip).to_contain_text("layer1.0.conv1")
    for part in ("convolution, 3×3", "16×8×8", "parameters", "2 320", "MACs", "receptive field", "∂L/∂x by path, RMS"):
        expect(tooltip).to_contain_text(part)
    expect(page.locator("#diagram .mark.hovered")).to_have_count(2)
    assert "norm" not in (tooltip.locator(".tooltip-numbers").text_content() or ""), "one measure at a time"
    tip = tooltip.bounding_box()
    assert tip
    for block in ("layer1.0", "layer1.1"):
        for label in ("plain-20", "ResNet-20"):
            near = page.get_by_role("switch", name=f"skip of {block}, {label}", exact=True).bounding_box()
            assert near
            apart = tip["x"] >= near["x"] + near["width"] or tip["x"] + tip["width"] <= near["x"]
            above = tip["y"] >= near["y"] + near["height"] or tip["y"] + tip["height"] <= near["y"]
            assert apart or above, f"it covers {block} of {label}"
    page.mouse.click(x, y)
    details = page.get_by_role("complementary")
    expect(details.get_by_role("heading", name="layer1.0")).to_be_visible()
    expect(details.get_by_role("row", name=re.compile("^conv1"))).to_contain_text("2 320")


def test_trunk_first_and_quantities_redraw_from_the_same_numbers(page: Page) -> None:
    opened(page, PAIR, "columns")
    before = styles(page, "#diagram .barlayer .point > path", "fill")
    drawn = "all => all.map((one) => one.getAttribute('d')).join()"
    paper = page.locator("#diagram .barlayer .point > path").evaluate_all(drawn)
    page.get_by_text("View", exact=True).click()
    page.get_by_role("button", name="Trunk first").click()
    page.wait_for_url(re.compile("view=trunk"))
    page.wait_for_function(
        f"old => ({drawn})([...document.querySelectorAll('#diagram .barlayer .point > path')]) !== old", arg=paper
    )
    assert styles(page, "#diagram .barlayer .point > path", "fill") == before, "another view, the same colours"
    page.goto(page.url + "&quantity=weight_gradient")
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
    expect(page.locator(".legend-caption")).to_contain_text("∂L/∂W")
    page.wait_for_function(
        """old => [...document.querySelectorAll('#diagram .barlayer .point > path')]
          .some((one, i) => getComputedStyle(one).fill !== old[i])""",
        arg=before,
    )


def test_many_blocks_have_a_brush_over_the_whole_depth(page: Page) -> None:
    opened(page, DEEP, "focus")
    brush = page.get_by_role("slider", name="Blocks in focus")
    expect(brush).to_have_attribute("aria-valuetext", "blocks 1 to 14")
    switches = page.get_by_role("switch", name=re.compile("^skip of "))
    expect(switches).to_have_count(14)
    painted = page.eval_on_selector_all(
        "#diagram .strips canvas",
        """all => all.map((one) => {
          const { data } = one.getContext('2d').getImageData(0, 0, one.width, one.height);
          return data.filter((value, i) => i % 4 === 3 && value > 0).length / (one.width * one.height);
        })""",
    )
    assert len(painted) == 3, "a strip a stage"
    assert all(share > 0.5 for share in painted), painted
    brush.focus()
    page.keyboard.press("PageUp")
    expect(brush).to_have_attribute("aria-valuetext", "blocks 15 to 28")
    expect(page.get_by_role("switch", name=re.compile("layer1.14, "))).to_be_visible()
    page.keyboard.press("End")
    expect(brush).to_have_attribute("aria-valuetext", "blocks 62 to 75")
    strip = page.locator("#diagram .strips canvas").nth(1).bounding_box()
    assert strip
    page.mouse.click(strip["x"] + strip["width"] * 0.54, strip["y"] + strip["height"] / 2)
    expect(brush).to_have_attribute("aria-valuetext", "blocks 32 to 45")


def test_a_block_outside_the_brush_is_marked_on_its_strip_and_reached(page: Page) -> None:
    opened(page, DEEP, "focus")
    strip = page.locator("#diagram .strips canvas").nth(2).bounding_box()
    assert strip
    page.mouse.move(strip["x"] + strip["width"] * 10.5 / 25, strip["y"] + strip["height"] / 2)
    expect(page.locator("#diagram .tooltip")).to_contain_text("Block 61: layer3.10")
    expect(page.locator("#diagram .tooltip")).to_contain_text("receptive field")
    frame = page.locator("#diagram .strip-mark.hover")
    expect(frame).to_have_count(1)
    expect(page.locator("#chart-gradient .chart-cursor:not(.picked)")).to_be_visible()
    box = frame.bounding_box()
    assert box
    assert abs(box["x"] + box["width"] / 2 - strip["x"] - strip["width"] * 10.5 / 25) < 2
    chart = page.locator("#chart-gradient .chart-surface").bounding_box()
    assert chart
    brush = page.get_by_role("slider", name="Blocks in focus")
    expect(brush).to_have_attribute("aria-valuetext", "blocks 1 to 14")
    page.mouse.click(chart["x"] + chart["width"] * 0.6, chart["y"] + chart["height"] / 2)
    expect(page.locator("#details")).to_be_visible()
    name = page.locator("#details h2").text_content() or ""
    expect(page.get_by_role("switch", name=f"skip of {name}, ", exact=False).first).to_be_visible()
    expect(brush).not_to_have_attribute("aria-valuetext", "blocks 1 to 14")
    expect(page.locator("#diagram .strip-mark.selection")).to_have_count(1)


def test_a_stage_of_a_deep_network_is_cut_at_once_and_the_block_in_focus_shows_its_marks(page: Page) -> None:
    opened(page, DEEP, "focus")
    assert page.locator("#diagram .scatterlayer .trace:nth-child(3) .points path").count() == 14 * 2, (
        "two activations a block"
    )
    page.get_by_role("checkbox", name=re.compile("^skips of layer2, ")).click()
    page.wait_for_url(re.compile("cut:26-50"))
    expect(page.get_by_role("checkbox", name=re.compile("^skips of layer2, "))).not_to_be_checked()
    expect(page.get_by_role("checkbox", name=re.compile("^skips of layer1, "))).to_be_checked()


def test_the_picture_of_a_deep_network_has_its_strips_and_its_legend(page: Page) -> None:
    opened(page, DEEP, "focus")
    page.get_by_text("View", exact=True).click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG", exact=True).click()
    picture = saved.value.path().read_text()
    assert picture.count('class="point"') > 150, "a bar for both halves of each of 75 cells"
    for words in ("identity path", "plain or cut", "gradient ∂L/∂x by path", "crosses not finite"):
        assert words in picture


def test_the_picture_is_saved_with_what_is_on_screen(page: Page) -> None:
    opened(page, PAIR, "columns")
    page.get_by_text("View", exact=True).click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="SVG", exact=True).click()
    picture = saved.value.path().read_text()
    assert saved.value.suggested_filename == "skipscope-plain-20-ResNet-20.svg"
    assert "layer3" in picture
    fills = set(styles(page, "#diagram .barlayer .point > path", "fill"))
    numbers = [json.loads(f"[{fill[4:-1]}]") for fill in fills if fill.startswith("rgb(")]
    assert len(numbers) > 5
    for red, green, blue in numbers:
        assert f"rgb({red}, {green}, {blue})" in picture or f"#{red:02x}{green:02x}{blue:02x}" in picture


def test_the_stem_and_the_head_are_reached_and_opened_like_blocks(page: Page) -> None:
    opened(page, PAIR, "columns")
    page.get_by_role("switch", name="skip of layer1.0, ResNet-20", exact=True).focus()
    page.keyboard.press("ArrowUp")
    stem = page.get_by_role("button", name="stem of ResNet-20", exact=True)
    expect(stem).to_be_focused()
    expect(page.locator("#diagram .tooltip")).to_contain_text("∂L/∂x by path, RMS")
    page.keyboard.press("Enter")
    details = page.get_by_role("complementary")
    expect(details.get_by_role("heading", name="stem", exact=True)).to_be_visible()
    expect(details.get_by_role("row", name=re.compile("^conv1 "))).to_contain_text("‖∂W‖")
    expect(details.locator("math")).to_have_count(0)
    expect(details.get_by_label("Strength of the shortcut")).to_be_hidden()
    page.wait_for_url(re.compile("select=1:stem"))
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="stem of plain-20", exact=True)).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="head of plain-20", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    expect(details.get_by_role("row", name=re.compile("^fc "))).to_contain_text("650")
    details.get_by_role("button", name="Previous block").click()
    expect(details.get_by_role("heading", name="layer3.2", exact=True)).to_be_visible()
    expect(details.locator("math").first).to_be_visible()
    box = page.locator("#diagram .barlayer .point > path").first.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(details.get_by_role("heading", name="stem", exact=True)).to_be_visible()
    page.reload()
    expect(details.get_by_role("heading", name="stem", exact=True)).to_be_visible(timeout=30_000)
