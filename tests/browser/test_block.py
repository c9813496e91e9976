"""A block as a picture: opened from the diagram, live, large in the diagram's place, and left by the keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import serious
from tests.browser.test_explore import opened, until

pytestmark = pytest.mark.browser

POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
PAIR = "/?net=plain20,norm:none&net=resnet20,norm:none&batch_size=8&steps=40"


def picture(page: Page) -> Locator:
    return page.locator("#details .block-picture svg")


def said(page: Page) -> str:
    return picture(page).get_attribute("aria-label") or ""


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(r" ([0-9]+\.[0-9]+)", text)]


def test_enter_shows_a_block_with_its_measured_numbers_and_again_large(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, PAIR)
    switch = page.get_by_role("switch", name="skip of layer1.1, ResNet-20", exact=True)
    switch.focus()
    page.keyboard.press("Enter")
    expect(picture(page)).to_have_attribute(
        "aria-label", re.compile("^layer1.1 of ResNet-20, basic block. Forward, RMS: x ")
    )
    probe = page.request.post(
        "/api/probe",
        data={
            "variants": [{"preset": "plain20", "norm": "none"}, {"preset": "resnet20", "norm": "none"}],
            "batch_size": 8,
        },
    ).json()["variants"][1]
    block = probe["blocks"].index("layer1.1")
    shown = {
        "RMS: x": probe["values"]["activation_rms"][probe["taps"].index("layer1.0")],
        "F(x)": probe["values"]["residual_rms"][block],
        "the identity": probe["values"]["identity_rms"][block],
        "y": probe["values"]["activation_rms"][probe["taps"].index("layer1.1")],
    }
    forward = ", ".join(f"{name} {float(f'{value:.3g}'):g}" for name, value in shown.items())
    expect(picture(page)).to_have_attribute("aria-label", re.compile(re.escape(f"Forward, {forward}.")))

    expect(switch).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#details")).to_have_class(re.compile("large"))
    expect(page.locator("#details h2")).to_be_focused()
    diagram, details = page.locator(".diagram-panel").bounding_box(), page.locator("#details").bounding_box()
    assert diagram
    assert details
    assert details["x"] <= diagram["x"] + 1
    assert details["width"] > 1200
    assert page.evaluate("document.querySelector('.diagram-panel').inert"), "the keyboard stays out of what is covered"
    box = picture(page).bounding_box()
    assert box
    assert box["width"] > 1100
    assert serious(page) == []

    page.get_by_role("button", name="plain-20: layer1.1", exact=True).click()
    expect(picture(page)).to_have_attribute(
        "aria-label", re.compile("^layer1.1 of plain-20, basic block, its skip cut")
    )
    page.get_by_role("button", name="ResNet-20: layer1.1", exact=True).click()
    page.get_by_role("button", name="Next block").click()
    expect(page.locator("#details h2")).to_have_text("layer1.2")
    expect(page.locator("#details")).to_have_class(re.compile("large"))
    page.keyboard.press("Escape")
    expect(page.locator("#details")).to_be_hidden()
    expect(page.get_by_role("switch", name="skip of layer1.2, ResNet-20", exact=True)).to_be_focused()
    assert not page.evaluate("document.querySelector('.diagram-panel').inert")


def test_the_numbers_follow_the_step_on_screen(page: Page) -> None:
    opened(page, PAIR + "&select=1:layer2.0")
    expect(picture(page)).to_have_attribute("aria-label", re.compile("^layer2.0 of ResNet-20"))
    told = [said(page)]
    for step in (0, 1, 2):
        page.get_by_role("button", name="step", exact=True).click()
        expect(page.locator(".run-status")).to_contain_text(f"step {step} of 39")
        if step:
            expect(picture(page)).not_to_have_attribute("aria-label", told[-1])
        told.append(said(page))
    until(page, "paused")
    slider = page.get_by_role("slider", name="Step on screen")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(picture(page)).not_to_have_attribute("aria-label", told[3])
    # a row of the history has four digits, of which the last may be another
    assert numbers(said(page)) == pytest.approx(numbers(told[2]), rel=0.006)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_a_block_is_opened_by_a_tap_stands_upright_and_fits(page: Page, theme: str) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    opened(page, "/?net=resnet50,norm:none,image_size:32&select=0:layer1.1")
    expect(picture(page)).to_be_visible()
    box = picture(page).bounding_box()
    assert box
    assert box["width"] <= 375
    assert box["height"] > box["width"], "from top to bottom"
    page.get_by_role("button", name="Large", exact=True).click()
    expect(page.locator("#details")).to_have_class(re.compile("large"))
    details = page.locator("#details").bounding_box()
    assert details
    assert (details["width"], details["height"]) == (375, 812)
    expect(page.locator("#details").get_by_role("row", name=re.compile("^conv1"))).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert serious(page) == []
    page.get_by_role("button", name="← Diagram").click()
    expect(page.locator("#details")).not_to_have_class(re.compile("large"))


def test_a_large_block_shows_one_image_as_pictures_while_nothing_is_trained(page: Page) -> None:
    opened(page, PAIR + "&select=1:layer1.1")
    pictures = page.locator("#details .block-maps svg")
    expect(page.locator("#details .block-picture svg").first).to_be_visible()
    expect(pictures).to_be_hidden()
    page.get_by_role("button", name="Large", exact=True).click()
    expect(pictures).to_have_attribute("aria-label", re.compile("^Image 1 of the batch in layer1.1 of ResNet-20"))
    asked = {
        "variants": [{"preset": "resnet20", "norm": "none"}],
        "batch_size": 8,
        "block": "layer1.1",
        "image": 2,
    }
    found = page.request.post("/api/probe/maps", data=asked).json()["variants"][0]["maps"]
    page.get_by_label("Image", exact=True).fill("3")
    page.get_by_label("Image", exact=True).press("Enter")
    expect(pictures).to_have_attribute("aria-label", re.compile("^Image 3 "))
    shown = pictures.get_attribute("aria-label") or ""
    for name, place in (("F\\(x\\)", "branch"), ("s", "sum"), ("∂L/∂x", "grad_x")):
        said = re.search(rf"[ ;,]{name} ([^,;]+?)(?=[,;]|\.$)", shown)
        assert said, (name, shown)
        # small numbers are shown with two digits
        assert power(said[1]) == pytest.approx(found[place]["rms"], rel=0.05)
    assert serious(page) == []
    page.get_by_role("button", name="plain-20: layer1.1", exact=True).click()
    expect(pictures).to_have_attribute("aria-label", re.compile("of plain-20.* by the shortcut none"))
    page.get_by_role("button", name="← Diagram").click()
    page.get_by_role("button", name="step", exact=True).click()
    until(page, "paused")
    page.get_by_role("button", name="Large", exact=True).click()
    expect(page.locator("#details")).to_contain_text("The pictures are measured before training.")
    expect(pictures).to_be_hidden()


def power(text: str) -> float:
    mantissa, _, exponent = text.partition("×10")
    return float(mantissa) * 10 ** int(exponent.translate(POWERS) or 0)
