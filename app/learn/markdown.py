"""Markdown to HTML: CommonMark without HTML of its own, so that a text is never markup of the page's."""

from markdown_it import MarkdownIt


def render(text: str) -> str:
    """Return a text as HTML."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").render(text).strip()
