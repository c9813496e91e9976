"""The controls of Explore: fields, presets, scales, what is shared."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_explore import opened, probed, shown, until

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]


def test_a_field_of_all_networks_gives_a_new_measurement(page: Page) -> None:
    opened(page)
    page.locator('.fields-basic [name="norm"]').select_option("batch")
    page.wait_for_url("**norm:batch**")
    until(page, "ready")
    wanted = probed(page, {"preset": "plain56", "norm": "batch", "init": "xavier_normal"})
    assert shown(page, "layer1.0", "plain-56") == wanted["layer1.0"]
    assert wanted["layer1.0"] > 10 * wanted["layer3.8"], "with batch norm it explodes, and that is what is shown"


def test_a_field_of_one_network_leaves_the_other(page: Page) -> None:
    opened(page)
    before = shown(page, "layer1.0", "ResNet-56")
    page.get_by_label("Networks that the settings change").select_option(label="plain-56")
    page.locator('.fields-basic [name="activation"]').select_option("tanh")
    page.wait_for_url("**activation:tanh**")
    until(page, "ready")
    assert shown(page, "layer1.0", "ResNet-56") == before
    page.get_by_label("Networks that the settings change").select_option("")
    expect(page.locator('.fields-basic [name="activation"]')).to_have_value("")


def test_a_data_set_that_is_not_there_is_shown_with_what_it_lacks_and_what_to_do(page: Page) -> None:
    opened(page)
    known = {one["name"]: one for one in page.request.get("/api/datasets").json()}
    assert known["cifar10"]["missing"], "the data folder of the tests is empty"
    for place in ("basic", "all"):
        options = page.locator(f".fields-{place} [name=dataset] option[value]:not([hidden])")
        assert options.evaluate_all("all => all.map((one) => one.value)") == [*known]
        for option in options.all():
            info = known[option.get_attribute("value") or ""]
            words = f"{info['title']}: {info['missing']} {info['remedy']}" if info["missing"] else info["title"]
            expect(option).to_have_text(words)
            assert option.evaluate("one => one.disabled") == bool(info["missing"])


def test_a_refusal_stands_beside_its_field_until_it_is_mended(page: Page, expected_errors: list[str]) -> None:
    expected_errors.append("422")
    opened(page)
    page.get_by_text("All settings", exact=True).click()
    page.locator('.fields-all [name="order"]').select_option("bn_after_addition")
    words = page.locator('.fields-all [data-field="order"] .field-problem')
    expect(words).to_contain_text("it puts the norm after the addition, and norm is none")
    expect(page.locator('.fields-all [name="order"]')).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#problem")).to_be_hidden()
    page.locator('.fields-all [name="order"]').select_option("pre_activation")
    expect(words).to_be_hidden()
    page.wait_for_url("**order:pre_activation**")
    until(page, "ready")


def test_a_setting_of_training_is_checked_before_it_is_taken(page: Page, expected_errors: list[str]) -> None:
    expected_errors.append("422")
    opened(page)
    rate = page.locator('.fields-basic [name="lr"]')
    rate.fill("-1")
    rate.press("Enter")
    expect(page.locator('.fields-basic [data-field="lr"] .field-problem')).to_contain_text("give more than 0")
    assert "lr=" not in page.url
    rate.fill("fast")
    rate.press("Enter")
    expect(page.locator('.fields-basic [data-field="lr"] .field-problem')).to_contain_text("is a number")
    rate.fill("0.001")
    rate.press("Enter")
    page.wait_for_url("**lr=0.001**")
    expect(page.locator('.fields-basic [data-field="lr"] .field-problem')).to_be_hidden()


def test_presets_are_found_by_a_search(page: Page) -> None:
    opened(page)
    page.locator(".presets-shown").click()
    page.get_by_label("Search the networks").fill("wide resnet50")
    expect(page.locator(".presets-list")).to_contain_text("Wide ResNet-50-2")
    expect(page.locator(".presets-list")).not_to_contain_text("ResNet-1202")
    for text in ("ResNet-50", "resnet 50"):
        page.get_by_label("Search the networks").fill(text)
        expect(page.locator(".presets-list .presets-choice").first).to_have_text("ResNet-50")
    page.get_by_label("Search the networks").fill("resnet20")
    page.get_by_role("button", name="beside plain-20", exact=True).click()
    expect(page.locator(".presets-shown")).to_have_attribute("title", "plain-20 beside ResNet-20")
    until(page, "ready")
    expect(page).to_have_url(re.compile("net=plain20"))


def test_networks_are_put_beside_each_other_and_removed_without_an_address(page: Page) -> None:
    opened(page, "/?net=plain20")
    menu = page.locator(".presets-shown")
    shown = page.locator('[data-chart="gradient"] .letter')

    def add(text: str) -> None:
        menu.click()
        page.get_by_label("Search the networks").fill(text)
        page.locator(".presets-list").get_by_role("button", name="add").first.click()

    for count, name in ((2, "ResNet-20"), (3, "ResNet-32"), (4, "ResNet-20")):
        add(name)
        expect(shown).to_have_text(["A", "B", "C", "D"][:count], timeout=20_000)
        until(page, "ready")
    expect(menu).to_have_attribute("title", "plain-20 beside ResNet-20 (1) beside ResNet-32 beside ResNet-20 (2)")
    menu.click()
    expect(page.locator(".presets-list").get_by_role("button", name="add").first).to_be_disabled()
    page.get_by_role("button", name="Remove ResNet-20 (1)").click()
    expect(menu).to_have_attribute("title", "plain-20 beside ResNet-32 beside ResNet-20")
    expect(shown).to_have_text(["A", "C", "D"])
    until(page, "ready")
    page.reload()
    expect(shown).to_have_text(["A", "C", "D"])
    until(page, "ready")
    add("resnet44")
    expect(shown).to_have_text(["A", "C", "D", "B"], timeout=20_000)


def test_widths_follow_depths_and_a_refusal_goes_when_it_is_no_longer_true(
    page: Page, expected_errors: list[str]
) -> None:
    expected_errors.append("422")
    opened(page, "/?net=plain20")
    page.get_by_text("All settings", exact=True).click()
    depths = page.locator('.fields-groups [data-field="depths"] input')
    widths = page.locator('.fields-groups [data-field="widths"] input')
    wrong = page.locator(".field-problem:visible")
    widths.fill("16, 32")
    widths.press("Enter")
    expect(wrong).to_have_count(1)
    depths.fill("2, 2, 2, 2")
    depths.press("Enter")
    until(page, "ready")
    expect(widths).to_have_value("16, 32, 64, 128")
    expect(wrong).to_have_count(0)
    depths.fill("2, 2")
    depths.press("Enter")
    expect(widths).to_have_value("16, 32")
    rate = page.locator('.fields-basic [data-field="lr"] input')
    rate.fill("0,01")
    rate.press("Enter")
    expect(wrong).to_have_count(1)


def test_a_size_that_leaves_one_pixel_is_said_beside_the_diagram(page: Page) -> None:
    opened(page, "/?net=resnet18&image_size=16&batch_size=4")
    note = page.locator(".diagram-note")
    expect(note).to_have_text(re.compile("^ResNet-18: On 16x16 images the maps of layer3 and layer4 are 1x1"))
    opened(page, "/?net=resnet18&batch_size=4")
    expect(note).to_be_hidden()
    expect(page.locator(".diagram-plot").get_by_text("16×16", exact=False).first).to_be_visible()


def test_a_link_hides_what_it_names(page: Page) -> None:
    opened(page, "/?hide=controls,branch,presets")
    expect(page.locator("#controls")).to_be_hidden()
    expect(page.locator("[data-chart=branch]")).to_be_hidden()
    expect(page.locator("#presets")).to_be_hidden()
    expect(page.locator("#transport")).to_be_visible()
    opened(page, "/?hide=lr")
    expect(page.locator('.fields-basic [name="norm"]')).to_be_visible()
    expect(page.locator('.fields-basic [name="lr"]')).to_have_count(0)


def test_what_is_shared_measures_the_same(page: Page, tmp_path: Path) -> None:
    opened(page, "/?net=plain20,norm:none&net=resnet20,norm:none,cut:2&seed=3")
    page.locator(".share-menu summary").click()
    page.get_by_role("button", name="Copy as Python").click()
    expect(page.get_by_label("Copied text")).to_be_visible()
    program = tmp_path / "shared.py"
    program.write_text(page.get_by_label("Copied text").input_value())
    said = subprocess.run([sys.executable, program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    measured = {tuple(line.split()[:2]): float(line.split()[2]) for line in said.splitlines()}
    for tap in ("layer1.0", "layer3.2"):
        assert measured["ResNet-20", tap] == shown(page, tap, "ResNet-20")
        assert measured["plain-20", tap] == shown(page, tap, "plain-20")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_label("Copied text")).to_have_value(re.compile("^curl "))
    call = page.get_by_label("Copied text").input_value()
    answer = subprocess.run(["bash", "-c", call], capture_output=True, text=True, check=True).stdout
    assert '"label":"ResNet-20"' in answer
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_label("Copied text")).to_have_value(page.url)


def test_a_weaker_shortcut_is_measured_at_once(page: Page) -> None:
    opened(page)
    whole = shown(page, "layer1.0", "ResNet-56")
    page.get_by_role("switch", name="skip of layer2.3, ResNet-56", exact=True).press("Enter")
    slider = page.get_by_label("Strength of the shortcut")
    slider.fill("0.5")
    slider.dispatch_event("change")
    cell = page.locator('#twin tr[data-tap="layer1.0"] td[data-variant="ResNet-56"][data-measure="gradient_rms"]')
    expect(cell).not_to_have_attribute("data-value", str(whole), timeout=30_000)
    until(page, "ready")
    answer = page.request.post(
        "/api/probe",
        data={
            "variants": [{"preset": "resnet56", "norm": "none", "init": "xavier_normal"}],
            "strengths": [[0.5 if block == 12 else 1.0 for block in range(27)]],
        },
    )
    one = answer.json()["variants"][0]
    wanted = one["values"]["gradient_rms"][one["taps"].index("layer1.0")]
    assert shown(page, "layer1.0", "ResNet-56") == wanted != whole


@pytest.mark.parametrize("chart", ["Gradient by depth", "Every layer, every step"])
def test_a_chart_is_saved_as_it_is(page: Page, chart: str, tmp_path: Path) -> None:
    opened(page, "/?net=plain20,norm:none&net=resnet20,norm:none&steps=5")
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.locator(".run-status")).to_contain_text("done")
    page.locator(".share-menu summary").click()
    page.get_by_label("Chart to save").select_option(chart)
    for kind in ("SVG", "PNG"):
        with page.expect_download() as waiting:
            page.locator(".share-menu").get_by_role("button", name=kind).click()
        file = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(file)
        content = file.read_bytes()
        if kind == "SVG":
            text = content.decode()
            assert f"{chart}: plain-20 beside ResNet-20, step 4" in text
            assert "ResNet-20" in text
        else:
            assert content.startswith(b"\x89PNG")


def test_a_fork_compares_one_network_with_itself(page: Page) -> None:
    opened(page, "/?net=resnet20,norm:none&steps=400")
    expect(page.get_by_role("button", name="Fork", exact=True)).to_be_disabled()
    page.get_by_label("Speed").select_option("10")
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_function("() => Number(document.documentElement.dataset.step) > 2")
    page.get_by_role("button", name="Fork", exact=True).click()
    expect(page.locator(".presets-shown")).to_have_attribute(
        "title", re.compile(r"^ResNet-20 beside ResNet-20, fork at step \d+$")
    )
    until(page, "paused")
    page.get_by_role("switch", name=re.compile("skip of layer1.1, ResNet-20, fork")).click()
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_function("() => document.querySelector('.run-status').textContent.startsWith('step')")
    page.get_by_role("button", name="pause", exact=True).click()
    until(page, "paused")
    # the table is written a few times a second
    page.wait_for_function(
        """() => new Set(Array.from(document.querySelectorAll(
          '#twin tr[data-tap="layer1.0"] td[data-measure="gradient_rms"]'), (one) => one.dataset.value)).size === 2"""
    )
    expect(page.get_by_role("switch", name="skip of layer1.1, ResNet-20", exact=True)).to_be_checked()
    page.get_by_role("button", name="reset", exact=True).click()
    until(page, "ready")
