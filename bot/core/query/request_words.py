"""
The words that readers type around a keyword, as patterns and as sets of single words.

They are data of each language (`conversation.toml`, `verbs.txt`); those of all languages count, since readers mix them,
and accents do not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.core.query import preview
from bot.language import language_data
from bot.language.stop_words import all_stop_words
from bot.language.word_tables import RequestWords

_SMALLEST = 2
"""Letters up to which a word stands in names as well: "im", "on"."""
_SLIPPED_FROM = 6
"""Letters from which a word of a request is recognised with a slip."""
OF = frozenset(("of", "de", "di", "du", "des", "del", "della", "dello", "dei", "delle", "degli", "von", "d", "da"))
"""Small words within names of any letters."""


def fold(text: str) -> str:
    """Make letters small and plain, one for one, so that positions stay; apostrophes are straight."""
    letters = (unicodedata.normalize("NFD", letter)[0] for letter in unicodedata.normalize("NFC", text))
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in letters).replace("’", "'")


@dataclass(frozen=True, slots=True)
class RequestPatterns:
    """Regular expressions made of the words of all languages, for folded text."""

    courtesies: re.Pattern[str]
    """Greetings and politeness; also a softener, where what asks for something follows it."""
    verbs: re.Pattern[str]
    softeners: re.Pattern[str]
    clauses: re.Pattern[str]
    news: re.Pattern[str]
    """A word for news with a preposition, anywhere."""
    nouns: re.Pattern[str]
    links: re.Pattern[str]
    """What may stand between all these and the keyword."""
    closings: re.Pattern[str]
    clause_ends: re.Pattern[str]
    end_nouns: re.Pattern[str]
    alternatives: re.Pattern[str]
    both: re.Pattern[str]
    either: re.Pattern[str]
    """What stands before the first of two: "either"."""
    joints: re.Pattern[str]
    """ "And" at the beginning of one of several keywords."""
    exceptions: re.Pattern[str]
    """What introduces a word that is not wanted, up to the end of its clause: ", but no", ". Not"."""
    idioms: re.Pattern[str]
    """What looks like an exclusion and is none: "last but not least"."""
    nothing_else: re.Pattern[str]
    small_talk: re.Pattern[str]
    thanks: re.Pattern[str]
    greetings: re.Pattern[str]
    help: re.Pattern[str]
    list: re.Pattern[str]
    stop: re.Pattern[str]
    ends: re.Pattern[str]
    """What asks for an end of a keyword, anywhere."""
    ended: re.Pattern[str]
    """The same up to the preposition before the keyword: "no more news about"."""
    cancel: re.Pattern[str]
    mere_end: re.Pattern[str]
    """The same and nothing but politeness beside it."""
    sign_offs: re.Pattern[str]
    inline_sign_offs: re.Pattern[str]
    """The end of a letter in one line, with its name: ". Kind regards, Ann"."""


_BEHIND = r"(?:(?<=')|\s*[,:!.…]+\s*|\s+[–-]\s+|\s+)"


def _front(*keys: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_any(keys)}){_BEHIND}")


def _end(*keys: str) -> re.Pattern[str]:
    return re.compile(rf"[\s,.!?…]+(?:{_any(keys)})\Z")


def _between(key: str) -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{_any([key])})\s+")


def _anywhere(*keys: str) -> re.Pattern[str]:
    return re.compile(rf"(?:.* )?(?:{_any(keys)})(?: .*)?")


@cache
def patterns() -> RequestPatterns:
    """Compile the patterns, once."""
    articles = _any(["articles"])
    links = rf"(?:{_any(['fillers', 'politeness', 'softeners', 'prepositions'])}|{articles})"
    talk = _any(["greetings", "thanks", "politeness", "softeners", "small_words"])
    asking = rf"(?:{_any(['greetings', 'politeness', 'softeners', 'verbs', 'clauses', 'nouns'])}){_BEHIND}"
    return RequestPatterns(
        courtesies=re.compile(
            rf"(?:{_any(['greetings', 'politeness'])}){_BEHIND}|(?:{_any(['softeners'])}){_BEHIND}(?={asking})"
        ),
        verbs=_front("verbs", "politeness"),
        softeners=_front("softeners"),
        clauses=_front("clauses"),
        news=re.compile(rf"(?<!\w)(?:{_any(['nouns'])})\s+(?:{_any(['prepositions'])}){_BEHIND}"),
        nouns=_front("nouns"),
        links=re.compile(rf"{links}{_BEHIND}"),
        closings=_end("politeness", "softeners", "thanks"),
        clause_ends=_end("clause_ends"),
        end_nouns=_end("end_nouns"),
        alternatives=_between("or_words"),
        both=_between("and_words"),
        either=re.compile(rf"\A(?:{_any(['either_words'])})\s+", re.IGNORECASE),
        joints=_front("and_words"),
        exceptions=re.compile(
            rf"(?:[\s,;–-]+(?:{_any(['except_words'])})"
            rf"|\s*(?P<mark>[.!;,]+\s+)(?:{_any(['except_words', 'negations'])})){_BEHIND}"
            rf"(?:{links}{_BEHIND})*(?P<word>[^.,;!?\n]+)"
        ),
        idioms=re.compile(rf"(?<!\w)(?:{_any(['idioms'])})(?!\w)"),
        nothing_else=re.compile(
            rf"(?:[\s,;.!–-]+(?:{_any(['and_words'])}))?[\s,;.!–-]+(?:{_any(['nothing_else'])})(?!\w)"
        ),
        small_talk=re.compile(rf"(?:{talk})(?: (?:{talk}))*"),
        thanks=re.compile(rf"\b(?:{_any(['thanks'])})\b"),
        greetings=re.compile(rf"(?:{_any(['greetings'])})\b"),
        help=_anywhere("help"),
        list=_anywhere("list"),
        stop=_anywhere("stop"),
        ends=_anywhere("stop", "ends"),
        ended=re.compile(
            rf"(?<!\w)(?:{_any(['stop', 'ends'])})(?:\s+(?:{_any(['nouns'])}))?\s+(?:{_any(['prepositions'])}){_BEHIND}"
        ),
        cancel=re.compile(rf"(?:{_any(['cancel'])})(?: (?:{_any(['politeness', 'softeners', 'thanks'])}))*"),
        mere_end=re.compile(
            rf"(?:{_any(['ends', 'politeness', 'softeners'])})"
            rf"(?: (?:{_any(['ends', 'politeness', 'softeners', 'thanks'])}))*"
        ),
        sign_offs=re.compile(rf"(?:{_any(['sign_offs'])})\W*\Z"),
        inline_sign_offs=re.compile(
            rf"(?<=[^\W\d_]{{3}})[.,!?]+\s+(?:{_any(['sign_offs'])})\b[\s,.!]*[\w .]{{0,40}}\Z", re.IGNORECASE
        ),
    )


def _any(keys: Iterable[str]) -> str:
    """Join the phrases under some keys, the longest first; a space stands for any white space."""
    phrases = {fold(phrase) for key in keys for phrase in language_data.every(RequestWords, key)}
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in ordered)


@lru_cache(4096)
def is_surplus(folded: str) -> bool:
    """Say whether a word in small letters is said around keywords, also with one slip ("nachichten")."""
    if all(part in _small_surplus_words() for part in folded.split("'")):
        return True
    if len(folded) < _SLIPPED_FROM:
        return False
    near = (word for word in _slipping_words() if abs(len(word) - len(folded)) < 2)
    return any(preview.distance(folded, word, 1) for word in near)


@cache
def surplus_words() -> frozenset[str]:
    """Give all words that are said around keywords, and stop words, folded."""
    stop_words = {fold(word) for word in all_stop_words()}
    talk = _split_phrases("greetings", "small_words", "help", "list", "stop", "and_words", "or_words", "either_words")
    background = _split_phrases("background", "except_words", "negations", "within")
    return telling_words() | stop_words | joins() | talk | background | _split_phrases("prepositions", "articles")


@cache
def _small_surplus_words() -> frozenset[str]:
    return surplus_words() | verbs()


@cache
def _slipping_words() -> frozenset[str]:
    return telling_words() | introducing_words()


@cache
def verbs() -> frozenset[str]:
    """Give common forms of verbs and adverbs, folded."""
    return frozenset(fold(word) for word in language_data.read_lines("verbs.txt"))


@cache
def telling_words() -> frozenset[str]:
    """Give the words said around keywords that seldom stand within one, folded."""
    keys = (
        "politeness",
        "softeners",
        "thanks",
        "sign_offs",
        "verbs",
        "fillers",
        "nouns",
        "end_nouns",
        "clauses",
        "clause_ends",
    )
    words = _split_phrases(*keys, "surplus") - _split_phrases("greetings", "small_words")
    prepositions = {fold(phrase) for phrase in language_data.every(RequestWords, "prepositions")}
    some = words - prepositions - joins() - _split_phrases("articles", "and_words", "or_words")
    return frozenset(word for word in some if len(word) > _SMALLEST)


@cache
def sentence_words() -> frozenset[str]:
    """Give words that stand in sentences and seldom in what somebody looks for: verbs, pronouns, negations; folded."""
    stop_words = {fold(word) for word in all_stop_words()}
    words = verbs() | telling_words() | background_words() | stop_words
    return words - linking_words() - _split_phrases("prepositions", "articles", "and_words", "or_words")


@cache
def background_words() -> frozenset[str]:
    """Give words by which readers speak of themselves: "ich", "my", "habite"; folded."""
    return _split_phrases("background")


@cache
def linking_words() -> frozenset[str]:
    """Give what may stand between two words that are looked for together, folded."""
    return _split_phrases("within") | joins()


@cache
def introducing_words() -> frozenset[str]:
    """Give what introduces a keyword: prepositions without articles, folded."""
    return _split_phrases("prepositions") - _split_phrases("articles")


@cache
def joins() -> frozenset[str]:
    """Give small words that stand within names, folded."""
    return OF | {"der", "des", "the", "la", "le", "les", "el", "al"}


def _split_phrases(*keys: str) -> frozenset[str]:
    phrases = (phrase for key in keys for phrase in language_data.every(RequestWords, key))
    return frozenset(word for phrase in phrases for word in re.findall(r"[\w.-]+", fold(phrase)))
