"""How the process asks the C library for memory: what a document took goes back to the system once it was read."""

from __future__ import annotations

import ctypes
import platform

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Numbers of `mallopt(3)`."""
_LARGE = 131_072
_ARENAS = 2


def configure() -> bool:
    """
    Have large blocks come from the system and go back to it; returns whether the C library takes that (glibc only).

    By itself glibc puts blocks of up to 32 MB on the heap once a large one was freed. Between bodies of feeds, of
    which there are nearly two hundred at once, small things then keep the heap as large as it ever was.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    library = ctypes.CDLL(None)
    settings = ((_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE), (_ARENA_MAX, _ARENAS))
    return all(library.mallopt(setting, value) == 1 for setting, value in settings)
