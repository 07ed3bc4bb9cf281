"""One line for each event, without secrets, chats or tracebacks."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable

import pytest

from bot import logs
from tests.app.conftest import own_logging

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
    first, second, third = (tell("x", chat=chat) for chat in (4711, 4711, 4712))

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
