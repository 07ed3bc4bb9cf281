"""What the last attempts say about the database."""

from __future__ import annotations


class DatabaseState:
    """
    Kept by the adapter that reads and writes.

    After a failed write only a probe that needs as much room as ordinary work clears `is_failing`: on a full disk small
    writes go through now and then.
    """

    def __init__(self) -> None:
        self.writes = 0
        """How often something was written."""
        self.is_failing = False
        """Whether a write failed since the last probe that succeeded."""
        self.damage: str | None = None
        """What the database said when it met a damaged part; it stays until the process ends."""

    def wrote(self) -> None:
        """Note a write that succeeded."""
        self.writes += 1

    def failed(self) -> None:
        """Note a write the database could not do; one it refused for what was in it is none."""
        self.is_failing = True

    def proved(self) -> None:
        """Note a probe that succeeded."""
        self.is_failing = False

    def met_damage(self, sentence: str) -> None:
        """Note a damaged part; the first one is kept."""
        self.damage = self.damage or sentence
