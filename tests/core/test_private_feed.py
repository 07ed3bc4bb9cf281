"""The address of a private feed: derived, not stored, and nothing that can be guessed."""

from __future__ import annotations

import pytest

from bot.core.private_feed import derive_token, digest_token, is_token

KEY = bytes(range(32))


def test_a_token_is_derived_again_from_the_key_and_the_salt() -> None:
    """Of 256 bits; another key or salt gives another one, and the digest tells neither."""
    token = derive_token(KEY, "salt")
    assert derive_token(KEY, "salt") == token
    assert len({token, derive_token(KEY, "salz"), derive_token(KEY[::-1], "salt")}) == 3
    assert is_token(token)
    assert len(token) == 43
    assert token not in digest_token(token)


@pytest.mark.parametrize("text", ["", "x" * 42, "x" * 44, "x" * 42 + "!", "x" * 42 + "\n", "x" * 10_000, "ä" * 43])
def test_what_cannot_be_a_token_is_not_looked_for(text: str) -> None:
    """However long it is."""
    assert not is_token(text)
