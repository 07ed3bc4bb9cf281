"""
The same news in several feeds: which is told first where several wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class Ranked(Protocol):
    """Something that several sources may have told."""

    @property
    def sources(self) -> int:
        """How many sources told it."""
        ...

    @property
    def published_at(self) -> datetime:
        """When it was told first or last, whichever the list is about."""
        ...


R = TypeVar("R", bound=Ranked)


def rank(items: Iterable[R]) -> tuple[R, ...]:
    """Put first what most sources tell, and of those the newest."""
    return tuple(sorted(items, key=lambda each: (-each.sources, -each.published_at.timestamp())))
