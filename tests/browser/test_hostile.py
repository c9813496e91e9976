"""Hostile names in the real page: nothing is run, nothing becomes an element, everything is shown as text."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from scripts.serving import serving
from tests.browser.conftest import visit
from tests.browser.test_explore import until
from tests.browser.test_runs import row, run

pytestmark = pytest.mark.browser
IMAGE = "<img src=x onerror=window.broken=1>"
NAMES = [
    IMAGE,
    '"><script>window.broken=1</script>',
    "</script><svg onload=window.broken=1>",
    "\u202egnp.exe",
    "a\x00b",
    "w" * 80,
    "javascript:window.broken=1",
    "<a href='javascript:window.broken=1'>link</a>",
    "{{constructor.constructor('window.broken=1')()}}",
]
TOKEN = "teacher-" * 3
WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
"""


@pytest.fixture(scope="session")
def hostile_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server with an admin token and a data set whose classes have hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    for i, name in enumerate([IMAGE, '"><b>bold', "\u202egnp"]):
        (folder / "sets" / "mine" / name).mkdir(parents=True)
        for j in range(4):
            Image.new("RGB", (40, 40), (80 * i, 60 * j, 0)).save(folder / "sets" / "mine" / name / f"{j}.png")
    chosen = {"SKIPSCOPE_DATASETS": str(folder / "sets"), "SKIPSCOPE_ADMIN_TOKEN": TOKEN, "OMP_NUM_THREADS": "1"}
    with serving(folder / "data", environment=chosen) as (url, _):
        yield url


@pytest.fixture
def watched(room_at: Callable[[str], BrowserContext], hostile_server: str) -> Iterator[Page]:
    """Open a page that tells what its policy refused; whatever is run or asked for wrongly fails the test."""
    wrong: list[str] = []
    with visit(room_at(hostile_server), hostile_server) as page:
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.add_init_script(WATCH)
        yield page
    assert wrong == []


def check(page: Page) -> None:
    """Nothing was run, not even what the policy stopped, and no element was made of a name."""
    assert page.evaluate("window.broken") is None
    assert page.evaluate("window.violations ?? []") == []
    assert page.locator("img[src='x'], svg[onload], [onerror], a[href^='javascript']").count() == 0
    inline = page.evaluate(
        "[...document.querySelectorAll('script:not([src])')].filter((s) => s.type !== 'application/json').length"
    )
    assert inline == 0


def test_a_runs_name_is_text_wherever_it_is_shown(watched: Page) -> None:
    watched.goto("/runs")
    made = {name: run(watched, name, steps=2) for name in NAMES}
    watched.goto("/runs")
    until(watched, "ready")
    assert watched.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name, one in made.items():
        mine = row(watched, one)
        assert mine.locator(".runs-title a").text_content() == name
        mine.get_by_role("checkbox").check()
        expect(watched.locator("#compare-ratio .chart-labels span")).to_have_count(2)
        mine.locator("button", has_text="Rename").click()
        assert watched.locator(".runs-rename").input_value() == name
        watched.keyboard.press("Escape")
        check(watched)
        mine.locator("button", has_text="Delete").click()
        expect(watched.locator("dialog bdi")).to_have_text(name, use_inner_text=False)
        check(watched)
        watched.locator("dialog button", has_text="Keep").click()
        mine.get_by_role("checkbox").uncheck()
        expect(watched.locator("#compare")).to_be_hidden()


@pytest.mark.parametrize("name", NAMES)
def test_a_runs_name_is_text_beside_its_numbers(watched: Page, name: str) -> None:
    made = run(watched, name, steps=2)
    watched.goto(f"/?run={made['id']}")
    until(watched, "ready")
    check(watched)


def test_a_run_as_a_file_is_as_safe_without_a_policy(watched: Page, tmp_path: Path) -> None:
    watched.goto("/")
    made = run(watched, f"{IMAGE}</script><script>window.broken=1</script>")
    file = tmp_path / "run.html"
    file.write_bytes(watched.request.get(f"/runs/{made['id']}/offline.html").body())
    watched.goto(file.as_uri())
    until(watched, "ready")
    assert watched.evaluate("window.broken") is None
    assert watched.locator("img[src='x'], [onerror]").count() == 0
    watched.goto("/")
    watched.request.delete(f"/api/runs/{made['id']}")


@pytest.mark.parametrize(
    "query",
    [
        f"net={quote(IMAGE)}",
        f"net=resnet20,norm:{quote(IMAGE)}",
        f"net=resnet20,__proto__:{quote(IMAGE)},constructor:1-2",
        f"dataset={quote(IMAGE)}",
        f"run={quote(IMAGE)}",
        f"run={quote('../../runs')}",
        f"select={quote('0:' + IMAGE)}",
        f"hide={quote(IMAGE)}&quantity={quote(IMAGE)}&view={quote(IMAGE)}",
        "net=resnet20,norm:%25E0%25A4&seed=%25",
        f"net={'n' * 3000}",
        "net=%00%E2%80%AE",
        "lr=1e999&batch_size=-1&steps=__proto__",
    ],
)
def test_a_hostile_link_shows_the_page_and_says_what_is_wrong(watched: Page, query: str) -> None:
    watched.goto(f"/?{query}")
    until(watched, "ready")
    expect(watched.locator("#twin tr[data-tap]").first).to_be_attached()
    check(watched)


def test_names_of_class_folders_are_text(watched: Page) -> None:
    watched.goto("/?dataset=mine&net=resnet20&net=plain20")
    until(watched, "ready")
    assert "mine" in watched.url
    watched.get_by_role("button", name="play", exact=True).click()
    expect(watched.locator("html")).not_to_have_attribute("data-step", "0", timeout=60_000)
    check(watched)
    watched.goto("/runs")
    until(watched, "ready")
    check(watched)


def test_another_server_answer_is_no_page(watched: Page) -> None:
    answer = watched.goto(f"/{quote(IMAGE)}")
    assert answer
    assert answer.status == 404
    assert watched.locator("img").count() == 0
    assert watched.evaluate("window.broken") is None


def test_the_teacher_gets_everybodys_runs_with_the_token(browser: Browser, watched: Page, hostile_server: str) -> None:
    watched.goto("/")
    made = run(watched, "a student's run")
    context = browser.new_context(base_url=hostile_server, http_credentials={"username": "teacher", "password": TOKEN})
    teacher = context.new_page()
    teacher.goto("/runs")
    until(teacher, "ready")
    expect(row(teacher, made)).to_have_count(0)
    teacher.goto("/admin")
    until(teacher, "ready")
    assert teacher.url == f"{hostile_server}/runs"
    row(teacher, made).locator("button", has_text="Delete").click()
    teacher.locator("dialog button", has_text="Delete").click()
    expect(row(teacher, made)).to_have_count(0)
    assert watched.request.get(f"/api/runs/{made['id']}").status == 404
    context.close()
