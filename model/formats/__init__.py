"""Summaries for people and for other tools: one function a format, from a Summary to text."""

from collections.abc import Callable

from skipscope.model.describe.summary import Summary
from skipscope.model.formats import csv, diagrams, html, python, text

FORMATS: dict[str, tuple[str, Callable[[Summary], str]]] = {
    "text": ("text/plain; charset=utf-8", text.write),
    "csv": ("text/csv; charset=utf-8", csv.write),
    "mermaid": ("text/plain; charset=utf-8", diagrams.mermaid),
    "dot": ("text/vnd.graphviz; charset=utf-8", diagrams.dot),
    "html": (html.MEDIA_TYPE, html.write),
    "python": ("text/x-python; charset=utf-8", python.write),
}
"""Media type and writer of each format beside JSON."""
