"""The Lab: an experiment asked for, run, drawn, stopped, linked and taken along."""

import csv
import io
import json
import re
import subprocess
import sys
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import serious
from tests.browser.test_explore import until

pytestmark = pytest.mark.browser

NET = "resnet20,depths:1-1-1,widths:4-8-8,stem_width:4"
PAIR = f"net={NET}&net={NET},skips:false"
QUICK = f"/lab?kind=lesions&{PAIR}&steps=2&batch_size=8&images=32&draws=1"
SLOW = "/lab?kind=lesions&net=resnet20&net=plain20&steps=0&batch_size=8&draws=100"
SIZES = ((1440, 900), (1280, 720), (1024, 768), (375, 812))


def opened(page: Page, address: str) -> None:
    page.goto(address)
    until(page, "ready")


def words(page: Page) -> Locator:
    return page.locator(".lab-words")


def run(page: Page) -> None:
    """Run what is asked for to its end."""
    page.get_by_role("button", name="Run", exact=True).click()
    expect(words(page)).to_contain_text("Done in", timeout=60_000)
    expect(page.locator(".lab-plot svg.main-svg").first).to_be_visible()


def kept(page: Page) -> dict[str, Any]:
    """Return the experiment that the address names, as the server has it."""
    found = re.search(r"experiment=([\w-]+)", page.url)
    assert found, page.url
    return page.request.get(f"/api/experiments/{found[1]}").json()


def test_an_experiment_is_asked_for_timed_run_drawn_and_said(page: Page) -> None:
    opened(page, QUICK)
    expect(page.get_by_role("heading", level=1)).to_have_text("Which blocks can be deleted?")
    expect(page.locator(".lab-why")).to_contain_text("many short paths")
    estimate = page.locator(".lab-estimate")
    expect(estimate).to_have_text(re.compile(r"^Takes (a few seconds|about \d+\s(s|min))$"))
    run(page)
    page.wait_for_url(re.compile("experiment="))
    found = kept(page)
    assert found["state"] == "done"
    assert [one["label"] for one in found["result"]["variants"]] == ["ResNet-8", "plain-8"]
    sentences = page.locator(".lab-sentences p")
    assert [text.lstrip("ABCD ") for text in sentences.all_text_contents()] == found["result"]["sentences"]
    expect(page.locator(".lab-legend li")).to_have_text([re.compile("ResNet-8"), re.compile("plain-8")])
    page.get_by_text("The same numbers as tables").click()
    table = page.get_by_role("table", name="One block deleted: error")
    first = found["result"]["variants"][0]["blocks"][0]
    cell = table.get_by_role("row", name=f"1 {first['block']}").get_by_role("cell").first
    assert float(cell.text_content() or "nan") == pytest.approx(first["error"], rel=5e-3)


def test_a_link_shows_the_kept_experiment_and_another_request_leaves_it(page: Page) -> None:
    opened(page, QUICK)
    run(page)
    page.wait_for_url(re.compile("experiment="))
    found = kept(page)
    for link in (page.url, f"/lab?experiment={found['id']}"):
        opened(page, link)
        expect(words(page)).to_have_text("Done")  # how long it worked, nobody saw here
        expect(page.locator(".lab-sentences p").first).to_contain_text(found["result"]["sentences"][0])
        expect(page.locator(".lab-plot svg.main-svg").first).to_be_visible()
        expect(page.locator(".lab-kinds [aria-current]")).to_contain_text("Lesions")
        expect(page.get_by_label("Draws", exact=True).first).to_have_value("1")
    expect(page.locator(".lab-stale")).to_be_hidden()
    page.get_by_label("Draws", exact=True).first.fill("2")
    page.keyboard.press("Enter")
    expect(page.locator(".lab-stale")).to_be_visible()
    page.wait_for_url(lambda url: "experiment=" not in url and "draws=2" in url)


