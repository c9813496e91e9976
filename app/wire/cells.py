"""Cells of a CSV file, which people open in a spreadsheet."""

from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""The beginnings by which a spreadsheet takes a text for a formula."""


def cell(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula: a text that begins like one is quoted."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
