"""The page on everybody's screen, as far as the server must understand it."""

from urllib.parse import parse_qsl, urlsplit

NAMES = ("run", "experiment")
"""Fields of a page's address that name a job."""


def job_of(address: str | None) -> str | None:
    """Return the id of the job that a page of ours shows; None for one that shows none."""
    fields = parse_qsl(urlsplit(address or "").query)
    return next((value for wanted in NAMES for name, value in fields if name == wanted), None)
