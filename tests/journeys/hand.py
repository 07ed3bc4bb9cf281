"""A hand on the clock of a bot that runs as a process of its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ZURICH = ZoneInfo("Europe/Zurich")


class Hand:
    """Moves the clock of the bot."""

    def __init__(self, file: Path, start: datetime | None = None) -> None:
        """Set the clock to `start`, or to noon of today or tomorrow."""
        self.file = file
        self.offset = timedelta(0)
        if start is None:
            self.at(12)
        else:
            self.move(start - self.now)

    @property
    def now(self) -> datetime:
        """What the bot's clock shows in Zurich."""
        return (datetime.now(UTC) + self.offset).astimezone(ZURICH)

    def at(self, hour: int, minute: int = 0) -> None:
        """Move on to the next time the clocks show this."""
        target = self.now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        while target <= self.now:
            target = (target + timedelta(days=1)).replace(hour=hour)
        self.move(target.astimezone(UTC) - self.now.astimezone(UTC))

    def move(self, by: timedelta) -> None:
        """Set the clock, forward or back."""
        self.offset += by
        self.file.write_text(str(self.offset.total_seconds()), "ascii")
