"""What the house asks of its names and of the page that shows the way to them."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
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
