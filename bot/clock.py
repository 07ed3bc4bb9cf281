"""The bot's clock: the machine's, moved by an offset that a file may hold (`STICHWORT_CLOCK`)."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_log = logging.getLogger(__name__)
_FARTHEST = timedelta(days=36_500)
"""Beyond a hundred years there is soon no date left to count with."""


_EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)
"""Before the bot existed: a machine without a battery for its clock starts in 1970, or when its system was built."""


def find_fault(now: datetime) -> str | None:
    """Return what is wrong with the machine's time and what to do; None if it is possible."""
    if now >= _EARLIEST:
        return None
    return (
        f"the clock of this machine says {now:%Y-%m-%d}; set it (`timedatectl set-ntp true`) and start again: no"
        f" certificate would be valid, and every time that is stored would be wrong"
    )


class WallClock:
    """The `Clock` port; re-reading the file is somebody else's job."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self._file = offset_file
        self._offset = timedelta(0)
        self.reread()

    def now(self) -> datetime:
        """Give the wall time in UTC, moved."""
        return datetime.now(UTC) + self._offset

    def monotonic(self) -> float:
        """Give seconds that only run forward; the offset does not touch them."""
        return time.monotonic()

    def reread(self) -> bool:
        """Take the offset, in seconds, from the file; returns whether it changed. Nonsense in it changes nothing."""
        if self._file is None:
            return False
        try:
            offset = timedelta(seconds=float(self._file.read_text("ascii").strip() or 0))
        except FileNotFoundError:
            offset = timedelta(0)
        except (OSError, ValueError, OverflowError):
            return False
        if offset == self._offset or abs(offset) > _FARTHEST:
            return False
        self._offset = offset
        _log.info("clock.moved", extra={"seconds": offset.total_seconds()})
        return True
