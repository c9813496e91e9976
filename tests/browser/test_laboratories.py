"""Several laboratories on one page: each has its own state, and one that is taken away leaves nothing behind."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_explore import opened

pytestmark = pytest.mark.browser

COUNT = """() => {
  // what holds on to something outside of an element: listeners, observers, timers
  const held = window.held = new Map();
  const add = (name, by) => held.set(name, (held.get(name) ?? 0) + by);
  const outside = (target) => target === window || target === document || target === document.documentElement
    || target instanceof MediaQueryList;
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (name, ...rest) {
    if (outside(this)) add(`listener of ${name}`, 1);
    return addEventListener.call(this, name, ...rest);
  };
  EventTarget.prototype.removeEventListener = function (name, ...rest) {
    if (outside(this)) add(`listener of ${name}`, -1);
    return removeEventListener.call(this, name, ...rest);
  };
  for (const kind of ['ResizeObserver', 'IntersectionObserver', 'MutationObserver']) {
    const Plain = window[kind];
    window[kind] = class extends Plain {
      constructor(...given) { super(...given); add(kind, 1); }
      disconnect() { super.disconnect(); add(kind, -1); }
    };
  }
  const { setTimeout, clearTimeout, setInterval, clearInterval } = window;
  const timers = new Set();
  window.setTimeout = (act, ...rest) => {
    const id = setTimeout(() => { timers.delete(id); act(); }, ...rest);
    timers.add(id);
    return id;
  };
  window.clearTimeout = (id) => { timers.delete(id); clearTimeout(id); };
  window.setInterval = (...given) => { const id = setInterval(...given); timers.add(id); return id; };
  window.clearInterval = (id) => { timers.delete(id); clearInterval(id); };
  window.leftover = () => {
    const names = [...held].filter(([, count]) => count !== 0).map(([name, count]) => `${count} ${name}`);
    return timers.size ? [...names, `${timers.size} timers`] : names;
  };
}"""

MOUNT = """async (addresses) => {
  const { mount } = await import('/static/js/view/laboratory.js');
  const { serverOf } = await import('/static/js/sources/server.js');
  const first = JSON.parse(document.getElementById('first').textContent);
  window.labs = addresses.map((address, i) => {
    const root = document.createElement('div');
    root.id = `lab${i}`;
    document.querySelector('main').append(root);
    return mount(root, serverOf(), { first, address });
  });
}"""


def mounted(page: Page, *addresses: str) -> None:
    """Mount laboratories below Explore's own."""
    page.evaluate(MOUNT, list(addresses))
    for i in range(len(addresses)):
        expect(page.locator(f"#lab{i}")).to_have_attribute("data-state", "ready", timeout=30_000)


def test_two_laboratories_do_not_touch_each_other(page: Page) -> None:
    opened(page)
    mounted(page, "?net=resnet20,norm:none", "?net=plain20,norm:none&net=resnet20,norm:none&quantity=activation")
    first, second = page.locator("#lab0"), page.locator("#lab1")
    expect(first.get_by_role("switch")).to_have_count(9)
    expect(second.get_by_role("switch")).to_have_count(18)
    first.get_by_role("switch", name="skip of layer1.1, ResNet-20").click()
    expect(first).to_have_attribute("data-state", "ready")
    expect(first.get_by_role("switch", checked=True)).to_have_count(8)
    expect(second.get_by_role("switch", checked=True)).to_have_count(9)
    expect(page.locator("#diagram").get_by_role("switch", checked=True)).to_have_count(27)
    assert "cut" not in page.url, "the address is Explore's"

    second.get_by_label("Quantity that the diagram draws").select_option("dead_units")
    expect(first.get_by_label("Quantity that the diagram draws")).to_have_value("gradient_path")
    second.get_by_role("switch", name="skip of layer2.0, ResNet-20").press("Enter")
    expect(second.locator("[data-part=details] h2")).to_have_text("layer2.0")
    expect(first.locator("[data-part=details]")).to_be_hidden()

    # the keys of undo and Escape are heard where they are pressed
    first.get_by_role("switch", name="skip of layer1.1, ResNet-20").press("Control+z")
    expect(first.get_by_role("switch", checked=True)).to_have_count(9)
    first.get_by_role("switch", name="skip of layer1.1, ResNet-20").press("Escape")
    expect(second.locator("[data-part=details]")).to_be_visible()
    second.get_by_role("switch", name="skip of layer2.0, ResNet-20").press("Escape")
    expect(second.locator("[data-part=details]")).to_be_hidden()


def test_a_run_in_one_laboratory_leaves_the_others_at_rest(page: Page) -> None:
    opened(page)
    mounted(page, "?net=resnet20,norm:none&steps=3", "?net=plain20,norm:none")
    page.locator("#lab0").get_by_role("button", name="step", exact=True).click()
    expect(page.locator("#lab0 .run-status")).to_contain_text("step 0 of 2")
    expect(page.locator("#lab0")).to_have_attribute("data-state", "paused")
    expect(page.locator("#lab1")).to_have_attribute("data-state", "ready")
    expect(page.locator("html")).to_have_attribute("data-state", "ready")


def test_every_id_of_a_page_is_of_one_element(page: Page) -> None:
    opened(page)
    mounted(page, "?net=resnet20,norm:none&select=0:layer1.0", "?net=plain20,norm:none&select=0:layer1.0")
    twice = page.evaluate(
        """() => {
          const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
          return ids.filter((id, i) => ids.indexOf(id) !== i);
        }"""
    )
    # Plotly names its own gradients and clips by the plot, which has a number of its own
    assert twice == []


def test_an_address_can_be_shown_later(page: Page) -> None:
    opened(page)
    mounted(page, "?net=resnet20,norm:none&quantity=activation&hide=twin")
    page.evaluate("labs[0].update({ address: '?net=plain20,norm:none&net=resnet20,norm:none&batch_size=32' })")
    lab = page.locator("#lab0")
    expect(lab.get_by_role("switch")).to_have_count(18)
    expect(lab.get_by_label("Quantity that the diagram draws")).to_have_value("gradient_path")
    assert page.evaluate("labs[0].store.state.settings.batch_size") == 32
    page.evaluate("labs[0].update({ address: '' })")
    expect(lab.get_by_role("switch")).to_have_count(54)
    assert page.evaluate("labs[0].store.state.settings.batch_size") == 64


def test_a_laboratory_that_is_taken_away_leaves_nothing_behind(page: Page) -> None:
    opened(page)
    page.evaluate(COUNT)
    mounted(page, "?net=resnet20,norm:none&steps=5", "?net=resnet1202")
    lab = page.locator("#lab0")
    lab.get_by_role("switch", name="skip of layer1.1, ResNet-20").press("Enter")
    lab.get_by_role("button", name="step", exact=True).click()
    expect(lab.locator(".run-status")).to_contain_text("step 0 of 4")
    assert page.evaluate("leftover()") != [], "while they are there something is held"
    page.evaluate("for (const lab of labs) lab.destroy()")
    for _ in range(50):
        if page.evaluate("leftover()") == []:
            break
        page.wait_for_timeout(100)
    assert page.evaluate("leftover()") == []
    for i in (0, 1):
        assert page.locator(f"#lab{i}").evaluate("one => one.outerHTML") == f'<div id="lab{i}"></div>'
    state = page.evaluate("labs[0].store.state.step")
    page.evaluate("labs[0].store.dispatch({ type: 'quantity', quantity: 'activation' })")
    assert page.evaluate("[labs[0].store.state.step, labs[0].store.state.quantity]") == [state, "gradient_path"]
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
