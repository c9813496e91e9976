"""A page as one file that asks for nothing: styles, script and plotly.js in it, and a place for its data. Of a summary
it is the diagram, to look at and to point at; app/page makes one of a run."""

import base64
import json
from functools import lru_cache
from html import escape

from skipscope.model.describe.summary import Summary
from skipscope.model.formats.bundle import STATIC, alone

MEDIA_TYPE = "text/html; charset=utf-8"
HERE = "\x00the data of the page\x00"
STYLES = ("base", "page", "diagram", "charts", "controls", "outside")
UNREAD = ("nodes", "edges")
"""Parts of a graph that no line of the page reads."""
SHELL = """<!doctype html>
<html lang="en" data-state="loading" data-step="0">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>{title} · Skipscope</title>
  <link rel="icon" href="{icon}">
  <script>
{early}
  </script>
  <style>
{styles}
  </style>
</head>
<body>
  <a class="skip-link" href="#main">Skip to the content</a>
  <header class="masthead">
    <span class="brand"><img src="{icon}" alt="" width="24" height="24"><span>Skipscope</span></span>
    <span class="masthead-title">{title}</span>
    <div class="masthead-end">
      <button type="button" class="icon-button" id="theme" aria-label="Dark theme" aria-pressed="false" \
title="Light or dark">◐</button>
    </div>
  </header>
  <main id="main" tabindex="-1">
    <h1 class="visually-hidden">{title}</h1>
    {notice}
  </main>
  <noscript><p class="problem">The picture needs JavaScript.</p></noscript>
  <script type="application/json" id="first">{here}</script>
  <script>
{plotly}
  </script>
  <script type="module">
{script}
  </script>
</body>
</html>
"""


def shell(title: str, notice: str | None = None) -> tuple[str, str]:
    """Return a page without its data: the text before them, and that after. Raise BundleMissing without a bundle."""
    return _shell(title, notice, alone())


@lru_cache(maxsize=4)
def _shell(title: str, notice: str | None, script: str) -> tuple[str, str]:
    page = SHELL.format(
        title=escape(title),
        notice="" if notice is None else f'<div class="notices"><p class="thinned">{escape(notice)}</p></div>',
        icon=f"data:image/svg+xml;base64,{base64.b64encode(_read('icon.svg').encode()).decode()}",
        early=_script(_read("js/pages/theme-early.js")),
        styles="\n".join(_read(f"css/{name}.css") for name in STYLES),
        plotly=_script(_read("vendor/plotly-cartesian.min.js")),
        script=_script(script),
        here=HERE,
    )
    before, after = page.split(HERE)
    return before, after


def write(summary: Summary) -> str:
    """Write a page with the network in it, drawn without numbers."""
    whole = summary.to_dict()
    graph = {name: part for name, part in whole["graph"].items() if name not in UNREAD}
    first = {"descriptions": [whole["architecture"]], "summaries": [{**whole, "graph": graph}]}
    before, after = shell(summary.label)
    return before + json.dumps(first, separators=(",", ":")).replace("<", "\\u003c") + after


def _read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _script(text: str) -> str:
    return text.replace("</script", r"<\/script")
