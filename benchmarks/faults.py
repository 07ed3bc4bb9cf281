"""
The fault journeys of `tests/journeys` in their long forms: fifty kills, outages as long as real ones, a full disk.

`make bench PART=faults`; takes about half an hour. `make test` runs the same journeys in short.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_JOURNEYS = ("kill", "telegram_trouble", "flooded_chat", "store_trouble", "postgres_restart", "two_processes")


def main() -> None:
    """Run them one after the other, and let them show what they counted."""
    run(_JOURNEYS)


def run(journeys: Sequence[str]) -> None:
    """Run journeys in their long forms."""
    files = [f"tests/journeys/test_{name}.py" for name in journeys]
    options = ["-n0", "-p", "no:randomly", "--timeout=3600", "--durations=0", "-rA", "--show-capture=stdout"]
    environment = {**os.environ, "STICHWORT_FAULTS": "long"}
    command = [sys.executable, "-m", "pytest", *options, *files]
    done = subprocess.run(command, cwd=_ROOT, env=environment, check=False, capture_output=True, text=True)
    told = ("PASSED", "FAILED", "ERROR", "SKIPPED", "·")
    for line in done.stdout.splitlines():
        if line.startswith(told) or " call " in line:
            print(line)
    if done.returncode:
        print(done.stdout[-10_000:])
        sys.exit(1)


if __name__ == "__main__":
    main()
