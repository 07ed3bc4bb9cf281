"""One line for each event, without secrets, chats or tracebacks."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable

import pytest

from bot import logs
from bot.logs import INTERVAL, MOST_NOTES, MOST_WARNINGS
from tests.app.conftest import own_logging
from tests.fakes.clock import FakeClock

__all__ = ["own_logging"]

SECRET = 'p"ss w\\rd'
TOKEN = "123456789:AAHfiqksKZ8WmR2zSjiQ7_v4TMAKdiHm9T0"
Tell = Callable[..., str]


@pytest.fixture(params=["text", "json"])
def tell(request: pytest.FixtureRequest) -> Tell:
    """Log an event and give what was written."""
    stream = io.StringIO()
    logs.configure("info", request.param, [SECRET, "abc"], stream)

    def told(event: str, *, level: int = logging.INFO, exc_info: bool = False, **fields: object) -> str:
        stream.seek(0)
        stream.truncate()
        logging.getLogger("bot.test").log(level, event, extra=fields, exc_info=exc_info)
        return stream.getvalue()

    return told


@pytest.mark.parametrize("shape", [str, lambda text: ValueError(f"at {text} it broke")])
@pytest.mark.parametrize("secret", [SECRET, TOKEN, f"https://api.telegram.org/bot{TOKEN}/getMe"])
def test_secrets_are_blotted_out_wherever_they_stand(tell: Tell, secret: str, shape: Callable[[str], object]) -> None:
    """Known ones, and whatever looks like a bot token; quotation marks change nothing."""
    line = tell("feed.failed", why=shape(secret)) + tell(f"trouble with {secret}")

    assert "***" in line
    assert TOKEN not in line
    assert SECRET not in line
    assert json.dumps(SECRET)[1:-1] not in line


def test_chats_and_users_are_hashed(tell: Tell) -> None:
    """The same one has the same name within a run, and it cannot be read."""
    first, second, third = (tell(event, chat=chat) for event, chat in (("x", 4711), ("y", 4711), ("z", 4712)))

    assert "4711" not in first.partition("chat")[2]
    assert first.partition("chat")[2] == second.partition("chat")[2] != third.partition("chat")[2]


def test_an_exception_is_one_line(tell: Tell) -> None:
    """Whatever its text; there is no traceback."""
    try:
        raise ValueError("first\nsecond")
    except ValueError as error:
        lines = tell("x", error=error), tell("y", level=logging.ERROR, exc_info=True)

    for line in lines:
        assert line.count("\n") == 1
        assert "ValueError: first second" in line
        assert "Traceback" not in line


def test_every_event_is_one_line(tell: Tell) -> None:
    """Also with line breaks in it or its fields."""
    assert tell("a\nb", why="c\nd").count("\n") == 1


def test_json_keeps_fields_as_they_are() -> None:
    """Numbers stay numbers."""
    stream = io.StringIO()
    logs.configure("info", "json", (), stream)
    logging.getLogger("bot.test").info("feed.met", extra={"feed": 3, "share": 0.5, "is_new": True, "why": None})

    line = json.loads(stream.getvalue())
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "info", "event": "feed.met", "feed": 3, "share": 0.5, "is_new": True, "why": None}


def test_text_quotes_what_has_spaces() -> None:
    """So that a line can be taken apart."""
    stream = io.StringIO()
    logs.configure("info", "text", (), stream)
    logging.getLogger("bot.test").info("feed.met", extra={"why": "one two", "empty": "", "feed": 3})

    assert stream.getvalue().rstrip().endswith('INFO    feed.met why="one two" empty="" feed=3')


def test_the_level_holds_and_libraries_are_quiet() -> None:
    """Their chatter names addresses."""
    stream = io.StringIO()
    logs.configure("warning", "text", (), stream)
    logging.getLogger("bot.test").info("not shown")
    logging.getLogger("apscheduler.scheduler").warning("not shown")
    logging.getLogger("bot.test").warning("shown")

    assert stream.getvalue().count("\n") == 1


@pytest.fixture
def lines(clock: FakeClock) -> Callable[[], list[str]]:
    """Configure a log whose time is the clock's; gives what was written since the last call, without the time."""
    stream = io.StringIO()
    logs.configure("info", "text", (), stream, clock.monotonic)

    def written() -> list[str]:
        text = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        return [line.partition(" ")[2] for line in text.splitlines()]

    return written


