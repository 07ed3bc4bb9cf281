"""Files of rows, made and given to a command."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


def write(path: Path, *rows: object) -> Path:
    """Write rows as JSON, bytes as they are."""
    path.write_bytes(b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows))
    return path


def run(main: Callable[[], None], monkeypatch: pytest.MonkeyPatch, *options: object) -> int:
    """Run a command with options; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["benchmarks", *map(str, options)])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0
