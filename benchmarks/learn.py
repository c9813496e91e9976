"""Learn under load, and its weight: a class opens a chapter at once, with all that its pages load and the probes of its
figures; a reader's first view after Explore; and how soon a figure answers, for networks of 56 layers.

Each budget has its verdict, and one that is not held ends this with 1.
"""

import argparse
import asyncio
import os
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ElementHandle, Page, sync_playwright

from benchmarks.budgets import Verdict, percentile, told
from benchmarks.students import browser_cookie, connect, find_assets
from scripts.chromium import FLAGS, executable
from scripts.serving import serving
from skipscope.app.learn.address import request_of
from skipscope.app.learn.reading import Chapter
from skipscope.app.learn.shelf import OWN, read_folder

RESULTS = Path(__file__).resolve().parent / "results" / "learn.md"
STUDENTS = 300
CHAPTER = "problem"
VIEW_KILOBYTES = 300
FIGURE_SECONDS = 0.3
ANSWERS = re.compile(rb'skipscope_answers_total\{kind="probe"\} (\S+)')
SHOWN = """async (section) => {
  const before = performance.now();
  const place = section.querySelector('[data-part=laboratory]');
  const there = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!section.hasAttribute('data-measured') || place.dataset.state !== 'ready') return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - before)));
    });
    observer.observe(section, { attributes: true, subtree: true, attributeFilter: ['data-measured', 'data-state'] });
  });
  ACT
  return await there;
}"""
COMMIT = SHOWN.replace("ACT", "section.querySelector('[data-part=pass]').click();")
TOGGLE = SHOWN.replace(
    "ACT",
    "section.querySelectorAll('[role=switch]')[(window.turn = (window.turn ?? 0) + 5) % 27].dispatchEvent(CLICK);",
).replace("CLICK", "new MouseEvent('click', { bubbles: true })")
TOGGLES = 15
PAIRS, SEED = 6, 1000
PAIR = "net=plain56,norm:none,init:xavier_normal&net=resnet56,norm:none,init:xavier_normal"


@dataclass
class Opened:
    """The answers to a class that opens a chapter at once."""

    errors: list[str] = field(default_factory=list[str])
    pages: list[float] = field(default_factory=list[float])
    """Seconds until a student has the page and its files."""
    figures: list[float] = field(default_factory=list[float])
    """Seconds until a student has a figure's measurement."""
    measured: float = 0.0
    """Networks that the server measured for all of them."""
    networks: int = 0
    """Different networks in the chapter's figures."""


def bodies_of(chapter: Chapter) -> list[bytes]:
    """Return what the page asks for each figure of a chapter."""
    return [request_of(step.figure.address).model_dump_json().encode() for step in chapter.lesson.steps]


def num_networks(chapter: Chapter) -> int:
    """Count the different networks in a chapter's figures, each with its batch."""
    requests = [request_of(step.figure.address) for step in chapter.lesson.steps]
    singles = (request.single(index) for request in requests for index in range(len(request.variants)))
    return len({single.model_dump_json() for single in singles})


async def open_chapter(place: tuple[str, int], paths: list[str], bodies: list[bytes], opened: Opened) -> None:
    """Load a chapter's page and files, and ask for the measurement of each figure."""
    connection = await connect(*place)
    connection.cookie = browser_cookie()
    began = time.monotonic()
    for path in paths:
        status, _ = await connection.request("GET", path)
        if status != 200:
            opened.errors.append(f"{path} answered {status}")
    opened.pages.append(time.monotonic() - began)
    for body in bodies:
        asked = time.monotonic()
        status, _ = await connection.request("POST", "/api/probe", body)
        opened.figures.append(time.monotonic() - asked)
        if status != 200:
            opened.errors.append(f"a probe answered {status}")
    connection.close()


async def num_measured(place: tuple[str, int]) -> float:
    """Return how many networks the server has measured for probes."""
    connection = await connect(*place)
    _, text = await connection.request("GET", "/metrics", encoding="identity")
    connection.close()
    found = ANSWERS.search(text)
    return float(found[1]) if found else 0.0


async def hold_class(place: tuple[str, int], chapter: Chapter, num_students: int) -> Opened:
    """Have a class open a chapter, all at once."""
    opened = Opened(networks=num_networks(chapter))
    path = f"/learn/{chapter.name}"
    paths = [path, *await find_assets(*place, path)]
    before = await num_measured(place)
    coming = [open_chapter(place, paths, bodies_of(chapter), opened) for _ in range(num_students)]
    for answer in await asyncio.gather(*coming, return_exceptions=True):
        if isinstance(answer, BaseException):
            opened.errors.append(f"{type(answer).__name__}: {answer}")
    opened.measured = await num_measured(place) - before
    return opened


