"""What `make mutants` tries, and what it lets survive."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from tools import mutants

ROOT = Path(__file__).parents[2]
SURVIVORS = tomllib.loads((ROOT / "tools" / "mutants.toml").read_text("utf-8"))["survivor"]
MODULE = ROOT / "bot" / "core" / "delivery" / "rules.py"


def test_what_may_survive_is_still_in_the_code() -> None:
    """A reason for a line that was rewritten since is taken out."""
    gone = []
    for survivor in SURVIVORS:
        path, _, rest = survivor["mutant"].partition(" ")
        line = rest.partition(": ")[2].partition(" => ")[0]
        if " ".join(line.split()) not in " ".join((ROOT / path).read_text("utf-8").split()):
            gone.append(survivor["mutant"])
        assert survivor["reason"].strip(), survivor["mutant"]
    assert gone == []


def test_a_mutant_is_a_module_with_one_mistake_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are different modules, and the same ones for the same seed."""
    monkeypatch.chdir(ROOT)
    made = [mutant for mutant in mutants.make_mutants(MODULE, 1) if mutant.is_different()]
    source = MODULE.read_text("utf-8")

    assert len(made) > 50
    assert len({mutant.code for mutant in made}) > 0.9 * len(made)
    assert all(ast.parse(mutant.code) and mutant.code != source for mutant in made)
    assert made == [mutant for mutant in mutants.make_mutants(MODULE, 1) if mutant.is_different()]
    assert {mutant.rank(1) for mutant in made}.isdisjoint(mutant.rank(2) for mutant in made)


def test_the_tests_of_a_module_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own file, then what imports it, then its room; contracts for `storage` alone."""
    monkeypatch.chdir(ROOT)
    own, *others = mutants.list_tests("bot/core/delivery/rules.py")

    assert own == "tests/core/delivery/test_rules.py"
    assert "tests/core/test_story.py" in others
    assert not [file for file in others if not file.startswith("tests/core/")]
    assert mutants.list_tests("storage/outbox.py")[0] == "tests/contracts/test_outbox.py"
    assert mutants.list_tests("bot/core/query/lexer.py")[0] == "tests/core/query/test_parser.py"
