"""The later chapters of Learn: what normalisation changes, with a training, and identity mappings at 110 layers."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_learn import committed, number_of, ratio, step

pytestmark = pytest.mark.browser


def test_what_normalisation_changes(page: Page) -> None:
    first = step(page, "normalisation", 1)
    expect(first.locator(".picture .large")).to_have_text(["?"] * 4)
    first.get_by_label("still about 10⁻¹³").check()
    committed(first)
    expect(first.locator(".picture .large").nth(0)).not_to_have_text("?")
    none, skips, batch, both = (number_of(text) for text in first.locator(".picture .large").all_text_contents())
    assert 1e-14 < none < 1e-12
    assert 0.8 < skips < 1.4
    assert 800 < batch < 2000
    assert 3.5 < both < 7
    expect(first.locator(".says[data-yours]").first).to_contain_text("You expected BatchNorm to leave it vanishing")
    first.get_by_label("with skips, no normalisation").check()
    expect(first.locator(".explain")).to_be_visible()

    second = step(page, "normalisation", 2)
    expect(second.locator(".picture")).to_contain_text("Covered until you commit")
    second.get_by_label("nearly all digits").check()
    second.get_by_role("button", name=re.compile("^Commit")).click()
    # the recorded training answers at once
    assert share_of(second, "plain-56") < 50
    assert share_of(second, "ResNet-56") > 90
    expect(second.locator(".says[data-yours]").first).to_contain_text("to have been the whole problem")
    expect(second.locator(".explain")).to_be_visible()

    third = step(page, "normalisation", 3)
    third.get_by_label("Yes: both, almost as well").check()
    third.get_by_role("button", name=re.compile("^Commit")).click()
    for name in ("delta-orthogonal", "Kaiming"):
        assert share_of(third, name) > 90
    before = third.locator("[data-number=ratio]")
    assert 0.2 < number_of(before.text_content() or "") < 0.34
    third.get_by_role("button", name="play", exact=True).click()
    expect(third.locator(".origin")).to_contain_text(re.compile(r"step \d+ of the training"), timeout=60_000)
    expect(third).not_to_have_attribute("data-done", "")
    assert 0.2 < number_of(before.text_content() or "") < 0.34, "before training"
    third.get_by_role("button", name="pause", exact=True).click()


def test_identity_mappings(page: Page) -> None:
    first = step(page, "identity-mappings", 1)
    expect(first.locator(".picture .curve.net")).to_have_count(2)  # the known network's line, and its name's
    committed(first)
    assert 0.03 < ratio(first) < 0.15
    third = step(page, "identity-mappings", 3)
    third.get_by_label("A millionth or so").check()
    committed(third)
    assert 4 < ratio(third) < 16
    third.get_by_label("On the shortcut").select_option("1×1 convolution")
    expect(third).to_have_attribute("data-done", "", timeout=30_000)
    assert 1e-7 < ratio(third) < 1e-5
    expect(third.get_by_role("row")).to_have_count(2)


def test_depth_that_hurts(page: Page) -> None:
    first = step(page, "depth-that-hurts", 1)
    expect(first.locator(".picture .curve")).to_have_count(0)
    first.get_by_label("Far larger").check()
    first.get_by_role("button", name="Commit", exact=True).click()
    # the recorded training stands there until the reader's own has been tested once
    deep, shallow = (share_of(first, name) for name in ("plain-56", "plain-20"))
    assert deep > 50
    assert shallow < 2
    expect(first.locator(".origin")).to_contain_text("Recorded")
    first.get_by_role("button", name="play", exact=True).click()
    expect(first.locator(".origin")).to_contain_text(re.compile(r"step \d+ of the training"), timeout=60_000)
    assert share_of(first, "plain-20") > shallow, "after one epoch"
    first.get_by_role("button", name="pause", exact=True).click()
    first.get_by_label("No, its training error is as high").check()
    expect(first.locator(".explain")).to_contain_text("degradation")


def share_of(section: Locator, label: str) -> float:
    """Read the error on the training batches beside a network's name."""
    said = section.locator(".picture text", has_text=f"{label}:").text_content() or ""
    return float(said.partition(": ")[2].split(" ")[0])


def test_the_identity_function(page: Page) -> None:
    first = step(page, "identity", 1)
    expect(first.locator(".picture .map")).to_have_count(2)  # x and the image: F(x) and the sum are covered
    first.get_by_label("x, changed a little").check()
    committed(first)
    expect(first.locator(".picture .map")).to_have_count(4)
    expect(first.locator(".picture")).to_contain_text(re.compile(r"The sum differs from x by [\d.]+ at most"))
    x, branch = (number_of(first.locator(f'[data-number="{name}"]').text_content() or "") for name in ("x", "branch"))
    assert 0.4 < branch / x < 0.75
    expect(first).not_to_have_attribute("data-done", "")
    first.get_by_label("F, in all blocks").select_option("times 0")
    expect(first).to_have_attribute("data-done", "", timeout=30_000)
    expect(first.locator(".picture")).to_contain_text("F is 0 everywhere: the output is the input.")
    pictures = first.locator(".picture .map")
    runs = [
        pictures.nth(i).locator(".run").evaluate_all("all => all.map(one => one.outerHTML).join('')") for i in range(3)
    ]
    assert runs[0] == runs[2] != ""
    assert runs[1] == ""
    first.get_by_label("The sum is x, in every pixel").check()
    expect(first.locator(".explain")).to_be_visible()

    second = step(page, "identity", 2)
    expect(second.locator(".picture .share")).to_have_count(0)
    second.get_by_label("Half", exact=True).check()
    committed(second)
    assert 0.65 < share(second) < 0.85
    expect(second.locator(".picture")).to_contain_text("you: 50 %")
    second.get_by_label("They are equal in every pixel").check()
    whole, identity, branch = (
        number_of(second.locator(f'[data-number="{name}"]').text_content() or "")
        for name in ("grad_x", "grad_identity", "grad_branch")
    )
    assert 0.9 < (identity**2 + branch**2) / whole**2 < 1.1
    second.get_by_label("About a third").check()
    found = second.locator('[data-part="transfer-found"]')
    expect(found).to_contain_text("Measured just now", timeout=30_000)
    assert 20 < number_of((found.text_content() or "").partition(": ")[2]) < 45

    third = step(page, "identity", 3)
    third.get_by_label("the part through F alone").check()
    committed(third)
    whole_bridge = share(third)
    slider = third.get_by_label("Strength of the bridge")
    slider.fill("2")
    expect(third.locator(".picture")).to_contain_text("∂L/∂s times 0.5", timeout=30_000)
    assert 0.2 < share(third) < whole_bridge - 0.1
    expect(third).not_to_have_attribute("data-done", "")
    slider.fill("0")
    expect(third).to_have_attribute("data-done", "", timeout=30_000)
    expect(third.locator(".picture")).to_contain_text("the bridge is at 0: nothing passes")
    assert share(third) == 0
    expect(third.get_by_role("row")).to_have_count(3)
    expect(third.get_by_role("link", name="Open in Explore")).to_have_attribute("href", re.compile("strength:0@14"))


def share(section: Locator) -> float:
    """Read the identity's share off the figure."""
    said = section.locator(".picture text", has_text="by the identity").last.text_content() or ""
    return number_of(said) / 100
