"""Steps of a chapter: links and keys, nothing locked, motion reduced; and the projector's view of them."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import LONGEST, serious
from tests.browser.test_learn import committed, step

pytestmark = pytest.mark.browser

Theme = Literal["light", "dark"]


def shown(page: Page, number: int) -> None:
    expect(page.locator(".step[data-current]")).to_have_count(1)
    expect(page.locator(f"#step-{number}")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"step={number}\b"))
    expect(page.locator(".steps [aria-current=step]")).to_have_attribute("data-to", str(number))


def dragged(page: Page, handle: Locator) -> None:
    """Drag a handle down, in several moves: it lies where the pointer is."""
    before = handle.locator(".handle-ring").bounding_box()
    assert before is not None
    x, y = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 200, steps=4)
    page.mouse.up()
    after = handle.locator(".handle-ring").bounding_box()
    assert after is not None
    assert abs(after["y"] + after["height"] / 2 - (y + 200)) < 12


def test_a_handle_is_dragged_in_several_moves(page: Page) -> None:
    section = step(page, "problem", 1)
    dragged(page, section.get_by_role("slider", name="Block 1"))
    expect(section.locator(".numbers input")).not_to_have_value("0.1")


def test_each_step_has_a_link_and_the_arrow_keys_move(page: Page) -> None:
    step(page, "problem", 2)
    shown(page, 2)
    page.keyboard.press("ArrowRight")
    shown(page, 3)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    shown(page, 1)
    page.keyboard.press("ArrowLeft")
    shown(page, 1)
    page.go_back()
    shown(page, 2)
    page.locator(".steps a").nth(3).click()
    shown(page, 4)
    expect(page.locator("#step-4 h2")).to_be_focused()
    page.keyboard.press("ArrowRight")
    shown(page, 4)
    # a control keeps its own use of the arrows
    step(page, "problem", 2).get_by_role("radio").first.focus()
    page.keyboard.press("ArrowRight")
    shown(page, 2)


def test_nothing_is_locked(page: Page) -> None:
    last = step(page, "identity-mappings", 99)
    expect(last).to_have_count(0)
    page.goto("/learn/problem?step=4")
    shown(page, 4)
    section = step(page, "problem", 1)
    for number in (2, 3, 4):
        section.locator(".onward a").click()
        shown(page, number)
        section = page.locator(f"#step-{number}")
        expect(section).to_have_attribute("data-stage", "asking")
    section.get_by_role("button", name="Just show me").click()
    expect(section).to_have_attribute("data-stage", "measured")
    expect(section.locator(".explain")).to_be_visible()


def test_motion_is_reduced_where_the_reader_wants_it(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    for path in ("/learn", "/learn/problem?step=2", "/learn/problem?step=2&view=projector", "/learn/notebook"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-state", "ready")
        assert page.evaluate(LONGEST) <= 0.001, path


def test_a_projector_shows_a_step_large(page: Page) -> None:
    step(page, "problem", 1)
    small = page.locator("#step-1 .question-text").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    page.get_by_role("button", name="Projector").click()
    expect(page).to_have_url(re.compile(r"step=1&view=projector$"))
    section = page.locator("#step-1")
    size = section.locator(".question-text").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert size > 1.8 * small
    figure = section.locator(".picture svg").bounding_box()
    assert figure is not None
    assert figure["width"] > 0.9 * 1440
    assert figure["height"] > 0.5 * 900
    assert figure["y"] + figure["height"] < 900
    tick = section.locator(".picture text.tick").first.evaluate("one => one.getBoundingClientRect().height")
    assert tick > 20, "the type of the figure grows with it"
    handle = section.get_by_role("slider", name="Block 1")
    ring = handle.locator(".handle-ring").bounding_box()
    assert ring is not None
    assert ring["width"] > 44
    expect(section.locator(".step-before p").first).to_be_hidden()

    dragged(page, handle)
    commit = section.get_by_role("button", name="Commit and measure").bounding_box()
    assert commit is not None
    assert commit["y"] + commit["height"] <= 900, "question, figure and answer fit on the wall"
    committed(section)
    expect(section.locator(".explain")).to_be_hidden()
    expect(section.locator(".picture")).to_contain_text("measured: 1")

    # keys of the keyboard and of a remote control
    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"step=2&view=projector$"))
    page.keyboard.press("PageDown")
    expect(page).to_have_url(re.compile(r"step=3&view=projector$"))
    page.keyboard.press("PageUp")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"step=2$"))
    expect(page.locator("#step-2 .step-before p").first).to_be_visible()
    page.keyboard.press("Alt+p")
    expect(page).to_have_url(re.compile(r"view=projector$"))
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-view", "projector")


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1024, "dark"), (375, "dark")])
def test_axe_finds_nothing_serious_on_the_wall(page: Page, width: int, theme: Theme) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    page.emulate_media(color_scheme=theme)
    found: list[str] = []
    for path in ("problem?step=1", "problem?step=2", "puzzle?step=2"):
        page.goto(f"/learn/{path}&view=projector")
        expect(page.locator("html")).to_have_attribute("data-state", "ready")
        found += serious(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto("/learn/puzzle?step=2")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    found += serious(page)
    assert not found, "\n".join(found)


def test_a_question_on_an_earlier_chapter_stands_folded_above_the_first_step(page: Page) -> None:
    step(page, "residual-connection", 1)
    recall = page.locator("[data-part=recall]")
    expect(recall.get_by_label("One block is broken")).to_be_hidden()
    recall.locator("summary").click()
    expect(recall.get_by_text("thirds multiply")).to_be_hidden()
    recall.get_by_label("One block is broken").check()
    expect(recall.get_by_text("No single block is to blame")).to_be_visible()
    expect(recall.get_by_text("thirds multiply")).to_be_visible()
    page.locator(".steps a").nth(1).click()
    expect(recall).to_be_hidden()
    page.goto("/learn/notebook")
    expect(page.locator("[data-notes=residual-connection] .notes-yours")).to_contain_text("One block is broken.")
    step(page, "residual-connection", 1)
    recall.locator("summary").click()
    expect(recall.get_by_label("One block is broken")).to_be_checked()
    page.get_by_role("button", name="Reset this step").click()
    expect(recall.get_by_label("One block is broken")).not_to_be_checked()
    page.emulate_media(media="print")
    expect(recall.get_by_text("26 factors below 1 multiply")).to_be_visible()
