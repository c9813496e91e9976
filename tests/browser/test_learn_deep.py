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

    third = step(page, "normalisation", 3)
    third.get_by_label("Yes: both, almost as well").check()
    committed(third)
    assert 0.2 < ratio(third) < 0.34
    third.get_by_role("button", name="play", exact=True).click()
    expect(third.locator(".origin")).to_contain_text(re.compile(r"step \d+ of the training"), timeout=60_000)
    expect(third).not_to_have_attribute("data-done", "")
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
    first.get_by_role("button", name="Commit and measure").click()
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
