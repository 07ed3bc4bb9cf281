"""
How long the fault journeys are.

Short in `make test`; as long as real trouble lasts in `make bench PART=faults`, which sets STICHWORT_FAULTS=long.
"""

from __future__ import annotations

import os
from typing import TypeVar

Size = TypeVar("Size", int, float)

LONG = os.environ.get("STICHWORT_FAULTS") == "long"
PATIENCE = 40.0 if LONG else 1.0
"""How much longer a long journey may wait for what it expects."""


def pick(short: Size, long: Size) -> Size:
    """Choose the size of a trouble."""
    return long if LONG else short