def test_one_that_is_stopped_keeps_what_it_found(page: Page) -> None:
    opened(page, SLOW)
    page.get_by_role("button", name="Run", exact=True).press("Enter")
    stop = page.get_by_role("button", name="Stop, keep this")
    expect(stop).to_be_focused()
    expect(words(page)).to_have_text(re.compile(r"Running: \d+ of \d+"))
    expect(page.locator(".lab-left")).to_contain_text("left")
    expect(page.locator(".lab-plot svg.main-svg").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(words(page)).to_contain_text("Stopped")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_focused()
    found = kept(page)
    assert found["state"] == "stopped"
    assert 0 < found["progress"]["done"] < found["progress"]["total"]
    assert len(found["result"]["sentences"]) == 2
    expect(page.locator(".lab-sentences p")).to_have_count(2)


def test_it_is_taken_along_as_pictures_numbers_and_programs(page: Page) -> None:
    opened(page, f"/lab?kind=paths&{PAIR}&steps=2&batch_size=8&samples=1")
    run(page)
    found = kept(page)
    said: dict[str, bytes] = {}
    for name in ("PNG", "SVG", "CSV", "JSON"):
        page.locator(".lab-export summary").click()
        with page.expect_download() as waiting:
            page.locator(".lab-export").get_by_role("button", name=f"as {name}").click()
        assert waiting.value.suggested_filename == f"skipscope-paths-{found['id']}.{name.lower()}"
        said[name] = waiting.value.path().read_bytes()
        page.keyboard.press("Escape")
    assert said["PNG"].startswith(b"\x89PNG")
    assert b"Gradient of one path" in said["SVG"]
    assert json.loads(said["JSON"])["result"] == found["result"]
    rows = list(csv.DictReader(io.StringIO(said["CSV"].decode())))
    shares = [float(row["value"]) for row in rows if row["panel"].startswith("Paths of each") and "A " in row["series"]]
    assert shares == pytest.approx(found["result"]["variants"][0]["share_of_paths"])
    program = page.get_by_label("This experiment as a program")
    page.get_by_role("button", name="curl", exact=True).click()
    sent = re.search(r"-d '(.*)'$", program.input_value(), re.DOTALL)
    assert sent
    again = page.request.post("/api/experiments", data=json.loads(sent[1])).json()
    page.request.get(again["events"])
    assert page.request.get(f"/api/experiments/{again['id']}").json()["result"] == found["result"]
    page.get_by_role("button", name="Python", exact=True).click()
    text = program.input_value().replace("found.figure().show()", "print(len(found.figure().data))")
    done = subprocess.run([sys.executable, "-c", text], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == [*found["result"]["sentences"], str(len(found["figure"]["data"]))]


def test_a_picture_leaves_the_numbers_as_they_are(page: Page) -> None:
    opened(page, f"/lab?kind=maps&net={NET}&steps=1&batch_size=8&channels=2&blocks=2")
    run(page)
    found = kept(page)
    said: dict[str, bytes] = {}
    for name in ("PNG", "CSV", "JSON"):
        page.locator(".lab-export summary").click()
        with page.expect_download() as waiting:
            page.locator(".lab-export").get_by_role("button", name=f"as {name}").click()
        said[name] = waiting.value.path().read_bytes()
        page.keyboard.press("Escape")
    rows = list(csv.DictReader(io.StringIO(said["CSV"].decode())))
    stem = next(trace for trace in found["figure"]["data"] if trace["name"].startswith("image"))
    drawn = [float(row["value"]) for row in rows if row["panel"].endswith(stem["name"])]
    assert drawn == [number for line in stem["z"] for number in line]
    assert json.loads(said["JSON"])["figure"] == found["figure"]


def test_what_is_not_valid_stands_at_its_field(page: Page, expected_errors: list[str]) -> None:
    expected_errors.append("422")
    opened(page, QUICK)
    draws = page.get_by_label("Draws", exact=True).first
    draws.fill("0")
    page.keyboard.press("Enter")
    expect(page.locator(".field.wrong").first).to_contain_text("1 or more")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_disabled()
    draws.fill("1")
    page.keyboard.press("Enter")
    expect(page.locator(".lab-estimate")).to_contain_text("Takes")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()


def test_networks_are_carried_over_from_explore_and_from_runs(page: Page) -> None:
    opened(page, "/?net=resnet20,norm:none&net=plain20&lr=0.05&seed=3")
    page.locator(".share-menu summary").click()
    page.locator(".share-menu").get_by_role("link", name="In the Lab").click()
    until(page, "ready")
    expect(page.locator(".presets-shown")).to_contain_text("plain-20")
    expect(page.get_by_label("Learning rate").first).to_have_value("0.05")
    expect(page.get_by_label("Seed").first).to_have_value("3")
    made = page.request.post(
        "/api/runs", data={"variants": [{"preset": "plain20"}], "steps": 2, "batch_size": 8, "name": "mine"}
    ).json()
    page.request.get(made["events"])
    page.goto("/runs")
    page.get_by_role("link", name="mine in the Lab").click()
    until(page, "ready")
    expect(page.locator(".lab-run")).to_contain_text("plain-20 of a run, as they are")
    expect(page.get_by_label("Steps", exact=True)).to_have_count(0)
    page.wait_for_url(f"**/lab?kind=paths&run={made['id']}")
    run(page)
    found = kept(page)
    assert (found["request"]["run"], found["request"]["steps"]) == (made["id"], 0)
    opened(page, f"/lab?experiment={found['id']}")
    expect(page.locator(".lab-run")).to_contain_text("plain-20 of a run")
    page.get_by_role("button", name="Train them anew").click()
    expect(page.locator(".presets-shown")).to_have_text(re.compile("plain-20$"))
    expect(page.get_by_label("Steps", exact=True).first).to_have_value("0")


def test_the_page_goes_from_experiment_to_experiment_and_back(page: Page) -> None:
    opened(page, "/lab")
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("How long are the paths that the gradient takes?")
    page.locator(".lab-kinds a", has_text="Lesions").click()
    expect(title).to_have_text("Which blocks can be deleted?")
    page.wait_for_url("**/lab?kind=lesions")
    page.go_back()
    expect(title).to_have_text("How long are the paths that the gradient takes?")


def test_plotly_comes_with_the_first_figure(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, QUICK)
    assert not [url for url in asked if "plotly" in url]
    run(page)
    assert len([url for url in asked if "plotly" in url]) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_whole_at_every_size_and_in_either_theme(page: Page, theme: Any) -> None:
    page.emulate_media(color_scheme=theme)
    opened(page, QUICK)
    run(page)
    page.get_by_text("The same numbers as tables").click()
    paper = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 18, 24)"}[theme]
    faults: list[str] = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".lab-plot .main-svg").first).to_have_css("background-color", paper)
        plot = page.locator(".lab-plot .main-svg").first
        expect(plot).to_have_attribute("width", str(page.locator(".lab-figure").evaluate("(one) => one.clientWidth")))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        titles = page.locator(".lab-plot .annotation-text").all_text_contents()
        assert len(titles) == 4, titles
        if width in {1440, 375}:
            faults += serious(page)
    assert not faults, "\n".join(faults)


