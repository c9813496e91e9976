"""A host's own profile question from form to reveal, a file of tasks, an experiment as a task, the dots of the wall."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hall import Class, join
from tests.browser.test_accessibility import serious

pytestmark = pytest.mark.browser
SMALL = "net=,depths:2-2,widths:4-8,stem:cifar,stem_width:4,norm:none,block:basic,skips:false&batch_size=16"


def own_profile(host: Page, title: str) -> None:
    """Fill the form of a host's own task with a profile of a small network."""
    host.get_by_role("checkbox", name="Phases end by the clock").check()
    times = host.get_by_role("form", name="Times of the phases")
    expect(times.get_by_label("Discuss")).to_have_value("90")
    times.get_by_label("Predict", exact=True).fill("900")
    form = host.get_by_role("form", name="A task of your own")
    form.get_by_label("Title").fill(title)
    form.get_by_label("Question").select_option(label="a profile, drawn")
    expect(form.get_by_label("The right answer")).to_be_hidden()
    form.get_by_label("Its words").fill("How does the gradient fall?")
    form.get_by_label("As an address of Explore").fill(SMALL)
    form.get_by_label("Points to draw").fill("2")
    form.get_by_label("Axis from ten to the power").fill("-6")


def test_a_profile_of_the_hosts_own_from_the_form_to_the_reveal(class_: Class, tmp_path: Path) -> None:
    host, code = class_.opened()
    phone = class_.reader(phone=True)
    join(phone, code)
    host.keyboard.press("t")
    own_profile(host, "Draw it")
    found = serious(host)
    host.get_by_role("button", name="Prepare", exact=True).click()
    prepared = host.get_by_role("list", name="Prepared tasks")
    expect(prepared).to_contain_text("predict 15:00, discuss 1:30, predict again 0:45")
    # the list goes into a file, and comes out of it as it was
    with host.expect_download() as saved:
        host.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "tasks.json"
    saved.value.save_as(file)
    host.get_by_role("button", name="Remove Draw it").click()
    expect(prepared).to_contain_text("Nothing is prepared.")
    host.get_by_label("Load a file").set_input_files(file)
    host.get_by_role("button", name="Send Draw it").click()
    # the phone draws: a finger over the field, then a key, and the numbers follow
    first, second = (phone.get_by_role("slider", name=f"Block {block}") for block in (1, 3))
    expect(second).to_have_attribute("aria-valuenow", "0.0")
    box = phone.locator(".room-drawing").bounding_box()
    assert box is not None
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    start, across = first.bounding_box(), second.bounding_box()
    assert start is not None
    assert across is not None
    phone.mouse.move(start["x"] + 50, box["y"] + box["height"] * 0.6)
    phone.mouse.down()
    phone.mouse.move(across["x"] + across["width"] / 2 - 30, box["y"] + box["height"] * 0.3, steps=8)
    phone.mouse.up()
    expect(second).not_to_have_attribute("aria-valuenow", "0.0")
    first.press("Home")
    expect(first).to_have_attribute("aria-valuetext", "1×10⁻⁶")
    phone.get_by_text("Type the numbers").click()
    phone.get_by_role("textbox", name="Block 3").fill("0.1")
    phone.get_by_role("textbox", name="Block 3").press("Tab")
    found += serious(phone)
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("Kept. You may change it")).to_be_visible()
    expect(host.locator(".room-answered")).to_have_text("1 of 1 answered")
    expect(host.locator(".room-clock")).to_contain_text("14:")
    host.get_by_role("button", name="Reveal").click()
    for page in (host, phone):
        expect(page.locator("path.room-band")).to_have_count(1, timeout=30_000)
        expect(page.locator("path.curve.net")).to_have_count(1)
        expect(page.get_by_text("measured, ", exact=False)).to_be_visible()
        found += serious(page)
    expect(phone.locator("circle.yours")).to_have_count(2)
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    label = host.locator(".room-drawn > svg").first.get_attribute("aria-label")
    assert label is not None
    assert label.startswith("1 drawings. At block 1 half of them lie between 1×10⁻⁶ and 1×10⁻⁶.")
    assert not found, "\n".join(found)


