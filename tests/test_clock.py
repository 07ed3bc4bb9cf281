"""The wall clock and the file that moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import WallClock


def is_off_by(clock: WallClock, seconds: float) -> bool:
    """Say whether a clock is off by so much: what it reads lies between two readings of the machine's."""
    before = datetime.now(UTC)
    read = clock.now() - timedelta(seconds=seconds)
    return before <= read <= datetime.now(UTC)


def test_without_a_file_it_is_the_machines_clock() -> None:
    """And seconds only run forward."""
    clock = WallClock()

    assert not clock.reread()
    assert is_off_by(clock, 0)
    assert clock.monotonic() <= clock.monotonic()


def test_the_file_moves_it_when_it_is_read_again(tmp_path: Path) -> None:
    """There and back, and a file that is gone moves nothing."""
    file = tmp_path / "clock"
    file.write_text("3600\n")
    clock = WallClock(file)
    assert is_off_by(clock, 3600)

    file.write_text("-86400.5")
    assert is_off_by(clock, 3600)
    assert clock.reread()
    assert is_off_by(clock, -86400.5)
    assert not clock.reread()
    file.unlink()
    assert clock.reread()
    assert is_off_by(clock, 0)


@pytest.mark.parametrize("text", ["soon", "nan", "inf", "1e12", "1e300", "-9e10", "12 13", "ü"])
def test_nonsense_changes_nothing(tmp_path: Path, text: str) -> None:
    """The bot goes on with the time it had, and can still count with it."""
    file = tmp_path / "clock"
    file.write_text("60")
    clock = WallClock(file)
    file.write_text(text, "utf-8")

    assert not clock.reread()
    assert is_off_by(clock, 60)
    assert clock.now() + timedelta(days=365) > clock.now()


def test_an_empty_file_is_no_offset(tmp_path: Path) -> None:
    """As if it were not there."""
    file = tmp_path / "clock"
    file.write_text("\n")

    assert is_off_by(WallClock(file), 0)
