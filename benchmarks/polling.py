"""
What polling thousands of feeds costs, beside what one gets from the usual libraries as they come.

Two thousand feeds on loopback addresses; seven in ten answer 304, every other has exactly one new entry. Fetching and
reading only, in CPU seconds of all processes of the client; the server is a process of its own and does not count. Then
10,000 feeds over ten hours on a clock that is moved by hand: how evenly they are asked. The plot goes to docs/plots.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import fair_polling, feed_servers
from benchmarks.pollers import POLLERS

FEEDS, RIVALS_FEEDS, ROUNDS = 2_000, 400, 2
PORT = 18_117
PLOT = Path(__file__).parents[1] / "docs" / "plots" / "polling.png"


def main() -> None:
    """Measure every poller in turn, so many rounds, and give the best round of each; then the fake clock."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=FEEDS)
    parser.add_argument("--rivals-feeds", type=int, default=RIVALS_FEEDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--plot", type=Path, default=PLOT)
    options = parser.parse_args()
    results: dict[str, dict[str, Any]] = {}
    with feed_servers.open_servers(max(options.feeds, options.rivals_feeds), PORT):
        for _ in range(options.rounds):
            for name in POLLERS:
                feeds = options.feeds if name == "Stichwort" else options.rivals_feeds
                measured = _measure(name, feeds)
                _print(measured)
                if name not in results or measured["cpu_ms"] < results[name]["cpu_ms"]:
                    results[name] = measured
    ours = results["Stichwort"]
    best = min(each["cpu_ms"] for name, each in results.items() if name != "Stichwort")
    print(f"\nthe better of the two takes {best / ours['cpu_ms']:.1f} times our CPU time\n")
    _draw(results, fair_polling.main(), options.plot)


def _measure(name: str, feeds: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.pollers", name, str(feeds), str(PORT)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    assert found["changed"] == feed_servers.count_changed(feeds), found
    return found


def _print(one: dict[str, Any]) -> None:
    print(
        f"{one['name']:<22}{one['feeds']:>6,} feeds  {one['cpu_ms']:>7.2f} ms CPU per feed (main process"
        f" {one['main_cpu_ms']:.2f})  {one['feeds'] / one['wall']:>6.0f} feeds/s  loop late p99"
        f" {one['lag_p99_ms']:>7.1f} ms  grew {one['growth_mb']:>4.0f} MB  all {one['all_mb']:>4.0f} MB",
        flush=True,
    )


def _draw(results: dict[str, dict[str, Any]], minutes: list[int], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4))
    names = list(results)
    bars = left.barh(names, [results[name]["cpu_ms"] for name in names], color=["tab:blue", "tab:gray", "tab:gray"])
    left.bar_label(bars, fmt="%.1f", padding=3)
    left.invert_yaxis()
    left.set(xlabel="CPU ms per polled feed", title="Fetch and read: 70 % 304, else one new entry")
    left.margins(x=0.15)
    right.plot(minutes, linewidth=0.8)
    right.set(xlabel="minute", ylabel="polls", title="10,000 feeds every 15 minutes, added together")
    right.set_ylim(0, max(minutes[1:]) * 1.3)
    right.grid(visible=True, alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


if __name__ == "__main__":
    main()
