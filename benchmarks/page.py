"""Measure the page in a real Chromium: the main thread's time for an update, the lag at 20 steps a second, the time of
a toggle, the first view with the bytes that it transfers, and the growth of memory. Ends with 1 if a budget is not
kept."""

import argparse
import itertools
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from scripts.chromium import FLAGS, executable, returning  # noqa: E402
from scripts.serving import serving  # noqa: E402

NONE = "norm:none,init:xavier_normal"
PAIR = f"/?net=plain56,{NONE}&net=resnet56,{NONE}"
DEEP = f"/?net=resnet1202,skips:false,{NONE}&net=resnet1202,{NONE}"
ONE = {"OMP_NUM_THREADS": "1"}
RATE = 20
VIEWS = 3
FROM = 2000
"""The step from which memory has to be flat: by then a history is full and has been thinned."""
BUDGETS = {
    "update, ResNet-56 pair": (16, "ms"),
    "update, ResNet-1202 pair": (24, "ms"),
    f"update at {RATE} steps a second": (16, "ms"),
    f"steps behind at {RATE} steps a second": (2, ""),
    "toggle to profile, ResNet-56 pair": (250, "ms"),
    "first view to interactive": (1500, "ms"),
    "first view, transferred": (500, "kB"),
    "first view, requests": (20, ""),
    "second view, transferred": (50, "kB"),
    "memory gained after 2,000 steps": (5, "MB"),
}
TOGGLE = """async () => {
  const root = document.documentElement;
  const switches = [...document.querySelectorAll('[role=switch][aria-label$="ResNet-56"]')];
  const times = [];
  for (let i = 0; i < 15; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const before = performance.now();
    const shown = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (root.dataset.state !== 'ready') return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - before)));
      });
      observer.observe(root, { attributes: true, attributeFilter: ['data-state'] });
    });
    switches[(i * 7) % 27].click();
    times.push(await shown);
  }
  return times;
}"""


def ready(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("html[data-state=ready]", state="attached", timeout=120_000)
    page.wait_for_timeout(1000)
    page.wait_for_selector("html[data-state=ready]", state="attached", timeout=120_000)


def update_costs(browser: Browser, address: str, seconds: float) -> list[float]:
    """Return the main thread's work for each update of the page while a run streams, in milliseconds."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, storage_state=returning(address))
    ready(page, address)
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_function("() => Number(document.documentElement.dataset.step) >= 2", timeout=120_000)
    costs = traced(browser, page, seconds)
    page.get_by_role("button", name="reset", exact=True).click()
    page.close()
    return costs


def traced(browser: Browser, page: Page, seconds: float) -> list[float]:
    """Trace the page for a while; return the work of each update."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        browser.start_tracing(
            page=page,
            path=file.name,
            categories=["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"],
        )
        page.wait_for_timeout(seconds * 1000)
        browser.stop_tracing()
        events: list[dict[str, Any]] = json.loads(Path(file.name).read_text())["traceEvents"]
    return split(events)


def split(events: list[dict[str, Any]]) -> list[float]:
    """Sum the tasks of the page's main thread from one update (a frame whose script drew) to the next."""
    main = next(
        (event["pid"], event["tid"]) for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
        and any(
            e["name"] == "FireAnimationFrame" and (e["pid"], e["tid"]) == (event["pid"], event["tid"]) for e in events
        )
    )  # fmt: skip
    own = [event for event in events if (event["pid"], event["tid"]) == main]
    # the thread's own time, where the machine does other work beside
    tasks = sorted(
        (event["ts"], event["dur"], event.get("tdur", event["dur"]))
        for event in own
        if event["name"] == "RunTask" and "dur" in event
    )
    frames = sorted(event["ts"] for event in own if event["name"] == "FireAnimationFrame" and event.get("dur", 0) > 500)
    starts = [max((at for at, duration, _ in tasks if at <= frame <= at + duration), default=frame) for frame in frames]
    costs: list[float] = []
    for start, end in itertools.pairwise(starts):
        costs.append(sum(busy for at, _, busy in tasks if start <= at < end) / 1000)
    return costs


