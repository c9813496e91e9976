"""An answer that cannot be brought to its end: the connection is cut, so that nobody takes a part for the whole."""


class BrokenOff(Exception):  # noqa: N818  (what happened, not a mistake)
    """An answer broke off after it had begun; the message says why, for the log."""
