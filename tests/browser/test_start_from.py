"""Networks of a run, weights that are sent, and a picture of one's own, chosen in the page: in the Lab's form, in the
menu of networks, on Runs."""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect
from safetensors.torch import save_file

from skipscope import ResNet
from skipscope.model.describe.presets import resolve
from tests.browser.test_accessibility import serious
from tests.browser.test_explore import until
from tests.browser.test_lab import opened, words
from tests.browser.test_runs import row, run

pytestmark = pytest.mark.browser
NET: dict[str, Any] = {"preset": "resnet20", "depths": [1, 1, 1], "widths": [4, 8, 8], "stem_width": 4}
MAPS = "/lab?kind=maps&net=resnet20,depths:1-1-1,widths:4-8-8,stem_width:4&steps=1&batch_size=8&blocks=1&channels=1"


def test_a_run_is_chosen_in_the_labs_form_and_given_back(page: Page) -> None:
    made = run(page, "to be measured")
    opened(page, "/lab?kind=paths")
    state = page.locator(".lab-run")
    expect(state).to_contain_text("The networks are trained first.")
    page.keyboard.press("Tab")
    menu = page.locator(".lab-runs > summary")
    menu.focus()
    page.keyboard.press("Enter")
    mine = page.locator(f"[data-weights='{made['id']}']")
    expect(mine).to_contain_text("to be measured")
    assert not serious(page)
    mine.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(state).to_contain_text("plain-20 beside B ResNet-20 of a run, as they are: no training comes before.")
    page.wait_for_url(re.compile(f"run={made['id']}"))
    expect(menu).to_be_focused()
    page.get_by_role("button", name="Train them anew").click()
    expect(state).to_contain_text("The networks are trained first.")


def test_a_file_is_sent_from_the_menu_and_a_run_starts_from_it(page: Page, tmp_path: Path) -> None:
    state: dict[str, torch.Tensor] = dict(ResNet(resolve({**NET, "in_channels": 1}), seed=7).state_dict())
    save_file(state, tmp_path / "net.safetensors")
    page.goto("/?net=resnet20,depths:1-1-1,widths:4-8-8,stem_width:4&steps=5")
    until(page, "ready")
    page.locator(".presets-shown").click()
    page.locator(".presets-weights > summary").click()
    box = page.locator(".startable")
    box.locator("input[type=file]").set_input_files(tmp_path / "net.safetensors")
    expect(box.get_by_role("status")).to_contain_text("net.safetensors fits ResNet-8: choose it above.")
    box.locator("li").first.get_by_role("button").click()
    expect(page.locator(".run-status")).to_contain_text("paused, step 0 of 4", timeout=30_000)
    identity = re.search(r"run=(\w+)", page.url)
    assert identity
    request = page.request.get(f"/api/runs/{identity[1]}").json()["request"]
    assert request["weights"] == page.request.get("/api/weights?mine=true").json()["weights"][0]["id"]
    page.goto("/runs")
    until(page, "ready")
    expect(page.locator(f"tr[data-run='{identity[1]}']")).to_contain_text(
        f"starts from the weights {request['weights']}"
    )


def test_a_file_that_does_not_fit_is_refused_in_the_servers_words(
    page: Page, tmp_path: Path, expected_errors: list[str]
) -> None:
    expected_errors.append("422")
    (tmp_path / "net.safetensors").write_bytes(b"PK\x03\x04" + b"0" * 100)
    opened(page, "/lab?kind=paths")
    page.locator(".lab-runs > summary").click()
    box = page.locator(".startable").last
    box.locator("input[type=file]").set_input_files(tmp_path / "net.safetensors")
    expect(box.get_by_role("status")).to_contain_text("a ZIP archive, and a safetensors file")


def test_a_run_trains_on_from_where_another_ended(page: Page) -> None:
    made = run(page, "to be trained on")
    page.goto("/runs")
    until(page, "ready")
    row(page, made).get_by_role("button", name="Train on from the weights of to be trained on").click()
    expect(page.locator(".run-status")).to_contain_text("paused, step 0 of 5", timeout=30_000)
    identity = re.search(r"run=(\w+)", page.url)
    assert identity
    request = page.request.get(f"/api/runs/{identity[1]}").json()["request"]
    assert (request["weights"], request["steps"]) == (made["id"], 6)


def picture(form: str = "PNG") -> FilePayload:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8)).save(file, form)
    return {"name": f"dog.{form.lower()}", "mimeType": f"image/{form.lower()}", "buffer": file.getvalue()}


def test_a_picture_of_ones_own_is_chosen_dropped_refused_and_run(page: Page) -> None:
    opened(page, MAPS)
    place, file = page.locator(".lab-picture"), page.get_by_label("A picture of your own: PNG, JPEG or WebP")
    file.set_input_files(picture("GIF"))
    expect(page.get_by_role("alert")).to_contain_text("dog.gif is image/gif: choose a PNG, JPEG or WebP picture.")
    file.set_input_files(picture())
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(place).to_contain_text("dog.png, in place of an image of the data set. The server does not keep it.")
    assert place.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 80
    assert not serious(page)
    expect(page.get_by_label("This experiment as a program")).to_have_value(re.compile("base64 of dog.png"))
    page.get_by_role("button", name="Without it").press("Enter")
    expect(file).to_be_focused()
    expect(place.locator("img")).to_be_hidden()
    page.evaluate("""() => {
        const data = new DataTransfer();
        const bytes = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (c) => c.charCodeAt(0));
        data.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }));
        const event = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
        document.querySelector('.lab-form').dispatchEvent(event);
    }""")  # noqa: E501
    expect(place).to_contain_text("dropped.png, in place of")
    assert "picture" not in page.url
    page.get_by_role("button", name="Run", exact=True).click()
    expect(words(page)).to_contain_text("Done", timeout=60_000)
    expect(page.locator(".lab-sentences")).to_contain_text("for your picture with")
    opened(page, "/lab?kind=paths")
    expect(place).to_be_hidden()