def weigh(browser: Browser, address: str, chapter: str) -> float:
    """Return the kilobytes that a chapter's first view transfers, in a browser that has seen Explore."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("html[data-state=ready]", state="attached")
    page.wait_for_timeout(500)
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    sizes: list[float] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"{address}/learn/{chapter}")
    page.wait_for_selector("html[data-state=ready]", state="attached")
    page.wait_for_timeout(1000)
    context.close()
    return sum(sizes) / 1000


def write_pairs(folder: Path) -> Path:
    """Write a chapter whose figures are pairs of 56 layers that no server has measured: a seed of its own each."""
    steps = "".join(
        f"  - title: Step {seed}\n    figure: {{address: '{PAIR}&seed={SEED + seed}', caption: A pair.}}\n"
        "    choose: {question: 'Which?', options: [{text: One, says: One., holds: true}, {text: Two, says: Two.}]}\n"
        for seed in range(PAIRS)
    )
    words = "".join(f"\n## Step {seed}\n\nBefore.\n\n---\n\nAfter.\n" for seed in range(PAIRS))
    path = folder / "99-pairs" / "lesson.md"
    path.parent.mkdir(parents=True)
    path.write_text(f"---\ntitle: Pairs\nminutes: 1\nhook: Pairs.\nsteps:\n{steps}---\n{words}", encoding="utf-8")
    return folder


def figures(browser: Browser, address: str) -> dict[str, list[float]]:
    """Return how many seconds a figure took, from the reader's act to its being drawn: networks that the server has not
    measured before."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address)
    page = context.new_page()
    committed: list[float] = []
    for step in range(1, PAIRS + 1):
        committed.append(page.evaluate(COMMIT, section_of(page, "pairs", step)) / 1000)
    section = section_of(page, "residual-connection", 2)
    page.evaluate(COMMIT, section)
    toggled: list[float] = []
    for _ in range(TOGGLES):
        page.wait_for_timeout(250)
        toggled.append(page.evaluate(TOGGLE, section) / 1000)
    context.close()
    return {"a pair of 56 layers": committed, "a skip of plain-56": toggled}


def section_of(page: Page, chapter: str, step: int) -> ElementHandle:
    """Open a step of a chapter as a new visit, and return its section once nothing moves any more."""
    page.goto(f"/learn/{chapter}?step={step}")
    page.wait_for_selector("html[data-state=ready]", state="attached")
    page.wait_for_timeout(500)
    found = page.query_selector(f"#step-{step}")
    assert found is not None
    return found


def judge(opened: Opened, weights: dict[str, float], answered: dict[str, list[float]]) -> list[Verdict]:
    """Return the verdict on each budget."""
    heaviest = max(weights, key=lambda name: weights[name])
    return [
        Verdict(
            f"no error when {len(opened.pages)} open a chapter at once",
            f"{len(opened.errors)} {'; '.join(sorted(set(opened.errors))[:3])}",
            not opened.errors and bool(opened.pages),
        ),
        Verdict(
            "each network of its figures measured once, if the server did not know it",
            f"{opened.measured:.0f} measurements of {opened.networks} networks for {len(opened.figures)} requests",
            0 < opened.measured <= opened.networks,
        ),
        Verdict(
            f"a chapter's first view at most {VIEW_KILOBYTES} kB beyond Explore's",
            f"{weights[heaviest]:.0f} kB, {heaviest}, the heaviest of {len(weights)}",
            weights[heaviest] <= VIEW_KILOBYTES,
        ),
        *(
            Verdict(
                f"{name} is measured and drawn within {1000 * FIGURE_SECONDS:.0f} ms, at the median",
                f"{1000 * statistics.median(took):.0f} / {1000 * max(took):.0f} ms, median / worst of {len(took)}",
                statistics.median(took) <= FIGURE_SECONDS,
            )
            for name, took in answered.items()
        ),
    ]


def measure(num_students: int) -> tuple[Opened, dict[str, float], dict[str, list[float]]]:
    """Measure the class, the weights and the figures, each on a server that has measured nothing yet."""
    chapters = {chapter.name: chapter for chapter in read_folder(OWN)}
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "data") as (url, _):
        parts = urlsplit(url)
        place = (parts.hostname or "", parts.port or 80)
        opened = asyncio.run(hold_class(place, chapters[CHAPTER], num_students))
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "data", environment={"SKIPSCOPE_LESSONS": str(write_pairs(Path(folder) / "own"))}) as (
            url,
            _,
        ),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        weights = {name: weigh(browser, url, name) for name in chapters}
        answered = figures(browser, url)
        browser.close()
    return opened, weights, answered


def main() -> int:
    """Print verdicts and figures, append them to the results; return 1 if a budget broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=STUDENTS)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    opened, weights, answered = measure(options.students)
    verdicts = judge(opened, weights, answered)
    lines = [
        f"\n{datetime.now(UTC):%Y-%m-%d}, {options.students} students open /learn/{CHAPTER} at once; {os.cpu_count()} "
        f"cores shared with them, load before {load:.1f}\n",
        *told(verdicts),
        f"| page with its files | {_two(opened.pages)} s, median / worst | |",
        f"| a figure's measurement, of a class at once | {_two(opened.figures)} s, median / worst | |",
        f"| first views beyond Explore's | {', '.join(f'{name} {size:.0f} kB' for name, size in weights.items())} | |",
    ]
    print("\n".join(lines))
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write("\n".join(lines) + "\n")
    return int(not all(one.held for one in verdicts))


def _two(seconds: list[float]) -> str:
    return f"{percentile(seconds, 0.5):.2f} / {percentile(seconds, 1):.2f}"


if __name__ == "__main__":
    sys.exit(main())
