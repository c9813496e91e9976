"""Markdown to HTML: CommonMark without HTML of its own, so that a text is never markup of the page's."""

from collections.abc import Callable
from itertools import pairwise

from markdown_it import MarkdownIt

from skipscope.app.learn.glossary import anchor_of

TERM = "glossary:"
"""The beginning of a link to a term: `[RMS](glossary:rms)`."""


def render(text: str, lead: Callable[[str], str | None] | None = None) -> str:
    """Return a text as HTML. Headings have anchors. A link to a term leads to the glossary, and its `data-term` names
    the term; `lead` says where another link leads, None leaves its text alone."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and lead is not None:
            token.attrSet("id", anchor_of(inside.content))
    for link in (part for token in tokens for part in token.children or [] if part.type == "link_open"):
        href = str(link.attrGet("href"))
        if href.startswith(TERM):
            name = href.removeprefix(TERM)
            link.attrs = {"href": f"/docs/glossary#{name}", "data-term": name}
        elif lead is not None:
            to = lead(href)
            link.attrs = {} if to is None else {"href": to}
    return str(markdown.renderer.render(tokens, markdown.options, {})).strip()
