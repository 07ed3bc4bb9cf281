"""What the list of politeness claims, there is a test for."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
TABLE = TESTS.parent / "docs" / "politeness.md"


def test_every_rule_names_tests_that_exist() -> None:
    """Each row from P01 to P25 names at least one test of its number, and no test that is not there."""
    rows = dict(re.findall(r"^\| (P\d\d) \|(.*)$", TABLE.read_text("utf-8"), re.MULTILINE))
    there = {
        name
        for folder in (TESTS, TESTS.parent / "benchmarks" / "tests")
        for path in folder.glob("**/test_*.py")
        for name in re.findall(r"def (test_\w+)\(", path.read_text("utf-8"))
    }
    assert list(rows) == [f"P{number:02}" for number in range(1, 26)]
    for number, row in rows.items():
        named = re.findall(r"`(test_\w+)`", row)
        assert any(number.lower() in name for name in named), number
        assert set(named) <= there, number
