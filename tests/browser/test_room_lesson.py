"""A host and three members, one on a phone, through a whole chapter of Learn, the wall in another tab."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.hall import Class, join
from tests.browser.test_accessibility import serious

pytestmark = pytest.mark.browser
CHAPTER = "problem"
KEYS = ("Home", "ArrowLeft", "End")
"""Of the members' scales: all differ, and the first is the nearest to a gradient that vanishes."""
CLOCK = re.compile(r"^\d+:\d\d$")


class Lesson:
    """Those who take part, and where each stands."""

    def __init__(self, class_: Class) -> None:
        self.class_ = class_
        self.host, self.code = class_.opened("Residual networks")
        self.wall = class_.tab(self.host.context)
        self.phone, self.second, self.third = class_.reader(phone=True), class_.reader(), class_.reader()
        self.members = (self.phone, self.second, self.third)
        self.found: list[str] = []

    def enter(self) -> None:
        """Have all join, and the wall shown."""
        for page in self.members:
            join(page, self.code)
        expect(self.host.get_by_text("3 are here")).to_be_visible()
        self.wall.goto(f"/room/{self.code}/host")
        self.wall.keyboard.press("w")
        expect(self.wall.get_by_text("No task yet")).to_be_visible()

    def phase(self, name: str) -> None:
        """Expect a phase on every screen, and the phone's page as wide as the phone."""
        for page in (self.host, self.wall, *self.members):
            expect(page.locator("html")).to_have_attribute("data-phase", name)
        assert self.phone.evaluate("document.documentElement.scrollWidth") == 375

    def go(self, button: str, name: str) -> None:
        """Begin a phase by its button on the host's page."""
        self.host.get_by_role("button", name=button, exact=True).click()
        self.phase(name)

    def send(self, step: dict[str, Any]) -> None:
        """Send a step of Learn."""
        self.host.keyboard.press("t")
        self.host.get_by_role("button", name=f"Send {step['title']}").click()
        self.phase("predict")
        for page in (*self.members, self.host, self.wall):
            expect(page.locator("main h2").first).to_be_visible()

    def answer(self, page: Page, kind: str, at: int) -> None:
        """Answer on a page: the scale at a place, or the option with a number."""
        if kind == "choice":
            page.locator(".room-options label").nth(at).click()
        else:
            page.get_by_role("slider").press(KEYS[at])
        page.locator(".room-sure label").nth(3).click()
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".room-said")).to_have_text("Kept. You may change it until the time is over.")

    def answered(self, number: int) -> None:
        """Expect so many answers on the wall."""
        for page in (self.wall, self.host):
            expect(page.locator(".room-answered")).to_have_text(f"{number} of 3 answered")

    def look(self, *pages: Page) -> None:
        """Have axe look at pages."""
        for page in pages:
            self.found += serious(page)


@pytest.fixture
def lesson(browser: Browser, server: str) -> Iterator[Lesson]:
    class_ = Class(browser, server)
    with class_.contexts:
        yield Lesson(class_)
    assert class_.wrong == []


@pytest.mark.slow
def test_a_host_and_three_members_through_a_whole_chapter(lesson: Lesson, tmp_path: Path) -> None:
    lesson.enter()
    steps = [one for one in lesson.host.request.get("/api/rooms/lessons").json() if one["lesson"] == CHAPTER]
    assert {step["kind"] for step in steps} == {"number", "choice"}
    for number, step in enumerate(steps):
        ask(lesson, step)
        if number == 0:
            keep_time(lesson)
        discuss_and_ask_again(lesson, step)
        if number == 0:
            open_the_task(lesson)
        if number == 1:
            go_back_once(lesson)
        show(lesson)
        if number == 0:
            lesson.look(lesson.host, lesson.wall, lesson.phone)
    assert lesson.found == []
    end(lesson, len(steps), tmp_path)


def ask(lesson: Lesson, step: dict[str, Any]) -> None:
    lesson.send(step)
    lesson.answered(0)
    for at, page in enumerate(lesson.members):
        expect(page.get_by_role("button", name="Send")).to_be_visible()
        lesson.answer(page, step["kind"], at)
        lesson.answered(at + 1)


