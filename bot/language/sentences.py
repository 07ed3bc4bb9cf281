"""
Splits a text into sentences.

sentencex splits; what it does not know of dates, ordinals, initials and abbreviations is corrected here. A full stop
after a number, a letter or an abbreviation decides little by itself: what is before it and the word after it decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

_FALLBACK = "en"
_NEAR = 30
"""So far back is looked for what a full stop belongs to; texts are long, and every one of them is asked about."""
WINDOW = 2_000
"""
Characters sentencex is given at a time: about fifteen sentences of a newspaper, whose longest has some 600 characters.
Twice the window makes hostile texts twice as dear, while splitting ordinary ones takes the same from 1,000 on.
"""
_TITLE = re.compile(
    r"\b(?:bzw|ca|Dr|evtl|ggf|inkl|Prof|resp|sog|St|vgl|Hrsg|Mr|Mrs|Ms|Sen|Gov|Gen|Lt|vs|MM|Mme|Mlle|av|env|dott|sig)"
    r"\.\s*$"
)
_OF_NUMBER = re.compile(r"\b(?:Nr|No|Abs|Art|art|n)\.\s*$")
_MAY_END = re.compile(r"\b(?:etc|usw|ecc|Mio|Mrd|Jr|Sr)\.\s*$")
_LETTER = re.compile(r"(?<![^\W\d_])(?P<letter>[^\W\d_])\.\s*$")
_PAIR = re.compile(r"(?<!\w)[a-zà-ÿ]\.\s?[^\W\d_]\.\s*$")
""" "z. B.", "d. h.", "i. e."; none of them ends a sentence."""
_LABEL = re.compile(
    r"\b(?:gruppe|vitamin|plan|typ|klasse|kategorie|liga|serie|variante|block|halle|gate|linie|hepatitis|grippe|influenza"
    r"|stufe|team|group|type|class|category|groupe|vitamine|catégorie|gruppo|vitamina|piano|categoria)\s[^\W\d_]\.\s*$",
    re.IGNORECASE,
)
"""What has a letter for a name, which is no initial then."""
_NUMBER = re.compile(r"(?<![\w.,:])(?P<number>\d{1,3})\.\s*$")
_ORDINAL = re.compile(
    r"(?:^|\b(?:der|die|das|dem|den|des|am|im|in|zum|zur|vom|beim|ans|(?:sein|ihr|mein|unser|dein|kein|dies|jed|jen)e?[mnrs]?"
    r"|\d{1,3}\.,?\s(?:und|oder|bis|sowie))\s)\d{1,3}\.\s*$",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"(?:(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jahrhundert)\b"
    r"|(?:Jan|Feb|Apr|Jun|Jul|Aug|Sept?|Okt|Nov|Dez)\.)"
)
_CLUB = re.compile(r"[A-Z]{2,4}\b")
_STARTER = re.compile(
    r"""(?x) [«„“"'‘(]* (?:
        Der|Die|Das|Dies\w*|Den|Dem|Des|Ein\w{0,2}|Er|Sie|Es|Wir|Ich|Ihr\w{0,2}|Sein\w{0,2}|Man|Wer|Was|Wie|Wo|Warum|Wann
      | Dann|Danach|Damit|Dabei|Dazu|Dort|Da|Doch|Aber|Und|Oder|Auch|Nun|Nur|Noch|Schon|So|Heute|Gestern|Jetzt|Seit|Nach
      | Vor|Bei|Mit|Ohne|Auf|Aus|Für|Gegen|Im|In|Am|An|Um|Zu|Zum|Zur|Vom|Beim|Wenn|Weil|Als|Ob|Nicht|Kein\w{0,2}|Alle\w?
      | The|This|That|These|Those|He|She|It|They|We|You|But|And|Or|Then|There|When|After|Before|If|At|On|For|With|From
      | As|By|His|Her|Their|Its|Our|What|Who|Why|How|Now|Not|No
      | Il|Elle|Ils|Elles|On|Nous|Vous|Ce|Cet|Cette|Ces|Cela|Mais|Et|Ou|Dans|Pour|Avec|Sans|Sur|Après|Avant|Selon|Un|Une
      | Gli|Questo|Questa|Ma|Nel|Nella|Per|Con|Dopo|Prima|Secondo|Anche
    ) (?![\w.])"""
)
"""Words that begin sentences and no names; "Le", "La", "De", "Di" and "Van" begin both and are missing."""
_HIDDEN_END = re.compile(
    r"(?:(?<![\w.])(?:[A-ZÄÖÜ]\.){0,2}[A-ZÄÖÜ]|\b(?:usw|etc|ecc|Mio|Mrd|Jr|Sr))\.\s+(?=[«„“\"A-ZÄÖÜÉÈÀ])"
    r"|\b[^\W\d_]{4,40}\.\s+(?=\d{1,3}\.\s*(?:[A-ZÄÖÜ]|$))"
)


def split(text: str, language: str | None) -> tuple[str, ...]:
    """Cut a text into sentences without their outer spaces; dates, ordinals, initials and titles stay whole."""
    sentences: list[str] = []
    for line in text.splitlines():
        parts: list[str] = []
        for piece in _pieces(line, language):
            if parts and not _belongs(parts[-1], piece):
                sentences.append("".join(parts))
                parts = []
            parts.append(piece)
        sentences.append("".join(parts))
    return tuple(stripped for sentence in sentences if (stripped := sentence.strip()))


def _pieces(line: str, language: str | None) -> Iterator[str]:
    """Cut also where sentencex takes the last word of a sentence for an initial or abbreviation."""
    for piece in _segment(line, language or _FALLBACK):
        start = 0
        for found in _HIDDEN_END.finditer(piece):
            end = found.end()
            if not _belongs(piece[max(start, end - _NEAR) : end], piece[end : end + _NEAR]):
                yield piece[start:end]
                start = end
        yield piece[start:]


def _segment(line: str, language: str) -> Iterator[str]:
    """
    Let sentencex cut a line, a window at a time.

    It takes quadratic time on texts of nothing but opening quotes or full stops, so it never sees more than a window.
    What a window breaks off is its last piece: that one is cut again at the beginning of the next window. A piece as
    long as a window is cut at a space (or anywhere), since nobody knows where it ends.
    """
    start = 0
    while len(line) - start > WINDOW:
        window = line[start : start + WINDOW]
        *whole, last = sentencex.segment(language, window)
        yield from whole
        length = len(window) - len(last)
        if not length:
            length = window.rfind(" ") + 1 or WINDOW
            yield window[:length]
        start += length
    yield from sentencex.segment(language, line[start:])


def _belongs(before: str, after: str) -> bool:
    """Tell whether two pieces are one sentence: "25. April", "der 1. FC Köln", "George W. Bush", "Dr. Meier"."""
    before, after = before[-_NEAR:].lstrip(), after.lstrip()
    if not after or _TITLE.search(before) or _PAIR.search(before):
        return True
    if _OF_NUMBER.search(before):
        return after[0].isdigit()
    if number := _NUMBER.search(before):
        is_ordinal = _ORDINAL.search(before) or (number["number"] == "1" and _CLUB.match(after))
        return bool(_MONTH.match(after) or (is_ordinal and not _STARTER.match(after)))
    if _MAY_END.search(before):
        return not _STARTER.match(after)
    return bool(_LETTER.search(before)) and not _LABEL.search(before) and not _STARTER.match(after)
