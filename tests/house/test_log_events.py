"""What the house asks of the log: every event stands in docs/log-events.md with its level, and no other does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "log-events.md"
LEVELS = ("debug", "info", "warning", "error", "critical", "exception", "log")
BY_SERVICE = {"%s.unreachable": "telegram.unreachable", "%s.reachable_again": "telegram.reachable_again"}


def list_logged() -> Iterator[tuple[str, str]]:
    """List every event in the code with its level."""
    for room in ("bot", "storage"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if _is_log_call(node):
                    assert isinstance(node, ast.Call)
                    assert isinstance(node.func, ast.Attribute)
                    for event in _list_names(node.args[0], path):
                        yield BY_SERVICE.get(event, event), node.func.attr


def _is_log_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("_log", "log", "logger")
    )


def _list_names(node: ast.expr, path: Path) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _list_names(node.body, path)
        yield from _list_names(node.orelse, path)
        return
    assert isinstance(node, ast.Constant), f"{path}:{node.lineno}: an event's name is a word in the code"
    yield str(node.value)


def test_every_event_of_the_log_is_explained() -> None:
    """And nothing is explained that does not exist; the level is the code's."""
    rows = re.findall(r"^\| `([a-z_.]+)` \| (\w+) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    explained = [(event, level) for event, level, _ in rows]
    logged = dict(list_logged())
    logged["log.left_out"] = "info"  # as the level of what was left out

    assert len(logged) > 70
    assert sorted(event for event in logged if event not in dict(explained)) == []
    assert sorted(event for event, _ in explained if event not in logged) == []
    assert [row for row in explained if logged[row[0]] != row[1]] == []
    assert len(explained) == len(set(explained))
    assert all(len(words.strip()) > 15 for _, _, words in rows)


def test_every_service_that_can_be_away_is_telegram() -> None:
    """The names above are complete."""
    services = set()
    for path in (ROOT / "bot").rglob("*.py"):
        services |= set(re.findall(r"\bOutage\(\"(\w+)\"|\bOutage\([^)]*service=\"(\w+)\"", path.read_text("utf-8")))
    assert {name for pair in services for name in pair if name} <= {"telegram"}
