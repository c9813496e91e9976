"""A page as one file that needs no server: styles, scripts and modules in it, and a place for a run's events."""

import base64
import re
from pathlib import Path

import orjson

from skipscope.app.page.assets import IMPORT
from skipscope.app.page.paths import STATIC

MARK = r"/static/~[0-9a-f]+/"
PREFIX = "skipscope/"
HERE = "\x00the data of the page\x00"
STYLE = re.compile(rf'<link rel="stylesheet" href="{MARK}([^"]+)">')
PRELOAD = re.compile(r'\s*<link rel="modulepreload" href="[^"]+">')
ICON = re.compile(rf'<link rel="icon" href="{MARK}([^"]+)" type="image/svg\+xml">')
MODULE = re.compile(rf'<script type="module" src="{MARK}([^"]+)"></script>')
SCRIPT = re.compile(rf'<script (?:defer )?src="{MARK}([^"]+)"></script>')


def bundle(page: str) -> tuple[bytes, bytes]:
    """Return a page of ours with all that it loads put into it: what comes before its data, and what after.

    `page` has HERE in the place of the data, so that nothing that somebody typed is taken for a part of the page.
    """
    page = PRELOAD.sub("", page)
    page = STYLE.sub(lambda found: f"<style>\n{_read(found[1])}</style>", page)
    page = ICON.sub(lambda found: f'<link rel="icon" href="{_data("image/svg+xml", _read(found[1]))}">', page)
    page = SCRIPT.sub(lambda found: f"<script>\n{_script(_read(found[1]))}\n</script>", page)
    page = MODULE.sub(lambda found: _modules(found[1]), page)
    assert "/static/" not in page, "the file must not ask for anything"
    before, after = page.split(HERE)
    return before.encode(), after.encode()


def _read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _script(text: str) -> str:
    return text.replace("</script", r"<\/script")


def _data(media_type: str, text: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(text.encode()).decode()}"


def _modules(entry: str) -> str:
    """Return the import map of a module and all that it imports, and the script that begins it.

    A module in a data URL has no folder, so each import is by a name of its own.
    """
    found: dict[str, str] = {}
    waiting = [entry]
    for name in waiting:
        text = _read(name)
        folder = Path(name).parent

        def named(match: re.Match[str], folder: Path = folder) -> str:
            target = ((STATIC / folder / match[1] / match[2]).resolve().relative_to(STATIC.resolve())).as_posix()
            if target not in waiting:
                waiting.append(target)
            return match[0].replace(match[1] + match[2], PREFIX + target)

        found[PREFIX + name] = _data("text/javascript", IMPORT.sub(named, text))
    imports = orjson.dumps({"imports": found}).decode()
    return f'<script type="importmap">{imports}</script>\n<script type="module">import "{PREFIX}{entry}";</script>'
