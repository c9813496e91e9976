"""The tour of the first visit: five stops at real parts, once, and again when somebody asks."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.patience import faults_at_last
from tests.browser.test_accessibility import LONGEST, serious
from tests.browser.test_explore import opened, until

pytestmark = pytest.mark.browser

STOPS = [
    ("Two paths in every block", ".diagram-panel"),
    ("Cut a skip", "[role=switch][aria-checked=true]"),
    ("The gradient, block by block", "[data-chart=gradient]"),
    ("Train them", "#transport"),
    ("The result in a sentence", "#headline"),
]
SIDES = (("left", "right"), ("top", "bottom"))
RECTS = """(selector) => ['.tour', '.tour-frame', selector].map((one) => {
  const { left, top, right, bottom } = document.querySelector(one).getBoundingClientRect();
  return { left, top, right, bottom };
})"""


@pytest.fixture
def newcomer(page: Page) -> Page:
    """Be a reader who never was here."""
    page.goto("/healthz")
    page.evaluate("localStorage.clear()")
    return page


def card(page: Page) -> Locator:
    return page.locator(".tour")


def misplaced(page: Page, part: str, width: int, height: int) -> list[str]:
    """Say what is wrong with the places of the tour's card and of the frame around a part of the page."""
    one, frame, target = page.evaluate(RECTS, part)
    wrong: list[str] = []
    if one["left"] < 0 or one["right"] > width or one["top"] < 0 or one["bottom"] > height:
        wrong.append(f"the card leaves the window: {one}")
    for side, way in (("left", -1), ("top", -1), ("right", 1), ("bottom", 1)):
        if abs(frame[side] - target[side] - way * 5) >= 1.5:
            wrong.append(f"the frame's {side} is {frame[side]}, the part's {target[side]}")
    shared = [min(one[end], target[end]) - max(one[start], target[start]) for start, end in SIDES]
    if width > 1000 and min(shared) > 0:
        wrong.append(f"the card covers the part: {one}, {target}")
    return wrong


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (375, 812)])
def test_the_first_visit_has_a_tour_of_five_stops(newcomer: Page, width: int, height: int) -> None:
    page = newcomer
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(reduced_motion="reduce")
    opened(page)
    found: list[str] = []
    for number, (title, part) in enumerate(STOPS, 1):
        expect(card(page).get_by_role("heading")).to_have_text(title)
        expect(card(page)).to_contain_text(f"{number} of 5")
        forward = card(page).get_by_role("button", name="Done" if number == 5 else "Next")
        expect(forward).to_be_focused()
        assert not faults_at_last(page, lambda part=part: misplaced(page, part, width, height)), title
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if number in (1, 5):
            found += serious(page)
        page.keyboard.press("Enter")
    expect(card(page)).to_have_count(0)
    assert not found, "\n".join(found)
    page.reload()
    until(page, "ready")
    page.wait_for_timeout(500)
    expect(card(page)).to_have_count(0)


def test_the_page_is_used_during_the_tour(newcomer: Page) -> None:
    page = opened(newcomer)
    expect(card(page)).to_be_visible()
    page.keyboard.press("Enter")
    expect(card(page).get_by_role("heading")).to_have_text("Cut a skip")
    checked = page.get_by_role("switch", name=re.compile("^skip of .*, ResNet-56$"), checked=True)
    expect(checked).to_have_count(27)
    checked.first.click()
    expect(checked).to_have_count(26)
    until(page, "ready")
    expect(card(page)).to_be_visible()
    card(page).get_by_role("button", name="Back").click()
    expect(card(page).get_by_role("heading")).to_have_text("Two paths in every block")
    page.locator("[data-explain=gradient]").click()
    expect(page.locator(".explanation")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".explanation")).to_have_count(0)
    expect(card(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    # and again, when asked for
    page.get_by_role("button", name="Help", exact=True).click()
    page.get_by_role("button", name="Show the tour again").click()
    expect(card(page).get_by_role("button", name="Next")).to_be_focused()
    card(page).get_by_role("button", name="Skip the tour").click()
    expect(card(page)).to_have_count(0)
    page.goto("/runs")
    page.get_by_role("button", name="Help", exact=True).click()
    page.get_by_role("link", name="Tour of Explore").click()
    expect(card(page)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/$"))


def test_worksheets_and_other_pages_have_none(newcomer: Page, tmp_path: Path) -> None:
    page = newcomer
    made = page.request.post("/api/runs", data={"variants": [{"preset": "resnet20"}], "steps": 2}).json()
    page.request.get(made["events"])
    file = tmp_path / "run.html"
    file.write_bytes(page.request.get(f"/runs/{made['id']}/offline.html").body())
    for path in ("/?hide=controls", "/?net=resnet20&hide=presets,share", "/runs", "/learn", file.as_uri()):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
        page.wait_for_timeout(400)
        expect(card(page)).to_have_count(0)
    page.goto("/?net=resnet20")
    until(page, "ready")
    expect(card(page)).to_be_visible()


def test_its_motion_is_reduced_and_a_reader_who_types_keeps_the_focus(newcomer: Page) -> None:
    page = newcomer
    held: list[Route] = []
    page.route("**/panels*", lambda route: held.append(route))  # noqa: PLW0108
    with page.expect_request("**/panels*"):
        opened(page)
    rate = page.locator("[data-field=lr] input").first
    rate.focus()
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(card(page)).to_be_visible()
    expect(rate).to_be_focused()
    assert page.evaluate(LONGEST) >= 0.1
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(LONGEST) <= 0.001
