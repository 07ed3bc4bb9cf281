"""What the house asks of its names and of the page that shows the way to them."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bot.core.delivery.delivery import DeliveryState

ROOT = Path(__file__).parents[2]
DELIVERIES = ROOT / "storage" / "deliveries.py"
STATE = re.compile(rf"""(?x) \b state \s* (?: = | <> | != | IN\b ) [^\n]* '(?: {"|".join(DeliveryState)} )'""")
PAGE = ROOT / "docs" / "architecture.md"
ROOMS = ("bot", "storage")


def _classes() -> dict[str, list[str]]:
    modules: dict[str, list[str]] = defaultdict(list)
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef):
                    modules[node.name].append(str(path.relative_to(ROOT)))
    return modules


def test_a_class_name_means_one_thing() -> None:
    """No class name stands in two modules."""
    classes = _classes()

    assert len(classes) > 400
    assert {name: modules for name, modules in classes.items() if len(modules) > 1} == {}


def test_the_map_names_only_what_exists() -> None:
    """Every path on the architecture page leads to a file or folder."""
    named = set(re.findall(r"`((?:bot|storage|tests|docs)(?:/[\w.-]+)+)`", PAGE.read_text("utf-8")))

    assert len(named) > 60
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_the_map_leads_to_every_room() -> None:
    """Each folder below `bot` is named on the architecture page, so that nothing is built beside the map."""
    page = PAGE.read_text("utf-8")
    rooms = [path.parent for path in (ROOT / "bot").glob("*/__init__.py")]

    assert len(rooms) > 8
    assert [room.name for room in rooms if not re.search(rf"bot/{room.name}\b|\b{room.name}\b", page)] == []


def _storage() -> dict[str, str]:
    """Read the modules of storage, but for the one that owns the deliveries, and the migrations."""
    modules = [path for path in sorted((ROOT / "storage").glob("*.py")) if path != DELIVERIES]
    return {path.name: path.read_text("utf-8") for path in modules}


def _inserts(module: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or "insert" not in node.func.id:
            continue
        if any(isinstance(argument, ast.Name) and argument.id == "deliveries" for argument in node.args):
            yield node


def _state_writes(module: ast.Module) -> Iterator[ast.AST]:
    """Find `{"state": DeliveryState.…}` and comparisons of a state with one of `DeliveryState`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            states = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "state"]
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "state":
            # A column is `deliveries.c.state`; a value that was read is anything else.
            is_column = isinstance(node.left.value, ast.Attribute) and node.left.value.attr == "c"
            states = node.comparators if is_column else []
        else:
            continue
        if any("DeliveryState." in ast.unparse(state) for state in states):
            yield node


def test_deliveries_are_inserted_and_changed_in_one_module() -> None:
    """No other module of storage inserts one, sets its state or writes a state into a statement."""
    modules = _storage()
    trees = {name: ast.parse(source) for name, source in modules.items()}

    assert len(modules) > 25
    assert [*_inserts(ast.parse(DELIVERIES.read_text("utf-8")))] != []
    assert [*_state_writes(ast.parse(DELIVERIES.read_text("utf-8")))] != []
    assert {name: len([*_inserts(tree)]) for name, tree in trees.items() if [*_inserts(tree)]} == {}
    assert {name: len([*_state_writes(tree)]) for name, tree in trees.items() if [*_state_writes(tree)]} == {}
    assert {name: found for name, source in modules.items() if (found := STATE.findall(source))} == {}


def _definitions() -> set[str]:
    """List our classes and functions, and methods with their class."""
    names: set[str] = set()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    names.add(node.name)
                if isinstance(node, ast.ClassDef):
                    methods = [part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
                    names |= {f"{node.name}.{method.name}" for method in methods}
    return names


def test_the_page_names_only_code_that_exists() -> None:
    """Every class and method named on the architecture page is there, under this name."""
    named = set(re.findall(r"`([A-Z]\w*[a-z]\w*(?:\.\w+)?)`", PAGE.read_text("utf-8")))

    assert len(named) > 20
    assert sorted(named - _definitions()) == []
