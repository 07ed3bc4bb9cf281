"""
Finds the unread entries of a feed by fingerprints, without an XML parser going through the entries read before.

An entry whose bytes have a known fingerprint was well formed when it got that fingerprint, and kept the bounds. So what
is left to check is everything around such entries: the document without them, but for the first entry, goes through
`bot.feeds.prescan`. All entries must stand side by side, with nothing but space in between, so that the others are
where that one is. For anything else the answer is None, and the caller parses.
"""

from __future__ import annotations

import re
from collections.abc import Container

from bot.feeds import document_limits, prescan
from bot.feeds.prescan import ScannedEntry

_STEP = re.compile(
    rb"<(?:(?P<cdata>!\[CDATA\[)|(?P<comment>!--)|(?P<order>\?)"
    rb"|(?P<end>/?)(?:(?P<entry>item|entry)(?=[\s>/])|(?P<prefix>[A-Za-z_][\w.-]*):))"
)
_ENDS = {"cdata": b"]]>", "comment": b"-->", "order": b"?>"}


def find(data: bytes, known: Container[bytes]) -> tuple[ScannedEntry, ...] | None:
    """
    Find the entries of a document in UTF-8 like `prescan.find`, but for their `nodes`.

    Raises `bounds.ExceededError` for one that would be too dear to read.
    """
    walk = _Walk(data)
    if not walk.run():
        return None
    found = tuple(ScannedEntry(start, end, prescan.fingerprint(data[start:end]), 0) for start, end in walk.spans)
    wanted = {index for index, each in enumerate(found) if each.print not in known} | {0}
    if len(found) > prescan.MOST or len(wanted) * 2 > len(found):
        return None
    rest = prescan.look(prescan.keep(data, found, wanted))
    if rest is None or not walk.prefixes <= rest.prefixes:
        return None
    if [each.print for each in rest.found] != [found[index].print for index in sorted(wanted)]:
        return None
    return found


class _Walk:
    """Goes from one beginning or end of an entry to the next, past sections in which such signs mean nothing."""

    def __init__(self, data: bytes) -> None:
        self.spans: list[tuple[int, int]] = []
        self._data = data
        self._prefixes: set[bytes] = set()

    @property
    def prefixes(self) -> frozenset[str | None]:
        """Give the prefixes of the elements' names."""
        return frozenset(each.decode("ascii") for each in self._prefixes)

    def run(self) -> bool:
        """Say whether the document is one for this module."""
        data, at, start, last = self._data, 0, -1, -1
        nodes = data.count(b"<") + data.count(b"=")  # at most: each has one of these signs
        are_few = nodes <= document_limits.MOST_NODES_READ
        while step := _STEP.search(data, at):
            at = step.end()
            kind = step.lastgroup or ""
            if kind in _ENDS:
                at = data.find(_ENDS[kind], begin := at)
                if at < 0:
                    return False
                nodes -= 0 if are_few else data.count(b"<", begin, at) + data.count(b"=", begin, at)
            elif kind == "prefix":
                self._prefixes.add(step["prefix"])
            elif not step["end"]:
                if start >= 0 or (last >= 0 and data[last : step.start()].strip()):
                    return False
                start = step.start()
            else:
                last = data.find(b">", at) + 1
                if start < 0 or last == 0:
                    return False
                self.spans.append((start, last))
                start = -1
        return start < 0 and bool(self.spans) and nodes <= document_limits.MOST_NODES_READ
