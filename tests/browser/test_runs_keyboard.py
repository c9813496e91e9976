"""The page of all runs by keyboard alone: the focus stays where it was while the list is drawn anew."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.patience import faults_at_last
from tests.browser.test_explore import until
from tests.browser.test_runs import row, run

pytestmark = pytest.mark.browser


def weights_of(page: Page, made: dict[str, Any]) -> str | None:
    return page.request.get(f"/api/runs/{made['id']}").json()["weights"]["address"]


def test_runs_are_ticked_renamed_and_deleted_without_a_mouse(page: Page) -> None:
    first, second = (run(page, name, steps=2) for name in ("keys 1", "keys 2"))
    # the button that trains on comes with the weights, which are kept after the last event
    assert not faults_at_last(page, lambda: [made["name"] for made in (first, second) if not weights_of(page, made)])
    page.goto("/runs")
    until(page, "ready")
    tick = row(page, second).get_by_role("checkbox")
    tick.focus()
    page.keyboard.press("Space")
    expect(tick).to_be_checked()
    expect(tick).to_be_focused()
    for _ in range(8):  # open, rename, notes, the Lab, train on, export, delete, and the next run's tick
        page.keyboard.press("Tab")
    expect(row(page, first).get_by_role("checkbox")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#runs-count")).to_contain_text("2 compared")
    expect(row(page, first).get_by_role("checkbox")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("by hand")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Rename keys 1", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("by hand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Rename by hand", exact=True)).to_be_focused()
    page.get_by_role("button", name="Delete keys 2", exact=True).press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    expect(page.get_by_role("button", name="Delete by hand", exact=True)).to_be_focused()
    page.get_by_role("button", name="Compare none").press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_focus_stays_while_a_run_trains(page: Page) -> None:
    page.request.get("/runs")  # gives the browser its cookie
    made = page.request.post(
        "/api/runs", data={"variants": [{"preset": "resnet20"}], "steps": 5000, "batch_size": 8, "max_rate": 5}
    ).json()
    page.goto("/runs")
    until(page, "ready")
    button = row(page, made).locator("[data-act=rename]")
    button.focus()
    old = button.element_handle()
    page.wait_for_function("old => !old.isConnected", arg=old, timeout=30_000)
    expect(button).to_be_focused()
    page.request.delete(f"/api/runs/{made['id']}")
