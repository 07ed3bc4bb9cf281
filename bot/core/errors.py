"""The exceptions that may cross the border of a room."""

from __future__ import annotations


class BotError(Exception):
    """The root of everything the bot itself raises."""


class ConfigError(BotError):
    """The configuration cannot be used; the message is one line that names the key."""


class StorageError(BotError):
    """The database did not do what was asked."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy
        """What an operator can do about it; empty where the message says so, or nobody knows."""

    @property
    def line(self) -> str:
        """The message with the remedy, as one line for an operator."""
        return f"{self}; {self.remedy}" if self.remedy else str(self)


def without_text(error: BaseException) -> StorageError | str:
    """
    Give an error as a log field: the database's as it is, of any other the class alone.

    The text of an error may hold what a reader wrote; the log's filter of outages must recognise the database's.
    """
    return error if isinstance(error, StorageError) else type(error).__name__


class HopelessDatabaseError(StorageError):
    """Somebody has to do something about the database; waiting does not help."""


class ForeignDatabaseError(HopelessDatabaseError):
    """The database is not one this version can work with."""


class MissingDatabaseError(HopelessDatabaseError):
    """The database is gone, and a copy of it or its log is there."""


class DamagedDatabaseError(HopelessDatabaseError):
    """A part of the database cannot be read any more; only a repair or a backup helps."""


class Refusal(BotError):
    """
    A reader's wish that cannot be granted.

    It carries facts and no sentence: `reason` is a stable word such as ``query.unclosed_quote``, `facts` what the
    sentence needs (`at` is a 0-based position in what the reader typed). `bot.telegram` finds the words.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.reason}({facts})"
