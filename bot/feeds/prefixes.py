"""
Prefixes of elements that mean nothing: `<rss:item>` where nobody says what `rss` is.

feedparser knows an element by its namespace, and passes over those of one it does not know.
"""

from __future__ import annotations

import re

_PREFIXED = re.compile(rb"<([A-Za-z_][\w.-]{0,40}):(?:item|entry|title|channel|feed|rss)[\s>/]")
_OF_MODULES = frozenset(b"media dc dcterms content itunes podcast slash wfw sy georss geo thr gd yt".split())
"""Prefixes of extensions, whose titles are not those of entries; feedparser knows them undeclared too."""
_MOST = 5


def cut(body: bytes) -> bytes | None:
    """Give a feed without the prefixes of its elements; None where it has none that could be cut."""
    found = dict.fromkeys(prefix for prefix in _PREFIXED.findall(body) if prefix not in _OF_MODULES)
    if not found:
        return None
    names = b"|".join(map(re.escape, list(found)[:_MOST]))
    return re.sub(rb"(</?)(?:" + names + rb"):(?=[A-Za-z_])", rb"\1", body)
