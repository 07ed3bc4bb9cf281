"""What the house asks of the sentences of the bot, in each language: complete, correct markup, inside the limits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.i18n import catalog, update

ROOT = Path(__file__).parents[2]
TRANSLATED = tuple(path.stem for path in sorted(catalog.LOCALES.glob("*.po")))
LANGUAGES = ("en", *TRANSLATED)
MENU_LIMIT, TOAST_LIMIT, MESSAGE_LIMIT = 256, 200, 4096
"""Characters of a command's description, of the answer to a press, and of a message, as Telegram documents them."""

SAME_IN_TRANSLATION = {"Contact: {contact}", "Exact", "Sources"}
"""Sentences with words that some other language writes as English does."""

TO_ONE_PERSON = {
    "There are no keywords yet. Add some in the chat.",
    "You cannot use this bot.",
    "{host} · your own, /delfeed removes it",
    "This bot is private. I have asked the operator whether you may use it.",
    "You are the operator of this bot now. /help shows what you can do.",
    "You can use this bot now.",
    "You manage no channel. Add me to one as an administrator with the right to post messages.",
    "Your channels: tap one to change its settings. {example} adds a keyword to one.",
    "You can use this bot now. First, what you asked for: {text}",
    "Your request is with the operator; I will write to you when there is an answer.",
}
"""Sentences said in private chats only, which may address the reader; all others are said in groups too."""

ADDRESSES = {
    "de": r"\b(?:[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*|[Ee]uch|[Ee]uer|[Ee]ure\w*|Ihnen)\b",
    "fr": r"\b(?:tu|toi|te|ton|ta|tes|vous|vos|votre)\b|\bt’",
    "it": r"\b(?:tu|ti|te|tuo|tua|tue|tuoi|puoi|vuoi|hai|sei|voi)\b",
}

_NAME = r"\{(?:query|term|form|name|names|title|titles|typed|text|headline|word|zone)\}"
ELISION = rf"(?i)\b(?:de|du|que|le|la|au|si|je|ne|se|lorsque) {_NAME}|(?:\b(?:de|que|le|la) |jusqu’à )\{{when\}}"
"""French words whose form depends on the word behind them, before something that may begin with any letter."""


DISCARDED = {
    "en": r"\bhits?\b|\badmission\b|\bImprint\b|\bstored of\b",
    "de": r"\bTreffer\b|\bÜberschrift|\bLöschen$|\bTelegram-Nummer\b|\bneusten\b|\b[Mm]it (?:seinen )?Formen\b",
    "fr": (
        r"\bchats?\b|\bopérateurs?\b|\brésultats? en\b|\barticles gardés\b|\bSupprimer$|\bmuettes?\b"
        r"|\bses composés\b|\bsourdine\b"
    ),
    "it": r"\bstessa notizia\b|\boperator[ei]\b|\bSi prega\b|\bElimina\b|\bsilenziat[aoie]\b|\brisultat[oi] in\b",
}
"""Words that another one has replaced: docs/languages.md lists which word stands for what."""


def sentences(language: str) -> Iterator[tuple[str, str]]:
    """Give each sentence in English with each form of its translation; in English, itself."""
    if language == "en":
        for message in update.collect():
            for text in [message.id] if isinstance(message.id, str) else message.id:
                if text:
                    yield text, text
        return
    for message in catalog.read(catalog.LOCALES / f"{language}.po"):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            for text in [message.string] if isinstance(message.string, str) else message.string or ():
                yield key, str(text)


def said_by(*functions: str) -> set[str]:
    """Find the sentences that are arguments of these functions."""
    found = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in functions:
                    found.add(str(node.args[0].value))
    return found


def without_placeholders(text: str) -> str:
    """Leave out placeholders, commands and the names of their arguments."""
    return re.sub(r"\{\w+\}|/\w+|<id>", "", text)


def filled(text: str) -> str:
    """Fill each placeholder by a piece of markup, as a message does."""
    return text.format(**dict.fromkeys(re.findall(r"\{(\w+)\}", text), "<b>x</b>"))


class Tags(HTMLParser):
    """Counts the tags that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.is_balanced = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an opened tag."""
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the last opened tag, which must be this one."""
        self.is_balanced &= bool(self.open) and self.open.pop() == tag


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_left_in_english(language: str) -> None:
    """A translation that repeats the English words has been forgotten."""
    left = {
        source
        for source, text in sentences(language)
        if text == source and re.search(r"[^\W\d_]{2}", without_placeholders(source)) and not source.startswith("{")
    }
    assert left <= SAME_IN_TRANSLATION


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_filled_and_is_balanced_markup(language: str) -> None:
    """Telegram refuses a message whose markup is not closed; the menu escapes what stands in it."""
    menu = said_by("mark")
    for source, text in sentences(language):
        tags = Tags()
        tags.feed(filled(text) if source not in menu else filled(text).replace("<id>", ""))
        tags.close()
        assert (tags.is_balanced, tags.open) == (True, []), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_inside_the_limits_of_telegram(language: str) -> None:
    """The lines of the menu, the answers to presses, and messages."""
    menu, labels = said_by("mark"), said_by("label")
    assert menu
    assert labels
    for source, text in sentences(language):
        length = len(text.encode("utf-16-le")) // 2
        assert 0 < length <= MESSAGE_LIMIT
        if source in menu:
            assert length <= MENU_LIMIT
            assert "\n" not in text
        if source in labels:
            assert length <= TOAST_LIMIT, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_have_no_stray_spaces(language: str) -> None:
    """Neither at an end nor twice in a row."""
    for _, text in sentences(language):
        assert text == text.strip()
        assert "  " not in text


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_said_in_groups_addresses_nobody_as_one_person(language: str) -> None:
    """The same sentence answers a reader and a group; only what is said in private may say "you" to one person."""
    addressed = {source for source, text in sentences(language) if re.search(ADDRESSES[language], text)}
    assert addressed <= TO_ONE_PERSON


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_thing_has_one_word(language: str) -> None:
    """None of the words that were discarded for it."""
    assert [text for _, text in sentences(language) if re.search(DISCARDED[language], text)] == []


def test_german_is_written_as_in_switzerland() -> None:
    """With ss and Swiss quotation marks."""
    for _, text in sentences("de"):
        assert not re.search(r"[ß„“”\"]", text), text


def test_french_spaces_and_quotation_marks() -> None:
    """A no-break space before a colon and after "n°", a narrow one before other tall signs and inside quotes."""
    for _, text in sentences("fr"):
        assert not re.search(r"(?<!\u00a0)(?<!\d):|n° ", text), text
        assert not re.search(r"(?<!\u202f)[;!?]", text), text
        assert not re.search(r"«(?!\u202f)|(?<!\u202f)»|[\"'“”]", text), text


def test_no_french_word_before_a_name_depends_on_its_first_letter() -> None:
    """Not "de {query}", which would have to be "d’{query}" before a vowel."""
    assert [text for _, text in sentences("fr") if re.search(ELISION, text)] == []


def test_italian_has_its_own_quotation_marks_and_apostrophes() -> None:
    """Those of print, not of typewriters."""
    for _, text in sentences("it"):
        assert not re.search(r"[\"'“”]", text), text
