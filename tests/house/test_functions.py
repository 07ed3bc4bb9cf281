"""How long a function may be, how much it may be given, and who may assign an attribute."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_LINES = 60
MOST_PARAMETERS = 8
Definition = ast.FunctionDef | ast.AsyncFunctionDef

FOREIGN: Mapping[tuple[str, str], str] = {
    ("bot/feeds/feed_lists.py", "etree.SubElement(head, 'title').text"): "lxml takes the text of an element so",
    ("bot/feeds/feed_lists.py", "etree.SubElement(head, 'dateCreated').text"): "lxml",
    ("bot/feeds/parse.py", "feedparser.api.PREFERRED_XML_PARSERS"): "feedparser has no other way to choose a parser",
    ("bot/feeds/prescan.py", "self._parser."): "expat takes its options and handlers so",
    ("bot/feeds/sitemap.py", "self._parser."): "expat",
    ("bot/feeds/xml_reader.py", "self._parser."): "expat",
    ("bot/feeds/worker.py", "sys.stdout"): "what libraries print must not reach the pipe",
    ("bot/web/private_feeds.py", "element.text"): "lxml",
    ("bot/logs.py", "self._timer.daemon"): "threading.Timer takes it nowhere else",
    ("storage/engine.py", "connection._thread.daemon"): "aiosqlite offers no option for it",
}
"""Attributes of objects of other libraries, and why; a name that ends with a dot stands for all of that object's."""

TOO_LARGE: Mapping[str, int] = {}
"""How many too large functions and classes a module still has; the number may only fall."""

ASSIGNED: Mapping[str, int] = {}
"""How many attributes of other objects a module still assigns; the number may only fall."""


def _modules() -> Iterator[tuple[str, ast.Module]]:
    """Parse our modules, but for the demo, whose simulated Telegram is a world that its events change."""
    for room in ("bot", "storage"):
        for path in sorted((ROOT / room).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if not name.startswith("bot/demo/"):
                yield name, ast.parse(path.read_text("utf-8"))


def _count_parameters(function: Definition) -> int:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return sum(argument.arg not in ("self", "cls") for argument in named)


def _count_collaborators(made: ast.ClassDef, module: str) -> int:
    """Count what a dataclass is given; a record, which has no coroutine, may be as wide as what it records."""
    is_dataclass = any("dataclass" in ast.unparse(decorator) for decorator in made.decorator_list)
    does_something = any(isinstance(node, ast.AsyncFunctionDef) for node in made.body) or module.startswith("bot/app/")
    fields = [node.target for node in made.body if isinstance(node, ast.AnnAssign)]
    given = sum(isinstance(field, ast.Name) and not field.id.startswith("_") for field in fields)
    return given if is_dataclass and does_something else 0


def _is_too_large(node: ast.AST, module: str) -> bool:
    if isinstance(node, Definition):
        lines = (node.end_lineno or 0) - node.lineno + 1
        return lines > MOST_LINES or _count_parameters(node) > MOST_PARAMETERS
    return isinstance(node, ast.ClassDef) and _count_collaborators(node, module) > MOST_PARAMETERS


def _assigned(node: ast.AST) -> Iterator[str]:
    """Name the attributes of other objects that a statement assigns or deletes."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "object.__setattr__"):
        yield ast.unparse(node)
    if not isinstance(node, ast.Attribute) or isinstance(node.ctx, ast.Load):
        return
    if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
        yield ast.unparse(node)


def _is_foreign(module: str, attribute: str) -> bool:
    return any(
        module == known_module and (attribute == known or (known.endswith(".") and attribute.startswith(known)))
        for known_module, known in FOREIGN
    )


def test_a_function_fits_on_a_screen_and_is_given_little() -> None:
    """At most 60 lines and 8 parameters; a dataclass that does something has at most 8 collaborators."""
    found = Counter(name for name, module in _modules() for node in ast.walk(module) if _is_too_large(node, name))

    assert dict(found) == TOO_LARGE


def test_no_attribute_is_assigned_from_outside() -> None:
    """An object gets everything when it is made, and changes only itself."""
    found = Counter(
        name
        for name, module in _modules()
        for node in ast.walk(module)
        for attribute in _assigned(node)
        if not _is_foreign(name, attribute)
    )

    assert dict(found) == ASSIGNED


def test_every_reason_is_still_needed() -> None:
    """A library's attribute that nobody assigns any more is no exception any more."""
    assigned = {
        (name, attribute) for name, module in _modules() for node in ast.walk(module) for attribute in _assigned(node)
    }
    unused = [
        known
        for known in FOREIGN
        if not any(module == known[0] and attribute.startswith(known[1]) for module, attribute in assigned)
    ]

    assert unused == []
