"""Every preset alone, beside its plain twin and among four: no two texts overlap, and nothing leaves its panel."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from skipscope.model.describe.presets import PRESETS

pytestmark = pytest.mark.browser

SIZES = ((1280, 720), (1366, 650), (1440, 900), (1024, 768), (375, 812), (640, 360))
"""Windows that people have; the last is 1280x720 at 200 %."""
EVERY = ((1280, 720), (375, 812))
"""Where every preset is laid out: the widest that has little height, and the narrowest."""
EACH = [size if size in EVERY else pytest.param(size, marks=pytest.mark.slow) for size in SIZES]
"""The sizes between those two are looked at with the slow tests."""
SOME = (
    ("plain56", "resnet56"),
    ("resnet50",),
    ("resnet152",),
    ("resnet1202",),
    ("resnet20", "resnet20,norm:none", "plain20"),
)
FOURS = (
    ("plain56", "resnet56", "resnet20", "plain20"),
    ("resnet50", "seresnet50", "resnet50d", "resnext50_32x4d"),
    ("resnet152", "wide_resnet101_2", "resnext101_64x4d", "resnet101d"),
    ("resnet1202", "preact_resnet1001", "resnet110", "plain110"),
)
HERE = Path(__file__).parent
SCRIPTS = {"boxes.js": HERE / "boxes.js", "probe.js": HERE.parent / "js" / "probe.js"}
MODULE = "/static/js/boxes.js"
SHOW = f"""async (address) => {{
  const boxes = await import("{MODULE}");
  await boxes.show(address);
  await boxes.settle();
}}"""
FAULTS = f"""async ([address, steps, below]) => {{
  const boxes = await import("{MODULE}");
  const found = [];
  const look = async () => {{
    found.push(...boxes.faults());
    if (!below) return;
    await boxes.below();
    found.push(...boxes.faults());
  }};
  await boxes.show(address);
  await look();
  if (steps) {{
    await boxes.train(steps);
    await look();
  }}
  return [...new Set(found)];
}}"""


@pytest.fixture(scope="module")
def laid(browser: Browser, server: str) -> Iterator[Page]:
    """Open Explore once, from a source that measures nothing; networks are swapped in place."""
    context = browser.new_context(base_url=server)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def script(route: Route) -> None:
        own = SCRIPTS.get(route.request.url.rpartition("/")[2])
        route.fulfill(content_type="text/javascript", body=own.read_text(encoding="utf-8") if own else "")

    for name in SCRIPTS:
        page.route(f"**/static/js/{name}", script)
    page.route("**/page/explore*.js", script)
    page.route("**/js/pages/explore.js", script)
    page.goto("/")
    page.evaluate(f"import('{MODULE}').then((boxes) => boxes.open())")
    yield page
    context.close()
    assert not wrong


def sized(page: Page, width: int, height: int) -> None:
    """Give the window a size; a narrow page is seen as a whole, so that nothing of it rests."""
    page.set_viewport_size({"width": width, "height": height if width > 820 else 4000})
    page.evaluate(f"import('{MODULE}').then((boxes) => boxes.settle())")


def found(page: Page, nets: tuple[str, ...], steps: int = 0) -> list[str]:
    """Say what is wrong with a layout at initialisation and, after so many steps, in a run."""
    width = (page.viewport_size or {"width": 0})["width"]
    return page.evaluate(FAULTS, [address_of(nets), steps, steps > 0 and width > 820])


def address_of(nets: tuple[str, ...]) -> str:
    return "?" + "&".join(f"net={net}" for net in nets)


@pytest.mark.slow
@pytest.mark.parametrize("size", EVERY, ids=str)
def test_every_preset_alone_and_beside_its_twin(laid: Page, size: tuple[int, int]) -> None:
    sized(laid, *size)
    wrong: dict[str, list[str]] = {}
    for name in PRESETS:
        # on a phone a network alone has the room of two
        for nets in ((name,), (f"{name},skips:false", name))[size[0] < 820 :]:
            faults = found(laid, nets)
            if faults:
                wrong[" beside ".join(nets)] = faults
    assert not wrong, told(wrong)


@pytest.mark.parametrize("size", EACH, ids=str)
def test_some_of_every_kind_at_every_size_before_and_in_a_run(laid: Page, size: tuple[int, int]) -> None:
    sized(laid, *size)
    layouts = {" beside ".join(nets): found(laid, nets, steps=5) for nets in (*SOME, *FOURS)}
    wrong = {name: faults for name, faults in layouts.items() if faults}
    assert not wrong, told(wrong)


@pytest.mark.parametrize("name", ["resnet50", "resnet50d", "wide_resnet50_2", "resnext50_32x4d", "resnet56"])
def test_the_heatmap_is_above_the_fold_before_the_first_step(laid: Page, name: str) -> None:
    sized(laid, 1280, 720)
    for nets in ((name,), (f"{name},skips:false", name)):
        laid.evaluate(SHOW, address_of(nets))
        box = laid.locator(".heatmap-panel").bounding_box()
        assert box
        assert box["y"] + box["height"] <= 720, nets


def test_what_lies_over_a_text_or_leaves_its_panel_is_found(laid: Page) -> None:
    sized(laid, *SIZES[0])
    assert found(laid, ("plain20", "resnet20")) == []
    laid.evaluate(
        """() => {
          const word = (text, at, style) => {
            const one = document.createElement('b');
            one.className = 'planted';
            one.textContent = text;
            one.style = `position: absolute; ${style}`;
            document.querySelector(at).append(one);
          };
          word('over', '.headline', 'left: 30px; top: 95px');
          word('outside', '.diagram-panel .panel-head', 'left: 100px; top: -40px');
        }"""
    )
    faults = laid.evaluate(f"import('{MODULE}').then((boxes) => boxes.faults())")
    laid.evaluate("document.querySelectorAll('.planted').forEach((one) => one.remove())")
    assert any('"over"' in fault and "lies over" in fault for fault in faults), faults
    assert any(fault.startswith('"outside"') and "is outside of" in fault for fault in faults), faults


def told(wrong: dict[str, list[str]]) -> str:
    lines = [f"{name}:\n    " + "\n    ".join(faults[:6]) for name, faults in wrong.items()]
    return f"{len(wrong)} layouts have faults\n" + "\n".join(lines)
