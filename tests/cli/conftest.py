"""The command line is tested with the same servers and environment as the wired bot."""

from __future__ import annotations

from tests.app.conftest import newsroom, own_environment, own_logging, server, start

__all__ = ["newsroom", "own_environment", "own_logging", "server", "start"]
