"""The charts' twin: every number on screen in tables, each block with its skip."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_explore import opened, shown, until

pytestmark = pytest.mark.browser

NONE = "norm:none,init:xavier_normal"
PAIR = f"/?net=plain20,{NONE}&net=resnet20,{NONE}"
OF = {
    "gradient_rms": "taps",
    "activation_rms": "taps",
    "zero_fraction": "taps",
    "dead_units": "taps",
    "weight_gradient_norm": "weights",
    "update_ratio": "weights",
}


def opened_twin(page: Page, address: str = PAIR) -> Page:
    opened(page, address)
    page.get_by_text("The same numbers as tables").click()
    expect(page.get_by_role("table", name="Each weight")).to_be_visible()
    return page


def tables(page: Page) -> dict[str, dict[str, dict[str, float]]]:
    """Read all tables: numbers by measure, network and the row's header."""
    cells = page.eval_on_selector_all(
        "#twin td[data-measure]",
        """all => all.map((one) => [one.dataset.measure, one.dataset.variant,
             one.closest('tr').querySelector('th').textContent, one.dataset.value])""",
    )
    read: dict[str, dict[str, dict[str, float]]] = {}
    for measure, variant, name, value in cells:
        if value:
            read.setdefault(measure, {}).setdefault(variant, {})[name] = float(value)
    return read


def test_every_measure_of_a_run_stands_in_a_table(page: Page) -> None:
    opened_twin(page, f"{PAIR}&steps=3")
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.locator(".run-status")).to_contain_text("done", timeout=60_000)
    expect(page.get_by_role("table", name="Each block, step 2")).to_be_visible()
    run = page.request.get("/api/runs?limit=1").json()["runs"][0]
    history = page.request.get(run["history"]).json()
    read = tables(page)
    for v, variant in enumerate(history["schema"]["variants"]):
        label, last = variant["label"], history["steps"][2]["variants"][v]
        for measure, column in last["values"].items():
            if measure == "nonfinite":
                continue
            of = OF.get(measure, "blocks")
            wanted = {name: value for name, value in zip(variant[of], column, strict=True) if value is not None}
            assert read[measure].get(label, {}) == pytest.approx(wanted, rel=1e-3), measure
        assert read["loss"][label][label] == pytest.approx(last["loss"], rel=1e-3)
        assert read["accuracy"][label][label] == pytest.approx(last["accuracy"], rel=1e-3)
        ratio = read["branch_ratio"].get(label, {})
        assert len(ratio) == (0 if v == 0 else len(variant["blocks"])), "a plain block has no shortcut to compare with"


def test_a_blocks_row_cuts_its_skip_by_keyboard(page: Page) -> None:
    opened_twin(page)
    before = shown(page, "layer1.0", "ResNet-20")
    box = page.get_by_role("checkbox", name="skip of layer2.1, ResNet-20", exact=True)
    switch = page.get_by_role("switch", name="skip of layer2.1, ResNet-20", exact=True)
    expect(box).to_be_checked()
    box.press("Space")
    expect(switch).not_to_be_checked()
    expect(box).not_to_be_checked()
    expect(box).to_be_focused()
    page.wait_for_function(
        """old => document.documentElement.dataset.state === 'ready' && Number(document.querySelector(
          '#twin tr[data-tap="layer1.0"] td[data-variant="ResNet-20"]').dataset.value) !== old""",
        arg=before,
    )
    assert "layer2.1" not in tables(page)["identity_rms"]["ResNet-20"]
    page.get_by_role("button", name="Undo").click()
    expect(box).to_be_checked()
    until(page, "ready")


def test_every_block_of_a_deep_net_has_its_skip_in_the_twin(page: Page) -> None:
    opened_twin(page, f"/?net=resnet20,depths:25-25-25,{NONE}")
    expect(page.get_by_role("switch")).to_have_count(14)
    boxes = page.locator("#twin").get_by_role("checkbox")
    expect(boxes).to_have_count(75)
    boxes.nth(70).click()
    page.wait_for_url("**cut:71**")


def test_only_the_taps_are_written_while_the_twin_is_shut(page: Page) -> None:
    opened_twin(page)
    expect(page.locator("#twin tr[data-block]")).to_have_count(9)
    page.get_by_text("The same numbers as tables").click()
    expect(page.locator("#twin tr[data-block], #twin tr[data-weight]")).to_have_count(0)
    assert shown(page, "layer1.0", "ResNet-20") > 0
