"""Counting and cutting as Telegram does."""

from __future__ import annotations

import pytest

from bot.chat import lengths
from bot.texts.markup import Html


def test_only_what_a_reader_sees_counts() -> None:
    """Tags do not count, and a reference counts as its character."""
    assert lengths.visible('<b><a href="https://x.org/?a=1&amp;b">&lt;ä&gt;</a></b>😀') == 4


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("kurz", 4, "kurz"),
        ("ein langes Wort", 12, "ein langes…"),
        ("Donaudampfschifffahrt", 8, "Donauda…"),
        ("a, b, c", 6, "a, b…"),
    ],
)
def test_texts_are_cut_at_words(text: str, limit: int, short: str) -> None:
    """A word is cut only when it is the whole text."""
    assert lengths.cut(text, limit) == short


def test_long_messages_are_cut_between_lines() -> None:
    """No page is too long, nothing is lost, and no markup is torn."""
    text = Html("\n".join(f"<b>{number}</b> · {'x' * 200}" for number in range(60)))
    pages = lengths.pages(text)
    assert len(pages) == 4
    assert all(lengths.visible(page) <= lengths.MESSAGE for page in pages)
    assert "\n".join(pages) == text


def test_a_line_longer_than_a_message_is_cut() -> None:
    """Then its markup goes too."""
    (page,) = lengths.pages(Html("<b>" + "x" * 5000 + "</b>"))
    assert lengths.visible(page) == lengths.MESSAGE
    assert "<b>" not in page
