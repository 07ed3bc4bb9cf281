"""
Whether anybody has to wait for somebody else: the real bot process under crowds, floods, bursts and hostile input.

`python -m benchmarks fairness [--only burst,crowd] [--database sqlite|postgresql]`. Every scenario is a module in
`scenarios/`; it starts a `stage.Stage` (our strict Bot API server, a server of feeds, the bot as its own process) and
returns rows with a figure and its bound. The command prints one table and exits 1 when a bound is not met.
"""

from benchmarks.fairness.command import main

__all__ = ["main"]
