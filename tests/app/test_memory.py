"""What was read and let go of is no longer held by the process."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from bot.app import memory

PROGRAM = """
import sys
from bot.app import memory

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

if sys.argv[1] == "configured":
    assert memory.configure()
del [bytes(1_000_000) for _ in range(3)][:]  # by itself, the C library takes blocks of this size for small from now on
before, kept = resident(), []
for number in range(100):
    body = bytearray(b"x") * 900_000
    kept.append((body, bytes(2_000 + number)))
kept = [small for _, small in kept]
del body
print(resident() - before)
"""


def test_the_c_library_takes_it() -> None:
    """Where it is glibc."""
    assert memory.configure() is (platform.libc_ver()[0] == "glibc")


def test_documents_that_were_read_take_no_memory() -> None:
    """Also where something small that came with each of them is kept."""
    if platform.libc_ver()[0] != "glibc":
        pytest.skip("the C library is not glibc")
    alone, configured = (
        float(subprocess.run([sys.executable, "-c", PROGRAM, how], check=True, capture_output=True, text=True).stdout)
        for how in ("alone", "configured")
    )
    assert configured < 10 < alone
