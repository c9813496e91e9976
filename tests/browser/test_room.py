"""A host and three members, one on a phone, through a step of Learn in real browsers; the door; names that deceive."""

import pytest
from playwright.sync_api import expect

from tests.browser.hall import Class, join
from tests.browser.test_accessibility import serious

pytestmark = pytest.mark.browser


def test_a_host_and_three_members_through_a_step_of_learn(class_: Class) -> None:
    host, code = class_.opened()
    expect(host.locator(".room-big")).to_have_text(f"{code[:2]}\u2002{code[2:4]}\u2002{code[4:]}")
    found = serious(host)
    phone, second, third = class_.reader(phone=True), class_.reader(), class_.reader()
    for page in (phone, second, third):
        join(page, code)
    expect(host.get_by_text("3 are here")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    host.keyboard.press("t")
    found += serious(host)
    host.get_by_role("button", name="Send The problem: How small?").click()
    expect(host.locator("html")).to_have_attribute("data-phase", "predict")
    for page, key in ((phone, "Home"), (second, "ArrowLeft"), (third, "End")):
        scale = page.get_by_role("slider", name="How much of the gradient")
        scale.press(key)
        page.get_by_text("4", exact=True).click()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Kept. You may change it")).to_be_visible()
    found += serious(phone)
    box = phone.get_by_role("button", name="Send again").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    expect(host.locator(".room-answered")).to_have_text("3 of 3 answered")
    host.get_by_role("button", name="Discuss").click()
    expect(phone.get_by_text("Discuss it with your neighbours.")).to_be_visible()
    host.get_by_role("button", name="Predict again").click()
    # a second tab, and a reload, have the same seat and the answer that is kept
    name = second.locator(".room-bar span").inner_text()
    second.reload()
    expect(second.locator(".room-bar span")).to_have_text(name)
    second.get_by_role("slider").press("End")
    second.get_by_role("button", name="Send again").click()
    expect(host.locator(".room-answered")).to_have_text("1 of 3 answered")
    host.get_by_role("button", name="Measure").click()
    expect(phone.get_by_text("Measure it.")).to_be_visible()
    assert "10⁻¹³" not in phone.locator("main").inner_text()
    host.keyboard.press("ArrowRight")
    for page in (host, phone, second, third):
        expect(page.locator(".room-truth")).to_contain_text("×10⁻¹³", timeout=30_000)
    expect(host.locator(".room-wrong")).to_contain_text("2 were sure (4 or 5) and wrong.")
    found += [*serious(host), *serious(phone)]
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    host.keyboard.press("m")
    host.get_by_role("button", name=f"Take out {name}").click()
    expect(host.locator(".room-member")).to_have_count(2)
    host.keyboard.press("n")
    expect(host.locator(".room-member").first).to_have_text("Member 1")
    found += serious(host)
    assert not found, "\n".join(found)


def test_a_page_is_put_on_everybodys_screen_and_may_be_left(class_: Class) -> None:
    host, code = class_.opened()
    member = class_.reader()
    join(member, code)
    host.keyboard.press("t")
    host.get_by_label("On everyone’s screen").fill("/learn")
    host.get_by_role("button", name="Show", exact=True).click()
    expect(member.frame_locator("iframe").get_by_role("heading", name="Learn", exact=True)).to_be_visible()
    member.get_by_role("button", name="Leave for my own").click()
    expect(member.locator("iframe")).to_have_count(0)
    member.get_by_role("button", name="Back to what the host shows").click()
    expect(member.locator("iframe")).to_have_count(1)
    host.get_by_role("button", name="Show nothing").click()
    expect(member.get_by_text("The first task appears here.")).to_be_visible()


def test_a_network_of_explore_stands_on_the_wall_and_opens_as_a_copy(class_: Class) -> None:
    host, code = class_.opened()
    member = class_.reader()
    join(member, code)
    member.goto("/?net=plain20,norm:none,init:xavier_normal")
    host.keyboard.press("w")
    dot = host.locator(".room-wall-networks a")
    expect(dot).to_have_count(1, timeout=30_000)
    assert str(dot.get_attribute("href")).startswith("/?net=plain20")
    name = str(dot.get_attribute("aria-label")).partition(":")[0]
    host.keyboard.press("n")
    expect(dot).not_to_have_attribute("aria-label", name)
    assert name not in str(dot.get_attribute("aria-label"))


def test_a_nickname_is_text_and_a_phrase_finds_the_way_back(class_: Class) -> None:
    host, code = class_.opened("<b>class</b>", nicknames=True)
    phrase = host.locator(".room-secrets b").text_content()
    assert phrase is not None
    member = class_.reader(phone=True)
    member.goto(f"/room/{code}")
    member.get_by_label("Nickname").fill("<img src=x>")
    member.get_by_role("button", name="Join").click()
    expect(member.locator(".room-bar span")).to_have_text("<img src=x>")
    expect(member.locator("h1")).to_have_text("<b>class</b>")
    host.keyboard.press("m")
    expect(host.locator(".room-member")).to_have_text("<img src=x>")
    assert host.locator("main img[src=x]").count() == 0
    other = class_.reader()
    other.goto(f"/room/{code}/host")
    other.get_by_label("The six words").fill(phrase)
    other.get_by_role("button", name="Open the host’s page").click()
    expect(other.locator(".room-big")).to_be_visible()
    host.get_by_role("button", name="End the room").click()
    host.get_by_role("button", name="Delete all of it now").click()
    expect(member.get_by_text("The room has ended.")).to_be_visible()
    host.wait_for_url("**/room")


def test_the_door_takes_a_code_however_it_is_typed_and_says_if_there_is_none(class_: Class) -> None:
    _, code = class_.opened()
    member = class_.reader(phone=True)
    member.goto("/r")
    assert serious(member) == []
    member.get_by_label("Code").fill(f" {code[:2]} {code[2:].lower()}")
    member.get_by_role("button", name="Go to the room").click()
    expect(member.locator(".room-name")).not_to_be_empty()
    assert serious(member) == []
    member.goto("/room/222222")
    expect(member.get_by_text("No such room.")).to_be_visible()
    class_.expected.append("404 (Not Found)")
