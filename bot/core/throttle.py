"""
When a "slow down" meant for one feed holds for its whole host, or for all hosts of one owner.

One 429 is about one address. Several from one host within a short time are about us; several from different hosts under
one registered name (a farm of subdomains) are about us too. A 503 is never more than its own address: a part of a site
may be down while the rest is well.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

_MANY = 3
_WINDOW = timedelta(minutes=10)
_UNTOLD = timedelta(minutes=15)
"""For how long, when the server does not say."""
_LONGEST = timedelta(days=7)
_SECOND_LEVEL = frozenset("ac co com edu go gov gv ltd me ne net nom or org plc sch".split())


@dataclass(frozen=True, slots=True)
class HostHold:
    """A host to leave alone; with `and_below` also all hosts whose names end with it."""

    host: str
    and_below: bool
    until: datetime

    def covers(self, host: str) -> bool:
        """Say whether a host is meant."""
        return host == self.host or (self.and_below and host.endswith("." + self.host))


class HostThrottle:
    """Remembers the recent 429s."""

    def __init__(self) -> None:
        self._recent: dict[str, deque[tuple[datetime, str, str]]] = defaultdict(deque)

    def note(self, host: str, feed: str, retry_after: timedelta | None, now: datetime) -> HostHold | None:
        """Note a 429 that a feed at a host got; gives what follows for others, if anything does."""
        owner = registered(host)
        seen = self._recent[owner]
        seen.append((now, host, feed))
        while seen and now - seen[0][0] > _WINDOW:
            seen.popleft()
        if len(self._recent) > 1000:
            self._recent = defaultdict(deque, {name: each for name, each in self._recent.items() if each[-1][0] == now})
        until = now + min(retry_after or _UNTOLD, _LONGEST)
        if len({each for _, at, each in seen if at == host}) >= _MANY:
            return HostHold(host, and_below=False, until=until)
        if len({at for _, at, _ in seen}) >= _MANY:
            return HostHold(owner, and_below=True, until=until)
        return None


def registered(host: str) -> str:
    """Give the registered name a host belongs to, as far as that can be seen without the public list."""
    labels = host.split(".")
    if ":" in host or all(label.isdecimal() for label in labels):
        return host
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-keep:])
