"""A page as one file: whatever it loads is in it, and nothing that somebody typed is taken for a part of it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from skipscope import preset, summarize
from skipscope.model.formats import bundle, html
from skipscope.model.formats.bundle import STATIC, BundleMissing

RESNET = summarize(preset("resnet20"))


def test_nothing_is_asked_for() -> None:
    page = html.write(RESNET)
    loaded = re.findall(r'<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"]*)"', page)
    assert loaded
    assert all(address.startswith("data:") for address in loaded)
    assert "@import" not in page
    assert "url(http" not in page


def test_the_network_is_in_it_without_what_the_page_does_not_read() -> None:
    found = re.search(r'<script type="application/json" id="first">(.*?)</script>', html.write(RESNET))
    assert found
    (summary,) = json.loads(found[1])["summaries"]
    assert summary["label"] == "ResNet-20"
    assert len(summary["graph"]["blocks"]) == 9
    assert not {"nodes", "edges"} & set(summary["graph"])


def test_styles_scripts_and_plotly_are_in_it() -> None:
    page = html.write(RESNET)
    assert (STATIC / "css" / "diagram.css").read_text() in page
    assert bundle.alone()[:200] in page
    assert (STATIC / "vendor" / "plotly-cartesian.min.js").read_text(encoding="utf-8")[:300] in page


def test_what_was_typed_is_text() -> None:
    before, after = html.shell('</title><script>alert("x")</script>', "<b>half</b> of it")
    assert "&lt;/title&gt;&lt;script&gt;" in before
    assert "&lt;b&gt;half&lt;/b&gt; of it" in before
    assert before.endswith('id="first">')
    assert after.startswith("</script>")


def test_every_script_ends_where_it_should() -> None:
    page = html.write(RESNET)
    assert page.count("<script") - page.count(r"<\/script") >= 4
    opened, closed = (len(re.findall(mark, page)) for mark in (r"<script(?:\s[^>]*)?>", r"</script>"))
    assert opened == closed


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page one of whose modules was changed since it was bundled."""
    static = tmp_path / "static"
    shutil.copytree(STATIC / "js", static / "js")
    shutil.copytree(STATIC / "vendor", static / "vendor")
    for name, value in (("STATIC", static), ("FOLDER", static / "vendor" / "page")):
        monkeypatch.setattr(bundle, name, value)
    with (static / "js" / "pages" / "alone.js").open("a") as file:
        file.write("\n// changed\n")
    return tmp_path


def test_a_changed_module_is_bundled_anew_in_a_clone(changed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = changed / "bundle.py"
    script.write_text((Path(__file__).parents[3] / "scripts" / "bundle.py").read_text())
    assert bundle.loaded_by("explore") is None
    monkeypatch.setattr(bundle, "BUNDLER", changed / "none.py")
    with pytest.raises(BundleMissing, match="make setup"):
        bundle.alone()
    clone = Path(__file__).parents[3]
    code = (
        f"import sys; sys.path.insert(0, {str(clone / 'scripts')!r}); import bundle; from pathlib import Path;"
        f"tools = bundle.program(); bundle.ROOT = Path({str(changed)!r}); bundle.STATIC = bundle.ROOT / 'static';"
        "bundle.FOLDER = bundle.STATIC / 'vendor' / 'page'; bundle.program = lambda: tools; bundle.build()"
    )
    script.write_text(code)
    monkeypatch.setattr(bundle, "BUNDLER", script)
    assert bundle.alone() == (changed / "static" / "vendor" / "page" / "alone.js").read_text()
    assert bundle.loaded_by("explore") is not None


def test_describing_as_a_page_loads_neither_torch_nor_a_server() -> None:
    code = (
        "import sys; from skipscope import preset, summarize; from skipscope.model.formats import html;"
        "html.write(summarize(preset('resnet20')));"
        "sys.exit(' '.join({'torch', 'numpy', 'jinja2', 'fastapi', 'orjson'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
