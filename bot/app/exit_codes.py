"""The exit codes of the process."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes; part of the public interface."""

    FINE = 0
    FAILURE = 1
    CONFIG = 2
    DATABASE = 3
    TOKEN = 4
    BUSY = 5
