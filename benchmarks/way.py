"""
How long the way through the code is: functions and files entered for one article and for one `/sub`.

The real bot runs with a profiler that is switched on by a signal. What it also enters while nothing happens (its loops)
is counted on its own; each figure is given with that and without. Reading a feed happens in a worker process and is
not counted.

`python -m benchmarks way [--list]`: with `--list` the functions are printed, file by file.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from benchmarks.fairness.databases import SQLITE, Database
from benchmarks.fairness.stage import Stage, open_stage
from bot.demo.telegram_server.server import Server

ROOT = Path(__file__).parents[1]
_OUTPUT = "WAY_FILE"
_IDLE_SECONDS = 5.0
_KEYWORD = "Seilbahn"

Functions = frozenset[tuple[str, str]]
"""File (from the root of the checkout) and qualified name."""


class Profiler:
    """Notes which of our functions are entered between two signals."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._seen: set[tuple[str, str]] = set()
        self._roots = (f"{ROOT}/bot/", f"{ROOT}/storage/")

    def start(self, *_: object) -> None:
        """Begin anew."""
        self._seen = set()
        threading.setprofile(self._enter)
        sys.setprofile(self._enter)

    def stop(self, *_: object) -> None:
        """Stop, and write down what was seen; the file appears whole."""
        sys.setprofile(None)
        threading.setprofile(None)
        draft = self._output.with_suffix(".draft")
        draft.write_text(json.dumps(sorted(self._seen)))
        draft.replace(self._output)

    def _enter(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(self._roots):
            self._seen.add((code.co_filename.removeprefix(f"{ROOT}/"), code.co_qualname.split(".<locals>")[0]))


async def _watch(stage: Stage, output: Path, action: asyncio.Future[object] | None) -> Functions:
    pid = stage.bot.pid
    assert pid is not None
    os.kill(pid, signal.SIGUSR1)
    await (asyncio.sleep(_IDLE_SECONDS) if action is None else action)
    os.kill(pid, signal.SIGUSR2)
    seen = json.loads(await asyncio.to_thread(_take, output))
    return frozenset((file, name) for file, name in seen if "<" not in name.split(".")[-1])


def _take(output: Path) -> str:
    """Wait for what the profiler wrote down, and remove the file for the next time."""
    while not output.exists():
        time.sleep(0.05)
    text = output.read_text("utf-8")
    output.unlink()
    return text


async def _measure() -> Mapping[str, Functions]:
    with tempfile.TemporaryDirectory(prefix="way-") as folder:
        output = Path(folder, "seen.json")
        environment = {_OUTPUT: str(output)}
        database = Database(kind=SQLITE, url="sqlite:///bot.db")
        async with open_stage(database, module="benchmarks.way", environment=environment) as stage:
            server: Server = stage.server
            anna = server.person("Anna", language="de")
            await anna.ask("/start", within=30)

            async def publish() -> None:
                last = anna.chat.transcript[-1]
                stage.feeds.publish("daily", f"{_KEYWORD} am Berg steht still", "Die Bahn fährt am Montag wieder.")
                await anna.chat.wait_for(lambda message: "steht still" in message.text, within=30, after=last)

            idle = await _watch(stage, output, None)
            subscribed = await _watch(stage, output, asyncio.ensure_future(anna.ask(f"/sub {_KEYWORD}", within=30)))
            alerted = await _watch(stage, output, asyncio.ensure_future(publish()))
    return {
        "nothing happens": idle,
        "/sub to its answer": subscribed,
        "/sub to its answer, loops left out": subscribed - idle,
        "fetch to send": alerted,
        "fetch to send, loops left out": alerted - idle,
    }


def main() -> None:
    """Measure and print."""
    for label, functions in asyncio.run(_measure()).items():
        files: dict[str, list[str]] = defaultdict(list)
        for file, name in functions:
            files[file].append(name)
        print(f"{label}: {len(functions)} functions in {len(files)} files")
        if "--list" in sys.argv:
            for file, names in sorted(files.items()):
                print(f"  {file}: {', '.join(sorted(names))}")


if __name__ == "__main__":
    # The bot itself, with a profiler: `python -m benchmarks.way run --config FILE`.
    profiler = Profiler(Path(os.environ[_OUTPUT]))
    signal.signal(signal.SIGUSR1, profiler.start)
    signal.signal(signal.SIGUSR2, profiler.stop)
    from bot.cli.main import main as run_bot

    sys.exit(run_bot())
