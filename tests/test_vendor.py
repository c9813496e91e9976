"""The page draws with the same plotly.js that the Python package carries, and set-up puts it where it is served."""

import base64
import gzip
import hashlib
import io
import json
import re
import shutil
import tarfile
from importlib.resources import files
from pathlib import Path

import brotli
import pytest

from scripts import bundle, vendor

ROOT = Path(__file__).resolve().parent.parent
READER = ROOT / "static" / "vendor" / f"{vendor.READER}.min.js"
SCRIPTS = {part: ROOT / "static" / "vendor" / vendor.script_of(part) for part in vendor.PARTS}
NAME = vendor.package_of("basic")
FILES = (vendor.script_of("basic"), "LICENSE")


def version_of(banner: str) -> str:
    match = re.search(r"plotly\.js (?:\([^)]*\) )?v(\d+\.\d+\.\d+)", banner)
    assert match, banner
    return match[1]


def test_the_page_and_python_draw_with_one_version() -> None:
    manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    in_python = version_of((files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")[:300])
    for part, script in SCRIPTS.items():
        package = vendor.package_of(part)
        assert manifest["dependencies"][package] == in_python
        assert lock["packages"][f"node_modules/{package}"]["version"] == in_python
        assert version_of(script.read_text(encoding="utf-8")[:300]) == in_python


def test_each_page_loads_the_smaller_part() -> None:
    small, large = (len(SCRIPTS[part].with_suffix(".js.br").read_bytes()) for part in ("basic", "cartesian"))
    assert small < 0.85 * large


@pytest.mark.parametrize("script", [*SCRIPTS.values(), READER], ids=[*SCRIPTS.keys(), vendor.READER])
def test_compressed_copies_hold_the_same_bytes(script: Path) -> None:
    content = script.read_bytes()
    assert brotli.decompress(script.with_suffix(".js.br").read_bytes()) == content
    assert gzip.decompress(script.with_suffix(".js.gz").read_bytes()) == content


@pytest.mark.parametrize("library", ["plotly", vendor.READER])
def test_the_licence_travels_with_the_library(library: str) -> None:
    assert "MIT" in (vendor.VENDOR / f"{library}-LICENSE").read_text(encoding="utf-8")


def test_the_lock_names_no_place() -> None:
    # a lock that names one registry's addresses installs nowhere else
    assert "http" not in re.sub(r'"url": "[^"]*"', "", (ROOT / "package-lock.json").read_text(encoding="utf-8"))


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a registry with one package, a lock that names it, and a place where neither is unpacked yet."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in FILES:
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(name)
            archive.addfile(member, io.BytesIO(name.encode()))
    digest = base64.b64encode(hashlib.sha512(packed.getvalue()).digest()).decode()
    lock = {"packages": {f"node_modules/{NAME}": {"version": "1.2.3", "integrity": f"sha512-{digest}"}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    folder = tmp_path / "registry" / NAME / "-"
    folder.mkdir(parents=True)
    (folder / f"{NAME}-1.2.3.tgz").write_bytes(packed.getvalue())
    monkeypatch.setattr(vendor, "ROOT", tmp_path)
    monkeypatch.setattr(vendor, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(vendor, "PARTS", ("basic",))
    monkeypatch.setattr(vendor, "VENDOR", tmp_path / "static")
    monkeypatch.setenv("NPM_REGISTRY", (tmp_path / "registry").as_uri())
    return folder


def test_without_npm_the_library_comes_from_a_registry_or_a_folder(registry: Path, tmp_path: Path) -> None:
    name, fetched = vendor.archive(tmp_path / "nothing", NAME)
    assert name == f"{NAME}-1.2.3.tgz"
    (registry / name).rename(tmp_path / name)
    with pytest.raises(SystemExit, match="cannot be had"):
        vendor.archive(tmp_path / "nothing", NAME)
    assert vendor.archive(tmp_path, NAME) == (name, fetched)
    vendor.unpack(fetched, vendor.MODULES / NAME, FILES)
    shutil.copytree(ROOT / "node_modules" / vendor.READER, vendor.MODULES / vendor.READER)
    vendor.fill(vendor.VENDOR)
    assert (tmp_path / "static" / FILES[0]).read_text(encoding="utf-8") == FILES[0]
    assert brotli.decompress((tmp_path / "static" / f"{FILES[0]}.br").read_bytes()) == FILES[0].encode()
    assert (tmp_path / "static" / "plotly-LICENSE").exists()
    assert (tmp_path / "static" / READER.name).read_bytes() == READER.read_bytes()


def test_all_below_a_folder_of_an_archive_is_unpacked_and_nothing_above(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in ("src/a.js", "src/deep/b.js", "test/c.js", "src/../../d.js"):
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(name)
            archive.addfile(member, io.BytesIO(name.encode()))
    vendor.unpack(packed.getvalue(), tmp_path / "into", ("src/",))
    found = [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*.js"))]
    assert found == ["into/src/a.js", "into/src/deep/b.js"]


def test_wheels_and_an_image_have_all_that_the_lock_installs_for_the_page() -> None:
    manifest = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert set(manifest["dependencies"]) - {"esbuild"} == set(vendor.packages()) - {bundle.package()}


def test_what_the_lock_does_not_name_is_refused(registry: Path, tmp_path: Path) -> None:
    path = registry / f"{NAME}-1.2.3.tgz"
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(SystemExit, match=r"package-lock\.json names"):
        vendor.archive(tmp_path, NAME)


def test_a_scoped_package_has_its_scope_in_the_folder_and_not_in_the_registry(registry: Path, tmp_path: Path) -> None:
    lock = json.loads((tmp_path / "package-lock.json").read_text(encoding="utf-8"))
    lock["packages"]["node_modules/@scope/name"] = lock["packages"][f"node_modules/{NAME}"]
    (tmp_path / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    folder = tmp_path / "registry" / "@scope" / "name" / "-"
    folder.mkdir(parents=True)
    (registry / f"{NAME}-1.2.3.tgz").rename(folder / "name-1.2.3.tgz")
    name, fetched = vendor.archive(tmp_path, "@scope/name")
    assert name == "scope-name-1.2.3.tgz"
    (tmp_path / name).write_bytes(fetched)
    (folder / "name-1.2.3.tgz").unlink()
    assert vendor.archive(tmp_path, "@scope/name") == (name, fetched)


def test_every_machine_that_is_supported_has_its_bundler_in_the_lock() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for machine in ("linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64"):
        assert "integrity" in lock[f"node_modules/@esbuild/{machine}"], machine
    assert f"node_modules/{bundle.package()}" in lock
