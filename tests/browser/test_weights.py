"""The weights of a run, taken along from the list of runs and from Explore's menu Share."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from safetensors.torch import load_file

from tests.browser.test_explore import until
from tests.browser.test_runs import row, run

pytestmark = pytest.mark.browser
GONE = "newer ones took their place"


def saved(page: Page, link: Any, path: Path) -> set[str]:
    with page.expect_download() as download:
        link.click()
    download.value.save_as(path)
    return set(load_file(path))


def test_the_weights_of_a_run_are_taken_along(page: Page, tmp_path: Path) -> None:
    made = run(page, "to be taken along")
    page.goto("/runs")
    until(page, "ready")
    row(page, made).locator("[data-act=export]").click()
    names = saved(page, row(page, made).get_by_role("link", name="Weights (safetensors"), tmp_path / "list")
    assert {"1.conv1.weight", "2.conv1.weight"} <= names
    page.goto(f"/?run={made['id']}")
    expect(page.locator(".run-status")).to_contain_text("done", timeout=30_000)
    page.locator(".share-menu summary").click()
    assert saved(page, page.get_by_role("link", name="Weights (safetensors"), tmp_path / "share") == names


def test_a_run_whose_weights_went_says_so(page: Page) -> None:
    made = run(page, "without weights")

    def without(route: Route) -> None:
        answer = route.fetch()
        body: dict[str, Any] = answer.json()
        for one in body.get("runs", [body]):
            one["weights"] = {"bytes": 0, "note": GONE, "address": None}
        route.fulfill(response=answer, json=body)

    page.goto(f"/?run={made['id']}")
    expect(page.locator(".run-status")).to_contain_text("done", timeout=30_000)
    page.route(f"**/api/runs/{made['id']}", without)
    page.locator(".share-menu summary").click()
    expect(page.locator(".share-said")).to_have_text(f"The run’s weights are not kept: {GONE}.")
    expect(page.locator(".share-weights")).to_be_hidden()
    page.route("**/api/runs?*", without)
    page.goto("/runs?q=without+weights")
    until(page, "ready")
    expect(row(page, made)).to_contain_text(f"its weights are not kept: {GONE}")
    row(page, made).locator("[data-act=export]").click()
    expect(row(page, made).get_by_role("link", name="Weights (safetensors")).to_have_count(0)
