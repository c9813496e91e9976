"""My notebook: answers beside the measurements, printed, saved as one file, and kept in the browser alone."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.test_accessibility import serious
from tests.browser.test_learn import committed, step

pytestmark = pytest.mark.browser

Theme = Literal["light", "dark"]


def answer(page: Page) -> None:
    """Answer the first step of the first chapter, and look at the second."""
    first = step(page, "problem", 1)
    first.get_by_role("slider", name="Block 1").press("PageDown")
    first.locator(".sure label", has_text="4").click()
    committed(first)
    first.get_by_label("It shrinks by about the same factor").check()
    step(page, "problem", 2).get_by_role("button", name="Just show me").click()


def opened(page: Page) -> None:
    page.goto("/learn/notebook")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")


def test_answers_stand_beside_the_measurements(page: Page, tmp_path: Path) -> None:
    opened(page)
    expect(page.get_by_text("There is nothing in it yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Save as a file")).to_be_disabled()
    answer(page)
    asked: list[Request] = []

    def hear(request: Request) -> None:
        asked.append(request)

    page.get_by_role("link", name="My notebook").click()
    expect(page.get_by_role("region", name="The problem")).to_be_visible()
    page.on("request", hear)
    page.reload()
    chapter = page.get_by_role("region", name="The problem")
    expect(chapter).to_contain_text("2 of 4 steps")
    note = chapter.get_by_role("article").first
    expect(note).to_contain_text(re.compile(r"You predicted1×10⁻⁴ at block 1"))
    expect(note).to_contain_text("How sure4 of 5")
    expect(note).to_contain_text(re.compile(r"Measured.*1\.\d×10⁻¹³.*on this server, \d+ \w+ 20\d\d"))
    expect(note).to_contain_text(re.compile(r"block 1: 1\.\d×10⁻¹³, 8\.\d powers of ten from yours"))
    expect(note).to_contain_text("You sawIt shrinks by about the same factor")
    expect(note.locator(".picture .yours")).to_have_count(2)
    expect(chapter.get_by_role("article").nth(1)).to_contain_text("you looked at the figure first")
    expect(page.get_by_text("kept in this browser")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "notebook.html"
    download.value.save_as(file)
    assert all(one.method == "GET" and one.post_data is None and "10⁻⁴" not in one.url for one in asked)
    assert not [one.url for one in asked if "/api/" in one.url], "the notebook asks the server for nothing"

    # resets: a chapter, then everything; each only after a question
    page.get_by_role("button", name="Reset this chapter").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 answered step")
    dialog.get_by_role("button", name="Keep").click()
    expect(chapter).to_be_visible()
    page.get_by_role("button", name="Reset everything").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("There is nothing in it yet.")).to_be_visible()
    assert page.evaluate("localStorage.getItem('skipscope-learn')") == "{}"

    text = file.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "href=" not in text
    assert "<button" not in text


def test_the_saved_file_opens_without_scripts_and_without_a_server(
    page: Page, browser: Browser, tmp_path: Path
) -> None:
    answer(page)
    opened(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "notebook.html"
    download.value.save_as(file)
    context = browser.new_context(java_script_enabled=False, offline=True)
    alone = context.new_page()
    asked: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(file.as_uri())
    expect(alone.get_by_role("heading", name="My notebook")).to_be_visible()
    expect(alone.get_by_text(re.compile(r"8\.\d powers of ten"))).to_be_visible()
    expect(alone.locator(".picture svg")).to_be_visible()
    stroke = alone.locator(".picture path.yours")
    expect(stroke).to_have_css("stroke", "rgb(166, 44, 120)")
    assert asked == [file.as_uri()]
    context.close()


def test_a_chapter_is_reset_where_it_is_read(page: Page) -> None:
    answer(page)
    page.get_by_role("button", name="Reset this chapter").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("#step-2")).to_have_attribute("data-stage", "asking")
    opened(page)
    expect(page.get_by_text("There is nothing in it yet.")).to_be_visible()


def test_it_prints_without_its_buttons(page: Page) -> None:
    answer(page)
    opened(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("article").first).to_be_visible()
    for name in ("Print", "Save as a file", "Reset everything", "Reset this chapter"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    expect(page.locator(".masthead")).to_be_hidden()


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (375, "dark")])
def test_axe_finds_nothing_serious_in_the_notebook(page: Page, width: int, theme: Theme) -> None:
    page.set_viewport_size({"width": width, "height": 860})
    page.emulate_media(color_scheme=theme)
    opened(page)
    found = serious(page)
    tries = '[{"changes": {"Skips": "all"}, "accuracy": 0.99, "test": 0.97, "learnt": true, "at": [], "course": []}]'
    page.evaluate(
        "text => localStorage.setItem('skipscope-learn', text)",
        f'{{"problem": {{"1": {{"drawn": [-1], "sure": 2, "seen": 0}}}}, "puzzle": {{"2": {{"tries": {tries}}}}}}}',
    )
    opened(page)
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.get_by_role("table")).to_contain_text("Skips all99 %97 %yes")
    found += serious(page)
    page.get_by_role("button", name="Reset everything").click()
    found += serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not found, "\n".join(found)
