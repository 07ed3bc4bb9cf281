"""Sentences of a text."""

from __future__ import annotations

import re

import sentencex

_FALLBACK = "en"
_JOIN_AFTER = re.compile(
    r"(?:\b\d{1,2}\.|\b[^\W\d_]\.|\b(?:bzw|ca|Dr|etc|evtl|ggf|inkl|Mio|Mrd|Nr|Prof|resp|sog|St|usw|vgl|Abs|Art|Hrsg|"
    r"Mr|Mrs|Ms|Sen|Gov|Gen|Lt|Jr|Sr|No|vs|M|MM|Mme|Mlle|av|env|dott|sig|ecc|art|n)\.)\s*$"
)
_MONTH = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jahrhundert)\b"
)


def split(text: str, language: str | None) -> tuple[str, ...]:
    """Cut a text into sentences without their outer spaces; dates, initials and titles stay whole."""
    sentences: list[str] = []
    for line in text.splitlines():
        fresh = True
        for piece in sentencex.segment(language or _FALLBACK, line):
            if not fresh and _belongs(sentences[-1], piece):
                sentences[-1] += piece
            else:
                sentences.append(piece)
            fresh = False
    return tuple(stripped for sentence in sentences if (stripped := sentence.strip()))


def _belongs(before: str, after: str) -> bool:
    """Tell whether two pieces are one sentence: "25. April", "George W. Bush", "Dr. Meier"."""
    start = after.lstrip()
    if not start:
        return True
    if _MONTH.match(start) and re.search(r"\d\.\s*$", before):
        return True
    return bool(_JOIN_AFTER.search(before)) and not re.search(r"\d\.\s*$", before)
