"""
What stands after a text and leads away from it: links to the rest, notes of the blog system, the cut of an excerpt.

A tail is a piece of its own: it begins the text, follows the end of a sentence, an arrow or a bracket, or begins with a
capital letter. The same words inside a sentence are news. An apostrophe after a letter closes no quotation: "avant d’en
savoir plus".
"""

from __future__ import annotations

import re
from functools import cache

from bot.language import language_data
from bot.language.word_tables import TrailingWords

_LONG, _SHORT, _NOTED = 500, 120, 250
"""Tails are short; looking no further keeps the patterns cheap on any text."""
_SHORTEST_LEFT = 40
_CUT_OFF = re.compile(r"\s*(?:\[\s*(?:…|\.{2,3}|&hellip;|\+)\s*\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3,5})\s*$")
_TITLE = r"(?:(?![.]\s+[A-ZÄÖÜ]).){0,200}?"
_MARKS, _MOST_ARROWS = "-–—|›>→•", 5
_SENTENCE_END = re.compile(r"(?P<word>\w{0,20})(?P<stop>[.!?])[»”\"’)]?(?=\s+[A-ZÄÖÜÀÉ«„“\"\d])")
_LAST_END = re.compile(r"(?P<word>\w{0,20})(?P<stop>[.!?])[»”\"’)]?$")
_BEFORE = r"(?:^|(?:[.!?…\]»”\")›>→•]|(?<!\w)’)\s?|(?<=\s)[-–—|]\s?|\s(?=(?-i:[A-ZÄÖÜ(\[])))"


def _any(key: str) -> str:
    return f"(?:{language_data.alternatives(TrailingWords, key)})"


@cache
def _first_on() -> re.Pattern[str]:
    """Match a note that says where a text was published first."""
    notes = _any("first_on").replace("<title>", _TITLE)
    return re.compile(
        rf"(?i)(?P<kept>.*(?:^|[.!?…\]»”\")]|(?<!\w)’|(?=\s(?-i:{_any('before_first_on')[3:-1]}))))\s*{notes}"
        r"(?P<source>.{1,200})$"
    )


@cache
def _goes_on() -> re.Pattern[str]:
    """Match what no name of a paper has, and a sentence does: "… zuerst im Anzeiger und löste eine Debatte aus"."""
    return re.compile(rf"(?:,|;|\b{_any('goes_on')})\s+[a-zà-ÿ]")


@cache
def _links() -> tuple[tuple[re.Pattern[str], int], ...]:
    """Give the patterns of links to the rest, and how far from the end each is looked for."""
    more = re.compile(
        rf"(?i)(?P<kept>.*?{_BEFORE})[(\[]?\s?{_any('links')}(?: {_any('where')}(?: [^\s!?]+){{0,4}})?\s?"
        r"[\s.…:»›>→)\]]{0,20}$"
    )
    named = re.compile(
        rf"(?i)(?P<kept>.*(?:[.!?…\]»”\")›>→•|]|(?<!\w)’)\s?|^(?!.*\.$))"
        rf"(?:{_any('named')} ?: [^:]{{1,150}}|{_any('quoted')} (?:[“\"„«‘'].{{1,150}}|.{{1,150}}[→»›>]))$"
    )
    return (more, _SHORT), (named, _NOTED)


@cache
def _call() -> re.Pattern[str]:
    return re.compile(rf"(?i){_any('calls')}\b(?P<object>.{{0,100}})$")


@cache
def _channel() -> re.Pattern[str]:
    return re.compile(rf"(?i)\b{_any('channels')}\b")


@cache
def _nothing_more() -> re.Pattern[str]:
    return re.compile(rf"(?i)(?:\W|\b{_any('nothing')}\b)*$")


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(language_data.every(TrailingWords, "abbreviations"))


def _has_hint(text: str, key: str) -> bool:
    """Most texts end as they should, and a look for a hint is much cheaper than a pattern."""
    return any(hint in text for hint in language_data.every(TrailingWords, key))


def cut(text: str) -> str:
    """Cut the links and the note after a text."""
    small = text[-_LONG:].lower()
    if _has_hint(small, "first_on_hints") and (found := _first_on().match(text, max(0, len(text) - _LONG))):
        text = text if _goes_on().search(found["source"]) else _without_arrows(text[: found.end("kept")])
    small = small[-_NOTED:]
    if _has_hint(small, "link_hints"):
        for pattern, length in _links():
            if found := pattern.match(text, max(0, len(text) - length)):
                text = _without_arrows(text[: found.end("kept")])
    return text


def without_cut(text: str) -> str:
    """Take the sign away that a text was cut off: "[…]", "...", "[+]"."""
    found = _CUT_OFF.search(text, max(0, len(text) - _SHORT)) if text[-1:] in "….])" else None
    return text[: len(text) - len(found[0])].rstrip() if found else text


def back_to_sentence(text: str) -> str:
    """Let an excerpt end at its last whole sentence; where none is left it says "…"."""
    if is_whole(text):
        return text
    ends = [found.end() for found in _SENTENCE_END.finditer(text) if _is_end(found["word"], found["stop"])]
    if ends and ends[-1] >= _SHORTEST_LEFT:
        return text[: ends[-1]]
    return open_ended(text)


def open_ended(text: str) -> str:
    """Mark a text that was cut as continuing: "…noch nicht einig…", "…sagt Dr. …"."""
    text = text.rstrip(" ,;:–-")
    return f"{text} …" if text.endswith(".") else f"{text}…"


def _is_end(word: str, stop: str) -> bool:
    """Say whether a sentence ends after a word; where in doubt not, since the end before does as well."""
    if stop != "." or not word or (word.isdigit() and len(word) == 4):
        return True
    return len(word) > 1 and not word.isdigit() and word.lower() not in _abbreviations()


def is_whole(text: str) -> bool:
    """Say whether a text that was cut off ends where a sentence does, and not after an abbreviation or a number."""
    if not text or text[-1] == "…":
        return True
    found = _LAST_END.search(text, max(0, len(text) - _SHORT))
    return found is not None and _is_end(found["word"], found["stop"])


def is_call(text: str) -> bool:
    """Say whether a line asks the reader to subscribe or to follow, and names nothing but a channel."""
    found = _call().match(text)
    return found is not None and bool(_nothing_more().match(found["object"]) or _channel().search(found["object"]))


def _without_arrows(text: str) -> str:
    """Take away what pointed at the link; a » that closes a quotation stays."""
    text = text.rstrip()
    for _ in range(_MOST_ARROWS):
        bare = text.rstrip(_MARKS).rstrip()
        if bare == "»" or (bare.endswith(" »") and bare.count("»") > bare.count("«")):
            bare = bare[:-1].rstrip()
        if bare == text:
            break
        text = bare
    return text
