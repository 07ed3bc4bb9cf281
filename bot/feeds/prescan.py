"""
Finds the entries of an XML feed that were not read before, so that only those have to be read.

`find` goes through a well-formed document with expat, the parser feedparser itself uses on such documents, which tells
at which byte an element begins: what is handed on is the document as it came, with the bytes of the known entries cut
out.

`skim` does without an XML parser for the known entries. An entry whose bytes have a known fingerprint was well formed
when it got that fingerprint, and kept the bounds. So only what stands around such entries is checked: the document
without them, but for the first entry, goes through `find`. All entries must stand side by side, with nothing but space
in between.

Where anything is unusual the answer is None, and the whole document is read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Container, Sized
from dataclasses import dataclass
from datetime import datetime
from xml.parsers import expat

from bot.feeds import document_limits

PRINT_BYTES = 8
MOST = 5_000
"""Entries of one document that are told apart; one with more is read from its newest alone."""
_ENDLESS = 200_000
_ROOTS = {"rss": ("channel", "item"), "rdf": ("item",), "feed": ("entry",)}
"""Where entries stand below each root."""
_NAMES = frozenset(("item", "entry"))
_DATE = re.compile(rb"<(?:\w+:)?(?:pubDate|published|updated|date)>\s*([^<]{4,60})<")
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)


class _UnusualError(Exception):
    """The document is nothing to take apart."""


@dataclass(frozen=True, slots=True)
class ScannedEntry:
    """The bytes of one entry and the print that recognises them."""

    start: int
    end: int
    print: bytes
    nodes: int
    """Elements and attributes in it; 0 where it was not looked into (`bot.feeds.prescan`)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a document found."""

    found: tuple[ScannedEntry, ...]
    prefixes: frozenset[str | None]
    """Of the namespaces that are declared anywhere."""


def find(data: bytes) -> tuple[ScannedEntry, ...] | None:
    """
    Find the entries of a document in UTF-8, in its order; None when it is not one to take apart.

    Raises `bounds.ExceededError` for one that would be too dear to read.
    """
    seen = look(data)
    return seen.found if seen else None


def look(data: bytes) -> Look | None:
    """Look a document over like `find`."""
    first = re.search(rb"<\w", data)
    if first is None or _DOCTYPE.search(data, 0, first.start()):
        return None
    scan = _Scan(data)
    try:
        scan.run()
    except (expat.ExpatError, _UnusualError, ValueError):
        return None
    if scan.nodes_of_head > document_limits.MOST_NODES_READ:
        raise document_limits.ExceededError(
            f"The head of the feed has more than {document_limits.MOST_NODES_READ} elements and attributes."
        )
    found = tuple(ScannedEntry(start, end, fingerprint(data[start:end]), nodes) for start, end, nodes in scan.spans)
    return Look(found, scan.prefixes)


def keep(data: bytes, found: Collection[ScannedEntry], wanted: Collection[int]) -> bytes:
    """Give the document with only the wanted entries (by their place in `found`)."""
    pieces, at = [], 0
    for index, each in enumerate(found):
        if index not in wanted:
            pieces.append(data[at : each.start])
            at = each.end
    return b"".join((*pieces, data[at:]))


def is_too_much(found: Collection[ScannedEntry]) -> bool:
    """Say whether a document is read from its newest entries alone."""
    return len(found) > MOST or sum(each.nodes for each in found) > document_limits.MOST_NODES_READ


def newest(
    data: bytes, found: Collection[ScannedEntry], most: int, date: Callable[[str], datetime | None]
) -> frozenset[int]:
    """
    Choose the newest entries by the first date in each; where one has none, the first of the document.

    They are at most `most`, and together no more than `bounds.MOST_NODES_READ`; a single entry above that is left out.
    """
    written = [_DATE.search(data, each.start, each.end) for each in found]
    dated = [date(each[1].decode("utf-8", "replace")) if each else None for each in written]
    times = [each.timestamp() for each in dated if each]
    order = list(range(len(dated)))
    if len(times) == len(order):
        order.sort(key=lambda index: (-times[index], index))
    left = document_limits.MOST_NODES_READ
    chosen: set[int] = set()
    sizes = [each.nodes for each in found]
    for index in order:
        if len(chosen) == most:
            break
        if sizes[index] <= left:
            chosen.add(index)
            left -= sizes[index]
    return frozenset(chosen)


def fingerprint(data: bytes) -> bytes:
    """Give what stands for these bytes."""
    return hashlib.blake2b(data, digest_size=PRINT_BYTES).digest()


class _LocalNames(dict[str, str]):
    """Names of elements without their namespace and in small letters; a document has few, and each of them often."""

    def __missing__(self, name: str) -> str:
        self[name] = local = name.rpartition(" ")[2].lower()
        return local


class _Scan:
    """
    Goes through a document once.

    Nearly all elements stand inside of an entry, where they are only counted: there expat is given handlers that do
    nothing else.
    """

    def __init__(self, data: bytes) -> None:
        self.spans: list[tuple[int, int, int]] = []
        self._data = data
        self._tally = document_limits.StructureTally()
        self._names = _LocalNames()
        self._before = 0
        self._channels = 0
        self._start = -1
        self._inside = 0
        """The depth of the entry we are in."""
        self._path: tuple[str, ...] = ()
        self._at: list[str] = []
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.StartNamespaceDeclHandler = self._declare
        self._parser.StartDoctypeDeclHandler = _refuse

    def run(self) -> None:
        self._parser.Parse(self._data, True)

    @property
    def nodes_of_head(self) -> int:
        """Count elements and attributes outside of entries."""
        return self._tally.nodes - sum(nodes for *_, nodes in self.spans)

    @property
    def prefixes(self) -> frozenset[str | None]:
        """Give the prefixes that are declared anywhere, and the one that always is."""
        return self._tally.prefixes | {"xml"}

    def _declare(self, prefix: str | None, _: object) -> None:
        self._tally.declare(prefix)

    def _open(self, name: str, attributes: Sized) -> None:
        """Take in an element outside of entries; `attributes` are names and values in turn."""
        name = self._names[name]
        before = self._tally.nodes
        depth = self._tally.open(len(attributes) // 2, is_entry=name in _NAMES)
        if depth == 1:
            if name not in _ROOTS:
                raise _UnusualError
            self._path = _ROOTS[name]
        if name == "channel":
            self._channels += 1
            if self._channels > 1:
                raise _UnusualError
        self._at.append(name)
        if name in _NAMES:
            if tuple(self._at[1:]) != self._path or len(self.spans) >= _ENDLESS:
                raise _UnusualError
            self._inside = depth
            self._before = before
            self._start = self._parser.CurrentByteIndex
            self._parser.StartElementHandler = self._open_inside
            self._parser.EndElementHandler = self._close_inside

    def _open_inside(self, name: str, attributes: Sized) -> None:
        is_entry = self._names[name] in _NAMES
        self._tally.open(len(attributes) // 2, is_entry=is_entry)
        if is_entry:
            raise _UnusualError

    def _close_inside(self, _: str) -> None:
        if self._tally.close() == self._inside:
            self._leave()

    def _close(self, _: str) -> None:
        self._tally.close()
        self._at.pop()

    def _leave(self) -> None:
        last = self._parser.CurrentByteIndex
        if last <= self._start or not self._data.startswith(b"</", last):
            raise _UnusualError  # an element without content, whose end cannot be told from a ">" in an attribute
        self.spans.append((self._start, self._data.index(b">", last) + 1, self._tally.nodes - self._before))
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._at.pop()


def _refuse(*_: object) -> None:
    raise _UnusualError


_STEP = re.compile(
    rb"<(?:(?P<cdata>!\[CDATA\[)|(?P<comment>!--)|(?P<order>\?)"
    rb"|(?P<end>/?)(?:(?P<entry>item|entry)(?=[\s>/])|(?P<prefix>[A-Za-z_][\w.-]*):))"
)
_ENDS = {"cdata": b"]]>", "comment": b"-->", "order": b"?>"}


def skim(data: bytes, known: Container[bytes]) -> tuple[ScannedEntry, ...] | None:
    """
    Find the entries of a document in UTF-8 like `prescan.find`, but for their `nodes`.

    Raises `bounds.ExceededError` for one that would be too dear to read.
    """
    walk = _Walk(data)
    if not walk.run():
        return None
    found = tuple(ScannedEntry(start, end, fingerprint(data[start:end]), 0) for start, end in walk.spans)
    wanted = {index for index, each in enumerate(found) if each.print not in known} | {0}
    if len(found) > MOST or len(wanted) * 2 > len(found):
        return None
    rest = look(keep(data, found, wanted))
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
