"""
What is remembered of the entries a feed lists, so that unchanged ones need not be read again.

A few bytes each: the print of its markup, its date, and enough of guid and link to see that another entry has the same.
"""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.core.feed import Entry
from bot.feeds import prescan

_RECORD = struct.Struct(f">{prescan.PRINT_BYTES}sI6s6s")
_VERSION = b"1"
_NOTHING = bytes(6)
_KEPT = 200
"""Entries that are not listed just now; some feeds take turns between a long list and a short one."""
_LATEST = 60
"""Dates handed on: the pace of a feed shows in its newest."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One entry, as far as it must be remembered."""

    print: bytes
    date: int = 0
    guid: bytes = _NOTHING
    link: bytes = _NOTHING


def of_entry(fingerprint: bytes, published_at: datetime | None, entry: Entry | None) -> Mark:
    """Make the mark of an entry; None is one that was not worth keeping."""
    return Mark(
        fingerprint,
        _seconds(published_at),
        _short(entry.guid if entry else None),
        _short(entry.link if entry else None),
    )


def pack(listed: Sequence[Mark], known: Mapping[bytes, Mark]) -> bytes:
    """Pack the marks of a document's entries, and of some that were listed before."""
    current = {mark.print: mark for mark in listed}
    older = [mark for each, mark in known.items() if each not in current][:_KEPT]
    return _VERSION + b"".join(
        _RECORD.pack(mark.print, mark.date, mark.guid, mark.link) for mark in (*current.values(), *older)
    )


def unpack(packed: bytes) -> dict[bytes, Mark]:
    """Unpack marks, in their order; those of another version count as none."""
    if packed[:1] != _VERSION or (len(packed) - 1) % _RECORD.size:
        return {}
    return {fields[0]: Mark(*fields) for fields in _RECORD.iter_unpack(packed[1:])}


def dates(listed: Sequence[Mark]) -> tuple[datetime, ...]:
    """Give the newest dates of a document's entries."""
    newest = sorted((mark.date for mark in listed if mark.date), reverse=True)[:_LATEST]
    return tuple(datetime.fromtimestamp(date, UTC) for date in newest)


def repeated_guids(listed: Sequence[Mark], entries: Sequence[Entry]) -> frozenset[str]:
    """Give the guids of these entries that the document gives to several."""
    counted = Counter(mark.guid for mark in listed)
    return frozenset(each.guid for each in entries if each.guid and counted[_short(each.guid)] > 1)


def repeated_links(listed: Sequence[Mark], entries: Sequence[Entry]) -> frozenset[str]:
    """Give the links of these entries that the document gives to several."""
    counted = Counter(mark.link for mark in listed)
    return frozenset(each.link for each in entries if each.link and counted[_short(each.link)] > 1)


def _short(text: str | None) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=len(_NOTHING)).digest() if text else _NOTHING


def _seconds(date: datetime | None) -> int:
    return int(date.timestamp()) if date and 1970 < date.year < 2100 else 0
