"""Back and forward, undo of every change, short links, and words for links that ask for the impossible."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_explore import opened, played, until

pytestmark = pytest.mark.browser
SMALL = "/?net=plain20,norm:none&net=resnet20,norm:none&steps=300&batch_size=8"


def norm(page: Page, value: str) -> None:
    page.get_by_label("Normalisation").first.select_option(value)
    page.wait_for_url(re.compile(f"norm:{value}"))
    until(page, "ready")


def shows(page: Page, value: str) -> None:
    expect(page.get_by_label("Normalisation").first).to_have_value(value)
    until(page, "ready")


def test_back_and_forward_step_through_networks_and_runs(page: Page) -> None:
    opened(page, SMALL)
    norm(page, "batch")
    norm(page, "group")
    page.get_by_role("switch", name="skip of layer1.0, ResNet-20").click()  # another look is no step
    page.wait_for_url(re.compile("cut:"))
    until(page, "ready")
    page.go_back()
    shows(page, "batch")
    page.go_back()
    shows(page, "none")
    page.go_forward()
    page.go_forward()
    shows(page, "group")
    expect(page.get_by_role("switch", name="skip of layer1.0, ResNet-20")).not_to_be_checked()
    played(page)
    page.wait_for_url(re.compile(r"/\?run=[0-9a-f]+$"))
    run = page.url
    assert len(run.partition("/?")[2]) < 25
    page.go_back()
    shows(page, "group")
    page.go_forward()
    until(page, "paused")
    assert page.url == run
    page.get_by_role("button", name="Fork").click()
    page.wait_for_url(re.compile("run=(?!" + run.partition("run=")[2] + ")"))
    until(page, "paused")
    fork = page.url
    page.go_back()
    page.wait_for_url(run)
    expect(page.get_by_role("switch", name=re.compile("skip of layer1.0,"))).to_have_count(2)
    page.go_forward()
    page.wait_for_url(fork)
    until(page, "paused")
    expect(page.locator("#problem")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(run)
    until(page, "paused")
    page.get_by_role("button", name="reset", exact=True).click()
    until(page, "ready")
    assert "block:" not in page.url, "a network is its preset and what differs"
    assert len(page.url.partition("/?")[2]) < 160


def test_every_change_is_undone(page: Page) -> None:
    opened(page, SMALL)
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    norm(page, "batch")
    page.get_by_label("Learning rate").first.fill("0.02")
    page.get_by_label("Learning rate").first.press("Enter")
    page.wait_for_url(re.compile("lr=0.02"))
    page.get_by_role("switch", name="skip of layer1.0, ResNet-20").click()
    expect(undo).to_have_attribute("title", re.compile("cut layer1.0"))
    undo.click()
    expect(page.get_by_role("switch", name="skip of layer1.0, ResNet-20")).to_be_checked()
    undo.click()
    expect(page.get_by_label("Learning rate").first).to_have_value("0.005")
    undo.click()
    shows(page, "none")
    expect(undo).to_be_disabled()
    for _ in range(2):
        page.get_by_role("button", name="Redo").click()
    expect(page.get_by_label("Learning rate").first).to_have_value("0.02")
    shows(page, "batch")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("lr=abc", "Learning rate abc: it is no number"),
        ("&".join(["net=plain20"] * 5), "Network 5, plain20: a page shows 4"),
        ("hide=prests", "Did you mean presets?"),
        ("net=plain56,depths:1000-1000-1000", "depths"),
    ],
)
def test_what_a_link_cannot_have_is_said_where_it_is_seen(
    page: Page, query: str, words: str, expected_errors: list[str]
) -> None:
    expected_errors.append("422")
    page.goto(f"/?{query}")
    expect(page.locator("#problem")).to_be_visible()
    expect(page.locator("#problem")).to_contain_text(re.compile(re.escape(words), re.IGNORECASE))
    until(page, "ready")
    page.locator("#problem").get_by_role("button", name="Close").click()
    expect(page.locator("#problem")).to_be_hidden()


def test_a_link_of_before_still_works(page: Page) -> None:
    fields = "block:basic,depths:3-3-3,widths:16-32-64,stem:cifar,stem_width:16,projection:A,norm:batch,num_classes:10"
    opened(page, f"/?net=,{fields},skips:false&net=,{fields}&lr=0.02&steps=150")
    expect(page.get_by_role("switch")).to_have_count(18)
    expect(page.get_by_role("switch", checked=True)).to_have_count(9)
    expect(page.get_by_label("Learning rate").first).to_have_value("0.02")
    expect(page.locator("#problem")).to_be_hidden()
