"""
Fingerprints of the entries a feed lists, so that unchanged entries need not be parsed again.

A few bytes per entry: a hash of its markup, and enough of its date, link, guid and title to choose by what the entries
of this feed are told apart, and to see that another one has the same.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.core import article, identity
from bot.core.feed import Entry
from bot.core.identity import SHORT, Traits
from bot.feeds import prescan

_RECORD = struct.Struct(f">{prescan.PRINT_BYTES}sI" + f"{SHORT // 2}s" * 4)
_VERSION = b"2"
_NOTHING = bytes(SHORT // 2)
_KEPT = 200
"""Entries that are not listed just now; some feeds take turns between a long list and a short one."""
_LATEST = 60
"""Dates handed on: the pace of a feed shows in its newest."""


@dataclass(frozen=True, slots=True)
class EntryFingerprint:
    """One entry, as far as it must be remembered."""

    print: bytes
    date: int = 0
    link: bytes = _NOTHING
    fragment: bytes = _NOTHING
    guid: bytes = _NOTHING
    title: bytes = _NOTHING


def of_entry(fingerprint: bytes, published_at: datetime | None, entry: Entry | None) -> EntryFingerprint:
    """Make the mark of an entry; None is one that was not worth keeping."""
    date = identity.seconds(published_at)
    if entry is None:
        return EntryFingerprint(fingerprint, date)
    traits = article.traits_of(entry)
    return EntryFingerprint(fingerprint, date, *map(_pack, (traits.link, traits.fragment, traits.guid, traits.title)))


def pack(listed: Sequence[EntryFingerprint], known: Mapping[bytes, EntryFingerprint]) -> bytes:
    """Pack the marks of a document's entries, and of some that were listed before."""
    current = {mark.print: mark for mark in listed}
    older = [mark for each, mark in known.items() if each not in current][:_KEPT]
    return _VERSION + b"".join(
        _RECORD.pack(mark.print, mark.date, mark.link, mark.fragment, mark.guid, mark.title)
        for mark in (*current.values(), *older)
    )


def unpack(packed: bytes) -> dict[bytes, EntryFingerprint]:
    """Unpack marks, in their order; those of another version count as none."""
    if packed[:1] != _VERSION or (len(packed) - 1) % _RECORD.size:
        return {}
    return {fields[0]: EntryFingerprint(*fields) for fields in _RECORD.iter_unpack(packed[1:])}


def dates(listed: Sequence[EntryFingerprint]) -> tuple[datetime, ...]:
    """Give the newest dates of a document's entries."""
    newest = sorted((mark.date for mark in listed if mark.date), reverse=True)[:_LATEST]
    return tuple(datetime.fromtimestamp(date, UTC) for date in newest)


def traits(listed: Sequence[EntryFingerprint]) -> tuple[Traits, ...]:
    """Give what a document's entries can be recognised by, in short, without those that were not worth keeping."""
    return tuple(
        Traits(
            link=_unpack(mark.link),
            fragment=_unpack(mark.fragment),
            guid=_unpack(mark.guid),
            title=_unpack(mark.title),
            date=mark.date,
        )
        for mark in listed
        if mark.title != _NOTHING
    )


def _pack(digest: str) -> bytes:
    return bytes.fromhex(digest[:SHORT]) or _NOTHING


def _unpack(digest: bytes) -> str:
    return "" if digest == _NOTHING else digest.hex()
