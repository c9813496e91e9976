"""The host's secret and the phrase that recovers it. Only digests of both are stored."""

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256

from skipscope.app.rooms.names import ANIMALS, MANNERS

WORDS = 6
LIST = sorted({word.lower() for word in (*MANNERS, *ANIMALS)})


def new_secret() -> str:
    """Return 192 random bits."""
    return secrets.token_urlsafe(24)


def new_phrase() -> str:
    """Return six words, 43 bits: at 2,000 guesses a second, all that a server answers, one in 50,000 days is right."""
    return " ".join(secrets.choice(LIST) for _ in range(WORDS))


def digest(secret: str) -> str:
    """Return what a secret is stored and compared as."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def digest_phrase(phrase: str) -> str:
    """Return the same of a phrase, whatever its case, spaces and dashes."""
    return digest(" ".join(phrase.lower().replace("-", " ").split()))


def is_phrase(phrase: str, of: str) -> bool:
    """Say whether a phrase is the one with this digest, in a time that does not tell."""
    return hmac.compare_digest(digest_phrase(phrase), of)


def is_one(secret: str, digests: Iterable[str]) -> bool:
    """Say whether a secret is one of those, in a time that does not tell."""
    given = digest(secret)
    return any([hmac.compare_digest(given, one) for one in digests])  # noqa: C419  (all, so that time tells nothing)
