"""
Restores that are killed at each of their steps; run as a process of its own, which forks for each of them.

A step is whatever the restore does to a file: opening, making, linking, renaming or removing one, or copying a few
pages. Python's audit events tell of them, so that a step added tomorrow is counted, too. Prints a line of JSON for each
kill.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from storage import backup
from storage.schema import upgrade

COMPANIONS = ("-wal", "-shm", "-journal")
_EVENTS = ("open", "os.link", "os.rename", "os.remove", "os.chown", "sqlite3.connect")
_PAGES = 40


def note(path: Path, value: str) -> None:
    """Write a fact into a database."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT OR REPLACE INTO facts (key, value) VALUES ('test', ?)", (value,))
        connection.commit()


def leave(path: Path, value: str) -> None:
    """Write a fact as a process does that is killed then: it stands in the log beside the file, and only there."""
    if os.fork() == 0:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("INSERT OR REPLACE INTO facts (key, value) VALUES ('test', ?)", (value,))
        connection.commit()
        os._exit(0)
    os.wait()
    assert Path(f"{path}-wal").stat().st_size > 0


def read(path: Path) -> str:
    """Give the fact of a whole database, as who opens it finds it; raises `sqlite3.Error` for any other file."""
    with tempfile.TemporaryDirectory() as folder:  # looking must not fold a log in
        for ending in ("", *COMPANIONS):
            if Path(f"{path}{ending}").exists():
                shutil.copy(f"{path}{ending}", Path(folder) / f"copy{ending}")
        with closing(sqlite3.connect(Path(folder) / "copy")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], path
            return str(connection.execute("SELECT value FROM facts WHERE key = 'test'").fetchone()[0])


def list_whole(folder: Path) -> list[str]:
    """List the facts of all whole databases under names that an operator finds."""
    files = [path for path in folder.iterdir() if path.name[0] != "." and not path.name.endswith(COMPANIONS)]
    return sorted(read(path) for path in files)


def restore(folder: Path, kill_before: int | None) -> int:
    """Restore in a process that kills itself before that step; returns how many it took, or -1 when it was killed."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        steps = 0

        def step(event: str, arguments: Sequence[Any]) -> None:
            nonlocal steps
            if event in _EVENTS and str(folder) in str(arguments[0]):
                steps += 1
                if steps == kill_before:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(step)
        backup.put_back(folder / "saved.db", folder / "bot.db", lambda left, total: step("open", [folder]))
        os.write(writer, str(steps).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as answer:
        return int(answer.read() or -1)


def try_all(base: Path, stride: int) -> Iterator[dict[str, Any]]:
    """
    Kill two restores in a row at the same step, then let one end; for every step.

    With a `stride` the second one is killed at every so many-th step, too.
    """
    template = base / "template"
    template.mkdir(parents=True)
    upgrade(f"sqlite:///{template / 'saved.db'}")
    note(template / "saved.db", "saved")
    shutil.copy(template / "saved.db", template / "bot.db")
    leave(template / "bot.db", "live")
    shutil.copytree(template, base / "whole")
    steps = restore(base / "whole", None)
    for first in range(1, steps + 1):
        for second in sorted({first, *(range(1, steps + 1, stride) if stride else ())}):
            folder = base / f"{first}-{second}"
            shutil.copytree(template, folder)
            yield {"steps": steps, "first": first, "second": second, **_try_one(folder, (first, second, None))}
            shutil.rmtree(folder)


def _try_one(folder: Path, kills: Sequence[int | None]) -> dict[str, Any]:
    killed, lost, there = 0, Counter[str](), Counter(["live", "saved"])
    for turn, kill in enumerate(kills):
        killed += restore(folder, kill) == -1
        before, there = there, Counter(list_whole(folder))
        lost += before - there
        if kill is not None:
            there[read(folder / "bot.db")] -= 1
            leave(folder / "bot.db", f"written after kill {turn}")
            there[f"written after kill {turn}"] += 1
    hidden = [path.name for path in folder.glob(".*")]
    return {"killed": killed, "lost": [*lost], "end": read(folder / "bot.db"), "hidden": hidden}


if __name__ == "__main__":
    backup._PAGES_AT_ONCE = _PAGES
    for result in try_all(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0):
        print(json.dumps(result), flush=True)
