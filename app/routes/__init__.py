"""Thin doors: from a request to the part that answers it."""
