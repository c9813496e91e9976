"""What axe-core finds on the pages, in either theme, wide and narrow; and what a keyboard can do without a mouse."""

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
Theme = Literal["light", "dark"]


# a rule that says how grave its findings are says so of each: those that are never serious need not be asked
FIND = """async () => {
  const mild = axe._audit.rules.filter(({ impact }) => impact === 'minor' || impact === 'moderate');
  const rules = Object.fromEntries(mild.map(({ id }) => [id, { enabled: false }]));
  const { violations } = await axe.run(document, { resultTypes: ['violations'], rules });
  return violations;
}"""


def serious(page: Page) -> list[str]:
    """Return what axe-core finds that is serious or worse."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text())  # the page allows no script of others, so none is added to it
    found: list[dict[str, Any]] = page.evaluate(FIND)
    return [
        f"{one['id']}: {one['help']}: {node['html'][:120]} ({node['failureSummary']})"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:5]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 375])
def test_axe_finds_nothing_serious(page: Page, theme: Theme, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 860})
    page.emulate_media(color_scheme=theme)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    found = serious(page)
    page.get_by_role("switch", name="skip of layer2.3, ResNet-56", exact=True).press("Enter")
    expect(page.locator("#details")).to_be_visible()
    found += serious(page)
    page.keyboard.press("Escape")
    page.locator(".fields-all summary").click()
    page.locator(".presets-shown").click()
    found += serious(page)
    made = page.request.post(
        "/api/runs", data={"variants": [{"preset": "resnet20"}], "steps": 2, "batch_size": 8}
    ).json()
    page.request.get(made["events"])
    page.goto(f"/runs?compare={made['id']}")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    found += serious(page)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_serious_while_a_deep_net_trains_or_in_a_file(page: Page, tmp_path: Path) -> None:
    page.goto("/?net=resnet20,depths:25-25-25,norm:none&steps=3000&batch_size=4")
    expect(page.locator("#diagram")).to_have_attribute("data-layout", "focus", timeout=30_000)
    page.get_by_text("The same numbers as tables").click()
    page.get_by_role("button", name="play", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-state", "running", timeout=30_000)
    page.wait_for_function("() => Number(document.documentElement.dataset.step) > 0")
    found = serious(page)
    made = page.request.post("/api/runs", data={"variants": [{"preset": "resnet20"}], "steps": 2}).json()
    page.get_by_role("button", name="reset", exact=True).click()
    page.request.get(made["events"])
    file = tmp_path / "run.html"
    file.write_bytes(page.request.get(f"/runs/{made['id']}/offline.html").body())
    page.goto(file.as_uri())
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
    found += serious(page)
    assert not found, "\n".join(found)


def test_what_the_keyboard_is_on_is_seen(page: Page) -> None:
    for path in ("/", "/lab", "/runs"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
        names: list[str] = []
        for _ in range(25):
            page.keyboard.press("Tab")
            name, width = page.evaluate(
                """() => {
                  const one = document.activeElement;
                  const { outlineStyle, outlineWidth } = getComputedStyle(one);
                  const said = one.getAttribute('aria-label') ?? one.textContent.slice(0, 20);
                  return [`${one.localName} ${one.id || one.className} ${said}`,
                    one === document.body ? 9 : outlineStyle === 'none' ? 0 : parseFloat(outlineWidth)];
                }"""
            )
            assert width >= 1, f"the focus is not seen on {name}"
            names.append(name)
        assert len(set(names)) > 4


def test_nothing_is_wider_than_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    for path in ("/", "/lab", "/runs"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-state", "ready")
        assert page.evaluate("document.documentElement.scrollWidth") <= 375


LONGEST = """() => Math.max(...[...document.querySelectorAll('*')].flatMap((element) =>
  [null, '::before', '::after'].flatMap((part) => {
    const style = getComputedStyle(element, part);
    return [style.transitionDuration, style.animationDuration].flatMap((text) => text.split(',').map(parseFloat));
  })))"""


def test_motion_is_reduced_where_the_reader_wants_it(page: Page) -> None:
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
    assert page.evaluate(LONGEST) >= 0.1, "there is motion to be reduced"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(LONGEST) <= 0.001
