"""
What of an article goes to the model, and whether its answer may be shown.

The article was written by somebody else and the answer by a machine that believes what it reads: neither is trusted. An
answer passes only if it is plain text in the right language and says nothing that the article does not.

A negation that is not in the article, and an order to the reader, can turn a true text into a false or dangerous one.
Both are recognised by words alone, in the languages of answers; what looks like one is refused, because a refused
answer costs a sentence and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from itertools import dropwhile

from bot.language import language_data, numbers, sentences, stop_words, tokens
from bot.language.word_tables import GuardWords

_CLAUSE = re.compile(r"[.:;!?–—\"'«»„“”‚‘’()]+")


def adds_negation(text: str, source: str, language: str | None) -> bool:
    """Say whether there is a negation in a text that is nowhere in its source, in this or in any language."""
    return any(_negations(text, words) - _negations(source, words) for words in _guards(language))


def gives_order(text: str, language: str | None) -> bool:
    """
    Say whether a text tells its reader what to do: by addressing him, by an imperative or by an infinitive.

    They are looked for where a clause begins, behind words like "now" and "and" too, and German infinitives where it
    ends.
    """
    clauses = [[tokens.words(part) for part in clause.split(",")] for clause in _CLAUSE.split(text)]
    return any(
        re.search(words.addressed, text)
        or any(_begins_with_order(parts, words) for parts in clauses)
        or (words.infinitive_ends and any(_ends_in_infinitive(parts, words) for parts in clauses))
        for words in _guards(language)
    )


def _guards(language: str | None) -> Collection[GuardWords]:
    words = language_data.find(GuardWords, language)
    return (words,) if words else language_data.find_all(GuardWords).values()


def _begins_with_order(parts: Sequence[Sequence[str]], guard: GuardWords) -> bool:
    """Look where a clause begins, given by the words between its commas; behind a comma for clear cases alone."""
    orders = {*guard.orders, *(() if guard.infinitive_ends else guard.infinitives)}
    words = [word for part in parts for word in part]
    led = list(dropwhile(lambda word: word.casefold() in guard.leading, words))
    if words and (words[0].casefold() in orders or (led and led[0] in orders.difference(guard.uncertain_orders))):
        return True
    later = (list(dropwhile(lambda word: word.casefold() in guard.leading, part)) for part in parts[1:])
    return any(part and part[0] in guard.clear_orders for part in later)


def _ends_in_infinitive(parts: Sequence[Sequence[str]], guard: GuardWords) -> bool:
    """Look for an infinitive at the end of a part between commas that no verb before it governs."""
    before = set[str]()
    for number, part in enumerate(parts):
        before |= {word.casefold() for word in part}
        is_subordinate = number > 0 and bool(part) and part[0] in guard.subordinating
        is_order = len(part) > 1 and part[-1] in guard.infinitives and part[-2] != guard.infinitive_particle
        if is_order and not is_subordinate:
            return before.isdisjoint(guard.finite_verbs)
    return False


def _negations(text: str, guard: GuardWords) -> set[str]:
    negations, forms = set(guard.negations), re.compile(guard.negation_forms or "(?!)")
    found = set[str]()
    if guard.short_negation and re.search(guard.short_negation, text, re.IGNORECASE):
        found.add(guard.negations[0])
    for word in map(tokens.fold, tokens.words(text)):
        base = form[1] if (form := forms.fullmatch(word)) else word
        if base in negations:
            found.add(base)
    return found


LONGEST_TEXT = 6_000
LONGEST = 300
SHORTEST = 40
_FAR_TOO_LONG = 900
_MISSING_NAMES = 0.25
_OWN_WORDS = 0.5
_CONTENT_WORD = 3
_STEM = 4
_TELLING = 30
"""Letters of a sentence from which on its language is asked for."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SIGNS = frozenset({"So", "Nl", "No", "Mn", "Me"})
"""Pictures, numbers in other signs than digits, and what is put over or around a letter."""
_LOOKALIKES = str.maketrans({"⁄": "/", "∕": "/", "⧸": "/", "╱": "/", "⟋": "/", "。": ".", "·": ".", "∙": ".", "•": "."})
_ENDINGS = "com|net|org|info|biz|io|ch|app|dev|xyz|top|site|shop|club|online|link|click|live|news|ru|cc|gg|me"
_UNWANTED = re.compile(
    rf"""
      ://  | (?<!\w)www\.                                   # addresses
    | (?<!\w)(?:https?|tg|mailto|ftp|file|data|javascript):\S
    | \w\.[^\W\d_]{{2,}}                                    # what Telegram makes a link of: evil.com
    | \d+\.\d+\.\d+\.\d+
    | [\w)]\ ?\.\ ?(?:{_ENDINGS})(?!\w)                    # what a reader makes one of: evil .com, evil dot com
    | [\ (-](?i:dot|punkt|point|punto)[\ )-]{{1,2}}(?i:{_ENDINGS})(?!\w)
    | [@#]\w | \$[^\W\d_]                                   # names, hashtags, cashtags
    | (?<![\w/])/\w                                         # commands of a bot
    | [<>`{{}}\[\]\\|*_~]                                     # markup of any kind
    """,
    re.VERBOSE,
)


