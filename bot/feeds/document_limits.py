"""
How large the structure of a document may be: elements, attributes, namespaces, nesting.

The libraries that read feeds and pages take quadratic time on some of these (feedparser on the categories of an entry,
the attributes of an element and the prefixes in use; lexbor on nesting and attributes), so a document of 300 kB can
cost 20 seconds. Counting costs a hundredth of reading, and what exceeds a bound is never handed to a library.

The bounds were set on the samples under `tests/data/feeds` (at most 11 elements in one element, 3 attributes, 6
prefixes, 7 levels) and checked on made-up feeds of 10 MB of the usual kinds (`tests/feeds/test_document_limits.py`).
They lie where the libraries begin to take more than 0.1 ms per element: feedparser needs 0.08 s for 1,000 categories of
an entry, 0.16 s for 2,000, 2.7 s for 10,000; 0.1 s for 2,000 attributes and 0.5 s for 4,000; lexbor 0.6 s for 16,000
levels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_NODES = 100_000
"""Elements and attributes of a document that cannot be cut into its entries; about 8 s in feedparser."""
MOST_NODES_READ = 40_000
"""Elements and attributes of the entries read at once; of a document with more the newest entries are read."""
MOST_CHILDREN = 2_000
"""Elements directly in one that is not the list of entries."""
MOST_ATTRIBUTES = 200
"""Of one element."""
MOST_PREFIXES = 200
"""Different prefixes of namespaces."""
DEEPEST = 200
"""Levels of elements in elements."""
MOST_TAGS_OF_PAGE = 50_000
_LONG_TAG = 600
"""Characters of a tag in HTML from which its attributes could be too many."""

_OPENING = re.compile(rb"<(/?)([A-Za-z_][\w.-]*)(:[\w.-]*)?([^<>]*)")
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)([^<>]*)")
_LONG = re.compile(rf"<[^<>]{{{_LONG_TAG}}}")
_CLOSED_BY_OTHERS = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup tr td th thead"
    " tbody tfoot colgroup rp rt".split()
)
"""Elements of HTML that need no end, so that those left open say nothing about nesting."""
_SECTIONS = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"))


class ExceededError(Exception):
    """A document whose structure is larger than any feed needs; the text is one sentence for the operator."""


class StructureTally:
    """Counts the structure of an XML document while a parser goes through it; raises `ExceededError`."""

    __slots__ = ("_children", "_prefixes", "nodes")

    def __init__(self) -> None:
        self.nodes = 0
        self._children = [0]
        self._prefixes: set[str | None] = set()

    @property
    def prefixes(self) -> frozenset[str | None]:
        """Prefixes of namespaces that were declared."""
        return frozenset(self._prefixes)

    @property
    def depth(self) -> int:
        """Elements that are open."""
        return len(self._children) - 1

    def open(self, attributes: int, *, is_entry: bool) -> int:
        """
        Count an element with so many attributes; gives its depth.

        Entries are not counted among the children of their list.
        """
        children = self._children
        self.nodes += 1 + attributes
        if not is_entry:
            children[-1] += 1
            if children[-1] > MOST_CHILDREN:
                raise ExceededError(f"An element of the feed holds more than {MOST_CHILDREN} others.")
        if attributes > MOST_ATTRIBUTES:
            raise ExceededError(f"An element of the feed has more than {MOST_ATTRIBUTES} attributes.")
        depth = len(children)
        if depth > DEEPEST:
            raise ExceededError(f"The feed is nested more than {DEEPEST} levels deep.")
        children.append(0)
        return depth

    def close(self) -> int:
        """Count the end of an element; gives the depth it had."""
        self._children.pop()
        return len(self._children)

    def declare(self, prefix: str | None) -> None:
        """Count a declaration of a namespace."""
        self.nodes += 1
        self._prefixes.add(prefix)
        if len(self._prefixes) > MOST_PREFIXES:
            raise ExceededError(f"The feed has more than {MOST_PREFIXES} namespaces.")


def check_loosely(body: bytes) -> None:
    """
    Count the structure of a document that is not well formed, or unusual, by its tags; raises `ExceededError`.

    Such documents are read by feedparser's forgiving parser. What stands in an element shows there only as how often
    one name comes between two beginnings of entries.
    """
    counts: dict[bytes, int] = {}
    prefixed: set[bytes] = set()
    nodes = 0
    for end, name, suffix, rest in _tags(body):
        if end:
            continue
        local = (suffix[1:] if suffix else name).lower()
        if local in (b"item", b"entry"):
            counts.clear()
        attributes = rest.count(b"=")
        nodes += 1 + min(attributes, len(rest.split()))
        counts[local] = counts.get(local, 0) + 1
        if suffix:
            prefixed.add(name)
        if nodes > MOST_NODES:
            raise ExceededError(f"The feed is damaged and has more than {MOST_NODES} elements and attributes.")
        if counts[local] > MOST_CHILDREN:
            raise ExceededError(f"An element of the feed holds more than {MOST_CHILDREN} others.")
        if attributes > 5 * MOST_ATTRIBUTES:  # addresses in attributes have such signs too
            raise ExceededError(f"An element of the feed has more than {MOST_ATTRIBUTES} attributes.")
        if len(prefixed) > MOST_PREFIXES:
            raise ExceededError(f"The feed has more than {MOST_PREFIXES} namespaces.")


def _tags(body: bytes) -> Iterator[tuple[bytes, bytes, bytes | None, bytes]]:
    """Find the tags outside of comments and CDATA sections."""
    at = 0
    unended: set[bytes] = set()
    while (found := body.find(b"<", at)) >= 0:
        at = found + 1
        for begin, end in _SECTIONS:
            if begin not in unended and body.startswith(begin, found):
                last = body.find(end, found)
                if last < 0:
                    unended.add(begin)
                else:
                    at = last + len(end)
                break
        else:
            if tag := _OPENING.match(body, found):
                at = tag.end()
                yield tag[1], tag[2], tag[3], tag[4]


def is_absurd(markup: str) -> bool:
    """Say whether a piece of HTML is nested or packed with attributes as no writing needs, and slow to read."""
    if _LONG.search(markup) and any(len(tag[3].split()) > MOST_ATTRIBUTES for tag in _TAG.finditer(markup)):
        return True
    if markup.count("<") <= DEEPEST:
        return False
    depth = 0
    for tag in _TAG.finditer(markup):
        if tag[2].lower() not in _CLOSED_BY_OTHERS:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if depth > DEEPEST:
                return True
    return False


def check_page(markup: str) -> None:
    """Raise `ExceededError` for a page that is too large or absurd."""
    if markup.count("<") > MOST_TAGS_OF_PAGE:
        raise ExceededError(f"The page has more than {MOST_TAGS_OF_PAGE} tags.")
    if is_absurd(markup):
        raise ExceededError(f"The page is nested more than {DEEPEST} levels deep, or has too many attributes.")
