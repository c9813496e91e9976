"""The chapters on blocks and whole networks: each layer with its cost, Figure 3 of He et al. 2015, live."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

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
    expect(first.locator(".picture .pointed")).to_have_text(
        re.compile("^plain-34, layer3.4.conv1: 256×4×4 → 256×4×4, 589\u2009824 parameters, 9.44\u2009M MACs, gradient ")
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


def inside(section: Locator) -> list[str]:
    return section.locator(".picture .inside").all_text_contents()


def costs(section: Locator, label: str) -> tuple[int, float]:
    """Read the parameters and the millions of MACs below a block's name."""
    names = section.locator(".picture .strong", has_text=re.compile("block")).all_text_contents()
    place = next(at for at, name in enumerate(names) if name.startswith(label))
    text = section.locator(".picture .name").nth(place).text_content() or ""
    parameters, macs = text.split(", ")
    return int(parameters.split(" ")[0].replace("\u2009", "")), number_of(macs)
