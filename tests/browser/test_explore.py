"""Explore, as a person uses it: the measured profile, a skip cut, a run played."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

BELOW = ["layer1.0", "layer1.8", "layer2.2"]


def until(page: Page, state: str) -> None:
    """Wait for what the page says of itself."""
    expect(page.locator("html")).to_have_attribute("data-state", state, timeout=30_000)


def opened(page: Page, address: str = "/") -> Page:
    page.goto(address)
    until(page, "ready")
    return page


def first_of(page: Page) -> dict[str, Any]:
    return json.loads(page.locator("#first").text_content() or "")


def shown(page: Page, tap: str, label: str, measure: str = "gradient_rms") -> float:
    """Read a number in the table twin."""
    cell = page.locator(f'[data-part="twin"] tr[data-tap="{tap}"] td[data-variant="{label}"][data-measure="{measure}"]')
    return float(cell.get_attribute("data-value") or "nan")


def probed(page: Page, variant: dict[str, Any]) -> dict[str, float]:
    """Ask the API for the gradients that the page should show."""
    settings = first_of(page)["settings"]
    answer = page.request.post(
        "/api/probe",
        data={
            "variants": [variant],
            **{name: settings[name] for name in ("dataset", "image_size", "batch_size", "seed")},
        },
    )
    assert answer.ok, answer.text()
    one = answer.json()["variants"][0]
    return dict(zip(one["taps"], one["values"]["gradient_rms"], strict=True))


def played(page: Page) -> None:
    """Press play and wait for a step; a run that failed says why."""
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_function(
        """() => document.documentElement.dataset.step !== '0'
          || /^(failed|interrupted)/.test(document.querySelector('.run-status').textContent)""",
        timeout=60_000,
    )
    assert page.locator("html").get_attribute("data-step") != "0", page.locator(".run-status").text_content()


def test_the_page_comes_with_a_measured_profile(page: Page) -> None:
    opened(page)
    first = first_of(page)
    assert [variant["label"] for variant in first["probe"]["variants"]] == ["plain-56", "ResNet-56"]
    for variant in first["probe"]["variants"]:
        gradients = dict(zip(variant["taps"], variant["values"]["gradient_rms"], strict=True))
        for tap in (*BELOW, "layer3.8", "fc"):
            assert shown(page, tap, variant["label"]) == pytest.approx(gradients[tap], rel=1e-3)
    plain, residual = (
        shown(page, "layer1.0", label) / shown(page, "layer3.8", label) for label in ("plain-56", "ResNet-56")
    )
    assert plain < 1e-8 and residual > 0.1, "the plain net's gradient vanishes and the residual net's does not"


def test_one_sentence_above_the_fold_says_what_is_measured_and_what_differs(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page)
    headline = page.locator("#headline")
    said = headline.text_content() or ""
    match = re.fullmatch(
        r"The gradient at block 1 is (\S+)×10⁻(\S+) times that at block 27 in Aplain-56, (\S+) times in BResNet-56\. "
        r"They differ only in 27 skips\.",
        said,
    )
    assert match, said
    # the same numbers as in the diagnosis, which the server writes
    diagnosed = page.locator("#sentence").text_content() or ""
    power = match[2].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
    assert f"to {match[1]}e-{power} of it (" in diagnosed
    assert f"{match[3]}-fold (" in diagnosed
    box, panel = headline.bounding_box(), page.locator(".diagram-panel").bounding_box()
    assert box
    assert panel
    assert 0 < box["height"] < 40, "one line"
    assert box["y"] + box["height"] <= panel["y"] < 720
    page.get_by_label("Quantity that the diagram draws").select_option("activation")
    expect(headline).to_contain_text("The activation (RMS) at block 27 is ")


def test_diagram_profile_and_heatmap_are_visible_without_scrolling(page: Page) -> None:
    opened(page)
    for name in ("#diagram", "#chart-gradient", "#heatmap"):
        box = page.locator(name).bounding_box()
        assert box, name
        assert box["height"] > 60, name
        assert box["y"] >= 0, name
        assert box["y"] + box["height"] <= 900, name
    switches = page.get_by_role("switch", name=re.compile("^skip of "))
    assert switches.count() == 54
    frame = page.locator("#diagram").bounding_box()
    assert frame
    for label in ("plain-56", "ResNet-56"):
        for block in ("layer1.0", "layer3.8"):
            box = page.get_by_role("switch", name=f"skip of {block}, {label}", exact=True).bounding_box()
            assert box
            assert box["y"] >= frame["y"]
            assert box["y"] + box["height"] <= frame["y"] + frame["height"]


@pytest.mark.parametrize("how", ["click", "Space"])
def test_cutting_a_skip_shows_what_the_api_reports(page: Page, how: str) -> None:
    opened(page)
    before = {tap: shown(page, tap, "ResNet-56") for tap in BELOW}
    plain = {tap: shown(page, tap, "plain-56") for tap in BELOW}
    block = {"click": "layer2.3", "Space": "layer2.5"}[how]
    switch = page.get_by_role("switch", name=f"skip of {block}, ResNet-56", exact=True)
    expect(switch).to_be_checked()
    switch.click() if how == "click" else switch.press("Space")
    expect(switch).not_to_be_checked()
    until(page, "ready")

    blocks = first_of(page)["summaries"][1]["graph"]["blocks"]
    skips = [one["name"] != block for one in blocks]
    gradients = probed(page, {"preset": "resnet56", "norm": "none", "init": "xavier_normal", "skips": skips})
    page.wait_for_function(
        "([tap, label, old]) => Number(document.querySelector("
        "`#twin tr[data-tap='${tap}'] td[data-variant='${label}']`).dataset.value) !== old",
        arg=["layer1.0", "ResNet-56", before["layer1.0"]],
    )
    for tap in BELOW:
        assert shown(page, tap, "ResNet-56") == pytest.approx(gradients[tap], rel=1e-3)
        assert abs(shown(page, tap, "ResNet-56") / before[tap] - 1) > 0.02, "the blocks below receive another gradient"
        assert shown(page, tap, "plain-56") == plain[tap], "the other network is as it was"


def test_undo_redo_and_many_at_once(page: Page) -> None:
    opened(page)
    before = shown(page, "layer1.0", "ResNet-56")
    checked = page.get_by_role("switch", name=re.compile("ResNet-56$"), checked=True)
    page.get_by_role("checkbox", name="skips of layer2, ResNet-56").click()
    expect(checked).to_have_count(18)
    until(page, "ready")
    page.get_by_role("button", name="None", exact=True).click()
    expect(checked).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(checked).to_have_count(18)
    page.keyboard.press("Control+z")
    expect(checked).to_have_count(27)
    until(page, "ready")
    assert shown(page, "layer1.0", "ResNet-56") == before, "the same net on the same seed gives the same numbers"
    page.keyboard.press("Control+Shift+z")
    expect(checked).to_have_count(18)
    page.get_by_role("button", name="Every other").click()
    expect(checked).to_have_count(14)


def test_arrow_keys_walk_over_the_skips_and_enter_opens_the_block(page: Page) -> None:
    opened(page)
    switch = page.get_by_role("switch", name="skip of layer1.0, plain-56", exact=True)
    assert page.locator("[role=switch][tabindex='0']").count() == 1, "one tab stop for all skips"
    switch.focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("switch", name="skip of layer1.1, ResNet-56", exact=True)).to_be_focused()
    details = page.get_by_role("complementary")
    expect(details.get_by_role("heading", name="layer1.1")).to_be_visible()
    expect(details.locator("math").first).to_contain_text("F(x)")
    page.keyboard.press("Escape")
    expect(details).to_be_hidden()


def test_play_shows_steps_arriving_and_toggles_act_between_steps(page: Page) -> None:
    opened(page)
    html = page.locator("html")
    played(page)
    until(page, "running")
    first = int(html.get_attribute("data-step") or 0)
    page.wait_for_function(
        "step => Number(document.documentElement.dataset.step) >= step + 5", arg=first, timeout=60_000
    )
    page.get_by_role("switch", name="skip of layer3.4, ResNet-56", exact=True).click()
    expect(page.get_by_role("switch", name="skip of layer3.4, ResNet-56", exact=True)).not_to_be_checked()
    page.get_by_role("button", name="pause", exact=True).click()
    until(page, "paused")
    step = int(html.get_attribute("data-step") or 0)

    page.get_by_role("button", name="step", exact=True).click()
    expect(html).to_have_attribute("data-step", str(step + 1), timeout=20_000)
    assert shown(page, "layer1.0", "ResNet-56") > 0
    page.get_by_role("button", name="reset", exact=True).click()
    until(page, "ready")
    expect(html).to_have_attribute("data-step", "0")


def test_an_older_step_is_drawn_with_the_skips_of_then(page: Page) -> None:
    opened(page, "/?net=resnet20,norm:none&steps=400")
    switch = page.get_by_role("switch", name="skip of layer2.1, ResNet-20", exact=True)
    page.get_by_role("button", name="step", exact=True).click()
    until(page, "paused")
    expect(page.get_by_label("Step on screen")).to_be_enabled()
    switch.press("Enter")
    forward = page.get_by_role("complementary").locator("math").first
    expect(forward).to_have_text(re.compile(r"F\(x\).*\+"))
    switch.press("Space")
    expect(switch).not_to_be_checked()
    expect(switch).to_have_class(re.compile("pending"))
    expect(forward).to_have_text(re.compile(r"F\(x\).*\+"))  # as it was measured, until the next step
    page.get_by_role("button", name="step", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-step", "1")
    expect(forward).not_to_have_text(re.compile(r"\+"))
    expect(switch).not_to_have_class(re.compile("pending"))
    page.get_by_label("Step on screen").press("ArrowLeft")
    expect(page.locator("html")).to_have_attribute("data-step", "0")
    expect(forward).to_have_text(re.compile(r"F\(x\).*\+"))
    expect(switch).not_to_be_checked()
    page.get_by_role("button", name="reset", exact=True).click()
    until(page, "ready")


def test_the_keyboard_scrubs_over_recorded_steps_and_one_voice_tells_them(page: Page) -> None:
    opened(page, "/?net=resnet20,norm:none&steps=21&record_every=5")
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.locator(".run-status")).to_have_text("done, step 20 of 20", timeout=60_000)
    expect(page.locator("#sentence")).to_contain_text("At step 20. The run is done.")
    scrubber = page.get_by_label("Step on screen")
    for step, key in ((15, "ArrowLeft"), (10, "ArrowLeft"), (15, "ArrowRight"), (0, "Home"), (5, "ArrowRight")):
        scrubber.press(key)
        expect(page.locator("html")).to_have_attribute("data-step", str(step))
        expect(scrubber).to_have_attribute("aria-valuetext", f"step {step} of 20")
    expect(page.locator("#sentence")).to_contain_text("At step 5. The run is done.")
    live = page.locator("#transport").locator("[role=status], [role=log], [role=alert], [aria-live]")
    expect(live).to_have_count(0)
    page.get_by_role("button", name="live", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-step", "20")


def test_what_the_server_refuses_goes_back(page: Page, expected_errors: list[str]) -> None:
    expected_errors.append("429")
    opened(page)
    before = shown(page, "layer1.0", "ResNet-56")
    problem = {"title": "Too many requests", "detail": "Wait a minute.", "status": 429}
    page.route("**/api/probe", lambda route: route.fulfill(status=429, json=problem))
    switch = page.get_by_role("switch", name="skip of layer2.3, ResNet-56", exact=True)
    switch.click()
    expect(page.locator("#problem")).to_contain_text("Wait a minute.")
    expect(switch).to_be_checked()
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.locator('.fields-basic [name="norm"]').select_option("batch")
    expect(page.locator("#problem")).to_contain_text("Wait a minute.")
    until(page, "ready")
    expect(page.locator('.fields-basic [name="norm"]')).to_have_value("none")
    assert "norm:batch" not in page.url
    assert shown(page, "layer1.0", "ResNet-56") == before


def test_a_refusal_is_shown_in_the_servers_words(page: Page, expected_errors: list[str]) -> None:
    expected_errors.extend(["404", "422"])
    opened(page, "/?net=resnet65")
    answer = page.request.get("/api/architectures/resnet65").json()
    expect(page.get_by_text(answer["detail"])).to_be_visible()
