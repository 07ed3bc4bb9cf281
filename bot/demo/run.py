"""
`stichwort demo`: the bot against a Telegram and a newsroom of our own.

With a page until somebody ends it; or headless: a reader subscribes, a paper publishes, the alert arrives, all printed
as a conversation.
"""

import asyncio
import contextlib
import signal
import sys
import textwrap
from collections.abc import Coroutine, Iterator
from datetime import datetime
from typing import NoReturn, TextIO

from bot.demo import stage
from bot.demo.stage import Stage
from bot.demo.telegram_server import people
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson

_NAME_WIDTH = 14
_TEXT_WIDTH = 88


class Printer:
    """Writes lines with time, speaker and text."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def line(self, text: str = "") -> None:
        """Write one line as it is."""
        self._out.write(f"{text}\n")
        self._out.flush()

    def message(self, message: Message) -> None:
        """Write what somebody said; bold is between **asterisks**, buttons are in [brackets]."""
        self.speech(message.at, message.sender.name, message.marked)
        for row in message.buttons:
            self._continue(" ".join(f"[{text}]" for text in row))

    def speech(self, at: float, who: str, text: str) -> None:
        """Write what somebody said at some time."""
        moment = datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")
        lead = f"{moment}  {who:<{_NAME_WIDTH}.{_NAME_WIDTH}}  "
        for paragraph in text.split("\n"):
            for part in textwrap.wrap(paragraph, _TEXT_WIDTH) or [""]:
                self.line((lead + part).rstrip() if lead else self._indented(part))
                lead = ""

    def _continue(self, text: str) -> None:
        self.line(self._indented(text))

    def _indented(self, text: str) -> str:
        return (" " * (8 + 2 + _NAME_WIDTH + 2) + text).rstrip()


_QUERY = "Nordkorea"
_ARTICLE = "kim-putin"


async def perform(stage: Stage, printer: Printer, *, within: float) -> bool:
    """Play it; tell whether the alert came in time."""
    reader = stage.server.person("Anna", language="de")
    failure = ""
    try:
        async with asyncio.timeout(within):
            await stage.bot.start()
            await _while_running(stage, _scenes(stage, printer, reader, within))
    except TimeoutError:
        failure = f"No alert within {within:.0f} s."
    except _BotEndedError as error:
        failure = f"The bot ended with code {error.code}."
    for violation in stage.server.violations:
        printer.line(f"The bot made a call that Telegram would not like: {violation.method}: {violation.detail}")
    if failure:
        printer.line(f"\n{failure} The end of its log:\n\n{stage.bot.tail()}")
    return not failure


async def _scenes(stage: Stage, printer: Printer, reader: SimulatedPerson, patience: float) -> None:
    await stage.server.ready(within=patience)
    await _ask(printer, reader, "/start", patience)
    reply = await _ask(printer, reader, f"/sub {_QUERY}", patience)
    await stage.newsroom.read_by_all(within=patience)
    (entry,) = stage.newsroom.publish_ready(_ARTICLE)
    paper = stage.newsroom.papers[entry.paper]
    printer.speech(entry.at, paper.title, f"(publishes) {entry.title}")
    alert = await reader.chat.wait_for(lambda message: entry.link in message.links, after=reply, within=patience)
    printer.message(alert)
    printer.line(f"\nThe alert came {alert.at - entry.at:.1f} s after publication.")


async def _ask(printer: Printer, reader: SimulatedPerson, text: str, patience: float) -> Message:
    said = reader.say(text)
    printer.message(said)
    reply = await reader.chat.answer_to(said, within=patience)
    printer.message(reply)
    return reply


class _BotEndedError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def _while_running(stage: Stage, scenes: Coroutine[object, object, None]) -> None:
    """Play, but give up at once when the bot ends."""
    playing = asyncio.ensure_future(scenes)
    watching = asyncio.ensure_future(stage.bot.wait())
    try:
        await asyncio.wait({playing, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            raise _BotEndedError(watching.result())
        await playing
    finally:
        for task in (playing, watching):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task


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
