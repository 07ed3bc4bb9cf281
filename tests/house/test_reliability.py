"""What the reliability page promises is tested where it says."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")


def test_every_named_test_exists() -> None:
    """A promise without its test is none."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) >= 20
    missing = [f"{file}::{name}" for file, name in named if f"def {name}(" not in (ROOT / file).read_text("utf-8")]
    assert missing == []


def test_every_failure_names_a_test() -> None:
    """F1 to F11, each with one or more."""
    rows = {line.split("|")[1].strip(): line for line in PAGE.splitlines() if line.startswith("| F")}
    assert list(rows) == [f"F{number}" for number in range(1, 12)]
    assert all("::test_" in row for row in rows.values())