def keep_time(lesson: Lesson) -> None:
    """Give the phase a time, stop its clock, give it more, and let it go on."""
    clocks = [page.locator(".room-clock") for page in (lesson.wall, *lesson.members)]
    lesson.host.get_by_role("button", name="+30 s").click()
    for clock in clocks:
        expect(clock).to_have_text(CLOCK)
    lesson.host.get_by_role("button", name="Pause").click()
    for clock in clocks:
        expect(clock).to_have_text(re.compile(r"^0:\d\d, paused$"))
    lesson.host.get_by_role("button", name="+30 s").click()
    for clock in clocks:
        expect(clock).to_have_text(re.compile(r"^0:[345]\d, paused$|^1:00, paused$"))
    lesson.host.get_by_role("button", name="Go on").click()
    for clock in clocks:
        expect(clock).to_have_text(CLOCK)
    lesson.phase("predict")


def discuss_and_ask_again(lesson: Lesson, step: dict[str, Any]) -> None:
    lesson.go("Discuss", "discuss")
    for page in lesson.members:
        expect(page.get_by_text("Discuss it with your neighbours.")).to_be_visible()
        expect(page.get_by_role("button", name="Send")).to_have_count(0)
    lesson.go("Predict again", "predict_again")
    lesson.answered(0)
    lesson.answer(lesson.third, step["kind"], 0)
    lesson.answered(1)
    lesson.go("Measure", "measure")
    for page in lesson.members:
        expect(page.get_by_text("Measure it.")).to_be_visible()
        expect(page.locator(".room-truth")).to_have_count(0)


def open_the_task(lesson: Lesson) -> None:
    """Measure it oneself: the link leads to the chapter's step."""
    with lesson.phone.expect_popup() as opened:
        lesson.phone.get_by_role("link", name="Open the task").click()
    expect(opened.value.locator("html")).to_have_attribute("data-state", "ready")
    assert opened.value.url.endswith(f"/learn/{CHAPTER}?step=1")
    opened.value.close()


def go_back_once(lesson: Lesson) -> None:
    """Let them answer anew, since nothing was shown yet."""
    lesson.go("Predict", "predict")
    for page in lesson.members:
        expect(page.get_by_role("button", name="Send again")).to_be_visible()
    lesson.answer(lesson.second, "choice", 1)
    lesson.answered(3)
    lesson.go("Measure", "measure")


def show(lesson: Lesson) -> None:
    """Reveal it by the key, and explain."""
    lesson.host.keyboard.press("ArrowRight")
    lesson.phase("reveal")
    for page in (lesson.host, lesson.wall, *lesson.members):
        expect(page.locator(".room-truth")).not_to_be_empty()
        picture = page.locator(".room-answers").locator("svg, ul").first
        expect(picture).to_have_attribute("aria-label", re.compile("^3 answers"))
    words = {page.locator(".room-truth").inner_text() for page in (lesson.wall, *lesson.members)}
    assert len(words) == 1, "all are shown the same"
    for page in lesson.members:
        expect(page.locator(".room-own")).not_to_be_empty()
    lesson.go("Explain", "explain")
    for page in (lesson.wall, *lesson.members):
        expect(page.locator(".room-truth")).not_to_be_empty()


def end(lesson: Lesson, questions: int, folder: Path) -> None:
    """Export it with names and without, and end the room, on all screens."""
    names = {page.locator(".room-bar span").inner_text() for page in lesson.members}
    lesson.host.keyboard.press("m")
    expect(lesson.host.locator(".room-member")).to_have_count(3)
    anonymous = saved(lesson, "Answers (CSV)", folder)
    assert not any(name in anonymous for name in names)
    rows = list(csv.DictReader(io.StringIO(anonymous)))
    assert len(rows) == 3 * questions
    assert all(row["answer"] and row["truth"] and row["first"] for row in rows)
    lesson.host.get_by_label("with names").check()
    report = saved(lesson, "Report", folder)
    assert all(name in report for name in names)
    assert report.count("<svg") == questions
    lesson.host.get_by_role("button", name="End the room").click()
    lesson.host.get_by_role("button", name="Delete all of it now").click()
    for page in lesson.members:
        expect(page.get_by_text("The room has ended.")).to_be_visible()
    for page in (lesson.host, lesson.wall):
        page.wait_for_url("**/room")


def saved(lesson: Lesson, button: str, folder: Path) -> str:
    with lesson.host.expect_download() as download:
        lesson.host.get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_text(encoding="utf-8")
