"""The page of all runs: what was run, compared, renamed, exported, opened again, deleted."""

import csv
import io
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_explore import shown, until

pytestmark = pytest.mark.browser
FIRST = re.compile(r'id="first">(.*?)<', re.DOTALL)
HOSTILE = "<img src=x onerror=\"document.title='broken'\"> \u202etxet"


def run(page: Page, name: str, **more: Any) -> dict[str, Any]:
    """Run something small to its end, as the page's own browser."""
    if not page.context.cookies():
        page.request.get("/runs")
    wish = {
        "variants": [{"preset": "plain20", "norm": "none"}, {"preset": "resnet20", "norm": "none"}],
        "steps": 6, "batch_size": 16, "name": name, **more,
    }  # fmt: skip
    answer = page.request.post("/api/runs", data=wish)
    assert answer.status == 201, answer.text()
    page.request.get(answer.json()["events"])
    return page.request.get(f"/api/runs/{answer.json()['id']}").json()


def row(page: Page, made: dict[str, Any]) -> Any:
    return page.locator(f"tr[data-run='{made['id']}']")


def test_a_run_is_listed_with_its_numbers_and_opened_again(page: Page) -> None:
    made = run(page, "first lesson")
    page.goto("/runs")
    until(page, "ready")
    mine = row(page, made)
    expect(mine).to_contain_text("first lesson")
    expect(mine).to_contain_text("5 of 5")
    last = made["digest"]["variants"][1]
    for name, share in (("train", last["accuracy"][-1]), ("test", last["test_accuracy"])):
        said = re.fullmatch(rf"{name} ([\d.]+)\u00a0%", mine.locator("dd", has_text=name).last.text_content() or "")
        assert said
        assert float(said[1]) == pytest.approx(share * 100, rel=0.05)
    ratio = made["digest"]["variants"][1]["gradient_ratio"][-1]
    assert f"ResNet-20 ends at {float(f'{ratio:.3g}'):g}" in (mine.locator("svg").get_attribute("aria-label") or "")
    mine.get_by_role("link", name="first lesson", exact=True).click()
    expect(page.locator(".run-status")).to_contain_text("done, step 5 of 5")
    history = page.request.get(made["history"]).json()
    last = history["steps"][-1]["variants"][1]["values"]["gradient_rms"]
    assert shown(page, "layer1.0", "ResNet-20") == last[history["schema"]["variants"][1]["taps"].index("layer1.0")]
    page.get_by_label("Step on screen").fill("2")
    expect(page.locator("html")).to_have_attribute("data-step", "2")
    expect(page.locator("#diagram")).to_contain_text("8×8, 16 ch")  # as it was built


def test_up_to_four_are_compared_and_the_link_keeps_them(page: Page) -> None:
    made = [run(page, f"run {seed}", seed=seed) for seed in range(5)]
    page.goto("/runs")
    until(page, "ready")
    for one in made[:4]:
        row(page, one).get_by_role("checkbox").check()
    expect(row(page, made[4]).get_by_role("checkbox")).to_be_disabled()
    expect(page.locator("#compare-ratio .chart-labels span")).to_have_count(8)
    page.reload()
    expect(page.locator("#compare-loss .chart-labels span")).to_have_count(8)
    page.get_by_role("button", name="Compare none").click()
    expect(page.locator("#compare")).to_be_hidden()


