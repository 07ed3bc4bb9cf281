"""Counting and cutting as Telegram does."""

from __future__ import annotations

import pytest

from bot.chat import lengths
from bot.texts import markup
from bot.texts.markup import Html


def test_only_what_a_reader_sees_counts() -> None:
    """Tags do not count, a reference counts as its character, and an emoji as the two units Telegram's apps count."""
    assert lengths.visible('<b><a href="https://x.org/?a=1&amp;b">&lt;ä&gt;</a></b>😀') == 5


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("kurz", 4, "kurz"),
        ("ein langes Wort", 12, "ein langes…"),
        ("Donaudampfschifffahrt", 8, "Donauda…"),
        ("a, b, c", 6, "a, b…"),
        ("😀😀😀😀", 8, "😀😀😀😀"),
        ("😀😀😀😀", 7, "😀😀😀…"),
        ("😀😀😀😀", 6, "😀😀…"),
        ("eins 😀😀😀😀", 12, "eins 😀😀😀…"),
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


@pytest.mark.parametrize("sign", ["x", "ä", "😀", "👨\u200d👩", "&amp;", "&lt;😀"])
@pytest.mark.parametrize("width", [50, 900, 9000])
def test_no_page_has_more_units_than_telegram_takes(sign: str, width: int) -> None:
    """Whatever is in it; code points are never more."""
    text = Html("\n".join(f"<b>{number}</b> {sign * width}" for number in range(40)))
    for page in lengths.pages(text):
        assert len(markup.plain(page).encode("utf-16-le")) // 2 <= lengths.MESSAGE


def test_a_message_has_a_hundred_pieces_of_markup_at_most() -> None:
    """Telegram shows the others as plain text."""
    text = Html("\n".join(f"<b>{number}</b> <i>x</i>" for number in range(120)))
    pages = lengths.pages(text)
    assert "\n".join(pages) == text
    assert [page.count("<b>") + page.count("<i>") for page in pages] == [100, 100, 40]


def test_cutting_a_long_text_is_cheap() -> None:
    """However many units it has (the test's own timeout judges)."""
    assert lengths.size(lengths.cut("😀" * 200_000, 150_001)) <= 150_001
    assert lengths.pages(Html("😀 " * 200_000))


def test_marks_that_turn_or_hide_text_are_taken_out() -> None:
    """Also those of old; joiners stay, for families and for Persian."""
    assert lengths.tidy("a\u202eb\u2066c\u2069d\u206ae\u206ff\u2063g") == "abcdefg"
    assert lengths.tidy("👨\u200d👩 می\u200cخواهم") == "👨\u200d👩 می\u200cخواهم"
