"""What the house asks of its files."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for room in ("bot", "storage") for path in (ROOT / room).rglob("*.py") if "versions" not in path.parts
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_source_file_has_at_most_500_lines_and_says_what_lives_in_it(path: Path) -> None:
    """Anybody can read a file in one go and knows from its first line what to expect."""
    text = path.read_text("utf-8")

    assert len(text.splitlines()) <= 500
    assert ast.get_docstring(ast.parse(text)), "the module docstring is missing"


def test_documents_link_only_to_files_that_exist() -> None:
    """A link in the documentation leads somewhere."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
        if not target.startswith(("http:", "https:", "mailto:")) and not (document.parent / target).exists()
    ]

    assert documents
    assert not dead


def test_the_makefile_has_at_most_ten_targets_of_one_line() -> None:
    """What can be done here fits on one screen."""
    lines = [line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if line]
    targets = [line for line in lines if re.match(r"[a-z]+:", line)]

    assert len(targets) <= 10
    assert len(lines) == len(targets) + 1, "every line but .PHONY is a target with its command"


def test_lock_files_name_no_registry() -> None:
    """The pinned requirements work with whatever registry a machine uses."""
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text


def test_decision_records_are_short() -> None:
    """A decision is a question, a choice, and what was refused: at most 40 lines."""
    for path in (ROOT / "docs" / "decisions").glob("*.md"):
        assert len(path.read_text("utf-8").splitlines()) <= 40, path.name
