"""The batch on the page: its images, what each network answered, and only while somebody looks."""

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from skipscope.model.data.loader import load
from tests.browser.test_accessibility import serious
from tests.browser.test_explore import opened, until

pytestmark = pytest.mark.browser

NETS = [{"preset": "plain20", "norm": "none"}, {"preset": "resnet20"}]
PAIR = "/?net=plain20,norm:none&net=resnet20&batch_size=16&steps=30&lr=0.05"
TILES = "#batch .batch-images li"
READ = """all => all.map((one) => [
  one.querySelector('.batch-truth').textContent,
  ...[...one.querySelectorAll('.answer')].map((mark) => `${mark.textContent} ${mark.classList[1]}`),
])"""


def wanted(batch: dict[str, Any], variants: list[dict[str, Any]]) -> list[list[str]]:
    """Return what the tiles of a step say, from what the server says of it."""
    return [
        [str(label), *(f"{one['answers'][i]} {'right' if one['answers'][i] == label else 'wrong'}" for one in variants)]
        for i, label in enumerate(batch["labels"])
    ]


def tiles(page: Page) -> list[list[str]]:
    return page.locator(TILES).evaluate_all(READ)


def asked(page: Page) -> list[str]:
    """Keep the addresses of images that are asked for from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if "/images.png" in request.url:
            found.append(request.url)

    page.on("request", note)
    return found


def recorded(page: Page, step: int) -> dict[str, Any]:
    page.wait_for_url(re.compile("run="))
    run = re.search(r"run=(\w+)", page.url)
    assert run
    answer = page.request.get(f"/api/runs/{run[1]}/history?from={step}&to={step}").json()
    return answer["steps"][0]


def test_images_and_answers_are_those_of_the_step_on_screen(page: Page) -> None:
    urls = asked(page)
    opened(page, PAIR)
    panel = page.locator("#batch")
    expect(panel).to_contain_text("at initialisation")
    probe = page.request.post("/api/probe", data={"variants": NETS, "batch_size": 16}).json()
    expect(page.locator(TILES)).to_have_count(16)
    assert tiles(page) == wanted(probe["batch"], probe["variants"])
    right = [round(16 * one["accuracy"]) for one in probe["variants"]]
    expect(panel.locator(".batch-counts")).to_contain_text(
        re.compile(rf"A ?{right[0]}.*B ?{right[1]}.*right of 16", re.DOTALL)
    )
    assert len(set(urls)) == 1
    with Image.open(io.BytesIO(page.request.get(urls[0]).body())) as strip:
        shown = np.asarray(strip, np.float32).reshape(8, 16, 8).transpose(1, 0, 2) / 255
    data = load("digits")
    _, images, labels = next(data.batches(16))
    seen = (images * data.deviation + data.mean)[:, 0].numpy()
    np.testing.assert_allclose(shown, seen, atol=0.5 / 255 + 1e-4)
    assert [int(one[0]) for one in tiles(page)] == labels.tolist()

    for step in range(3):
        page.get_by_role("button", name="step", exact=True).click()
        expect(panel).to_contain_text(f"at step {step}")
    until(page, "paused")
    found = recorded(page, 2)
    assert tiles(page) == wanted(found["batch"], found["variants"])
    slider = page.get_by_role("slider", name="Step on screen")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(panel).to_contain_text("at step 1")
    found = recorded(page, 1)
    assert tiles(page) == wanted(found["batch"], found["variants"])
    pictured = page.locator(f"{TILES} .batch-image").first.evaluate("one => getComputedStyle(one).backgroundImage")
    assert pictured.endswith(f'numbers={",".join(map(str, found["batch"]["images"]))}")')
    assert serious(page) == []


def test_nothing_is_asked_for_while_nobody_looks(page: Page) -> None:
    urls = asked(page)
    page.set_viewport_size({"width": 375, "height": 812})
    opened(page, PAIR)
    show = page.locator("#batch").get_by_role("button", name="Show")
    expect(show).to_have_attribute("aria-expanded", "false")
    for step in range(2):
        page.get_by_role("button", name="step", exact=True).click()
        expect(page.locator(".run-status")).to_contain_text(f"step {step} of 29")
    expect(page.locator("#batch")).to_contain_text("at step 1")
    assert urls == []
    show.click()
    page.locator("#batch").scroll_into_view_if_needed()
    expect(page.locator(TILES)).to_have_count(16)
    found = recorded(page, 1)
    assert tiles(page) == wanted(found["batch"], found["variants"])
    assert len(set(urls)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_live_run_changes_images_and_answers_together_and_not_often(page: Page) -> None:
    urls = asked(page)
    opened(page, PAIR.replace("steps=30", "steps=4000"))
    page.get_by_role("button", name="play", exact=True).click()
    until(page, "running")
    panel = page.locator("#batch")
    expect(panel).to_contain_text(re.compile("at step [1-9]"), timeout=30_000)
    begun = len(urls)
    page.wait_for_timeout(2500)
    assert len({*urls[begun:]}) <= 4
    page.get_by_role("button", name="pause", exact=True).click()
    until(page, "paused")
    step = int(page.locator("html").get_attribute("data-step") or 0)
    expect(panel).to_contain_text(f"at step {step}")
    found = recorded(page, step)
    assert tiles(page) == wanted(found["batch"], found["variants"])


def test_a_file_has_the_answers_and_says_that_images_are_not_kept(page: Page, tmp_path: Path) -> None:
    made = page.request.post("/api/runs", data={"variants": NETS, "steps": 2, "batch_size": 5}).json()
    page.request.get(made["events"])
    steps = page.request.get(f"/api/runs/{made['id']}/history").json()["steps"]
    file = tmp_path / "run.html"
    text = page.request.get(f"/runs/{made['id']}/offline.html").text()
    file.write_text(text, encoding="utf-8")
    page.goto(file.as_uri())
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
    expect(page.locator("#batch, [data-part=batch]")).to_contain_text("The images are not kept in this file")
    read = page.locator("[data-part=batch] .batch-images li").evaluate_all(READ)
    assert read == wanted(steps[-1]["batch"], steps[-1]["variants"])

    old = tmp_path / "old.html"
    first = re.search(r'<script type="application/json" id="first">(.*?)</script>', text, re.DOTALL)
    assert first
    data = json.loads(first[1])
    data["probe"].pop("batch", None)
    for event in data["recording"]["events"]:
        event["data"].pop("batch", None)
    old.write_text(text.replace(first[1], json.dumps(data).replace("<", "\\u003c")), encoding="utf-8")
    page.goto(old.as_uri())
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
    expect(page.locator("[data-part=batch]")).to_contain_text(
        "The answers to the single images of this run were not kept."
    )
