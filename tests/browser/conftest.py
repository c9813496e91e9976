"""A real server on a free port and a real Chromium, one of each for all tests of a worker; a new reader each."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from scripts.chromium import FLAGS, executable, returning
from tests.browser.hall import Class

ROOT = Path(__file__).resolve().parents[2]
WRITE_TOKEN = "a write token of the tests"  # noqa: S105
COUNTS = os.environ.get("SKIPSCOPE_V8_COVERAGE", "")
"""The folder for what of the pages' scripts ran, where that is measured (`make coverage`)."""
SIZE: ViewportSize = {"width": 1440, "height": 900}
# a machine that does other things as well may need longer than the five seconds that playwright gives a page
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `skipscope serve` as a user does; yield its address."""
    command = [
        Path(sys.executable).with_name("skipscope"),
        "serve",
        "--port",
        "0",
        "--data-dir",
        tmp_path_factory.mktemp("data"),
    ]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "SKIPSCOPE_WRITE_TOKEN": WRITE_TOKEN}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            found = re.search(r"http://\S+", line)
            if found:
                yield found.group()
                break
        else:
            pytest.fail("the server ended: " + "".join(said))
        process.terminate()
        process.stdout.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium; the pages of one server in one context share a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=[*FLAGS, "--process-per-site"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def room_at(browser: Browser) -> Callable[[str], BrowserContext]:
    """Return what gives a server's room: the context that its pages are opened in, one after the other.

    One page of the server stays open in it. That keeps the process with the page's compiled scripts, which
    otherwise cost each test a second.
    """

    @cache
    def made(url: str) -> BrowserContext:
        room = browser.new_context(base_url=url, viewport=SIZE, storage_state=returning(url))
        room.new_page().goto("/healthz")
        return room

    return made


@contextmanager
def visit(room: BrowserContext, url: str) -> Generator[Page]:
    """Open a page as a new reader, but for the tour, which they have seen; afterwards end the runs that they left, and
    forget them and all that they stored."""
    room.pages[0].evaluate("localStorage.setItem('skipscope-tour', 'seen')")
    page = room.new_page()
    page.set_default_timeout(20_000)
    session = room.new_cdp_session(page)
    if COUNTS:
        session.send("Profiler.enable")
        session.send("Profiler.startPreciseCoverage", {"callCount": True, "detailed": True})
    try:
        yield page
    finally:
        if COUNTS:
            counts = session.send("Profiler.takePreciseCoverage")
            Path(COUNTS, f"browser-{uuid4().hex}.json").write_text(json.dumps(counts), encoding="utf-8")
        room.set_offline(False)
        for run in room.request.get(f"{url}/api/runs").json()["runs"]:
            if run["ended"] is None:
                room.request.delete(f"{url}/api/runs/{run['id']}")
        room.clear_cookies()
        session.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "local_storage,indexeddb,cookies"})
        page.close()


@pytest.fixture
def expected_errors() -> list[str]:
    """Return the parts of errors that a test expects the page to log, which it adds."""
    return []


@pytest.fixture
def page(room_at: Callable[[str], BrowserContext], server: str, expected_errors: list[str]) -> Iterator[Page]:
    """Open a page as a new reader; whatever the page's scripts throw or log as an error fails the test."""
    wrong: list[str] = []
    with visit(room_at(server), server) as page:
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        yield page
    assert not [text for text in wrong if not any(part in text for part in expected_errors)]


@pytest.fixture
def class_(browser: Browser, server: str) -> Iterator[Class]:
    made = Class(browser, server)
    with made.contexts:
        yield made
    assert [text for text in made.wrong if not any(part in text for part in made.expected)] == []
