"""A clock that stands still until it is moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """The `Clock` port under a test's control; both times move together."""

    def __init__(self, at: datetime | None = None) -> None:
        self.at = at or datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
        self.seconds = 1000.0

    def now(self) -> datetime:
        """Give the time it was set to."""
        return self.at

    def monotonic(self) -> float:
        """Give seconds that moved as far as the time did."""
        return self.seconds

    def move(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Move on."""
        by = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        self.at += by
        self.seconds += by.total_seconds()
