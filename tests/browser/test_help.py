"""Explanations of the page's parts and words, and Help: by pointer, finger and keyboard, wide and narrow."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scripts.chromium import returning
from tests.browser.test_accessibility import serious
from tests.browser.test_explore import opened

pytestmark = pytest.mark.browser

RECTS = """([name, index]) => {
  const box = (one) => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return { left, top, right, bottom };
  };
  const trigger = document.querySelectorAll(`[data-explain="${name}"]`)[index];
  const parts = '.chart, .heatmap-panel, .field, [data-control], .headline, .below';
  const subject = trigger.closest(parts) ?? document.querySelector('.diagram');
  return { box: box(document.querySelector('.explanation')), trigger: box(trigger), subject: box(subject) };
}"""
UNEXPLAINED = """() => [...document.querySelectorAll('button, select, input, summary, [role=switch]')]
  .filter((one) => one.checkVisibility() && one.closest('main, #presets, #transport, #share'))
  .filter((one) => !one.matches('.explained, .skip-link') && !one.closest('.explanation'))
  .filter((one) => {
    for (let part = one; part && part.id !== 'main'; part = part.parentElement)
      if (part.matches('.field, .panel, [data-control], .below') && part.querySelector('.explained')) return false;
    return true;
  })
  .map((one) => `${one.className} ${one.getAttribute('aria-label') ?? one.textContent}`)"""


def box_of(page: Page) -> Locator:
    return page.locator(".explanation")


def meets(a: dict[str, float], b: dict[str, float]) -> bool:
    return min(a["right"], b["right"]) - max(a["left"], b["left"]) > 0.5 and (
        min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) > 0.5
    )


def test_a_title_explains_its_chart_to_pointer_and_keyboard(page: Page) -> None:
    opened(page)
    title = page.locator("[data-explain=gradient]")
    title.hover()
    expect(box_of(page)).to_contain_text("How strongly the loss depends on the output of each block")
    page.mouse.move(5, 400)
    expect(box_of(page)).to_have_count(0)

    page.get_by_role("switch", name="skip of layer2.3, ResNet-56", exact=True).press("Enter")
    details = page.get_by_role("complementary")
    expect(details).to_be_visible()
    sign = page.locator("[data-explain=skips]")
    sign.focus()
    expect(box_of(page)).to_contain_text("A press on an arc")
    expect(sign).to_have_attribute("aria-expanded", "true")
    expect(sign).to_have_attribute("aria-describedby", box_of(page).locator("p").get_attribute("id") or "none")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    word = box_of(page).get_by_role("button", name="Skip", exact=True)
    expect(word).to_be_focused()
    page.keyboard.press("Enter")
    expect(box_of(page)).to_contain_text("The connection that adds a block's input to its output")
    expect(box_of(page).get_by_role("link", name="Read more")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box_of(page)).to_have_count(0)
    expect(sign).to_be_focused()
    expect(sign).to_have_attribute("aria-expanded", "false")
    expect(details).to_be_visible()
    page.keyboard.press("Escape")
    expect(details).to_be_hidden()

    page.keyboard.press("Enter")
    expect(box_of(page)).to_be_visible()
    page.keyboard.press("Enter")
    expect(box_of(page)).to_have_count(0)
    sign.click()
    page.mouse.move(5, 400)
    page.wait_for_timeout(600)
    expect(box_of(page)).to_be_visible()
    page.locator(".diagram").click(position={"x": 3, "y": 3})
    expect(box_of(page)).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (375, 812)])
def test_no_explanation_covers_what_it_explains(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    opened(page)
    names: list[str] = page.evaluate(
        "[...document.querySelectorAll('.explained')].filter((one) => one.checkVisibility())"
        ".map((one) => one.dataset.explain)"
    )
    assert len(names) >= 16
    assert {"gradient", "diagram", "skips", "heatmap", "headline", "training", "setting-norm", "target"} <= set(names)
    for name in names:
        trigger = page.locator(f"[data-explain={name}]").first
        trigger.evaluate("one => one.scrollIntoView({ block: 'center' })")
        trigger.click()
        expect(box_of(page)).to_be_visible()
        rects: dict[str, dict[str, float]] = page.evaluate(RECTS, [name, 0])
        box, subject = rects["box"], rects["subject"]
        assert box["left"] >= 0 and box["top"] >= 0 and box["right"] <= width and box["bottom"] <= height, name
        assert not meets(box, rects["trigger"]), name
        # a diagram that fills a phone leaves no room beside it
        if subject["bottom"] - subject["top"] < height - 300 or subject["right"] - subject["left"] < width - 350:
            assert not meets(box, subject), (name, rects)
        trigger.click()
        expect(box_of(page)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_control_has_an_explanation(page: Page) -> None:
    opened(page)
    page.locator(".fields-all summary").click()
    assert page.evaluate(UNEXPLAINED) == []
    page.locator("#field-all-momentum, [data-explain=setting-momentum]").first.click()
    expect(box_of(page)).to_contain_text("Momentum")
    expect(box_of(page)).to_contain_text("The share of the last update")
    page.keyboard.press("Escape")
    page.locator(".fields-all summary").click()
    for menu, said in ((".presets-shown", "One to four networks"), ("#share summary", "The page's address holds")):
        page.locator(menu).click()
        page.locator(f"details:has(> {menu.split()[-1]})[open] .menu-body .explained").click()
        expect(box_of(page)).to_contain_text(said)
        page.keyboard.press("Escape")
        expect(page.locator("details.menu[open]")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator("details.menu[open]")).to_have_count(0)


def test_a_finger_opens_and_shuts_an_explanation(browser: Browser, server: str) -> None:
    context = browser.new_context(
        base_url=server, viewport={"width": 375, "height": 812}, has_touch=True, is_mobile=True,
        storage_state=returning(server),
    )  # fmt: skip
    page = opened(context.new_page())
    sizes: list[Any] = page.evaluate(
        """[...document.querySelectorAll('.explained')].filter((one) => one.checkVisibility()).map((one) => {
          const { width, height } = one.getBoundingClientRect();
          return [one.dataset.explain, width, height];
        })"""
    )
    assert len(sizes) >= 16
    assert [one for one in sizes if min(one[1:]) < 43.9] == []
    title = page.locator("[data-explain=activation]")
    title.scroll_into_view_if_needed()
    title.tap()
    expect(box_of(page)).to_contain_text("How large the output of each block is")
    heights = box_of(page).evaluate(
        "one => [...one.querySelectorAll('a, button')].map((link) => link.getBoundingClientRect().height)"
    )
    assert min(heights) >= 43.9
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.locator("#headline").tap(position={"x": 20, "y": 12})
    expect(box_of(page)).to_have_count(0)
    context.close()


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (375, "dark")])
def test_help_is_on_every_page(page: Page, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 812})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    found: list[str] = []
    for path in ("/", "/lab", "/runs", "/learn", "/learn/problem", "/docs/measures"):
        page.goto(path)
        button = page.get_by_role("button", name="Help", exact=True)
        button.click()
        dialog = page.get_by_role("dialog", name="Help")
        expect(dialog.get_by_role("link", name="The problem", exact=True)).to_be_visible()
        expect(dialog).to_contain_text("Root mean square")
        expect(dialog).to_contain_text("connect or cut the skip")
        search = dialog.get_by_label("Search the glossary")
        search.fill("cut s")
        expect(dialog.locator(".help-terms dt")).to_have_text([re.compile("^Skip")])
        found += serious(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        search.fill("zzz")
        expect(dialog).to_contain_text("No word fits.")
        page.keyboard.press("Escape")
        if dialog.count():  # the first press empties the search
            page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(button).to_be_focused()
    assert not found, "\n".join(found)


def test_documents_are_read_here(page: Page) -> None:
    opened(page)
    page.locator("[data-explain=branch]").click()
    box_of(page).get_by_role("button", name="RMS").click()
    box_of(page).get_by_role("link", name="Read more").click()
    expect(page).to_have_url(re.compile(r"/docs/measures#where-it-is-measured$"))
    expect(page.get_by_role("heading", name="Where it is measured")).to_be_in_viewport()
    page.get_by_role("link", name="The glossary", exact=True).click()
    assert serious(page) == []
    page.get_by_role("link", name="The residual connection", exact=True).first.click()
    expect(page).to_have_url(re.compile("/learn/residual-connection$"))


def test_a_word_of_a_chapter_is_explained(page: Page) -> None:
    page.goto("/learn/problem")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    word = page.locator("#step-1 a[data-term=gradient]")
    assert word.get_attribute("href") == "/docs/glossary#gradient"
    word.focus()
    expect(box_of(page)).to_contain_text("The change of the loss for a small change of a number")
    word.click()
    expect(box_of(page)).to_be_visible()
    assert page.url.endswith("/learn/problem")
    found = serious(page)
    box_of(page).get_by_role("button", name="Glossary").click()
    expect(page.get_by_label("Search the glossary")).to_have_value("Gradient")
    assert not found, "\n".join(found)


def test_nothing_is_loaded_before_it_is_wanted(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page)
    assert [url for url in asked if "/glossary/" in url or "panels" in url] == []
    page.locator("[data-explain=gradient]").click()
    expect(box_of(page)).to_be_visible()
    page.locator("[data-explain=activation]").click()
    expect(box_of(page)).to_contain_text("How large")
    assert len([url for url in asked if "/glossary/" in url]) == 1


def test_a_server_that_is_gone_is_named(page: Page, expected_errors: list[str]) -> None:
    expected_errors += ["ERR_FAILED", "503"]
    opened(page)
    page.route("**/glossary/**", lambda route: route.fulfill(status=503, body="{}"))
    title = page.locator("[data-explain=gradient]")
    title.click()
    expect(title).to_have_attribute("title", re.compile("cannot be reached"))
    page.get_by_role("button", name="Help", exact=True).click()
    expect(page.locator("#help")).to_have_attribute("title", re.compile("cannot be reached"))
    page.unroute("**/glossary/**")
    title.click()
    expect(box_of(page)).to_be_visible()


def test_a_link_can_hide_help_and_a_file_has_none(page: Page, tmp_path: Any) -> None:
    opened(page, "/?hide=help")
    expect(page.locator("#help")).to_be_hidden()
    made = page.request.post("/api/runs", data={"variants": [{"preset": "resnet20"}], "steps": 2}).json()
    page.request.get(made["events"])
    file = tmp_path / "run.html"
    file.write_bytes(page.request.get(f"/runs/{made['id']}/offline.html").body())
    page.goto(file.as_uri())
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
    expect(page.locator(".explained, #help, .tour")).to_have_count(0)
    assert json.loads(page.locator("#first").text_content() or "{}")["recording"]


def test_on_a_phone_the_page_goes_back_so_far_that_the_diagram_is_not_covered(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    opened(page)
    sign = page.locator("[data-explain=diagram]").first
    sign.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 12)")
    sign.click()
    expect(box_of(page)).to_be_visible()
    rects: dict[str, dict[str, float]] = page.evaluate(RECTS, ["diagram", 0])
    assert not meets(rects["box"], rects["subject"]), rects
    assert not meets(rects["box"], rects["trigger"]), rects
