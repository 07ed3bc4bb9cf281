"""
`python -m benchmarks [PART …]`: run one part of the benchmarks, or all of them.

A part is a module here with a function `main() -> None`; `matching-quality` is `matching_quality.py`.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

PARTS = (
    "matching-quality",
    "running",
    "matching",
    "backtest",
    "stories",
    "templates",
    "summaries",
    "polling",
    "fidelity",
    "delivery",
    "hot-topic",
    "faults",
    "cluster",
    "digests",
    "day",
    "fairness",
    "linear",
    "way",
    "private-feeds",
    "status-page",
    "webhook",
    "websub",
    "scale",
    "readers",
)


def main(arguments: list[str]) -> int:
    """Run the parts named, else all; options (with a dash) are left to the part."""
    named = [each for each in arguments if not each.startswith("-")]
    wanted = [each for each in named if each in PARTS] or ([] if named else list(PARTS))
    if not wanted:
        print(f"there is no part {named[0]}; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    sys.argv = [sys.argv[0], *(each for each in arguments if each not in wanted)]
    for part in wanted:
        print(f"== {part}")
        importlib.import_module(f"{Path(__file__).parent.name}.{part.replace('-', '_')}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
