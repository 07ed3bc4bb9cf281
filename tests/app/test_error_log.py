"""What is kept of the errors in the log."""

from __future__ import annotations

import logging

from bot.app.error_log import ErrorLog, recorded
from tests.fakes.clock import FakeClock


def write(errors: ErrorLog, event: str, error: BaseException | None = None, name: str = "bot.services.sender") -> None:
    """Log an error."""
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, event, None, None)
    if error is not None:
        record.error = error
    errors.handle(record)


def test_errors_are_counted_by_event_and_class_without_their_texts(clock: FakeClock) -> None:
    """A text may quote an article or a token; libraries write any text, so only their logger is named."""
    errors = ErrorLog(clock)
    assert errors.find_last() is None
    write(errors, "delivery.failed", OSError("secret"))
    clock.move(minutes=1)
    write(errors, "delivery.failed", OSError("another"))
    write(errors, "Task exception was never retrieved: secret", name="asyncio")

    last = errors.find_last()
    assert last is not None
    assert (last.event, last.cause, last.count) == ("asyncio", "", 1)
    first = errors.list_untold()[0]
    assert (first.event, first.cause, first.count, first.last_at) == ("delivery.failed", "OSError", 2, clock.now())
    assert "secret" not in repr(errors.list_untold())


def test_what_was_logged_while_somebody_was_told_is_told_next_time(clock: FakeClock) -> None:
    """And the last error of all stays known."""
    errors = ErrorLog(clock)
    write(errors, "sender.failed")
    told = errors.list_untold()
    write(errors, "sender.failed")
    errors.told(told)
    assert [error.count for error in errors.list_untold()] == [1]
    errors.told(errors.list_untold())
    assert errors.list_untold() == ()
    last = errors.find_last()
    assert last is not None
    assert last.count == 2


def test_kinds_of_errors_are_bounded(clock: FakeClock) -> None:
    """An event with a number in its name fills no memory."""
    errors = ErrorLog(clock)
    for number in range(1000):
        write(errors, f"broken.{number}")
    kinds = errors.list_untold()
    assert len(kinds) <= 51
    assert sum(error.count for error in kinds) == 1000


def test_errors_of_the_whole_process_are_counted_and_warnings_are_not(clock: FakeClock) -> None:
    """From the opening to the close."""
    log = logging.getLogger("storage.engine")
    with recorded(clock) as errors:
        log.warning("only a warning")
        try:
            raise ValueError("why")
        except ValueError:
            log.exception("store.failed")
    log.error("after the end")
    assert [(error.event, error.cause, error.count) for error in errors.list_untold()] == [
        ("store.failed", "ValueError", 1)
    ]
