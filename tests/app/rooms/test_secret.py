"""A host's secrets."""

from skipscope.app.rooms.secret import LIST, WORDS, digest, digest_phrase, is_one, new_phrase, new_secret


def test_a_secret_is_known_by_its_digest_alone() -> None:
    secret = new_secret()
    assert len(secret) == 32
    assert is_one(secret, [digest("other"), digest(secret)])
    assert not is_one(secret[:-1], [digest(secret)])
    assert not is_one("", [])
    assert not is_one("\ud800", [digest(secret)])


def test_a_phrase_is_six_words_however_they_are_typed() -> None:
    assert len(LIST) ** WORDS > 2**40
    phrase = new_phrase()
    assert digest_phrase(f" {phrase.upper().replace(' ', '-')} ") == digest_phrase(phrase)
    assert digest_phrase(phrase + "x") != digest_phrase(phrase)
