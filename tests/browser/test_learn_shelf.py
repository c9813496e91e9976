"""What holds for each chapter on the shelf, a new one included: axe finds nothing serious at any of its steps, it is
read without scripts, in print and in an old browser, and nothing is wider than its page."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from skipscope.app.learn.reading import Chapter
from skipscope.app.learn.shelf import read_shelf
from tests.browser.test_accessibility import serious

pytestmark = pytest.mark.browser

SHELF = read_shelf()
CHAPTERS = [*SHELF.chapters.values()]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OLD = "CSS.supports = () => false"


DEEP = ("residual-block", "identity-mappings", "plain-34")
"""Chapters whose networks take the longest to measure."""
EACH = [pytest.param(one, id=one.name, marks=[pytest.mark.slow] * (one.name in DEEP)) for one in CHAPTERS]


@pytest.mark.parametrize("chapter", EACH)
def test_axe_finds_nothing_serious(page: Page, chapter: Chapter) -> None:
    page.goto(f"/learn/{chapter.name}")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    found = serious(page)
    last = len(chapter.lesson.steps)
    for number in range(1, last + 1):
        section = page.locator(f"#step-{number}")
        expect(section).to_be_visible()
        fits(page)
        if section.get_attribute("data-stage") == "asking":
            section.get_by_role("button", name="Just show me").click()
        recorded = SHELF.recorded(chapter.name).step(number - 1)
        assert recorded is not None
        if not any(reading["run"] for reading in recorded.readings):  # a training's figure waits for the reader's own
            expect(section).to_have_attribute("data-measured", "", timeout=30_000)
        fits(page)
        # in turn wide and light, narrow and dark: chapters begin differently, so both see every kind of figure
        if (number + len(chapter.name)) % 2:
            page.emulate_media(color_scheme="dark")
            page.set_viewport_size({"width": 375, "height": 860})
        found += serious(page)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 860})
        if number < last:
            page.locator(".steps").get_by_role("link").nth(number).click()
    assert not found, "\n".join(found)


def fits(page: Page) -> None:
    """Expect that nothing is wider than the page, on a phone and on a desk."""
    for width in (375, 1440):
        page.set_viewport_size({"width": width, "height": 860})
        # figures follow the window's size in the frames after it
        for _ in range(50):
            if page.evaluate(WIDER) <= 0:
                break
            page.wait_for_timeout(100)
        assert page.evaluate(WIDER) <= 0, f"{page.url} is wider than {width}"


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (375, "dark")])
def test_axe_finds_nothing_serious_in_the_list(page: Page, width: int, theme: Literal["light", "dark"]) -> None:
    page.set_viewport_size({"width": width, "height": 860})
    page.emulate_media(color_scheme=theme)
    page.goto("/learn")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    expect(page.locator(".chapters li")).to_have_count(len(CHAPTERS))
    assert not serious(page)
    assert page.evaluate(WIDER) <= 0


def test_chapters_are_read_without_scripts_and_in_print(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, java_script_enabled=False)
    page = context.new_page()
    for chapter in CHAPTERS:
        page.emulate_media(media="screen")
        page.goto(f"/learn/{chapter.name}?step=2")
        whole(page, chapter)
        page.emulate_media(media="print")
        whole(page, chapter)
        expect(page.locator(".masthead")).to_be_hidden()
    page.goto("/learn/problem")
    expect(page.locator("#step-1")).to_contain_text("about a third")
    expect(page.locator("#step-1 [data-number=ratio]")).to_contain_text("10⁻¹³")
    context.close()


def test_an_open_chapter_prints_all_its_steps(page: Page) -> None:
    page.goto("/learn/problem")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    expect(page.locator("#step-2")).to_be_hidden()
    page.emulate_media(media="print")
    for number in range(2, 5):
        expect(page.locator(f"#step-{number} .picture svg").first).to_be_visible()
        expect(page.locator(f"#step-{number} .explain")).to_be_visible()


def test_an_old_browser_shows_all_steps_as_they_were_recorded(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server)
    page = context.new_page()
    page.add_init_script(OLD)
    page.goto("/learn/problem?step=2")
    whole(page, CHAPTERS[0])
    context.close()


def whole(page: Page, chapter: Chapter) -> None:
    """Expect that all steps of a chapter are there to be read, each with its recorded figure, and no button."""
    sections = page.locator(".step")
    expect(sections).to_have_count(len(chapter.lesson.steps))
    for number, words in enumerate(chapter.words, 1):
        section = page.locator(f"#step-{number}")
        expect(section.locator(".picture svg").filter(visible=True)).to_have_count(1)
        expect(section.locator(".origin")).to_contain_text("Recorded")
        if words.after:
            expect(section.locator(".explain p").first).to_be_visible()
    expect(page.get_by_role("button").filter(visible=True, has_text="Commit")).to_have_count(0)
