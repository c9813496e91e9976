"""Chapters of Learn: data in Markdown, checked when they are read, with the figures that were recorded for them."""
