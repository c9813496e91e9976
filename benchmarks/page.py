"""Measure the page in a real Chromium: what an update costs the main thread, how long a toggle takes, how soon the page
is there and what it transfers, whether memory stays flat."""

import argparse
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from scripts.chromium import FLAGS, executable  # noqa: E402

NONE = "norm:none,init:xavier_normal"
PAIR = f"/?net=plain56,{NONE}&net=resnet56,{NONE}"
DEEP = f"/?net=resnet1202,skips:false,{NONE}&net=resnet1202,{NONE}"
BUDGETS = {
    "update, ResNet-56 pair": (16, "ms"),
    "update, ResNet-1202 pair": (24, "ms"),
    "toggle to profile, ResNet-56 pair": (250, "ms"),
    "first view to interactive": (1500, "ms"),
    "first view, transferred": (650, "kB"),
    "second view, transferred": (50, "kB"),
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


@contextmanager
def served() -> Generator[str]:
    """Serve the page on a free port."""
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).with_name("skipscope"), "serve", "--port", "0", "--data-dir", folder]
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            yield next(found.group() for line in process.stdout if (found := re.search(r"http://\S+", line)))
            process.terminate()


def ready(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("html[data-state=ready]", state="attached", timeout=120_000)
    page.wait_for_timeout(1000)
    page.wait_for_selector("html[data-state=ready]", state="attached", timeout=120_000)


def update_costs(browser: Browser, address: str, seconds: float) -> list[float]:
    """Return the main thread's work for each update of the page while a run streams, in milliseconds."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    ready(page, address)
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_function("() => Number(document.documentElement.dataset.step) >= 2", timeout=120_000)
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        browser.start_tracing(
            page=page,
            path=file.name,
            categories=["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"],
        )
        page.wait_for_timeout(seconds * 1000)
        browser.stop_tracing()
        events: list[dict[str, Any]] = json.loads(Path(file.name).read_text())["traceEvents"]
    page.get_by_role("button", name="reset", exact=True).click()
    page.close()
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


def transfers(browser: Browser, address: str) -> dict[str, float]:
    """Return when the page was interactive and what it transferred, on an empty and on a filled cache."""
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
        page.close()
    context.close()
    return found


def memory(browser: Browser, address: str, steps: int) -> tuple[float, float]:
    """Return the page's heap after 2,000 steps and at the end of a run of `steps`, in MB."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    client = page.context.new_cdp_session(page)
    ready(page, f"{address}/?net=resnet20,{NONE}&steps={steps}&batch_size=1")
    page.get_by_role("button", name="play", exact=True).click()
    sizes: list[float] = []
    for step in (2000, steps - 1):
        page.wait_for_function(
            "step => Number(document.documentElement.dataset.step) >= step", arg=step, timeout=600_000
        )
        client.send("HeapProfiler.collectGarbage")
        sizes.append(client.send("Runtime.getHeapUsage")["usedSize"] / 1e6)
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
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        results |= transfers(browser, address)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        ready(page, address)
        results["toggle to profile, ResNet-56 pair"] = statistics.median(page.evaluate(TOGGLE))
        page.close()
        costs = update_costs(browser, address + PAIR, options.seconds)
        results["update, ResNet-56 pair"] = statistics.median(costs)
        results["updates a second, ResNet-56 pair"] = len(costs) / options.seconds
        if options.deep:
            results["update, ResNet-1202 pair"] = statistics.median(
                update_costs(browser, address + DEEP, options.seconds * 10)
            )
        if options.memory:
            results["heap after 2,000 steps"], results[f"heap after {options.memory} steps"] = memory(
                browser, address, options.memory
            )
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


if __name__ == "__main__":
    main()
