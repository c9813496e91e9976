"""The code of a room: six signs that nobody takes for another, read in pairs."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L."""
LENGTH = 6


def new_code() -> str:
    """Return a code at random: there are 887 million."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(text: str) -> str | None:
    """Return the code that somebody typed, whatever its case, spaces and dashes; None if it is none."""
    found = "".join(text.upper().replace("-", " ").split())
    return found if len(found) == LENGTH and all(sign in ALPHABET for sign in found) else None


def in_pairs(code: str) -> str:
    """Write a code as it is read aloud: K7 PX 3M."""
    return " ".join(code[start : start + 2] for start in range(0, LENGTH, 2))