def test_an_experiment_of_the_lab_is_sent_to_the_room_that_is_open(class_: Class) -> None:
    reader = class_.reader()
    reader.goto("/lab?kind=paths")
    expect(reader.locator("html")).to_have_attribute("data-state", "ready")
    expect(reader.locator('[data-part="room"]')).to_be_hidden()
    host, code = class_.opened()
    member = class_.reader()
    join(member, code)
    lab = host.context.new_page()
    lab.goto("/lab?kind=paths&samples=3")
    lab.get_by_role("button", name="Prepare for it").click()
    lab.get_by_role("button", name="Send to the room").click()
    expect(lab.get_by_text("Sent.")).to_be_visible()
    link = member.get_by_role("link", name="Open the task")
    expect(link).to_have_attribute("href", re.compile(r"^/lab\?kind=paths&net=resnet20&net=plain20&samples=3&"))
    host.keyboard.press("t")
    prepared = host.get_by_role("list", name="Prepared tasks").get_by_role("listitem")
    expect(prepared).to_have_count(1)
    expect(prepared).not_to_contain_text("Nothing")
    rows = host.get_by_role("list", name="Experiments of the Lab").get_by_role("listitem")
    expect(rows.nth(5)).to_be_visible()
    rows.nth(1).get_by_role("button", name="Send").click()
    expect(link).to_have_attribute("href", "/lab?kind=lesions")


def test_a_dot_shows_its_profile_and_opens_a_copy_by_mouse_keys_and_touch(class_: Class) -> None:
    host, code = class_.opened()
    for net in ("plain20,norm:none", "resnet20"):
        member = class_.reader()
        join(member, code)
        key = member.evaluate("Object.values(localStorage).map((text) => JSON.parse(text).key).find(Boolean)")
        shown = member.request.put(f"/api/rooms/{code}/members/{key}/network", data={"address": f"/?net={net}"})
        assert shown.ok, shown.text()
    host.keyboard.press("w")
    dots = host.locator(".room-dot")
    expect(dots).to_have_count(2, timeout=30_000)
    card = host.locator(".room-dot-card")
    dots.first.hover()
    expect(card).to_contain_text("gradient RMS at block 1")
    expect(card.locator("path.curve")).to_be_visible()
    assert serious(host) == []
    with host.context.expect_page() as copy:
        dots.first.click()
    expect(copy.value).to_have_url(f"{class_.server}/?net=plain20,norm:none")
    copy.value.close()
    host.keyboard.press("Escape")
    expect(card).to_be_hidden()
    # one stop of Tab for all dots; arrows go from one to the next, and not on with the phases
    expect(host.locator('.room-dot[tabindex="0"]')).to_have_count(1)
    host.locator('.room-dot[tabindex="0"]').focus()
    label = str(host.locator(".room-dot:focus").get_attribute("aria-label"))
    host.keyboard.press("Home")
    host.keyboard.press("ArrowDown")
    host.keyboard.press("ArrowUp")
    host.keyboard.press("ArrowLeft" if label == str(dots.last.get_attribute("aria-label")) else "ArrowRight")
    expect(card).to_be_visible()
    expect(host.locator("html")).to_have_attribute("data-phase", "wait")
    name = card.locator("b").inner_text()
    with host.context.expect_page() as copy:
        host.keyboard.press("Enter")
    expect(copy.value.locator("html")).to_have_attribute("data-state", "ready", timeout=30_000)
    copy.value.close()
    host.keyboard.press("n")
    expect(dots).to_have_count(2)
    for dot in dots.all():
        assert name not in str(dot.get_attribute("aria-label"))
    # a tablet with the host's link: the first touch shows the card, its button opens the copy
    secret = host.locator(".room-secrets a")
    host.keyboard.press("c")
    address = str(secret.get_attribute("href"))
    tablet = class_.browser.new_context(
        base_url=class_.server, viewport={"width": 1024, "height": 768}, has_touch=True, is_mobile=True
    )
    class_.contexts.callback(tablet.close)
    page = tablet.new_page()
    page.goto(address)
    page.get_by_role("button", name="Wall").tap()
    dot = page.locator(".room-dot").first
    dot.tap()
    card = page.locator(".room-dot-card")
    expect(card).to_be_visible()
    assert len(tablet.pages) == 1
    with tablet.expect_page() as copy:
        card.get_by_role("link", name="Open a copy").tap()
    expect(copy.value).to_have_url(f"{class_.server}/?net=plain20,norm:none")
