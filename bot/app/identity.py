"""
Who this process is, and which of the lease owners it finds are dead.

A lease names machine, process and the moment that process started, so that after kill -9 the next start on the same
machine can tell at once that nobody holds the lease any more.
"""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path
from typing import IO


def name_owner() -> str:
    """Name this process as an owner of leases."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Say whether an owner was a process of this machine that is gone; owners elsewhere are never called dead."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    started = owner.rpartition(":")[2]
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    return _started(int(rest)) != started


def _started(pid: int) -> str:
    """Give when a process started, in clock ticks since boot; "" when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    except FileNotFoundError:
        return "" if Path("/proc/self").exists() else _started_elsewhere(pid)
    except (OSError, IndexError):
        return ""


def _started_elsewhere(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "alive"


def lock_file(path: Path) -> IO[str] | None:
    """Take the lock beside a database file, for as long as the process lives; None when somebody else has it."""
    handle = path.with_name(path.name + ".lock").open("a", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle
