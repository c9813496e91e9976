"""Runs in a room, in real browsers: the host holds a member's run, and what the host shows costs no second stream."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.hall import Class, join
from tests.browser.test_accessibility import serious
from tests.browser.test_explore import until

pytestmark = pytest.mark.browser
NETS = "/?net=plain20,norm:none&net=resnet20,norm:none&steps=3000&speed=10"


class Streams:
    """The streams of events that a page has open, those of its frames included."""

    def __init__(self, page: Page) -> None:
        self.open: set[Request] = set()
        self.asked: list[str] = []
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def _begin(self, request: Request) -> None:
        if re.search(r"/events(\?|$)", request.url):
            self.open.add(request)
            self.asked.append(request.url)

    def _end(self, request: Request) -> None:
        self.open.discard(request)


def play(class_: Class, page: Page) -> str:
    """Start the run of an address on a page, and return its id; it ends with the class: others get its place."""
    page.goto(NETS)
    until(page, "ready")
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.locator(".run-status")).to_contain_text("step", timeout=60_000)
    page.wait_for_url("**run=*")
    run = (re.search("run=([^&]+)", page.url) or [""])[1]
    class_.contexts.callback(page.request.delete, f"/api/runs/{run}")
    return run


def readers(page: Page) -> int:
    """Return how many streams the server has open."""
    return int(float(re.findall(r"^skipscope_readers ([\d.]+)$", page.request.get("/metrics").text(), re.MULTILINE)[0]))


def come_to(page: Page, number: int) -> None:
    """Wait until the server has so many streams open: it hears a little later that one was left."""
    while readers(page) != number:
        page.wait_for_timeout(50)


def test_the_host_holds_a_members_run_and_removing_is_not_banning(class_: Class) -> None:
    host, code = class_.opened()
    member = class_.reader()
    join(member, code)
    run = play(class_, member)
    host.keyboard.press("m")
    row = host.locator(f".room-runs li[data-run='{run}']")
    expect(row).to_contain_text(re.compile(r"running \d+ of 3000"))
    expect(host.get_by_text("1 of 1 runs under way")).to_be_visible()
    found = serious(host)
    pause = row.get_by_role("button", name="Pause", exact=True)
    pause.focus()
    host.keyboard.press("Enter")
    until(member, "paused")
    expect(member.locator(".run-status")).to_contain_text("by the host of the room")
    expect(row).to_contain_text("paused")
    expect(row.get_by_role("button", name="Pause", exact=True)).to_be_hidden()
    assert host.evaluate("document.activeElement.closest('[data-run]') !== null"), "the keyboard's place is in the row"
    row.get_by_role("button", name="Go on").click()
    until(member, "running")
    # a member who is taken out keeps the run, which stays in sight, and may come back
    name = host.locator(".room-member").inner_text()
    host.get_by_role("button", name=f"Take out {name}").click()
    expect(host.get_by_text("not here any more")).to_be_visible()
    row.get_by_role("button", name="Stop").click()
    expect(member.locator(".run-status")).to_contain_text("stopped")
    row.get_by_role("button", name="Delete the run").click()
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Delete it now").click()
    expect(row).to_have_count(0)
    expect(host.locator(".room-member")).to_have_count(0)
    assert member.request.get(f"/api/runs/{run}").status == 404
    class_.expected.append("Failed to load resource")
    member.goto(f"/room/{code}")  # whose browser knows the seat, and takes it by a press
    member.get_by_role("button", name="Join again").click()
    expect(member.locator(".room-bar span")).to_have_text(name)
    expect(host.locator(".room-member")).to_have_text(name)
    host.set_viewport_size({"width": 375, "height": 812})
    play(class_, member)
    expect(host.locator(".room-runs li")).to_have_count(1)
    assert host.evaluate("document.documentElement.scrollWidth") == 375
    host.keyboard.press("n")
    expect(host.locator(".room-member")).to_have_text("Member 1")
    found += serious(host)
    assert not found, "\n".join(found)


def test_a_run_that_the_host_shows_costs_each_member_one_stream(class_: Class) -> None:
    host, code = class_.opened()
    author, one, phone = class_.reader(), class_.reader(), class_.reader(phone=True)
    run = play(class_, author)
    streams = [Streams(page) for page in (one, phone)]
    for page in (one, phone):
        join(page, code)
    expect(host.get_by_text("2 are here")).to_be_visible()
    before = readers(host)
    host.keyboard.press("t")
    host.get_by_label("On everyone’s screen").fill(f"/?run={run}")
    host.get_by_role("button", name="Show", exact=True).click()
    for page in (one, phone):
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("button", name="Make a copy")).to_be_visible()
        expect(frame.locator(".run-status")).to_contain_text(re.compile("another’s run, .*step"))
        first = frame.locator(".run-status").inner_text()
        expect(frame.locator(".run-status")).not_to_have_text(first)  # it goes on
        expect(frame.get_by_role("button", name="pause", exact=True)).to_have_count(0)
    come_to(host, before)  # the server has as many streams as before
    for found in streams:
        assert len(found.open) == 1, found.asked
        assert not [url for url in found.asked if "/api/runs/" in url]
        assert f"job={run}" in found.asked[-1]
    # the room's news come on it too, and do not load the frame again
    title = one.locator("iframe").evaluate("frame => { frame.contentDocument.title = 'the same'; return frame.src; }")
    host.get_by_role("button", name="Send The problem: How small?").click()
    expect(one.locator("html")).to_have_attribute("data-phase", "predict")
    assert one.locator("iframe").evaluate("frame => [frame.contentDocument.title, frame.src]") == ["the same", title]
    link = one.locator(".room-screen a")
    expect(link).to_have_text(re.compile(rf"/r/{code}/screen$"))
    assert one.request.get(str(link.get_attribute("href"))).url.endswith(f"/?run={run}")
    host.keyboard.press("w")
    expect(host.locator(".room-shown a")).to_have_text(re.compile(rf"/r/{code}/screen$"))
    # who leaves follows the room alone; who comes back follows both again, without what was told before
    one.get_by_role("button", name="Leave for my own").click()
    expect(one.locator("iframe")).to_have_count(0)
    assert "job=" not in streams[0].asked[-1]
    one.get_by_role("button", name="Back to what the host shows").click()
    expect(one.frame_locator("iframe").locator(".run-status")).to_contain_text("step")
    assert len(streams[0].open) == 1
    assert serious(one) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    host.keyboard.press("t")
    host.get_by_role("button", name="Show nothing").click()
    expect(phone.locator("iframe")).to_have_count(0)
    expect(one.locator("iframe")).to_have_count(0)
    for found in streams:
        assert len(found.open) == 1
        assert "job=" not in found.asked[-1]
    come_to(host, before)


def test_an_experiment_on_everybodys_screen_costs_one_stream_too(class_: Class) -> None:
    host, code = class_.opened()
    member = class_.reader()
    streams = Streams(member)
    join(member, code)
    wish = {"kind": "lesions", "variants": [{"preset": "resnet20"}], "steps": 0, "batch_size": 8, "draws": 100}
    made = host.request.post("/api/experiments", data=wish)
    assert made.status == 201, made.text()
    experiment = made.json()["id"]
    host.keyboard.press("t")
    host.get_by_label("On everyone’s screen").fill(f"/lab?kind=lesions&experiment={experiment}")
    host.get_by_role("button", name="Show", exact=True).click()
    frame = member.frame_locator("iframe")
    expect(frame.get_by_role("button", name="Make a copy")).to_be_visible()
    expect(frame.get_by_role("button", name="Stop, keep this")).to_be_hidden()
    expect(frame.locator(".lab-words")).to_contain_text(re.compile(r"another’s, (running|waiting)"))
    assert len(streams.open) == 1, streams.asked
    assert f"job={experiment}" in streams.asked[-1]
    assert host.request.patch(f"/api/experiments/{experiment}", data={"state": "stopped"}).ok
    expect(frame.locator(".lab-words")).to_contain_text("Stopped")
    assert len(streams.open) == 1, "the end of the experiment is not the end of the room"
    host.get_by_role("button", name="Show nothing").click()
    expect(member.locator("iframe")).to_have_count(0)
