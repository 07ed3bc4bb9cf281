"""
Four processes on one PostgreSQL, of which any one is killed at random, sixty times; and the same articles on SQLite.

The long form of the journey `tests/journeys/test_cluster.py`; it takes some ten minutes.
"""

from benchmarks import faults


def main() -> None:
    """Run the journey, and let it show what it counted."""
    faults.run(["cluster"])


if __name__ == "__main__":
    main()