def paced(browser: Browser, address: str, seconds: float) -> dict[str, float]:
    """Return what an update costs while a run records RATE steps a second, and how far the page is behind."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, storage_state=returning(address))
    ready(page, f"{address}{PAIR}&batch_size=2&steps=5000")
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_selector("html[data-state=running]", state="attached")
    run = page.request.get(f"{address}/api/runs?limit=1").json()["runs"][0]
    page.request.patch(f"{address}/api/runs/{run['id']}", data={"max_rate": RATE})
    page.wait_for_function("() => Number(document.documentElement.dataset.step) >= 20", timeout=60_000)
    before, start = int(page.locator("html").get_attribute("data-step") or 0), time.perf_counter()
    costs = traced(browser, page, seconds)
    shown = int(page.locator("html").get_attribute("data-step") or 0)
    passed = time.perf_counter() - start
    recorded = page.request.get(f"{address}/api/runs/{run['id']}").json()["recorded"]
    page.get_by_role("button", name="reset", exact=True).click()
    page.close()
    return {
        f"update at {RATE} steps a second": statistics.median(costs),
        f"steps behind at {RATE} steps a second": max(0, recorded - 1 - shown),
        "steps drawn a second": (shown - before) / passed,
    }


def transfers(browser: Browser, address: str) -> dict[str, float]:
    """Return when the page was interactive and what it transferred, on an empty and on a filled cache; medians."""
    views = [one_view(browser, address) for _ in range(VIEWS)]
    return {name: statistics.median(view[name] for view in views) for name in views[0]}


def one_view(browser: Browser, address: str) -> dict[str, float]:
    """Visit the page twice with a cache that was empty before."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    found: dict[str, float] = {}
    for view in ("first", "second"):
        page = context.new_page()
        client: CDPSession = context.new_cdp_session(page)
        client.send("Network.enable")
        sizes: list[float] = []
        client.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
        start = time.perf_counter()
        page.goto(address)
        page.wait_for_selector("html[data-state=ready]", state="attached")
        if view == "first":
            found["first view to interactive"] = (time.perf_counter() - start) * 1000
        page.wait_for_timeout(500)
        found[f"{view} view, transferred"] = sum(sizes) / 1000
        if view == "first":
            found["first view, requests"] = len(sizes)
        page.close()
    context.close()
    return found


def memory(browser: Browser, address: str, steps: int) -> tuple[float, float]:
    """Return the page's memory after FROM steps and at the end of a run of `steps`, in MB: objects, and the buffers
    of typed arrays, which hold the history."""
    page = browser.new_page(viewport={"width": 1440, "height": 900}, storage_state=returning(address))
    client = page.context.new_cdp_session(page)
    ready(page, f"{address}/?net=resnet20,{NONE}&steps={steps}&batch_size=1")
    page.get_by_role("button", name="play", exact=True).click()
    sizes: list[float] = []
    for step in (FROM, steps - 1):
        page.wait_for_function(
            "step => Number(document.documentElement.dataset.step) >= step", arg=step, timeout=600_000
        )
        client.send("HeapProfiler.collectGarbage")
        usage = client.send("Runtime.getHeapUsage")
        sizes.append((usage["usedSize"] + usage["backingStorageSize"]) / 1e6)
    page.close()
    return sizes[0], sizes[1]


def main() -> None:
    """Measure, print a table, write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6, help="of the stream that is traced")
    parser.add_argument("--deep", action="store_true", help="the ResNet-1202 pair too")
    parser.add_argument("--memory", type=int, default=0, metavar="STEPS", help="follow a run of so many steps")
    options = parser.parse_args()
    results: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder), environment=ONE) as (address, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        results |= transfers(browser, address)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, storage_state=returning(address))
        ready(page, address)
        results["toggle to profile, ResNet-56 pair"] = statistics.median(page.evaluate(TOGGLE))
        page.close()
        costs = update_costs(browser, address + PAIR, options.seconds)
        results["update, ResNet-56 pair"] = statistics.median(costs)
        results["updates a second, ResNet-56 pair"] = len(costs) / options.seconds
        results |= paced(browser, address, options.seconds)
        if options.deep:
            results["update, ResNet-1202 pair"] = statistics.median(
                update_costs(browser, address + DEEP, options.seconds * 10)
            )
        if options.memory:
            early, late = memory(browser, address, options.memory)
            results |= {"memory after 2,000 steps": early, f"memory after {options.memory} steps": late}
            results["memory gained after 2,000 steps"] = late - early
        browser.close()
    for name, value in results.items():
        budget = BUDGETS.get(name)
        print(
            f"{name:36} {value:9.1f} {budget[1] if budget else '':3}"
            + (f" budget {budget[0]}{'' if value <= budget[0] else '  OVER'}" if budget else "")
        )
    file = ROOT / "benchmarks" / "results" / "page.jsonl"
    file.parent.mkdir(exist_ok=True)
    with file.open("a") as lines:
        lines.write(
            json.dumps(
                {
                    "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                    **{name: round(value, 1) for name, value in results.items()},
                }
            )
            + "\n"
        )
    over = [name for name, value in results.items() if name in BUDGETS and value > BUDGETS[name][0]]
    if over:
        sys.exit(f"over budget: {', '.join(over)}")


if __name__ == "__main__":
    main()
