"""The puzzle, as a reader solves it: changes are counted, a training decides, and tries are kept."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_learn import step

pytestmark = pytest.mark.browser

PERCENT = re.compile(r"right on ([\d.]+) %")


def share(text: str | None) -> float:
    found = PERCENT.search(text or "")
    assert found, text
    return float(found[1]) / 100


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_training_decides(page: Page) -> None:
    section = step(page, "puzzle", 2)
    expect(section.locator(".explain")).to_be_hidden()
    count = section.locator("[data-part=count]")
    expect(count).to_contain_text("No change yet")
    train = section.get_by_role("button", name="Train and check")

    # a third change is refused in words
    section.get_by_label("Normalisation").select_option("BatchNorm")
    section.get_by_label("Learning rate").select_option("0.05")
    expect(train).to_be_enabled()
    section.get_by_label("Optimiser").select_option("Adam")
    expect(count).to_have_text("3 changes, and at most 2 are allowed: put 1 back to train it.")
    expect(train).to_be_disabled()
    section.get_by_role("button", name="Back to the start").click()
    expect(section.get_by_label("Normalisation")).to_have_value("0")

    # no solution: the start with Adam learns nothing, and is stopped by nobody
    section.get_by_label("Optimiser").select_option("Adam")
    train.click()
    expect(section.get_by_label("Skips")).to_be_disabled()
    expect(section.locator("[data-part=progress]")).to_have_text(re.compile("step [1-9]"), timeout=30_000)
    expect(section.locator(".picture .net-0").first).to_be_visible()
    section.get_by_role("button", name="Stop").click()
    verdict = section.locator("[data-part=verdict]")
    expect(verdict).to_have_text("Stopped before its end: nothing was decided.", timeout=30_000)
    expect(section.locator("[data-part=tried]")).to_be_hidden()

    # one change that solves it
    section.get_by_role("button", name="Back to the start").click()
    section.get_by_label("Skips").select_option("all")
    expect(count).to_have_text("1 change of at most 2: Skips all.")
    train.click()
    expect(verdict).to_have_text(re.compile("^It learnt: right on"), timeout=60_000)
    assert share(verdict.text_content()) > 0.9
    expect(section).to_have_attribute("data-done", "")
    expect(section.locator(".explain")).to_contain_text("All skips are one change")
    row = section.locator("[data-part=tried] tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(re.compile(r"Skips all9\d(\.\d)? %learnt"))
    expect(section.get_by_role("img").or_(section.locator("svg.scene"))).to_be_visible()

    # it is still there when the page is opened again, and can be chosen again
    again = step(page, "puzzle", 2)
    expect(again.locator("[data-part=tried] tbody tr")).to_have_count(1)
    again.get_by_role("button", name="Choose it").click()
    expect(again.get_by_label("Skips")).to_have_value("4")
    page.goto("/learn")
    expect(page.locator("[data-chapter=puzzle]")).to_contain_text("1 of 3 answered")


def test_solutions_are_shown_when_asked_for(page: Page) -> None:
    section = step(page, "puzzle", 2)
    section.get_by_role("button", name="Show me solutions").click()
    expect(section.locator(".explain")).to_contain_text("tanh and Kaiming")
    section.locator(".claims summary").click()
    expect(section.locator(".claims tbody tr")).to_have_count(6)


def test_a_server_that_is_busy_is_quoted(page: Page, expected_errors: list[str]) -> None:
    section = step(page, "puzzle", 2)
    expected_errors.append("503")
    page.route(
        "**/api/runs", lambda route: route.fulfill(status=503, json={"title": "Busy", "detail": "Too many wait."})
    )
    section.get_by_role("button", name="Train and check").click()
    expect(section.locator("[data-part=verdict]")).to_have_text("Not trained: Too many wait.", timeout=30_000)
    expect(section.get_by_role("button", name="Train and check")).to_be_enabled()
    page.unroute("**/api/runs")
    section.get_by_role("button", name="Train and check").click()
    expect(section.locator("[data-part=progress]")).to_have_text(re.compile("step [1-9]"), timeout=30_000)