def test_one_of_ones_own_is_deleted_when_that_is_confirmed(page: Page) -> None:
    opened(page, QUICK)
    run(page)
    found = kept(page)
    row = page.locator(f"[data-experiment='{found['id']}']")
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    assert page.request.get(f"/api/experiments/{found['id']}").status == 404


def test_equations_are_predicted_before_their_result_is_seen(page: Page) -> None:
    opened(page, f"/lab?kind=identities&net={NET}&steps=2&batch_size=8&folds=1&channels=4&path_blocks=2")
    page.get_by_role("button", name="Run", exact=True).click()
    asked = page.get_by_role("region", name="Predict, then see")
    expect(asked.get_by_role("group")).to_have_count(3)
    expect(words(page)).to_contain_text("Done in", timeout=60_000)
    result = page.locator(".lab-sentences p").first
    expect(result).to_be_hidden()
    expect(page.locator(".lab-figure")).to_be_hidden()
    see = asked.get_by_role("button", name="See the result")
    for group in asked.get_by_role("group").all():
        expect(see).to_be_disabled()
        group.get_by_label("none, to the last digit").check()
    assert not serious(page)
    see.click()
    expect(result).to_be_visible()
    expect(asked.get_by_role("definition")).to_have_text(["none, to the last digit"] * 3)
    plot = page.locator(".lab-plot svg.main-svg").first
    expect(plot).to_be_visible()
    box = plot.bounding_box()
    assert box
    assert box["width"] > 300, "it has the width of the page"
    # who opens the link sees the result at once
    page.goto(page.url)
    expect(result).to_be_visible()
    expect(asked).to_be_hidden()
