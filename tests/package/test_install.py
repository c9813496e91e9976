"""The package as its users get it: wheel and source distribution in empty environments, used from a folder that has a
`model.py`, an `app.py` and a `static/` of its own.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import expect, sync_playwright

from scripts.chromium import FLAGS, executable, returning
from scripts.serving import serving

ROOT = Path(__file__).resolve().parents[2]
SERVER_ONLY = {"fastapi", "uvicorn", "sqlalchemy", "alembic", "plotly", "pyarrow", "structlog"}
CONSTRAINTS = ROOT / "constraints.txt"
NEVER = {"scipy", "pandas", "scikit-learn", "scikit-image", "matplotlib", "mlxtend", "imageio"}
pytestmark = pytest.mark.package
VIEW = """
import skipscope, torch
net = torch.nn.Linear(2, 2)
with skipscope.Recorder(net) as recorder:
    view = skipscope.show(recorder)
    net(torch.ones(1, 2)).sum().backward()
    recorder.read()
print(view._repr_mimebundle_()[0]["text/plain"])
"""


def sh(*words: str | Path, cwd: Path | None = None, environment: dict[str, str] | None = None) -> str:
    """Run a command as a user would, and return what it printed."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SKIPSCOPE"))}
    ran = subprocess.run(words, cwd=cwd, env=own | (environment or {}), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both from what git tracks and what set-up adds; return their folder."""
    folder = tmp_path_factory.mktemp("dist")
    sh(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", folder, cwd=ROOT)
    return folder


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Callable[[str], Path]:
    """Give a function that installs a file of `built`, with extras, into a new environment and returns its `bin`."""

    def install(pattern: str) -> Path:
        glob, bracket, extras = pattern.partition("[")
        environment = tmp_path_factory.mktemp("environment")
        sh(sys.executable, ROOT / "scripts" / "environment.py", environment)
        folder = environment / ("Scripts" if sys.platform == "win32" else "bin")
        pip = (folder / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", CONSTRAINTS)
        # torch first: from an index that has no build for the CPU alone, the project would bring gigabytes
        sh(*pip, re.findall(r"^torch==.*", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE)[0])
        (file,) = built.glob(glob)
        sh(*pip, f"{file}{bracket}{extras}")
        return folder

    return install


@pytest.fixture(scope="session")
def base(installed: Callable[[str], Path]) -> Path:
    """Install the source distribution without extras."""
    return installed("*.tar.gz")


@pytest.fixture(scope="session")
def server(installed: Callable[[str], Path]) -> Path:
    """Install the wheel with the server."""
    return installed("*.whl[server]")


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """Make a folder whose names are those of our parts."""
    for name in ("model.py", "app.py", "package.py", "templates.py"):
        (tmp_path / name).write_text("raise ImportError('this file is the user\\'s own')\n")
    (tmp_path / "static").mkdir()
    return tmp_path


def packages(folder: Path) -> set[str]:
    listed = sh(folder / "python", "-m", "pip", "list", "--format", "freeze", "--disable-pip-version-check")
    return {line.partition("==")[0].lower() for line in listed.splitlines()}


def files(folder: Path) -> set[str]:
    site = sh(folder / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    return {str(path) for path in Path(site, "skipscope").rglob("*") if "__pycache__" not in path.parts}


def test_the_wheel_is_one_package_with_the_page_in_it(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(ZipFile(wheel).namelist())
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"skipscope"}
    made = ("static/vendor/plotly-basic.min.js", "static/vendor/page/notebook.js")
    page = (*made, "static/css/base.css", "templates/explore.html", "py.typed")
    assert {f"skipscope/{name}" for name in page} <= names
    tracked = sh("git", "ls-files", "app", "model", "static", "templates", "docs/*.md", cwd=ROOT).splitlines()
    assert {f"skipscope/{name}" for name in tracked} <= names


def test_the_readmes_recorder_runs_beside_a_model_of_the_users(base: Path, crowded: Path) -> None:
    before = files(base)
    tokens = MarkdownIt("commonmark").parse((ROOT / "README.md").read_text(encoding="utf-8"))
    (example,) = (
        one.content for one in tokens if one.type == "fence" and one.info == "python" and "Recorder" in one.content
    )
    (crowded / "train.py").write_text(example)
    assert "layer1.0" in sh(base / "python", "train.py", cwd=crowded)
    # nothing is written where the package lies
    assert files(base) == before


def test_the_base_brings_no_server(base: Path) -> None:
    found = packages(base)
    assert found & (SERVER_ONLY | NEVER) == set()
    assert "25,557,032" in sh(base / "skipscope", "summary", "resnet50")


ALL = """
import skipscope
for name in skipscope.__all__:
    getattr(skipscope, name)
wish = {"variants": [{"preset": "resnet20"}], "steps": 2}
request = skipscope.TrainingRequest.model_validate(wish)
training = skipscope.train(request)
print([record.step for record in training], len(training.weights()) > 1e6)
"""


def test_every_name_is_there_and_a_training_runs_without_an_extra(base: Path, crowded: Path) -> None:
    assert "[0, 1] True" in sh(base / "python", "-c", ALL, cwd=crowded)


def test_a_view_without_the_extra_says_what_to_install(base: Path, crowded: Path) -> None:
    said = sh(base / "python", "-c", VIEW, cwd=crowded)
    assert "Linear, step 0" in said
    assert 'pip install "skipscope[notebook]"' in said


def test_serve_without_the_extra_says_what_to_install(base: Path, crowded: Path) -> None:
    ran = subprocess.run([base / "skipscope", "serve"], cwd=crowded, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert 'pip install "skipscope[server]"' in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="compiled sums are for Linux")
def test_a_source_distribution_is_compiled_where_it_can_be(base: Path) -> None:
    code = "from skipscope.model.measure import native; print(native.load())"
    empty = {"XDG_CACHE_HOME": str(base.parent / "cache")}
    assert "site-packages" in sh(base / "python", "-c", code, environment=empty)


def test_the_installed_server_serves_the_page(server: Path, crowded: Path) -> None:
    assert packages(server) & NEVER == set()
    before = files(server)
    command = (str(server / "skipscope"), "serve", "--port", "0")
    here = Path.cwd()
    os.chdir(crowded)
    try:
        with serving(crowded / "data", command) as (url, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
            page = browser.new_page(storage_state=returning(url))
            missing: list[str] = []
            page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)
            page.goto(url)
            page.wait_for_selector("html[data-state=ready]", timeout=60_000)
            page.get_by_role("button", name=re.compile("play", re.I)).first.click()
            # the page's own policy lets no text be evaluated, so that no function can be waited for
            expect(page.locator("html")).to_have_attribute("data-step", re.compile(r"[2-9]|\d\d+"), timeout=60_000)
            assert missing == []
            browser.close()
    finally:
        os.chdir(here)
    assert files(server) == before
