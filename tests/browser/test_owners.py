"""Another's run is followed without a control that changes it, and a copy of it is one's own."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from scripts.chromium import returning
from scripts.serving import serving
from tests.browser.test_explore import opened, played, until

pytestmark = pytest.mark.browser
LIVE = ("play", "pause", "step", "reset", "All skips", "None", "Every other", "Fork", "Undo", "Redo")


@pytest.fixture
def other(browser: Browser, server: str) -> Iterator[Page]:
    """Open a page of another browser."""
    size: ViewportSize = {"width": 1366, "height": 768}
    context = browser.new_context(base_url=server, viewport=size, storage_state=returning(server))
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.set_default_timeout(20_000)
    yield page
    context.close()
    assert wrong == []


def assert_without_controls(page: Page) -> None:
    expect(page.get_by_role("button", name="Make a copy")).to_be_visible()
    for name in LIVE:
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    for place in ("presets", "controls"):
        expect(page.locator(f"#{place}")).to_be_hidden()
    expect(page.get_by_label("Speed")).to_be_hidden()
    expect(page.locator("[role=switch]:not([aria-disabled]), .stage-skip:not([aria-disabled])")).to_have_count(0)


def test_a_run_is_followed_without_live_controls_and_copied(page: Page, other: Page) -> None:
    opened(page, "/?net=plain20,norm:none&net=resnet20,norm:none&steps=2000&speed=10")
    played(page)
    run = (re.search("run=([^&]+)", page.url) or [""])[1]
    other.goto(page.url)
    until(other, "running")
    assert_without_controls(other)
    expect(other.locator(".run-status")).to_contain_text("another’s run, step")
    # a press on a skip opens the block, in which nothing can be changed either
    other.get_by_role("switch", name="skip of layer1.1, ResNet-20").click(force=True)
    expect(other.locator("#details")).to_be_visible()
    expect(other.locator(".details-controls")).to_be_hidden()
    other.locator(".stage-skip").first.click(force=True)
    other.keyboard.press("Control+z")
    other.locator("summary", has_text="View").click()
    other.get_by_role("button", name="Trunk first").click()
    assert_without_controls(other)
    expect(other.locator("#problem")).to_be_hidden()
    page.get_by_role("button", name="pause", exact=True).click()
    until(page, "paused")
    until(other, "paused")
    assert_without_controls(other)
    page.get_by_role("switch", name="skip of layer1.1, ResNet-20").click()
    page.get_by_role("button", name="step", exact=True).click()
    cut = other.get_by_role("switch", name="skip of layer1.1, ResNet-20")
    expect(cut).to_have_attribute("aria-checked", "false")
    # among all runs it has no name to change and no way to delete it
    other.goto("/runs")
    until(other, "ready")
    theirs = other.locator(f"tr[data-run='{run}']")
    expect(theirs).to_contain_text("another’s")
    expect(theirs.locator("[data-act=delete], [data-act=rename]")).to_have_count(0)
    theirs.locator("[data-act=open]").click()
    until(other, "paused")
    other.get_by_role("button", name="Make a copy").click()
    until(other, "ready")
    expect(other.get_by_role("button", name="Make a copy")).to_be_hidden()
    expect(cut).to_have_attribute("aria-checked", "false")
    expect(cut).not_to_have_attribute("aria-disabled", "true")
    cut.click()
    expect(cut).to_have_attribute("aria-checked", "true")
    other.get_by_role("button", name="play", exact=True).click()
    until(other, "running")
    assert page.request.get(f"/api/runs/{run}").json()["state"] == "paused"
    for one in (page, other):
        one.get_by_role("button", name="reset", exact=True).click()
        until(one, "ready")
    # a run that was reset waits, for a reset can be undone; over, it is still another's
    assert page.request.get(f"/api/runs/{run}").json()["state"] == "paused"
    assert page.request.patch(f"/api/runs/{run}", data={"state": "stopped"}).ok
    other.goto(f"/?run={run}")
    expect(other.locator(".run-status")).to_contain_text("stopped", timeout=30_000)
    assert_without_controls(other)


TOKEN = "c0ffee-" * 3
SHOWN = ("", "&view=trunk", "&hide=presets", "&step=0", "&quantity=activation_rms&branch=descent_cosine")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server with an admin token."""
    chosen = {"SKIPSCOPE_ADMIN_TOKEN": TOKEN, "OMP_NUM_THREADS": "1"}
    with serving(tmp_path_factory.mktemp("guarded"), environment=chosen) as (url, _):
        yield url


@pytest.mark.parametrize("has_token", [False, True])
def test_in_every_mode_another_may_copy_and_nothing_else(
    browser: Browser, server: str, request: pytest.FixtureRequest, has_token: bool
) -> None:
    url: str = request.getfixturevalue("guarded") if has_token else server
    wrong: list[str] = []

    def reader(**more: Any) -> Page:
        size: ViewportSize = {"width": 1366, "height": 768}
        context = browser.new_context(base_url=url, viewport=size, storage_state=returning(url), **more)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.set_default_timeout(20_000)
        return page

    author, other = reader(), reader()
    for page in (author, other):
        page.goto("/runs")  # each has a cookie from now on
    wish = {"variants": [{"preset": "plain20", "norm": "none"}], "steps": 20_000, "batch_size": 8, "max_rate": 10}
    made = author.request.post("/api/runs", data=wish)
    assert made.status == 201, made.text()
    run = made.json()["id"]
    for state in ("running", "paused", "stopped"):
        if state != "running":
            assert author.request.patch(f"/api/runs/{run}", data={"state": state}).ok
        for more in SHOWN if state == "paused" else SHOWN[:1]:
            other.goto(f"/?run={run}{more}")
            expect(other.locator(".run-status")).to_contain_text(re.compile(f"another\u2019s run, .*({state}|step)"))
            assert_without_controls(other)
            for act in ({"state": "stopped"}, {"skips": [True] * 9}, {"name": "mine"}):
                assert other.request.patch(f"/api/runs/{run}", data=act).status == 403
            assert other.request.delete(f"/api/runs/{run}").status == 403
    other.get_by_role("button", name="Make a copy").click()
    until(other, "ready")
    expect(other.get_by_role("button", name="play", exact=True)).to_be_visible()
    if has_token:  # its holder has the controls of every run
        admin = reader(http_credentials={"username": "admin", "password": TOKEN})
        admin.goto("/admin")
        assert author.request.delete(f"/api/runs/{run}").ok
        again = author.request.post("/api/runs", data=wish).json()["id"]
        admin.goto(f"/?run={again}")
        expect(admin.get_by_role("button", name="pause", exact=True)).to_be_visible()
        expect(admin.get_by_role("button", name="Make a copy")).to_be_hidden()
        admin.context.close()
        author.request.delete(f"/api/runs/{again}")
    for page in (author, other):
        page.context.close()
    assert wrong == []
