"""The address of Explore: the page's whole state, as a link that gives it back."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_explore import opened, played, shown, until

pytestmark = pytest.mark.browser


def test_the_address_is_the_state(page: Page) -> None:
    opened(page)
    page.get_by_role("switch", name="skip of layer2.3, ResNet-56", exact=True).click()
    page.wait_for_url(re.compile("cut:13"))  # told in the same frame as that the measurement is under way
    until(page, "ready")
    gradient = shown(page, "layer1.0", "ResNet-56")
    address = page.url
    page.goto("about:blank")
    opened(page, address)
    page.wait_for_function("() => document.querySelectorAll('[role=switch][aria-checked=true]').length === 26")
    until(page, "ready")
    expect(page.get_by_role("switch", name="skip of layer2.3, ResNet-56", exact=True)).not_to_be_checked()
    assert shown(page, "layer1.0", "ResNet-56") == gradient


def test_a_link_gives_back_strength_scale_and_selection(page: Page) -> None:
    view = "scale=network&lock=-9..0&select=0:layer1.1&quantity=activation"
    opened(page, f"/?net=resnet20,norm:none,strength:0.5@2&{view}")
    details = page.get_by_role("complementary")
    expect(details.get_by_role("heading", name="layer1.1")).to_be_visible()
    expect(page.get_by_label("Strength of the shortcut")).to_have_value("0.5")
    page.get_by_text("View", exact=True).click()
    expect(page.get_by_label("Scale of the diagram")).to_have_value("network")
    expect(page.get_by_role("button", name="Locked")).to_have_attribute("aria-pressed", "true")
    wish = {"variants": [{"preset": "resnet20", "norm": "none"}], "strengths": [[1, 0.5, *[1] * 7]]}
    one = page.request.post("/api/probe", data=wish).json()["variants"][0]
    assert shown(page, "layer1.0", "ResNet-20") == one["values"]["gradient_rms"][one["taps"].index("layer1.0")]
    page.locator('.fields-basic [name="norm"]').select_option("batch")
    page.wait_for_url("**norm:batch**")
    until(page, "ready")
    expect(details.get_by_role("heading", name="layer1.1")).to_be_visible()
    for part in ("strength:0.5@2", "scale=network", "lock=-9..0", "select=0:layer1.1", "quantity=activation"):
        expect(page).to_have_url(re.compile(re.escape(part)))


def test_a_run_under_way_and_the_step_on_screen_are_a_link(page: Page) -> None:
    opened(page, "/?net=resnet20,norm:none&steps=400&speed=4")
    played(page)
    page.wait_for_function("() => Number(document.documentElement.dataset.step) > 2", timeout=60_000)
    page.get_by_label("Step on screen").fill("1")
    page.wait_for_url(re.compile("run=.*step=1"))
    expect(page.locator("#sentence")).to_contain_text("At step 1. The run trains.", timeout=3000)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-step", "1", timeout=60_000)
    until(page, "running")
    expect(page.get_by_label("Speed")).to_have_value("4")
    page.get_by_role("button", name="live", exact=True).click()
    page.wait_for_function("() => Number(document.documentElement.dataset.step) > 3", timeout=60_000)
    run = re.search("run=([^&]+)", page.url)
    assert run
    assert page.request.patch(f"/api/runs/{run.group(1)}", data={"state": "stopped"}).ok
    expect(page.locator(".run-status")).to_contain_text("stopped")


def test_a_link_to_a_run_that_is_gone_leaves_its_networks(page: Page, expected_errors: list[str]) -> None:
    expected_errors.append("404")
    opened(page, "/?net=resnet20,norm:none,cut:2&run=none")
    expect(page.locator("#problem")).to_contain_text("none")
    expect(page.get_by_role("switch", checked=True)).to_have_count(8)
    assert "run=" not in page.url


def test_a_link_to_a_run_alone_that_is_gone_says_that_what_is_drawn_is_not_it(
    page: Page, expected_errors: list[str]
) -> None:
    expected_errors.append("404 (Not Found)")
    opened(page, "/?run=5b2f0e8c1d6a4f37")
    expect(page.locator("#problem")).to_contain_text("the networks below are those that the page begins with.")


def test_a_link_shows_the_structure_while_its_networks_are_measured(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/probe", hold)
    page.goto("/?net=resnet1202")
    for place in ("#sentence", "#headline"):
        expect(page.locator(place)).to_contain_text("Measuring ResNet-1202 at initialisation")
    expect(page.locator("html")).to_have_attribute("data-state", "loading")
    expect(page.locator("#diagram")).to_have_attribute("data-layout", "focus")
    expect(page.locator("#diagram .barlayer .point > path").first).to_be_visible()
    texts = page.locator("#diagram .textpoint text").all_text_contents()
    assert not [text for text in texts if text.startswith(("x ", "F "))], "no number before it was measured"
    fills = "all => [...new Set(all.map((one) => getComputedStyle(one).fill.replace(/-[a-z0-9]+-/, '-')))]"
    boxes = page.locator("#diagram .barlayer .point > path")
    assert boxes.evaluate_all(fills) == ['url("#hatch-absent")']
    assert page.locator(".legend-ticks").first.text_content() == "least to most"
    assert page.locator(".diagram-panel").evaluate("one => one.inert"), "it cannot be acted on yet"
    expect(page.locator("#diagram").get_by_text("layer3", exact=True)).to_be_visible()
    charts = page.locator("#chart-gradient, #chart-activation, #chart-branch")
    for chart in charts.all():
        expect(chart.locator(".chart-waiting")).to_have_text("Measuring ResNet-1202 at initialisation …")
    expect(page.locator("#heatmap")).to_contain_text("Press play")
    places = [box.bounding_box() for box in page.locator(".panel").all()]
    held[0].continue_()
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=60_000)
    expect(page.locator("#sentence")).to_contain_text("At initialisation.")
    expect(page.locator(".chart-waiting")).to_have_count(0)
    assert [box.bounding_box() for box in page.locator(".panel").all()] == places, "nothing jumps"
    assert boxes.evaluate_all(fills) != ['url("#hatch-absent")']
    assert not page.locator(".diagram-panel").evaluate("one => one.inert")


def test_namesakes_are_told_apart_while_they_are_measured(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/probe", hold)
    page.goto("/?net=resnet20&net=resnet20,norm:none")
    for place in ("#headline", "#chart-gradient"):
        expect(page.locator(place)).to_contain_text("Measuring ResNet-20 (A) and ResNet-20 (B) at initialisation")
    held[0].continue_()
    expect(page.locator("#headline")).to_contain_text("ResNet-20, norm none")


def test_a_block_that_there_is_not_is_said_where_other_refused_parts_are(page: Page) -> None:
    opened(page, "/?net=resnet20,cut:99&net=plain20&lr=abc")
    expect(page.locator("#problem")).to_contain_text(
        "it is no number. cut:99 in resnet20,cut:99: ResNet-20 has 9 blocks."
    )


def test_a_network_keeps_its_name_over_a_reload_whatever_is_cut(page: Page) -> None:
    opened(page, "/?net=plain20&net=resnet20,norm:none")
    named = page.locator("#headline strong")
    expect(named).to_have_text(["Aplain-20", "BResNet-20"])
    page.get_by_label("Network whose skips the buttons change").select_option(label="plain-20")
    page.get_by_role("button", name="All skips").click()
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    page.wait_for_url("**only:1-9**")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=60_000)
    expect(named).to_have_text(["Aplain-20", "BResNet-20"])
    expect(page.get_by_role("switch", checked=True)).to_have_count(18)


def test_namesakes_keep_their_names_over_a_reload_when_one_is_cut(page: Page) -> None:
    opened(page, "/?net=resnet20&net=resnet20")
    named = page.locator("#headline strong")
    twins = ["AResNet-20 (1)", "BResNet-20 (2)"]
    expect(named).to_have_text(twins)
    page.get_by_role("switch", name="skip of layer2.1, ResNet-20 (2)").press("Space")
    page.wait_for_url("**cut:5")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    expect(named).to_have_text(twins)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=60_000)
    expect(named).to_have_text(twins)
    expect(page.get_by_role("switch", checked=False)).to_have_count(1)


SERVED = "net=plain56,norm:none,init:xavier_normal&net=resnet56,norm:none,init:xavier_normal"


@pytest.mark.parametrize(
    ("address", "summaries"), [("?net=resnet20&net=plain20", 2), ("?lr=0.02&steps=50", 0), (f"?{SERVED}&lr=0.02", 0)]
)
def test_networks_are_asked_for_once_and_those_of_the_page_not_again(page: Page, address: str, summaries: int) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("/api/")[2].partition("?")[0]))
    opened(page, f"/{address}")
    page.wait_for_timeout(600)
    found = [one for one in asked if one.startswith(("architectures", "probe"))]
    assert found == ["architectures/summary"] * summaries + ["probe"] * bool(summaries)
    if not summaries:
        expect(page.get_by_role("textbox", name="Learning rate")).to_have_value("0.02")


def test_a_reset_is_undone(page: Page) -> None:
    opened(page, "/?net=resnet20&steps=20")
    page.get_by_role("button", name="step", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-state", "paused", timeout=30_000)
    page.get_by_role("button", name="reset").click()
    expect(page.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
    expect(page.locator(".run-status")).not_to_contain_text("paused")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".run-status")).to_contain_text("paused", timeout=30_000)
    page.get_by_role("button", name="step", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-step", "1", timeout=30_000)