def test_a_comparison_is_a_table_and_pictures_too(page: Page) -> None:
    made = [run(page, name, steps=3, seed=seed) for seed, name in enumerate(("left", "right"))]
    page.goto("/runs?" + "&".join(f"compare={one['id']}" for one in made))
    until(page, "ready")
    page.get_by_text("The same numbers as a table").click()
    for number, one in enumerate(made, start=1):
        for variant in one["digest"]["variants"]:
            line = f"{number}: {variant['label']}, {one['name']}"
            for measure, name in (("loss", "loss"), ("accuracy", "accuracy"), ("ratio", "gradient_ratio")):
                cells = page.locator(f'td[data-line="{line}"][data-measure="{measure}"]')
                assert [float(text) for text in cells.all_text_contents()] == pytest.approx(variant[name], rel=1e-3)
    expect(row(page, made[1]).locator(".runs-check")).to_have_text("2")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save Loss as SVG").click()
    picture = waiting.value.path().read_text()
    assert "Loss: left, right" in picture
    assert "2: ResNet-20, right" in picture
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save Loss as PNG").click()
    assert waiting.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_link_compares_runs_that_are_not_listed(page: Page, expected_errors: list[str]) -> None:
    expected_errors.append("404")
    made = run(page, "the oldest", steps=2)

    def shortened(route: Route) -> None:
        """Leave the run out of the page's list, as if fifty newer ones stood there."""
        answer = route.fetch()
        listed = json.loads(FIRST.search(answer.text())[1])  # type: ignore[index]
        runs = [one for one in listed["runs"] if one["id"] != made["id"]]
        shorter = json.dumps(listed | {"runs": runs})
        body = FIRST.sub(lambda _: f'id="first">{shorter}<', answer.text())
        route.fulfill(response=answer, body=body)

    page.route(re.compile(r"//[^/]+/runs\?"), shortened)  # the page; the API's list is left alone

    def late(route: Route) -> None:
        """Answer after the refusal of the run that is not there."""
        time.sleep(0.5)
        route.continue_()

    page.route(f"**/api/runs/{made['id']}", late)
    page.goto(f"/runs?compare={made['id']}&compare={'0' * len(made['id'])}")
    until(page, "ready")
    expect(row(page, made)).to_have_count(0)
    expect(page.locator("#compare-loss .chart-labels span")).to_have_count(2)
    expect(page.locator("#problem")).to_contain_text("run")
    page.wait_for_function("id => location.search === `?compare=${id}`", arg=made["id"])


def test_a_name_is_text_and_a_run_is_deleted_only_when_confirmed(page: Page) -> None:
    made = run(page, "to be renamed")
    page.goto("/runs")
    row(page, made).get_by_role("button", name="Rename to be renamed", exact=True).click()
    page.get_by_label("New name of to be renamed").fill(HOSTILE)
    page.keyboard.press("Enter")
    expect(row(page, made).locator("[data-act=open]")).to_have_text(HOSTILE)
    assert page.title() == "Runs · Skipscope"
    assert page.request.get(f"/api/runs/{made['id']}").json()["name"] == HOSTILE
    row(page, made).get_by_text("Delete", exact=True).click()
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(row(page, made)).to_have_count(1)
    row(page, made).get_by_text("Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row(page, made)).to_have_count(0)
    assert page.request.get(f"/api/runs/{made['id']}").status == 404


def test_what_is_exported_is_what_was_recorded(page: Page) -> None:
    made = run(page, "exported")
    page.goto("/runs")
    row(page, made).locator("summary").click()
    with page.expect_download() as waiting:
        row(page, made).get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text())))
    assert [int(line["step"]) for line in rows] == list(range(6))


