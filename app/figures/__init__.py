"""The page's diagram in Python: the same coordinates, colours and widths, as Plotly figures."""
