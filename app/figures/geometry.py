"""Lay out networks beside each other: the same layer of two networks lies on the same row."""

from app.figures.columns import columns
from app.figures.focus import focus
from app.figures.layout import Asked, Layout, kind_of
from app.figures.rows import rows

WAYS = {"columns": columns, "rows": rows, "focus": focus}


def lay_out(asked: Asked) -> Layout:
    """Return where everything lies."""
    out = Layout(kind_of(asked.nets, asked.width), asked.width, asked.height)
    WAYS[out.kind](out, asked)
    return out
