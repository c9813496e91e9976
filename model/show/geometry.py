"""Lay out networks beside each other: the same layer of two networks lies on the same row."""

from skipscope.model.show.columns import columns
from skipscope.model.show.focus import focus
from skipscope.model.show.layout import Asked, Layout, kind_of
from skipscope.model.show.rows import rows

WAYS = {"columns": columns, "rows": rows, "focus": focus}


def lay_out(asked: Asked) -> Layout:
    """Return where everything lies."""
    out = Layout(kind_of(asked.nets, asked.width), asked.width, asked.height)
    WAYS[out.kind](out, asked)
    return out
