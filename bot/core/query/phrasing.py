"""
What readers type around a keyword: verbs, prepositions, politeness, and small talk that is no keyword at all.

"Abo Nordkorea bitte", "tell me about Iran", "des nouvelles sur le climat" mean one keyword each. What introduces it is
stripped from the front and the end, piece by piece, and the reader is shown what is left. A preposition or a noun like
"news" goes only behind a verb or a noun like it ("Google News" is a name, "Über den Wolken" a title), and what stands
in quotes is never touched. The words are data of each language (`conversation.toml`); those of all languages count,
since readers mix them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from bot.core.query import lexer, parser
from bot.language import language_data
from bot.language.word_tables import RequestWords

_LONGEST = 300
_EDGE = " \t,.:!?…-–—"
_PRETTY = re.compile(r"[^\w\s]+\Z|\A[^\w\s]+")


class SmallTalk(Enum):
    """What a whole message may be instead of a keyword."""

    GREETING = auto()
    THANKS = auto()
    HELP = auto()
    LIST = auto()


@dataclass(frozen=True, slots=True)
class StrippedQuery:
    """A query without what introduced it."""

    text: str
    is_stripped: bool
    """Whether anything was taken away, which is to be shown."""


def find_small_talk(text: str) -> SmallTalk | None:
    """Return what a whole message is, if it is a greeting, thanks, or a word for help or the list."""
    words = _fold(_PRETTY.sub("", text.strip()))
    return None if len(words) > _LONGEST else _small_talk().get(words)


def read_queries(text: str) -> tuple[str, ...]:
    """Separate the queries of a message, each without what introduced it; small talk between them is left out."""
    found: list[str] = []
    for line in text.splitlines():
        parts = parser.split(strip_request(line).text)
        wanted = [part for part in parts if find_small_talk(part) is None] or parts
        found += [strip_request(part).text for part in wanted]
    return tuple(found)


def strip_request(text: str) -> StrippedQuery:
    """Strip what introduces or follows a keyword; all of the text where nothing would be left."""
    whole = text.strip()
    if len(whole) > _LONGEST:
        return StrippedQuery(whole, False)
    patterns = _patterns()
    rest, is_request = _strip_introduction(patterns, whole)
    rest = _strip_end(patterns.closings, rest)
    if is_request:
        rest = _strip_end(patterns.clause_ends, rest)
    rest = _strip_end(patterns.end_nouns, rest)
    if rest == whole or not lexer.has_letter(rest):
        return StrippedQuery(whole, False)
    return StrippedQuery(rest.strip(_EDGE), True)


def _strip_introduction(patterns: _RequestPatterns, text: str) -> tuple[str, bool]:
    """Strip greeting, verb, clause, noun, preposition and article from the front; says whether there was a request."""
    rest, _ = _strip_front(patterns.courtesies, text)
    rest, has_verb = _strip_front(patterns.verbs, rest)
    if has_verb:
        rest, _ = _strip_front(patterns.fillers, rest)
    clause = patterns.clauses.match(rest)
    if clause and (has_verb or len(clause[0].split()) > 1) and lexer.has_letter(rest[clause.end() :]):
        rest, has_verb = rest[clause.end() :], True
    noun = patterns.nouns.match(rest)
    if noun and lexer.has_letter(rest[noun.end() :]):
        behind, has_preposition = _strip_front(patterns.prepositions, rest[noun.end() :], most=1)
        if has_verb or has_preposition:
            rest, has_verb = behind, True
    elif has_verb:
        rest, _ = _strip_front(patterns.prepositions, rest, most=1)
    if has_verb:
        rest, _ = _strip_front(patterns.articles, rest, most=1)
    return rest, has_verb


def find_alternatives(text: str) -> tuple[str, ...]:
    """Return the parts of "Kim or Putin" in small letters, in any language; several words in quotes."""
    if any(quote in text for quote in lexer.QUOTES) or len(text) > _LONGEST:
        return ()
    parts = _patterns().alternatives.split(text.strip())
    if len(parts) < 2 or not all(lexer.has_letter(part) for part in parts):
        return ()
    return tuple(part if len(part.split()) == 1 else f'"{part}"' for part in map(str.strip, parts))


@dataclass(frozen=True, slots=True)
class _RequestPatterns:
    """Regular expressions made of the words of all languages, each anchored to one end of the text."""

    courtesies: re.Pattern[str]
    verbs: re.Pattern[str]
    fillers: re.Pattern[str]
    clauses: re.Pattern[str]
    nouns: re.Pattern[str]
    prepositions: re.Pattern[str]
    articles: re.Pattern[str]
    closings: re.Pattern[str]
    clause_ends: re.Pattern[str]
    end_nouns: re.Pattern[str]
    alternatives: re.Pattern[str]


@cache
def _patterns() -> _RequestPatterns:
    def front(*keys: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
        phrases = _any(keys)
        return re.compile(rf"(?:{phrases})(?:(?<=['’])|\s*[,:!.…]+\s*|\s+[–-]\s+|\s+)", flags)

    def end(*keys: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
        return re.compile(rf"[\s,]+(?:{_any(keys)})[\s.!?…]*\Z", flags)

    return _RequestPatterns(
        courtesies=front("greetings", "politeness"),
        verbs=front("verbs", "politeness"),
        fillers=front("fillers", "politeness"),
        clauses=front("clauses"),
        nouns=front("nouns"),
        prepositions=front("prepositions"),
        articles=front("articles", flags=re.NOFLAG),
        closings=end("politeness", "thanks"),
        clause_ends=end("clause_ends", flags=re.NOFLAG),
        end_nouns=end("end_nouns", flags=re.NOFLAG),
        alternatives=re.compile(rf"\s+(?:{_any(['or_words'])})\s+"),
    )


def _any(keys: Iterable[str]) -> str:
    """Join the phrases under some keys, the longest first; a space stands for any white space."""
    phrases = {phrase for key in keys for phrase in language_data.every(RequestWords, key)}
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+").replace("'", "['’]") for phrase in ordered)


def _strip_front(pattern: re.Pattern[str], text: str, most: int = 9) -> tuple[str, bool]:
    """Strip phrases from the front, at most so many, but never all of the text; says whether there was one."""
    at = 0
    for _ in range(most):
        found = pattern.match(text, at)
        if found is None or not lexer.has_letter(text[found.end() :]):
            break
        at = found.end()
    return text[at:], at > 0


def _strip_end(pattern: re.Pattern[str], text: str) -> str:
    while (found := pattern.search(text)) and lexer.has_letter(text[: found.start()]):
        text = text[: found.start()]
    return text


@cache
def _small_talk() -> dict[str, SmallTalk]:
    keys = {
        "greetings": SmallTalk.GREETING,
        "thanks": SmallTalk.THANKS,
        "help": SmallTalk.HELP,
        "list": SmallTalk.LIST,
    }
    return {_fold(word): meaning for key, meaning in keys.items() for word in language_data.every(RequestWords, key)}


def _fold(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())
