"""The chapters on blocks and whole networks: each layer with its cost, Figure 3 of He et al. 2015, live."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import serious
from tests.browser.test_learn import committed, number_of, ratio, step

pytestmark = pytest.mark.browser


def test_the_residual_block(page: Page) -> None:
    first = step(page, "residual-block", 1)
    expect(first.locator(".picture")).to_contain_text("? parameters, ? MACs")
    expect(first.locator(".picture .layer")).to_have_count(6)
    first.get_by_label("About half").check()
    committed(first)
    expect(first.locator(".picture")).to_contain_text("4\u2009672 parameters")
    expect(first.locator(".picture")).to_contain_text("16×8×8")
    expect(first.locator(".says[data-yours]").first).to_contain_text("You expected a norm to weigh")
    assert inside(first)[-1] == "ReLU"
    first.get_by_label("Order").select_option("pre-activation")
    expect(first).to_have_attribute("data-done", "", timeout=30_000)
    assert inside(first) == ["BatchNorm", "ReLU", "conv 3×3"] * 2
    first.get_by_label("The trunk lost its ReLU").check()
    expect(first.locator("[data-number=block_parameters]")).to_have_text("4\u2009672")
    expect(first.locator(".explain")).to_be_visible()

    second = step(page, "residual-block", 2)
    second.get_by_label("About 16 times").check()
    committed(second)
    basic, bottleneck = (costs(second, text) for text in ("ResNet-34", "ResNet-50"))
    assert basic == (73_984, 18.9)
    assert bottleneck == (70_400, 17.8)

    third = step(page, "residual-block", 3)
    third.get_by_label("About 4 %").check()
    committed(third)
    expect(third.locator(".picture .dotted")).to_have_count(2)
    expect(third.locator(".picture")).to_contain_text(re.compile(r"pad( zeros)?, /2"))
    third.locator("[data-part=transfer]").get_by_label("4", exact=True).check()
    expect(third.locator('[data-part="transfer-found"]')).to_have_text(
        "Counted just now in ResNet-50: 4 skips with layers of their own.", timeout=30_000
    )


@pytest.mark.slow
def test_plain_34_and_resnet_34(page: Page) -> None:
    first = step(page, "plain-34", 1)
    expect(first.locator(".picture")).to_contain_text("plain-34: ? parameters")
    first.get_by_label("Some thousand").check()
    committed(first)
    for name in ("plain-34", "ResNet-34"):
        expect(first.locator(".picture")).to_contain_text(f"{name}: 21\u2009115\u2009978 parameters")
    boxes = first.locator(".picture .box")
    expect(boxes).to_have_count(2 * 36)
    boxes.nth(40).hover()
    assert pointed(first).startswith(
        "plain-34, layer3.4.conv1: 256×4×4 → 256×4×4, 589\u2009824 parameters, 9.44\u2009M MACs, gradient "
    )
    first.get_by_label("The first of each stage but the first").check()
    expect(first.locator(".explain")).to_contain_text("28.54 %")

    second = step(page, "plain-34", 2)
    second.get_by_label("Less than 1 %").check()
    committed(second)
    second.get_by_label("Option").select_option("B")
    expect(second).to_have_attribute("data-done", "", timeout=30_000)
    expect(second.locator(".picture")).to_contain_text("ResNet-34: 21\u2009289\u2009802 parameters")
    expect(second.get_by_role("row")).to_have_count(2)

    third = step(page, "plain-34", 3)
    committed(third)
    assert 1.8 < ratio(third) < 4
    expect(third.locator("[data-layout=columns]")).to_be_visible(timeout=30_000)

    fourth = step(page, "plain-34", 4)
    fourth.get_by_label("MACs alone").check()
    committed(fourth)
    fourth.get_by_label("Images").select_option("224×224")
    expect(fourth).to_have_attribute("data-done", "", timeout=60_000)
    expect(fourth.locator(".picture")).to_contain_text("ResNet-34: 21\u2009115\u2009978 parameters, 3.64\u2009G MACs")
    fourth.get_by_label("About a million").check()
    found = fourth.locator('[data-part="transfer-found"]')
    expect(found).to_contain_text("1\u2009379\u2009840 additions", timeout=60_000)


def test_each_layer_is_read_with_keys_and_with_a_finger(page: Page) -> None:
    section = step(page, "plain-34", 1)
    section.locator("[data-part=pass]").click()
    expect(section).to_have_attribute("data-measured", "", timeout=30_000)
    layers = section.get_by_role("option")
    expect(layers).to_have_count(2 * 36)
    expect(section.locator(".picture [tabindex='0']")).to_have_count(1)
    assert pointed(section).startswith("plain-34, conv1: 3×64×64 → 64×32×32"), "one is read from the beginning"
    layers.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert pointed(section).startswith("plain-34, layer1.0.conv1: ")
    expect(page.locator(":focus")).to_have_attribute("aria-label", re.compile("^plain-34, layer1.0.conv1: "))
    page.keyboard.press("ArrowRight")
    assert pointed(section).startswith("ResNet-34, layer1.0.conv1: ")
    page.keyboard.press("End")
    assert pointed(section).startswith("ResNet-34, fc: ")
    expect(page).to_have_url(re.compile(r"step=1$"))
    # drawn anew, the figure has the same layer in hand
    page.set_viewport_size({"width": 375, "height": 812})
    expect(page.locator(":focus")).to_have_attribute("aria-label", re.compile("^ResNet-34, fc: "))
    assert not serious(page)
    box = section.get_by_role("option", name="ResNet-34, layer2.1.conv2").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] + 6)
    assert pointed(section).startswith("ResNet-34, layer2.1.conv2: ")
    lines = section.locator(".picture .pointed")
    for i in range(3):
        place = lines.nth(i).bounding_box()
        assert place is not None
        assert place["x"] + place["width"] <= 375
    expect(section.locator(".picture [aria-selected=true]")).to_have_count(1)


def test_on_a_phone_what_was_measured_comes_into_view(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 560})
    for name, number in (("residual-block", 2), ("identity-mappings", 2)):
        section = step(page, name, number)
        section.locator("[data-part=choose] input").first.check()
        button = section.get_by_role("button", name="Commit and measure")
        button.evaluate("one => one.scrollIntoView({ block: 'end' })")
        assert place_of(section)[0] < 0
        button.click()
        expect(page.locator(":focus")).to_contain_text("You expected")
        for _ in range(50):  # it scrolls, but where the reader wants no motion
            if place_of(section)[0] >= 0:
                break
            page.wait_for_timeout(100)
        top, bottom = place_of(section)
        assert 0 <= top < 100
        assert min(bottom, 560) - top > 200


def test_a_step_that_is_asked_prints_its_figure(page: Page) -> None:
    section = step(page, "identity-mappings", 1)
    picture = section.locator(".picture")
    expect(picture).to_contain_text("Covered until you commit")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(picture).to_contain_text("measured: 0.133")
    expect(picture).not_to_contain_text("Covered")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(picture).to_contain_text("Covered until you commit")
    expect(section.get_by_role("slider", name="Block 1")).to_be_visible()


def test_a_question_on_an_earlier_chapter_takes_no_room_of_later_steps(page: Page) -> None:
    page.goto("/learn/residual-block?step=4", wait_until="commit")
    recall = page.locator("[data-part=recall]")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    expect(recall).to_be_hidden()
    html = page.request.get("/learn/residual-block?step=4").text()
    assert 'class="recall later"' in html, "hidden before the scripts have run, so that nothing jumps"
    page.locator(".steps a").first.click()
    expect(recall).to_be_visible()


def place_of(section: Locator) -> tuple[float, float]:
    """Return the top and the bottom of a step's figure, as the window shows it."""
    box = section.locator(".picture").bounding_box()
    assert box is not None
    return box["y"], box["y"] + box["height"]


def pointed(section: Locator) -> str:
    """Read what is said of a layer."""
    return " ".join(line for line in section.locator(".picture .pointed").all_text_contents() if line)


def inside(section: Locator) -> list[str]:
    return section.locator(".picture .inside").all_text_contents()


def costs(section: Locator, label: str) -> tuple[int, float]:
    """Read the parameters and the millions of MACs below a block's name."""
    names = section.locator(".picture .strong", has_text=re.compile("block")).all_text_contents()
    place = next(at for at, name in enumerate(names) if name.startswith(label))
    text = section.locator(".picture .name").nth(place).text_content() or ""
    parameters, macs = text.split(", ")
    return int(parameters.split(" ")[0].replace("\u2009", "")), number_of(macs)
