"""A run that trains elsewhere, on the page: listed among the runs; the Lab says that it cannot draw it."""

import secrets
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from skipscope.model.measure.record import BLOCK_MEASURES, MEASURES
from skipscope.model.watch.batch import Row, encode
from skipscope.model.watch.link import Link
from tests.browser.conftest import WRITE_TOKEN
from tests.browser.test_explore import until

pytestmark = pytest.mark.browser
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "outside.skipscope"
HOSTILE = "<img src=x onerror=\"document.title='broken'\">"


def sent(server: str) -> str:
    """Send a run, and return its id."""
    link, key = Link(server, WRITE_TOKEN, seconds=30), secrets.token_hex(16)
    names = {"taps": [HOSTILE, "fc"], "weights": [HOSTILE, "fc"], "blocks": []}
    run_id = link.begin(
        key, {"label": "ResNet", "host": HOSTILE, "optimizer": "AdamW", "parameters": 25_557_032, "names": names}
    )
    columns: dict[str, Any] = {measure: [] if measure in BLOCK_MEASURES else [1, 2] for measure in MEASURES}
    link.send(run_id, key, encode([Row(step, 0.0, columns, None, {"loss": 1.5}) for step in range(3)]), end="done")
    link.close()
    return run_id


def test_it_is_listed_and_where_it_cannot_be_drawn_that_is_said(
    page: Page, server: str, expected_errors: list[str]
) -> None:
    run_id = sent(server)
    page.goto("/runs")
    until(page, "ready")
    row = page.locator(f"tr[data-run='{run_id}']")
    expect(row).to_contain_text("ResNet")
    expect(row).to_contain_text(f"25\u202f557\u202f032 parameters, AdamW, trains on {HOSTILE}")
    expect(row.locator(".runs-steps")).to_have_text("recorded to 2")
    expect(row.locator("[data-act='lab']")).to_have_count(0)
    row.locator("[data-act='compare']").check()
    expect(page.locator("[data-part='compare']")).to_be_visible()
    row.locator("[data-act='open']").click()
    until(page, "ready")
    expect(page.locator(".run-status")).to_have_text(f"done, recorded to 2, sent from {HOSTILE}")
    expect(page.get_by_role("button", name=f"{HOSTILE}, ResNet")).to_be_visible()
    expect(page.locator("img[src='x']")).to_have_count(0)
    expect(page).not_to_have_title("broken")
    page.goto(f"/lab?run={run_id}")
    expect(page.get_by_text(f"Run {run_id} of ResNet trains elsewhere")).to_be_visible()


def test_a_file_is_compared_with_runs_and_sent_nowhere(page: Page, server: str) -> None:
    run_id = sent(server)
    page.goto(f"/runs?compare={run_id}")
    until(page, "ready")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.get_by_label("Compare a file").set_input_files(GOLDEN)
    twin = page.locator("#compare-twin")
    twin.locator("summary").click()
    expect(twin.locator("thead")).to_contain_text("2: Net, <b>")
    expect(twin.locator("[data-step='7']")).to_be_visible()
    page.get_by_label("Compare a file").set_input_files(GOLDEN.with_suffix(".parquet"))
    expect(twin.locator("thead")).to_contain_text("3: network, outside.parquet")
    assert set(asked) <= {"GET"}
    assert "file" not in page.url
    page.get_by_label("Compare a file").set_input_files(__file__)
    expect(page.locator("#problem")).to_contain_text("holds no run")
