"""
Feeds with the same address, asked for once: readers who each added the same feed, and its other spellings.

They stay feeds of their own, because a reader's own feed is nobody else's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.core.feed import Feed, Origin, address_key


def same_address(feeds: Iterable[Feed]) -> tuple[tuple[Feed, ...], ...]:
    """Put feeds together that one request serves; what a reader may not fetch is not fetched for him by another."""
    groups: dict[tuple[str, bool], list[Feed]] = {}
    for feed in feeds:
        groups.setdefault((address_key(feed.url), feed.origin is Origin.CHAT), []).append(feed)
    return tuple(map(tuple, groups.values()))


def ask_for_all(group: tuple[Feed, ...]) -> Feed:
    """
    Give the feed to ask for in the name of all: one that has answered, and in the safer spelling.

    Only where all of them hold the same answer may the server be asked whether that has changed.
    """
    asked = max(group, key=lambda feed: (feed.first_success_at is not None, feed.url.startswith("https:"), -feed.id))
    known = {(each.etag, each.last_modified, each.validators_url, each.body_hash) for each in group}
    return asked if len(known) == 1 else replace(asked, etag=None, last_modified=None, validators_url=None)
