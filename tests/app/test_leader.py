"""Who holds a lease, and whether he still lives."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from bot.app import leader


def test_a_living_process_is_not_dead() -> None:
    """This one, and another."""
    assert not leader.is_dead(leader.name_owner())


def test_a_process_that_ended_is_dead_also_before_it_is_collected() -> None:
    """A zombie holds nothing."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = f"{socket.gethostname()}:{child.pid}:{leader._started(child.pid)}"
    assert not leader.is_dead(owner)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert leader.is_dead(owner)
    child.communicate()
    assert leader.is_dead(owner)


def test_a_number_that_was_given_out_again_is_another_process() -> None:
    """The moment of the start tells them apart."""
    assert leader.is_dead(f"{socket.gethostname()}:{os.getpid()}:1")


def test_owners_elsewhere_or_of_another_shape_are_never_called_dead() -> None:
    """Nobody here can know."""
    for owner in ("elsewhere:1:1", "x", "", f"{socket.gethostname()}:none:1"):
        assert not leader.is_dead(owner)


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    """And free when its holder lets go."""
    first = leader.lock_file(tmp_path / "bot.db")
    assert first is not None
    assert leader.lock_file(tmp_path / "bot.db") is None
    first.close()
    again = leader.lock_file(tmp_path / "bot.db")
    assert again is not None
    again.close()
