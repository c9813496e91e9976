"""A run's events read by the browser's own EventSource, over a connection that is cut."""

from typing import Any

import pytest
from playwright.sync_api import Page, Request

from tests.browser.cable import Cable

pytestmark = pytest.mark.browser

FOLLOW = """path => {
  const heard = (window.heard = []);
  const source = new EventSource(path);
  window.opened = 0;
  source.addEventListener("open", () => (window.opened += 1));
  source.addEventListener("error", () => (window.state = source.readyState));
  for (const kind of ["schema", "step", "change", "status"]) {
    source.addEventListener(kind, (event) => {
      const { step = null, state = null, final = false } = JSON.parse(event.data);
      heard.push({ id: Number(event.lastEventId), kind, step, state, final });
    });
  }
}"""


def begin(page: Page, **more: Any) -> dict[str, Any]:
    """Start a run of one small network."""
    wish = {"variants": [{"preset": "resnet20", "norm": "none"}], "batch_size": 16, **more}
    answer = page.request.post("/api/runs", data=wish)
    assert answer.status == 201, answer.text()
    return answer.json()


def in_order(heard: list[dict[str, Any]], num_steps: int) -> None:
    """Check that each event came once, and in order, from the first to the terminal status."""
    assert [event["id"] for event in heard] == list(range(1, len(heard) + 1))
    assert [event["step"] for event in heard if event["kind"] == "step"] == list(range(num_steps))
    assert [event["state"] for event in heard if event["final"]] == ["done"]
    assert heard[-1]["final"]


def heard(page: Page) -> list[dict[str, Any]]:
    """Return what the page has heard so far."""
    return page.evaluate("() => window.heard")


def closed(page: Page) -> None:
    """Wait until the source asks no more: after the terminal status it asked once, and nothing will come."""
    page.wait_for_function("() => window.state === EventSource.CLOSED", timeout=60_000)


def test_a_cut_connection_loses_no_event_and_repeats_none(page: Page, server: str, expected_errors: list[str]) -> None:
    expected_errors.append("ERR_")
    cable = Cable(int(server.rsplit(":", 1)[1]))
    page.goto(f"{cable.address}/runs")
    run = begin(page, steps=140, max_rate=10)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.url.endswith(run["events"]) else None)
    page.evaluate(FOLLOW, run["events"])
    had: list[str] = []
    for times in (1, 2):
        page.wait_for_function("num => window.opened === num", arg=times)
        page.wait_for_function("num => window.heard.length > num", arg=len(heard(page)) + 5)
        cable.pull()
        page.wait_for_function("() => window.state === EventSource.CONNECTING")
        page.evaluate("() => (window.state = null)")
        had.append(str(len(heard(page))))
        cable.plug()
    page.wait_for_function("() => window.opened === 3")
    assert page.request.patch(f"/api/runs/{run['id']}", data={"max_rate": 0}).ok
    closed(page)
    in_order(heard(page), 140)
    assert [request.all_headers().get("last-event-id") for request in asked[:3]] == [None, *had]
    assert len(asked) == 4
    cable.close()


def test_who_comes_after_the_end_gets_all_of_it(page: Page) -> None:
    run = begin(page, steps=30)
    page.request.get(run["events"])
    page.goto("/runs")
    page.evaluate(FOLLOW, run["events"])
    closed(page)
    in_order(heard(page), 30)
