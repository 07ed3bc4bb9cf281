"""
Restores that are killed: at each of their steps twice in a row, and at pairs of different steps.

The process is killed before every action on a file that Python's audit events tell of. After each kill all files in
the folder are opened as an operator would: the database must be there and whole, and what was in one must be in one.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.fairness.databases import SQLITE, Database
from benchmarks.fairness.rows import Row

DATABASES = (SQLITE,)
_ROOT = Path(__file__).parents[3]
_STRIDE = 7
"""The second kill of a pair comes at every seventh step, and at the step of the first."""


async def run(database: Database) -> Sequence[Row]:
    """Kill, look, and count."""
    with tempfile.TemporaryDirectory(prefix="fairness-") as folder:
        killing = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.storage.killed_restore", folder, str(_STRIDE)),
            stdout=asyncio.subprocess.PIPE,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )
        printed, _ = await killing.communicate()
    results = [json.loads(line) for line in printed.splitlines()]

    def row(what: str, figure: float, bound: float | None) -> Row:
        return Row(scenario="restore", database=database.title, what=what, figure=figure, bound=bound)

    return [
        row("steps of a restore", results[0]["steps"], None),
        row("restores killed", sum(result["killed"] for result in results), None),
        row("looks at a missing or damaged database", float(killing.returncode != 0), 0),
        row("whole copies lost", sum(len(result["lost"]) for result in results), 0),
        row("restores that did not end well after two kills", sum(r["end"] != "saved" for r in results), 0),
        row("files left over", sum(len(result["hidden"]) for result in results), 0),
    ]
