"""
Whether two words with one stem differ by inflection only.

Snowball also takes off endings that make new words (authority, Steuerung, manifestation); these rules look at what the
two words end in after what they share.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_GERMAN = frozenset(["", *"e en n s es er ern em ens ns nen".split()])
_GERMAN_ADJECTIVE = frozenset("e en er es em".split())
_ENGLISH = frozenset(["", *"s es d ed ing y ies ied ying e er ers est r rs st ie ier iest".split()])
_ENGLISH_DOUBLED = re.compile(r"(?:[bdfgklmnprstvz])?(?:ed|ing|er|ers|est)")
_FRENCH_LONGEST = 4
_FRENCH_OTHER = frozenset("ie ies ent er ant ants age eur eurs ment iste isme".split())
_FRENCH_GENDER = re.compile(r"(?:é|al|ain|[ao]is|[ae]nt|and|eur)$")
"""What takes an e for a woman although it is short; port and porte, parti and partie are two words."""
_ITALIAN_PLURAL = frozenset(
    "o>i a>e e>i io>i a>i co>chi go>ghi ca>che ga>ghe co>ci go>gi cia>ce gia>ge cia>cie gia>gie".split()
)
_ITALIAN_GENDER = frozenset("o>a o>e a>i a>o e>o i>a i>e e>a co>che go>ghe chi>che ghi>ghe chi>ca ci>ca ci>che".split())
_ITALIAN_ADJECTIVE = re.compile(r"(?:ic|an|os|iv|at|it|ut|es|in|ari|tor|ent|ant|est|ur|ol|ul|pr|nd|rn|ed|ist)$")
_ITALIAN_VERB = re.compile(r"(?:are|ere|ire|arsi|ersi|irsi)$")
_SHARED = 3
_LONG = 6


def tails(first: str, second: str) -> tuple[int, str, str]:
    """Return how many letters two words share at the start, and what follows in each."""
    same = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        same += 1
    return same, first[same:], second[same:]


def german(first: str, second: str) -> bool:
    """Tell two forms of one German word, given that their stems are equal."""
    same, a, b = tails(first, second)
    return same >= _SHARED and a in _GERMAN and b in _GERMAN


def german_adjective(first: str, second: str) -> bool:
    """Tell two forms of an adjective, whatever the stemmer says: Naher, Nahen."""
    same, _, _ = tails(first, second)
    whole = first[: same - 1] if same and first[same - 1] == "e" else first[:same]
    return (
        len(whole) >= _SHARED and first[len(whole) :] in _GERMAN_ADJECTIVE and second[len(whole) :] in _GERMAN_ADJECTIVE
    )


def english(first: str, second: str) -> bool:
    """Tell two forms of one English word, given that their stems are equal."""
    same, a, b = tails(first, second)
    if same < 2:
        return False
    return all(tail in _ENGLISH or _ENGLISH_DOUBLED.fullmatch(tail) is not None for tail in (a, b))


def french(first: str, second: str) -> bool:
    """Tell two forms of one French word, given that their stems are equal."""
    same, a, b = tails(first, second)
    if same < _SHARED or a.startswith("é") != b.startswith("é"):
        return False
    if {a.rstrip("sx"), b.rstrip("sx")} == {"", "e"}:
        return same >= _LONG or _FRENCH_GENDER.search(first[:same]) is not None
    return all(len(tail) <= _FRENCH_LONGEST and tail not in _FRENCH_OTHER for tail in (a, b))


def french_regular(first: str, second: str) -> bool:
    """Tell plural and feminine where the stemmer misses them: tuyaux, travaux, soumises."""
    short, long = sorted((first, second), key=len)
    if long == short + "s" or (long == short + "x" and short.endswith(("au", "eu", "ou"))):
        return True
    if first[:-3] == second[:-3] and {first[-3:], second[-3:]} == {"ail", "aux"}:
        return True
    return len(short) >= _LONG and short.endswith("s") and long in (short + "e", short + "es")


def italian(first: str, second: str) -> bool:
    """Tell two forms of one Italian word, given that their stems are equal: a verb, or what bends by rule."""
    return _ITALIAN_VERB.search(first) is not None or italian_regular(first, second)


def italian_regular(first: str, second: str) -> bool:
    """Tell singular and plural, and the genders of what looks like an adjective, where the stemmer misses them."""
    same, _, _ = tails(first, second)
    for back in range(4):
        cut = same - back
        if cut < 2:
            break
        a, b = first[cut:], second[cut:]
        if f"{a}>{b}" in _ITALIAN_PLURAL or f"{b}>{a}" in _ITALIAN_PLURAL:
            return True
        is_adjective = len(first) >= _LONG and _ITALIAN_ADJECTIVE.search(first[:cut])
        if is_adjective and not _ITALIAN_GENDER.isdisjoint((f"{a}>{b}", f"{b}>{a}")):
            return True
    return False


_ADJECTIVE_ENDING = re.compile(r"(?<=...)(?:e[nrms]?)$")


def keys(word: str) -> tuple[str, ...]:
    """Return rough stems that two words share whenever one of the rules without a stemmer joins them."""
    whole = word[:-2] + "u" if word.endswith("ail") else word.rstrip("esx")
    return whole, word.rstrip("aeio").rstrip("h")


def adjective_key(word: str) -> str:
    """Return a rough stem that two forms of a German adjective share."""
    return _ADJECTIVE_ENDING.sub("", word)


BENT: dict[str, Callable[[str, str], bool]] = {"de": german, "en": english, "fr": french, "it": italian}