def test_an_offline_page_replays_a_run_with_no_server(page: Page, tmp_path: Path) -> None:
    made = run(page, "to take home")
    page.goto("/runs")
    row(page, made).locator("summary").click()
    with page.expect_download() as waiting:
        row(page, made).get_by_role("link", name="Offline page").click()
    file = tmp_path / "run.html"
    waiting.value.save_as(file)
    history = page.request.get(made["history"]).json()
    page.context.set_offline(True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    until(page, "ready")
    expect(page.locator(".run-status")).to_have_text("recorded, step 5 of 5")
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.get_by_role("button", name="pause", exact=True)).to_be_enabled()
    expect(page.locator("html")).not_to_have_attribute("data-step", "5")
    expect(page.locator("html")).to_have_attribute("data-step", "5")
    expect(page.get_by_role("button", name="play", exact=True)).to_be_enabled()
    page.get_by_role("button", name="reset", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-step", "0")
    page.get_by_role("button", name="step", exact=True).click()
    expect(page.locator(".run-status")).to_have_text("recorded, step 1 of 5")
    tap = history["schema"]["variants"][1]["taps"].index("layer1.0")
    for step in (5, 2):
        page.get_by_label("Step on screen").fill(str(step))
        expect(page.locator("html")).to_have_attribute("data-step", str(step))
        recorded = history["steps"][step]["variants"][1]["values"]["gradient_rms"][tap]
        assert shown(page, "layer1.0", "ResNet-20") == recorded
    expect(page.locator('[data-part="gradient"] .chart-labels span')).to_have_count(2)
    switch = page.get_by_role("switch", name="skip of layer1.0, ResNet-20", exact=True)
    expect(switch).to_have_attribute("aria-disabled", "true")
    switch.dispatch_event("click")
    expect(page.locator('[data-part="details"]')).to_be_visible()
    expect(page.locator('[data-part="problem"]')).to_be_hidden()
    expect(switch).to_be_checked()
    expect(page.locator("html")).to_have_attribute("data-step", "2")
    page.get_by_label("Step on screen").fill("4")
    expect(page.locator("html")).to_have_attribute("data-step", "4")
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_every_act_on_a_run_is_in_sight_at_any_width(page: Page) -> None:
    run(page, "")
    page.goto("/runs")
    delete = page.get_by_role("button", name="Delete ").first
    expect(delete).to_be_visible()
    # the longest words that a row may have
    page.locator(".runs-state").first.evaluate("(state) => { state.textContent = 'interrupted'; }")
    page.locator(".runs-accuracy dd").evaluate_all("(all) => { for (const one of all) one.textContent += '00'; }")
    for width in (375, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        around, own = page.locator(".runs-list").bounding_box(), delete.bounding_box()
        assert around
        assert own
        assert own["x"] + own["width"] < around["x"] + around["width"] + 1, f"out of sight at {width}"
        heads = page.locator(".runs-table thead th:visible").count()
        assert heads == page.locator(".runs-table tbody tr").first.locator("> :visible").count(), (
            "a head over each cell"
        )


def test_a_run_of_one_recorded_step_has_a_stroke_in_the_comparison(page: Page) -> None:
    made = run(page, "short", steps=1)
    page.goto("/runs")
    row(page, made).get_by_role("checkbox").check()
    lines = page.locator("#compare-loss .scatterlayer path.js-line")
    expect(lines.first).to_have_attribute("d", re.compile(r"^M-2\.0,[\d.]+L2\.0,"))


def test_runs_are_tagged_noted_searched_and_filtered(page: Page) -> None:
    made = [run(page, name, steps=2, seed=seed) for seed, name in enumerate(("tagged", "bare"))]
    page.goto("/runs")
    until(page, "ready")
    row(page, made[0]).get_by_role("button", name="Tags and notes of tagged").click()
    page.get_by_label("Tags, separated by commas").fill("lesson two,  no norm")
    page.get_by_role("textbox", name="Notes").fill(HOSTILE)
    page.get_by_role("button", name="Keep").click()
    expect(row(page, made[0]).locator(".runs-note")).to_have_text(HOSTILE)
    assert page.title().startswith("Runs")
    row(page, made[0]).get_by_role("button", name="lesson two").click()
    expect(row(page, made[1])).to_have_count(0)
    expect(page.locator("#runs-count")).to_contain_text("1 run found")
    page.wait_for_url(re.compile(r"tag=lesson\+two"))
    page.reload()
    expect(page.locator("#runs-count")).to_contain_text("1 run found")
    page.get_by_role("button", name="List runs without the tag").click()
    expect(row(page, made[1])).to_have_count(1)
    page.get_by_label("Search runs").fill("onerror tagged")
    expect(row(page, made[1])).to_have_count(0)
    expect(row(page, made[0])).to_have_count(1)
    page.get_by_label("State of the runs").select_option("failed")
    expect(page.locator(".runs-empty")).to_have_text("No run matches all of this.")
    page.get_by_label("State of the runs").select_option("")
    page.get_by_label("Search runs").fill("")
    page.get_by_label("only mine").check()
    expect(row(page, made[1])).to_have_count(1)
