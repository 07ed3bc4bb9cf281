"""
Numbers packed into bytes: the words of an article, or the articles of a word.

Each takes four bytes, of which the last bit says that the word stands in the headline.
"""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping

_SWAPPED = sys.byteorder == "big"
_FOUR_BYTES = next(kind for kind in "IL" if array(kind).itemsize == 4)


def pack(numbers: Iterable[tuple[int, bool]]) -> bytes:
    """Pack numbers with their bits, in order."""
    return _write(sorted(number << 1 | in_title for number, in_title in numbers))


def unpack(packed: bytes) -> array[int]:
    """Give the numbers, each doubled and with its bit added."""
    numbers = array(_FOUR_BYTES)
    numbers.frombytes(packed)
    if _SWAPPED:
        numbers.byteswap()
    return numbers


def turned(by_article: Mapping[int, bytes]) -> list[tuple[int, bytes]]:
    """Turn the words of articles into the articles of words, by word."""
    by_word: dict[int, list[int]] = defaultdict(list)
    for article_id in sorted(by_article):
        for number in unpack(by_article[article_id]):
            by_word[number >> 1].append(article_id << 1 | number & 1)
    return [(word_id, _write(by_word[word_id])) for word_id in sorted(by_word)]


def _write(numbers: Iterable[int]) -> bytes:
    packed = array(_FOUR_BYTES, numbers)
    if _SWAPPED:
        packed.byteswap()
    return packed.tobytes()
