"""`stichwort demo`: the bot against a Telegram and a newsroom of our own."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator

from bot.demo import stage
from bot.demo.play import perform
from bot.demo.printing import Printer

_PATIENCE_SECONDS = 60.0


async def run_demo(headless: bool, port: int) -> int:
    """Run the demo and return the exit code: 0 when the alert came, 1 when it did not."""
    del headless  # until there is a page, a terminal sees the same play
    printer = Printer(sys.stdout)
    with _ended_by_signal():
        try:
            async with stage.set_up(port) as scene:
                if port and scene.server.port != port:
                    printer.line(f"Port {port} is taken.")
                printer.line(f"Telegram at {scene.server.url}, the newsroom at {scene.newsroom.url}\n")
                return 0 if await perform(scene, printer, within=_PATIENCE_SECONDS) else 1
        except asyncio.CancelledError:
            return 1


@contextlib.contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Turn SIGTERM and Ctrl-C into an orderly end, so that the bot is never left behind."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    signals = (signal.SIGTERM, signal.SIGINT)
    for one in signals:
        if task is not None:
            loop.add_signal_handler(one, task.cancel)
    try:
        yield
    finally:
        for one in signals:
            loop.remove_signal_handler(one)
