"""Which lines of the page's modules ran, by the counts that V8 writes: Node for the modules, Chromium for the bundle
that is made of them, whose source maps lead back.
"""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from scripts import bundle

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "static" / "js"
DIGITS = {letter: i for i, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")}
Point = tuple[int, str, int]
"""A place in a bundled file: its offset, and the module and line that it comes from."""


def is_code(line: str) -> bool:
    """Say whether a line is more than a comment or closing brackets."""
    return bool(re.search(r"\w", line)) and not re.match(r"\s*(//|/?\*)", line)


def code_lines(path: Path) -> set[int]:
    """Return the numbers of a module's lines of code, from 1."""
    return {i for i, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if is_code(line)}


def counts_at(functions: Iterable[dict[str, Any]], size: int) -> list[int]:
    """Return how often each character ran; inner ranges follow the outer ones, and count."""
    ranges = [one for function in functions for one in function["ranges"]]
    found = [0] * size
    for one in sorted(ranges, key=lambda one: (one["startOffset"], -one["endOffset"])):
        start, end = one["startOffset"], min(one["endOffset"], size)
        found[start:end] = [one["count"]] * max(0, end - start)
    return found


def ran_in_module(path: Path, functions: Iterable[dict[str, Any]]) -> set[int]:
    """Return the lines of a module of which something ran."""
    text = path.read_text(encoding="utf-8")
    # V8 counts UTF-16 units
    wide = "".join(letter if ord(letter) < 0x10000 else letter * 2 for letter in text)
    counts = counts_at(functions, len(wide))
    found: set[int] = set()
    number = 1
    for letter, count in zip(wide, counts, strict=True):
        if letter == "\n":
            number += 1
        elif count and not letter.isspace():
            found.add(number)
    return found & code_lines(path)


def decoded(mappings: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield line and column of the bundled file, and number and line of the source, of a source map's text."""
    source = line = 0
    for row, segments in enumerate(mappings.split(";")):
        column = 0
        for segment in filter(None, segments.split(",")):
            fields: list[int] = []
            value = shift = 0
            for digit in map(DIGITS.__getitem__, segment):
                value |= (digit & 31) << shift
                shift += 5
                if not digit & 32:
                    fields.append(-(value >> 1) if value & 1 else value >> 1)
                    value = shift = 0
            column += fields[0]
            if len(fields) > 1:
                source, line = source + fields[1], line + fields[2]
                yield row, column, source, line


def points_of_bundle() -> dict[str, list[Point]]:
    """Return the places of each bundled file, by its content, as the bundle of today's modules has them."""
    found: dict[str, list[Point]] = {}
    with tempfile.TemporaryDirectory(dir=bundle.FOLDER.parent) as scratch:
        made = Path(scratch)
        for names in bundle.TOGETHER:
            bundle.run(made, names, *bundle.SPLIT, "--sourcemap=external")
        for path in made.glob("*.js"):
            text = path.read_text(encoding="utf-8")
            starts = [0, *accumulate(len(line.encode("utf-16-le")) // 2 + 1 for line in text.split("\n"))]
            told = json.loads(path.with_name(f"{path.name}.map").read_text(encoding="utf-8"))
            names = [(made / name).resolve().relative_to(ROOT).as_posix() for name in told["sources"]]
            found[_key(path)] = [
                (starts[row] + column, names[source], line + 1)
                for row, column, source, line in decoded(told["mappings"])
            ]
    return found


def _key(path: Path) -> str:
    """Return a bundled file's text without the digests of others, which source maps change: several share a name."""
    return re.sub(r"-[A-Z0-9]{8}(?=\.js\b)", "", path.read_text(encoding="utf-8"))


def ran(folder: Path) -> dict[str, set[int]]:
    """Return the lines of each module that ran, by all files that V8 wrote into a folder."""
    points = points_of_bundle()
    found: dict[str, set[int]] = {}
    for file in folder.glob("*.json"):
        for script in json.loads(file.read_text(encoding="utf-8"))["result"]:
            _, _, name = script["url"].partition("/static/")
            name = re.sub(r"^~[0-9a-f]+/", "", name).partition("?")[0]
            if name.startswith("js/") and (ROOT / "static" / name).is_file():
                lines = ran_in_module(ROOT / "static" / name, script["functions"])
                found.setdefault(f"static/{name}", set()).update(lines)
            elif name.startswith("vendor/page/"):
                places = points.get(_key(ROOT / "static" / name), [])
                counts = counts_at(script["functions"], max((offset for offset, *_ in places), default=-1) + 1)
                for offset, module, line in places:
                    if counts[offset]:
                        found.setdefault(module, set()).add(line)
    return found


def figures(folder: Path) -> dict[str, list[int]]:
    """Return the lines that ran and the lines of code of each module; of one that no test loads, none ran."""
    lines_of = ran(folder)
    found: dict[str, list[int]] = {}
    for path in sorted(MODULES.rglob("*.js")):
        name, code = path.relative_to(ROOT).as_posix(), code_lines(path)
        found[name] = [len(lines_of.get(name, set()) & code), len(code)]
    return found
