"""`stichwort demo`: the bot against a Telegram and a newsroom of our own."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from typing import NoReturn

from bot.demo import stage
from bot.demo.headless import Printer, perform
from bot.demo.stage import Stage
from bot.demo.telegram_server import people

_PATIENCE_SECONDS = 60.0


async def run_demo(headless: bool, port: int) -> int:
    """
    Run the demo and return the exit code.

    Headless it is 0 when the alert came and 1 when it did not; with the page it is 0 after Ctrl-C.
    """
    printer = Printer(sys.stdout)
    with _ended_by_signal():
        try:
            async with stage.set_up(port) as scene:
                if port and scene.server.port != port:
                    printer.line(f"Port {port} is taken.")
                if not headless:
                    await _serve(scene, printer)
                printer.line(f"Telegram at {scene.server.url}, the newsroom at {scene.newsroom.url}\n")
                return 0 if await perform(scene, printer, within=_PATIENCE_SECONDS) else 1
        except asyncio.CancelledError:
            return 1 if headless else 0


async def _serve(scene: Stage, printer: Printer) -> NoReturn:
    """Serve the page until somebody ends it; whatever happens to the bot is shown there."""
    people.enter(scene.server.world)
    await scene.bot.start()
    printer.line(f"Open {scene.server.url} in a browser. Ctrl-C ends the demo.")
    await asyncio.Event().wait()
    raise AssertionError("only a signal ends the page")


@contextlib.contextmanager
def _ended_by_signal() -> Iterator[None]:
    """
    Turn SIGTERM, Ctrl-C and a terminal that closes into an orderly end, so that the bot is never left behind.

    Closing a terminal may send several: those after the first change nothing any more, also while Python ends.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    signals = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup it is to outlive its terminal
        signals.append(signal.SIGHUP)
    told = list[signal.Signals]()

    def end(sign: signal.Signals) -> None:
        if not told and task is not None:
            task.cancel()
        told.append(sign)

    for one in signals:
        loop.add_signal_handler(one, end, one)
    try:
        yield
    finally:
        if told:  # from here on Python itself would end at once, and with another code
            signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        for one in signals:
            loop.remove_signal_handler(one)
