"""A page as one file: whatever it loads is in it."""

import base64
import json
import re

import pytest

from skipscope.app.page.assets import module_urls, static_url
from skipscope.app.page.offline import HERE, bundle
from skipscope.app.page.paths import STATIC


def page(entry: str) -> str:
    urls = "".join(f'<link rel="modulepreload" href="{url}">\n' for url in module_urls(entry))
    return (
        f'<head><link rel="stylesheet" href="{static_url("css/base.css")}">\n{urls}</head>'
        f'<script type="application/json">{HERE}</script><script type="module" src="{static_url(entry)}"></script>'
    )


@pytest.mark.parametrize("entry", ["js/pages/explore.js", "js/pages/runs.js"])
def test_every_module_is_in_it_and_finds_the_others_by_name(entry: str) -> None:
    before, after = bundle(page(entry))
    assert before.endswith(b'<script type="application/json">')
    text = (before + after).decode()
    found = re.search(r'<script type="importmap">(.*?)</script>', text)
    assert found
    modules = {
        name: base64.b64decode(url.partition(",")[2]).decode() for name, url in json.loads(found[1])["imports"].items()
    }
    assert len(modules) == len(module_urls(entry))
    for source in modules.values():
        named = re.findall(r"^(?:import|export) [^'\";]*from '([^']+)';", source, re.MULTILINE)
        assert set(named) <= set(modules)
    assert (STATIC / "css/base.css").read_text() in text


def test_what_it_does_not_know_is_not_left_out_silently() -> None:
    with pytest.raises(AssertionError, match="ask for anything"):
        bundle(f'<img src="{static_url("icon.svg")}">')
