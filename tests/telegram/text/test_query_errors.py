"""Refusals in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.errors import Refusal
from bot.core.query import parser
from bot.i18n import markup
from bot.i18n.catalog import Catalog
from bot.telegram.text import query_errors

CORE = Path(parser.__file__).parents[1]


def said(typed: str, language: str = "en") -> str:
    """Parse what cannot be parsed and give the words for it."""
    with pytest.raises(Refusal) as caught:
        parser.parse(typed)
    return markup.plain(query_errors.words(caught.value, typed, Catalog.load().speak(language)))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ('Kim "Jong Un', 'A quotation mark is opened here and never closed: Kim 👉"Jong Un'),
        ("a (Kim OR Putin", "A bracket is opened here and never closed: a 👉(Kim OR Puti…"),
        ("Kim) Putin", "A bracket is closed here that was never opened: Kim👉) Putin"),
        ("OR", "The word that goes with OR is missing here: 👉OR"),
        ("Kim OR", "The word that goes with OR is missing here: Kim 👉OR"),
        ("Kim OR OR Putin", "The word that goes with OR is missing here: Kim 👉OR OR Putin"),
        ("-Fussball", "This only excludes words. Add one to look for: -👉Fussball"),
        ("und der", "und der is in nearly every article. Add a more precise word."),
        ("?!", "There is no letter or digit to look for in ?!."),
        ("Kim lang:xx", "I do not know the language xx; write for instance lang:de."),
        ("autor:Kim", "I do not know autor:."),
        ("Kim A*", "With a star there must be at least 2 letters: Kim 👉A*"),
        ("Nord*korea", "A star goes at the beginning or the end of a word, not inside it: Nord👉*korea"),
        ("", "A keyword is missing."),
        ("\u200b\u200b", "A keyword is missing."),
        ("x" * 257, "This is too long: a search can have at most 256 characters; this one has 257."),
        (" ".join("abcdefghijklmnopqrstu"), "These are too many words: a search can have at most 20."),
    ],
)
def test_a_broken_query_is_told_what_and_where(typed: str, sentence: str) -> None:
    """One sentence, with the place marked in what was typed."""
    assert said(typed).startswith(sentence)


def test_every_reason_has_words_of_its_own() -> None:
    """The last resort is for reasons that do not exist yet."""
    reasons = {
        found
        for path in CORE.rglob("*.py")
        for found in re.findall(r'Refusal\(\s*"((?:query|subscription)\.\w+)"', path.read_text())
    }
    assert len(reasons) > 12
    translation = Catalog.load().speak("en")
    for reason in reasons:
        words = query_errors.words(Refusal(reason, at=0, limit=1, number=1, operator="OR"), "Kim", translation)
        assert not words.startswith(("I do not understand this", "That did not work")), reason


def test_what_was_typed_is_escaped_and_tamed() -> None:
    """A refusal quotes the reader, and the reader may have typed anything."""
    typed = '<b>\u202e "x'
    words = query_errors.words(Refusal("query.unclosed_quote", at=5), typed, Catalog.load().speak("de"))
    assert "<code>&lt;b&gt; 👉&quot;x</code>" in words


@pytest.mark.parametrize(
    ("refusal", "german"),
    [
        (Refusal("subscription.exists", number=3), "Nordkorea gibt es hier schon (Nr. 3)."),
        (Refusal("subscription.limit", limit=100), "Hier haben höchstens 100 Stichwörter Platz. /unsub schafft Platz."),
        (Refusal("feed.exists"), "Das hat nicht geklappt."),
    ],
)
def test_the_store_refuses_in_words_too(refusal: Refusal, german: str) -> None:
    """Limits and doubles are told as plainly."""
    assert markup.plain(query_errors.words(refusal, "Nordkorea", Catalog.load().speak("de"))) == german
