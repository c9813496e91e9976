"""Learn, as a reader goes through it: predicts, acts, reads what was measured, and with no server what was recorded."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def step(page: Page, name: str, number: int) -> Locator:
    page.goto(f"/learn/{name}?step={number}")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    return page.locator(f"#step-{number}")


def committed(section: Locator) -> None:
    section.get_by_role("button", name=re.compile("^Commit")).click()
    expect(section).to_have_attribute("data-measured", "", timeout=30_000)


def ratio(section: Locator) -> float:
    """Read the number that the figure says of block 1."""
    said = section.locator(".picture text", has_text=re.compile("measured:|the product:")).text_content() or ""
    return number_of(said.partition(": ")[2])


def number_of(text: str) -> float:
    found = re.search(r"([\d.]+)(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text)
    assert found, text
    return float(found[1]) * 10 ** int((found[2] or "⁰").translate(POWERS))


def test_the_problem(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Learn", exact=True).click()
    page.get_by_role("link", name="The problem").click()
    first = page.locator("#step-1")
    expect(first.locator(".picture")).not_to_contain_text("10⁻¹³ ")
    expect(first.locator(".explain")).to_be_hidden()
    handle = first.get_by_role("slider", name="Block 1")
    handle.press("PageDown")
    expect(first.locator(".numbers input")).to_have_value("1e-4")
    committed(first)
    assert 1e-14 < ratio(first) < 1e-12
    expect(first.locator(".picture")).to_contain_text("9 powers of ten apart")
    expect(first.get_by_role("status").first).to_contain_text("You said")
    expect(first.locator('[data-part="yours"]')).to_be_focused()
    first.get_by_label("It shrinks by about the same factor").check()
    expect(first.locator(".explain")).to_contain_text("about a third")
    assert 1e-14 < number_of(first.locator('[data-number="ratio"]').text_content() or "") < 1e-12

    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"step=2$"))
    second = page.locator("#step-2")
    second.get_by_label("There are more of them").check()
    committed(second)
    expect(second.locator("[data-part=choose] .says[data-yours]")).to_be_focused()
    expect(second.locator(".bar")).to_have_count(52)
    second.get_by_label("Depth").fill("4")
    expect(second).to_have_attribute("data-done", "", timeout=30_000)
    expect(second.locator(".bar")).to_have_count(106)
    assert 1e-27 < ratio(second) < 1e-25
    expect(second.get_by_role("row")).to_have_count(2)
    second.get_by_label("Activation").select_option("sigmoid")
    expect(second.locator(".picture")).to_contain_text("the product: 0", timeout=30_000)

    third = step(page, "problem", 3)
    committed(third)
    assert 1e8 < ratio(third) < 1e9
    third.get_by_label("Standard deviation").fill("0")
    expect(third).to_have_attribute("data-done", "", timeout=30_000)
    assert 0.1 < ratio(third) < 0.4

    fourth = step(page, "problem", 4)
    fourth.get_by_label("About 10⁻⁵", exact=True).check()
    committed(fourth)
    assert 3e-6 < ratio(fourth) < 3e-5
    fourth.get_by_label("Between 0.03 and 0.1").check()
    found = fourth.locator('[data-part="transfer-found"]')
    expect(found).to_contain_text("Measured just now", timeout=30_000)
    assert 0.03 < number_of((found.text_content() or "").partition(": ")[2]) < 0.1

    # what was answered is kept, in this browser alone
    page.goto("/learn")
    expect(page.locator("[data-chapter=problem]")).to_contain_text("4 of 4 answered")
    again = step(page, "problem", 1)
    expect(again).to_have_attribute("data-measured", "", timeout=30_000)
    page.get_by_role("button", name="Reset this step").click()
    expect(again).to_have_attribute("data-stage", "asking")


def test_the_residual_connection(page: Page) -> None:
    first = step(page, "residual-connection", 1)
    first.get_by_label("About half as large as x").check()
    committed(first)
    branch, x = (number_of(first.locator(f'[data-number="{name}"]').text_content() or "") for name in ("branch", "x"))
    assert 0.4 < branch / x < 0.75

    second = step(page, "residual-connection", 2)
    committed(second)
    before = ratio(second)
    second.get_by_role("switch", name="skip of layer2.4, plain-56").click()
    expect(second).to_have_attribute("data-done", "", timeout=30_000)
    assert 2 < ratio(second) / before < 4
    expect(second.locator(".picture")).to_contain_text("plain-56, before")
    second.get_by_label("All blocks before 14").check()
    expect(second.locator(".explain")).to_be_visible()
    expect(second.get_by_role("link", name="Open in Explore")).to_have_attribute("href", re.compile("only:14"))

    fourth = step(page, "residual-connection", 4)
    committed(fourth)
    assert 1e-7 < ratio(fourth) < 1e-6
    fourth.get_by_role("button", name="All skips").click()
    expect(fourth).to_have_attribute("data-done", "", timeout=30_000)
    assert 0.8 < ratio(fourth) < 1.4
    fourth.locator(".claims summary").click()
    fourth.get_by_role("button", name="Measure it now").click()
    expect(fourth.locator("[data-claim='0'] [data-part=found]")).to_have_text(re.compile(": holds$"), timeout=60_000)
    page.get_by_role("link", name="All chapters").click()
    expect(page).to_have_url(re.compile(r"/learn$"))


def test_with_no_server_the_recording_stands(page: Page, expected_errors: list[str]) -> None:
    section = step(page, "problem", 1)
    expected_errors.append("503")
    page.route("**/api/**", lambda route: route.fulfill(status=503, json={"title": "Busy", "detail": "Too many wait."}))
    section.get_by_role("button", name="Just show me").click()
    expect(section.locator(".origin")).to_contain_text("Recorded seed 0. Not measured now: Too many wait.")
    assert 1e-14 < ratio(section) < 1e-12
    expect(section.locator(".explain")).to_be_visible()