def test_the_same_event_is_written_once_in_an_interval_and_counted(
    lines: Callable[[], list[str]], clock: FakeClock
) -> None:
    """The count comes with the next line of anybody, and then the event may come again."""
    log = logging.getLogger("bot.test")
    for _ in range(1_000):
        log.warning("poll.slow", extra={"feed": 3})
    assert lines() == ["WARNING poll.slow feed=3"]

    clock.move(seconds=INTERVAL)
    log.info("feed.met")
    log.warning("poll.slow", extra={"feed": 3})
    assert lines() == [
        "WARNING log.left_out what=poll.slow count=999 seconds=60.0",
        "INFO    feed.met",
        "WARNING poll.slow feed=3",
    ]


def test_one_event_does_not_hide_another(lines: Callable[[], list[str]]) -> None:
    """What differs in a field, in its level or in its name is news, up to a bound."""
    log = logging.getLogger("bot.test")
    for feed in range(1, 2_001):
        log.warning("feed.failing", extra={"feed": feed})
        log.info("feed.met", extra={"feed": feed})
    log.error("feed.failing", extra={"feed": 1})
    log.warning("feed.died", extra={"feed": 1})
    log.warning("feed.died", extra={"feed": 2})

    told = lines()
    assert told[:2] == ["WARNING feed.failing feed=1", "INFO    feed.met feed=1"]
    assert sum("feed.failing" in line for line in told) == MOST_WARNINGS
    assert sum("feed.met" in line for line in told) == MOST_NOTES
    assert sum("feed.died" in line for line in told) == 2


def test_what_a_library_repeats_with_another_number_is_the_same_event(lines: Callable[[], list[str]]) -> None:
    """Addresses and descriptors stand in the text there."""
    for number in range(5_000):
        try:
            raise OSError(24, f"Too many open files: {number}")
        except OSError:
            logging.getLogger("asyncio").exception("accept() failed on <Socket fd=%d at 0x7f%x>", number, number)
    logging.getLogger().handlers[0].close()

    first, last = lines()
    assert first.startswith("ERROR   accept() failed on <Socket fd=0 at 0x7f0>")
    assert last.startswith('ERROR   log.left_out what="accept() failed on <Socket fd=# at #>" count=4999')


def test_texts_without_end_do_not_fill_the_memory(lines: Callable[[], list[str]], clock: FakeClock) -> None:
    """Beyond 250 names they count as one event; when they are over, names are told apart again."""
    log, letters = logging.getLogger("library"), "abcdefghijklmnop"
    for number in range(5_000):
        log.warning("".join(letters[int(digit, 16)] for digit in f"{number:x}"))
    assert len(lines()) == 250 + MOST_WARNINGS

    clock.move(seconds=INTERVAL)
    log.warning("something else")
    assert lines() == [
        'WARNING log.left_out what="events of many names" count=4730 seconds=60.0',
        "WARNING something else",
    ]


def test_a_count_is_told_when_nothing_else_is_logged(
    lines: Callable[[], list[str]], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A timer sees to it, once for all that was left out."""
    started: list[Callable[[], None]] = []

    class Timer:
        daemon = False

        def __init__(self, seconds: float, call: Callable[[], None]) -> None:
            assert seconds == INTERVAL
            started.append(call)

        def start(self) -> None:
            """Run when the test says so."""

    monkeypatch.setattr(logs.threading, "Timer", Timer)
    for event in ("one", "two", "one", "two", "one"):
        logging.getLogger("bot.test").warning(event)
    assert lines() == ["WARNING one", "WARNING two"]
    clock.move(seconds=INTERVAL)
    (on_time,) = started
    on_time()

    assert [line.split(" what=")[1] for line in lines()] == ["one count=2 seconds=60.0", "two count=1 seconds=60.0"]
    assert len(started) == 1