def clean(text: str) -> str:
    """Take out everything that cannot be seen, and cut to what the model gets."""
    shown = unicodedata.normalize("NFC", text[: 2 * LONGEST_TEXT]).translate(_Shown())
    return " ".join(shown.split())[:LONGEST_TEXT]


class _Shown(dict[int, str | None]):
    """What becomes of each character; looked up once each."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        hidden = unicodedata.category(character) in _HIDDEN
        self[code] = " " if character.isspace() else None if hidden else character
        return self[code]


def check(answer: str, source: str, language: str | None, detect: Callable[[str], str | None]) -> str | None:
    """Return what may be shown of an answer about a cleaned text, or None."""
    if len(answer) > _FAR_TOO_LONG:
        return None
    text = _shorten(clean(answer), language)
    if len(text) < SHORTEST or _is_unwanted(text):
        return None
    parts = sentences.split(text, language)
    if not _is_in(language, text, parts, detect):
        return None
    if gives_order(text, language) or adds_negation(text, source, language):
        return None
    known = _Words(source)
    if not _has_signs(text, source, known) or not _has_names(parts, known):
        return None
    if not all(_is_about(part, known) for part in parts):
        return None
    return text if has_only_numbers_of(source, text, language) else None  # last, because it is dearest


def has_only_numbers_of(source: str, text: str, language: str | None) -> bool:
    """
    Say whether every number of a text is in its source: with the same digits, or in the same words.

    What a number counts, and whether it is a date, is not asked.
    """
    known = {number.key for number in numbers.read(source, language)}
    return all(number.key in known for number in numbers.read(text, language))


def _is_unwanted(text: str) -> bool:
    """Whether there is anything to tap or to follow, in whichever of the signs that look alike."""
    return bool(_UNWANTED.search(numbers.plain(text).translate(_LOOKALIKES)))


def _is_in(language: str | None, text: str, parts: tuple[str, ...], detect: Callable[[str], str | None]) -> bool:
    """Whether a text is in a language, and no sentence of it in another one; what cannot be told is not."""
    if language is None:
        return True
    telling = [part for part in parts if sum(map(str.isalpha, part)) >= _TELLING]
    return all(detect(part) == language for part in (text, *telling))


def _has_signs(text: str, source: str, known: _Words) -> bool:
    """Whether rare signs, and letters of other alphabets, stand in the article just so."""
    if any(unicodedata.category(sign) in _SIGNS and sign not in source for sign in set(text)):
        return False
    words = (word for word in tokens.words(text) if not word.isascii())
    return all(known.has(word) or all(map(_is_latin, word)) for word in words)


def _is_latin(letter: str) -> bool:
    return not letter.isalpha() or unicodedata.name(letter, "").startswith("LATIN ")


def _shorten(text: str, language: str | None) -> str:
    """Keep the whole sentences that fit; nothing if not even the first does."""
    if len(text) <= LONGEST:
        return text
    kept = ""
    for sentence in sentences.split(text, language):
        if len(kept) + len(sentence) + 1 > LONGEST:
            break
        kept = f"{kept} {sentence}".strip()
    return kept


class _Words:
    """The words of a text, to be asked for by their beginnings."""

    def __init__(self, text: str) -> None:
        self._set = {tokens.fold(word) for word in tokens.words(text)}
        self._sorted = sorted(self._set)

    def has(self, word: str) -> bool:
        """Whether this very word is there."""
        return tokens.fold(word) in self._set

    def __contains__(self, word: str) -> bool:
        """Whether a word is there in some form, or begins with one that is."""
        folded = tokens.fold(word)
        if folded in self._set:
            return True
        stem = folded[: max(_STEM, len(folded) - 3)]
        if len(stem) < _STEM:
            return False
        place = bisect_left(self._sorted, stem)
        if place < len(self._sorted) and self._sorted[place].startswith(stem):
            return True
        return any(folded[:length] in self._set for length in range(_STEM, len(folded)))


def _has_names(parts: tuple[str, ...], known: _Words) -> bool:
    """Whether most words with a capital occur in the article; the first of a sentence has one anyway."""
    names = [word for part in parts for word in tokens.words(part)[1:] if word[:1].isupper()]
    missing = sum(name not in known for name in names)
    return missing <= _MISSING_NAMES * len(names)


def _is_about(sentence: str, known: _Words) -> bool:
    """Whether a sentence is made of the article's words: neither an excuse nor somebody else's message."""
    words = [
        word
        for word in tokens.words(sentence)
        if len(word) >= _CONTENT_WORD and tokens.fold(word) not in stop_words.all_stop_words()
    ]
    return sum(word in known for word in words) > _OWN_WORDS * len(words)
