"""
What readers type around a keyword: verbs, prepositions, politeness, and small talk that is no keyword at all.

"Abo Nordkorea bitte", "tell me about Iran", "avete qualcosa sui vaccini?" mean one keyword each. What introduces it is
stripped piece by piece from the front and the end, and the reader is shown what is left. A word for news with a
preposition ("News zum", "anything about") introduces a keyword wherever it stands. Fillers, prepositions and articles
go only behind something that makes the text a request ("Google News" is a name, "Über den Wolken" a title), and only in
small letters; what stands in quotes is never touched. The words are data of each language (`conversation.toml`); those
of all languages count, since readers mix them, and accents do not.

What is not wanted ("but not the IPL") becomes an exclusion. What still reads like a sentence after all that is no
keyword: `keyword_candidates` proposes what may be meant by it, so that the reader can be asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.core.query import keyword_candidates, lexer, parser, request_words
from bot.core.query.request_words import fold
from bot.language import sentences

_LONGEST = 300
_EDGE = " \t,.:!?…-–—"
_MOST_STEPS = 20
_MOST_WORDS = 12
"""Words of a message that asks for help or the list, at most."""
_NUMBERED = re.compile(r"\A\s*(?:\d{1,2}[.)]|[-*•])\s+")
_EXCLUSIONS = re.compile(r"(?:\s+-(?:\"[^\"]+\"|[^\s\"]+))+\Z")
_DASH = re.compile(r"\s[–—-]\s")
_SENTENCE_END = re.compile(r"\w\s?[.!?…]+[\"”“»)]*\Z")
_LIST_HEAD = re.compile(r"\A(?=[^:\"“„«]*\S\s+\S)[^:\"“„«]{3,80}:(?=\s|\Z)\s*")
"""The beginning of an enumeration: "My topics are: "."""


class SmallTalk(Enum):
    """What a whole message may be instead of a keyword."""

    GREETING = auto()
    THANKS = auto()
    HELP = auto()
    LIST = auto()
    STOP = auto()
    CANCEL = auto()
    END = auto()
    """A word such as "stop" or "abbestellen" that does not say of what."""


@dataclass(frozen=True, slots=True)
class StrippedQuery:
    """A query without what introduced it."""

    text: str
    is_stripped: bool
    """Whether anything was taken away, which is to be shown."""


@dataclass(frozen=True, slots=True)
class JoinedKeywords:
    """Several keywords joined by a small word, of which the reader has to say how they are meant."""

    parts: tuple[str, ...]
    """Several words of one part in quotes."""
    is_either: bool
    """Whether the word is "or"; else it is "and"."""


def find_small_talk(text: str) -> SmallTalk | None:
    """Return what a whole message is, if it is a greeting, thanks, or one for help, the list or an end of it all."""
    if len(text) > _LONGEST:
        return None
    words = " ".join(re.findall(r"[\w'-]+", fold(text)))
    patterns = request_words.patterns()
    wishes = ((patterns.stop, SmallTalk.STOP), (patterns.list, SmallTalk.LIST), (patterns.help, SmallTalk.HELP))
    for pattern, meaning in wishes:
        if len(words.split()) <= _MOST_WORDS and pattern.fullmatch(words):
            names = keyword_candidates.find_keywords(text).keywords  # "put Real Madrid on my list"
            is_short = meaning is not SmallTalk.LIST and len(words.split()) < _MOST_WORDS // 2
            if is_short or not names or (meaning is not SmallTalk.LIST and all(map(str.islower, names))):
                return meaning
    if patterns.cancel.fullmatch(words):
        return SmallTalk.CANCEL
    if patterns.mere_end.fullmatch(words) and patterns.ends.fullmatch(words):
        return SmallTalk.END
    if patterns.small_talk.fullmatch(words):
        if patterns.thanks.search(words):
            return SmallTalk.THANKS
        if patterns.greetings.match(words):
            return SmallTalk.GREETING
    return None


def wants_end(text: str) -> bool:
    """Say whether a short message asks for an end of what it names: "lösche Boeing", "no more Tesla"."""
    words = re.findall(r"[\w'-]+", fold(text[: _LONGEST + 1]))
    return (
        len(text) <= _LONGEST
        and len(words) <= _MOST_WORDS
        and request_words.patterns().ends.fullmatch(" ".join(words)) is not None
    )


def find_ended(text: str) -> tuple[str, ...]:
    """Find what a text asks for an end of, where that stands behind a preposition: "no more news about Tesla"."""
    ended = request_words.patterns().ended.search(fold(text)) if wants_end(text) else None
    return keyword_candidates.find_keywords(text[ended.end() :]).together if ended else ()


def read_queries(text: str) -> tuple[str, ...]:
    """Separate the queries of a message, each without what introduced it; small talk between them is left out."""
    text, exclusions = keyword_candidates.split_exclusions(text)
    return tuple(query + exclusions for query in _separate(text))


def _separate(text: str) -> tuple[str, ...]:
    found: list[str] = []
    lines = list(filter(str.strip, text.splitlines()))
    if len(lines) > 1 and sum(_NUMBERED.match(line) is not None for line in lines) > 1:
        lines = [_NUMBERED.sub("", line) for line in lines]
    lines = [request_words.patterns().inline_sign_offs.sub("", line) for line in lines]
    for sentence in [sentence for line in lines for sentence in _split_sentences(line)]:
        if found and request_words.patterns().sign_offs.match(fold(sentence).strip()):
            break
        found += _read_sentence(sentence)
    wanted = [part for part in found if lexer.has_letter(part)]
    talk = [part for part in wanted if find_small_talk(part) is None]
    return tuple(talk or wanted or found or filter(None, [text.strip()]))


def _split_sentences(line: str) -> list[str]:
    """Split a line into sentences; names and titles with a sign in them ("Wham! Last Christmas") stay whole."""
    parts: list[str] = []
    end = 0
    for piece in sentences.split(line, None):
        start = line.find(piece, end)
        if parts and not (line[end:start].isspace() and _SENTENCE_END.search(parts[-1])):
            parts[-1] += line[end:start] + piece
        else:
            parts.append(piece)
        end = start + len(piece)
    told = (keyword_candidates.is_perhaps_sentence(part) or find_small_talk(part) for part in parts)
    return parts if any(told) else [line]


def _read_sentence(sentence: str) -> list[str]:
    """Separate the queries of one sentence."""
    head, sentence = _split_head(sentence)
    stripped = strip_request(_without_empty_clauses(sentence))
    parts = _split_last(parser.split(stripped.text))
    wanted = [part for part in parts if find_small_talk(part) is None] or parts
    wanted = [part for part in wanted if _has_keyword(part)] or wanted
    found = [_strip_part(part, stripped.is_stripped or len(parts) > 1) for part in wanted]
    if head and len(found) == 1 and not stripped.is_stripped:
        return [f"{head} {found[0]}"]  # "Tatort: Borowski"
    return [head, *found] if head else found


def _split_head(sentence: str) -> tuple[str, str]:
    """Split off what stands before a colon; it is a keyword too in "Sci alpino: Brignone", not in "my teams are:"."""
    head = _LIST_HEAD.match(sentence)
    if head is None or lexer.is_field(head[0].strip(" :")):
        return "", sentence
    words, rest = head[0].rstrip(" :"), sentence[head.end() :]
    is_request = keyword_candidates.is_perhaps_sentence(words) or request_words.is_surplus(fold(words))
    return "" if is_request or not _has_keyword(words) else words, rest


def _without_empty_clauses(line: str) -> str:
    """Leave out what stands behind a dash and names nothing: "Airbus - all news please"."""
    clauses = _DASH.split(line)
    named = [clause for clause in clauses if keyword_candidates.find_keywords(clause).keywords]
    return named[0] if len(named) == 1 < len(clauses) else line


def _split_last(parts: Sequence[str]) -> Sequence[str]:
    """Split the last part of an enumeration at its small word: "A, B and C"."""
    joined = find_joined(parts[-1]) if len(parts) > 1 else None
    return [*parts[:-1], *(part.strip('"') for part in joined.parts)] if joined else parts


def _has_keyword(part: str) -> bool:
    """Say whether one of several parts names anything: "whichever comes first" does not."""
    return len(part.split()) < 2 or bool(keyword_candidates.find_keywords(part).keywords)


def strip_request(text: str) -> StrippedQuery:
    """Strip what introduces or follows a keyword; all of the text where nothing would be left."""
    whole = text.strip()
    if len(whole) > _LONGEST or not lexer.has_letter(whole):
        return StrippedQuery(whole, False)
    rest, is_request = _strip_introduction(_strip_end(whole, is_request=False))
    rest = _strip_end(rest, is_request)
    if rest == whole or not lexer.has_letter(rest):
        return StrippedQuery(whole, False)
    return StrippedQuery(rest, True)


def find_joined(text: str) -> JoinedKeywords | None:
    """Return the parts of "Kim or Putin" or "Kim and Putin", in small letters, each with the exclusions."""
    whole, exclusions = _split_end(text.strip())
    if any(quote in whole for quote in lexer.QUOTES) or len(text) > _LONGEST:
        return None
    patterns = request_words.patterns()
    for pattern, is_either in ((patterns.alternatives, True), (patterns.both, False)):
        parts = [part.strip() for part in pattern.split(patterns.either.sub("", whole))]
        if len(parts) > 1 and all(map(lexer.has_letter, parts)):
            quoted = (part if len(part.split()) == 1 else f'"{part}"' for part in parts)
            return JoinedKeywords(tuple(part + exclusions for part in quoted), is_either)
    return None


def _split_end(query: str) -> tuple[str, str]:
    """Split exclusions from the end of a query."""
    end = _EXCLUSIONS.search(query)
    return (query[: end.start()], query[end.start() :]) if end else (query, "")


def _strip_introduction(text: str) -> tuple[str, bool]:
    """Strip what stands before the keyword; says whether the text is a request at all."""
    text, folded = unicodedata.normalize("NFC", text), fold(text)
    patterns = request_words.patterns()
    at = _skip(patterns.courtesies, text, folded, 0)
    start = at
    for _ in range(_MOST_STEPS):
        before = at
        at = _skip(patterns.verbs, text, folded, at)
        if at:
            at = _skip(patterns.softeners, text, folded, at, is_small=True)
        clause = patterns.clauses.match(folded, at)
        if clause and (at > start or len(clause[0].split()) > 1) and lexer.has_letter(text[clause.end() :]):
            at = clause.end()
        if at > start and (noun := patterns.nouns.match(folded, at)) and lexer.has_letter(text[noun.end() :]):
            at = noun.end()
        if at > start:
            at = _skip(patterns.links, text, folded, at, is_small=True)
        if at == before:
            break
    news = patterns.news.search(folded, at if at > start else 0)
    if news and _is_outside_quotes(text, news.start()) and lexer.has_letter(text[news.end() :]):
        at = _skip(patterns.links, text, folded, news.end(), is_small=True)
        return text[at:], True
    return text[at:], at > start


def _skip(pattern: re.Pattern[str], text: str, folded: str, at: int, *, is_small: bool = False) -> int:
    """Skip phrases from a position on, but never all of the text; in small letters only, where that is asked for."""
    for _ in range(_MOST_STEPS):
        found = pattern.match(folded, at)
        if found is None or not lexer.has_letter(text[found.end() :]) or (is_small and text[at].isupper()):
            break
        at = found.end()
    return at


def _is_outside_quotes(text: str, at: int) -> bool:
    return not any(quote in text[:at] for quote in lexer.QUOTES if quote not in "'’")


def _strip_end(text: str, is_request: bool) -> str:
    """Strip thanks, ends of clauses, signs and pictures from the end."""
    patterns = request_words.patterns()
    for _ in range(_MOST_STEPS):
        before = text
        text = _strip_signs(text)
        folded = fold(text)
        for pattern in (patterns.closings, patterns.end_nouns, *((patterns.clause_ends,) if is_request else ())):
            found = pattern.search(folded)
            if found and not _is_name(text[found.start() :]) and lexer.has_letter(text[: found.start()]):
                text = text[: found.start()]
                break
        if text == before:
            break
    text = text.rstrip(_EDGE)
    start = len(text) - len(text.lstrip(_EDGE))
    return text[start - 1 if text[:start].endswith(".") and text[start:][:1].isalpha() else start :]  # ".NET"


def _is_name(end: str) -> bool:
    """Say whether an end may be a part of a name: it begins with a capital, and no sentence begins there."""
    return end.lstrip(_EDGE)[:1].isupper() and end.strip(" ,")[:1] not in ".!?…"


def _strip_signs(text: str) -> str:
    """Strip marks and pictures behind the last word; signs that belong to it ("C++", "C#") and quotes stay."""
    end = len(text)
    while end and (text[end - 1] in _EDGE or unicodedata.category(text[end - 1]) in ("So", "Sk", "Cf", "Mn", "Zs")):
        end -= 1
    return text[:end]


def _strip_part(part: str, is_request: bool) -> str:
    """Strip one of several keywords: each may bring verb and article of its own ("and the weather")."""
    stripped = strip_request(part)
    if stripped.is_stripped or not is_request:
        return stripped.text
    folded = fold(part)
    at = _skip(request_words.patterns().joints, part, folded, 0, is_small=True)
    return part[_skip(request_words.patterns().links, part, folded, at, is_small=True) :]
