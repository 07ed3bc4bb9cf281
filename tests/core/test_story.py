from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core import story
from tests.builders import NOW


@dataclass(frozen=True)
class Told:
    """Something told by so many sources."""

    sources: int
    published_at: datetime


def test_what_most_sources_tell_comes_first() -> None:
    """Of two told by as many, the newer one comes first."""
    old, new, big = Told(1, NOW - timedelta(hours=1)), Told(1, NOW), Told(3, NOW - timedelta(days=1))
    assert story.rank([old, new, big]) == (big, new, old)
