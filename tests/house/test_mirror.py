"""Tests mirror the code: who changes a module finds its tests from its name, or in `tests/mirror.toml`."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = tomllib.loads((ROOT / "tests" / "mirror.toml").read_text("utf-8"))
MODULES = sorted(
    path.relative_to(ROOT)
    for room in ("bot", "storage")
    for path in (ROOT / room).rglob("*.py")
    if path.name != "__init__.py" and "migrations" not in path.parts
)
MOST_EXCEPTIONS = 80


def own_tests(module: Path) -> list[Path]:
    """Give where the tests of a module would be; `bot` is the room that has no folder of its own."""
    below = module.relative_to("bot") if module.parts[0] == "bot" else module
    places = [Path("tests") / below.parent]
    if module.parts[0] == "storage":
        places.append(Path("tests") / "contracts")
    return [place / f"test_{module.name}" for place in places]


def is_mirrored(module: Path) -> bool:
    """Whether a module has a test file of its own name."""
    return any((ROOT / test).exists() for test in own_tests(module))


def is_covered(module: Path, entry: str) -> bool:
    """Whether an entry of the table is about a module: it names it, or the folder it is in."""
    return entry == str(module) or (not entry.endswith(".py") and module.is_relative_to(entry))


def test_each_module_has_its_tests_or_a_reason() -> None:
    """In a file of its name, or as the table says; nothing stands in both."""
    entries = [*TABLE["nothing"], *TABLE["through"]]
    missing = [str(module) for module in MODULES if not is_mirrored(module)]

    assert len(MODULES) > 200
    assert [module for module in missing if not any(is_covered(Path(module), entry) for entry in entries)] == []
    assert [entry for entry in entries if entry.endswith(".py") and entry not in missing] == []
    assert len(entries) == len(set(entries)) <= MOST_EXCEPTIONS


def test_the_table_names_files_that_exist_and_gives_reasons() -> None:
    """A folder or module in front, test files or a line of text behind."""
    named = [(entry, test) for entry, tests in TABLE["through"].items() for test in tests]

    assert [entry for entry in TABLE["through"] if not (ROOT / entry).exists()] == []
    assert [
        pair for pair in named if not (ROOT / pair[1]).name.startswith("test_") or not (ROOT / pair[1]).exists()
    ] == []
    assert all(reason.strip() for reason in TABLE["nothing"].values())


def test_benchmarks_import_tests_and_never_the_other_way_round() -> None:
    """Benchmarks use the servers, processes and makers of the tests; their own tests live with them."""
    used = {path for path in (ROOT / "tests").rglob("*.py") if any(_imports(path, "benchmarks"))}

    assert any(_imports(path, "tests") for path in (ROOT / "benchmarks").rglob("*.py"))
    assert [str(path.relative_to(ROOT)) for path in used] == []


def _imports(path: Path, room: str) -> list[str]:
    """List what a file imports of a room, also within functions."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return [name for name in names if name.split(".")[0] == room]
