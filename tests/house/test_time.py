"""No test measures time: it would fail on a machine that is busy, and pass on a fast one whatever the code does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
FILES = sorted([*TESTS.rglob("*.py"), *TESTS.parent.glob("benchmarks/tests/*.py")])
CLOCKS = frozenset({"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "process_time_ns"})
CLOCKS |= {"thread_time", "thread_time_ns", "time_ns", "default_timer"}
LENGTHS = frozenset({"elapsed", "took", "duration", "seconds_passed", "lasted"})
"""What a measured length of time is called."""
READERS = {
    "tests/test_clock.py": "tests the clock that reads the machine's",
    "tests/journeys/test_cluster.py": "reports how long a take-over took, and demands nothing of it",
    "tests/telegram/conftest.py": "gives the bot a clock, on which its waiting relies",
}
"""Files that may read the machine's clock, and why."""
SHORTEST_WAIT = 30
"""A wait that ends sooner fails on a busy machine; `HANG_SECONDS` is longer."""


def found(source: str) -> list[str]:
    """List what a test file does with time that it must not do."""
    tree = ast.parse(source)
    return [*_asserted(tree), *_hasty(tree)]


def _asserted(tree: ast.AST) -> Iterator[str]:
    """Find assertions on a length of time: on a clock, on what was made of its readings, or on what is called so."""
    measured, plain = _measured(tree), _plain(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and any(
            _is_length(part, measured)
            for compared in ast.walk(node.test)
            if isinstance(compared, ast.Compare) and not _is_order(compared, measured, plain)
            for part in ast.walk(compared)
        ):
            yield f"line {node.lineno}: an assertion on elapsed time"


def _plain(tree: ast.AST) -> frozenset[str]:
    """Give the names that hold a reading of a clock as it is."""
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and _is_reading(node.value)]
    return frozenset(target.id for node in assigned for target in node.targets if isinstance(target, ast.Name))


def _is_order(compared: ast.Compare, measured: frozenset[str], plain: frozenset[str]) -> bool:
    """Whether this only says that something lies between readings as they are: that holds at any speed."""
    return all(
        _is_reading(side)
        or (isinstance(side, ast.Name) and side.id in plain)
        or not (isinstance(side, ast.Constant) or any(_is_length(part, measured) for part in ast.walk(side)))
        for side in (compared.left, *compared.comparators)
    )


def _measured(tree: ast.AST) -> frozenset[str]:
    """Give the names that hold readings of a clock, or lengths of time, and of functions that return them."""
    names: set[str] = set()
    plain = _plain(tree)
    while True:
        before = len(names)
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=targets, value=value) if _reads(value, names, plain):
                    names |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
                case (
                    ast.NamedExpr(target=ast.Name(id=name), value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                    | ast.AugAssign(target=ast.Name(id=name), value=value)
                ) if _reads(value, names, plain):
                    names.add(name)
                case ast.FunctionDef() | ast.AsyncFunctionDef() if any(
                    isinstance(part, ast.Return) and part.value and _reads(part.value, names, plain)
                    for part in ast.walk(node)
                ):
                    names.add(node.name)
                case _:
                    pass
        if len(names) == before:
            return frozenset(names)


def _reads(node: ast.AST, names: set[str], plain: frozenset[str]) -> bool:
    return any(
        _is_measuring(part) or _is_difference(part, plain) or (isinstance(part, ast.Name) and part.id in names)
        for part in ast.walk(node)
    )


def _is_difference(node: ast.AST, plain: frozenset[str]) -> bool:
    """Whether this is the time between a reading of the time of day and another moment; a date made of one is none."""
    match node:
        case ast.BinOp(op=ast.Sub(), right=ast.Call(func=ast.Name(id="timedelta"))):
            return False
        case ast.BinOp(op=ast.Sub(), left=left, right=right):
            return any(_is_reading(side) or (isinstance(side, ast.Name) and side.id in plain) for side in (left, right))
        case _:
            return False


def _is_length(node: ast.AST, measured: frozenset[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in measured or node.id in LENGTHS
    return _is_reading(node) or (isinstance(node, ast.Attribute) and node.attr in LENGTHS)


def _is_reading(node: ast.AST) -> bool:
    """Whether this reads the machine's clock, which a clock under the test's control is not; the time of day too."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr=attr)) if name in (
            "datetime",
            "date",
        ) and attr in ("now", "utcnow", "today"):
            return True
        case _:
            return _is_measuring(node)


def _is_measuring(node: ast.AST) -> bool:
    """Whether this reads a clock of the machine that is good for measuring."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr="time")):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Attribute(attr="get_running_loop")), attr="time")):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="clock"))):
            return False
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in CLOCKS
        case _:
            return False


def _hasty(tree: ast.AST) -> Iterator[str]:
    """Find waits with a bound of their own that is a small number."""
    ignored = {
        call
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Await)
        for call in (node.value.value,)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        bounds = [keyword.value for keyword in node.keywords if keyword.arg == "within"]
        if name == "timeout":
            bounds += node.args[:1]
        if name == "wait_for":
            bounds += [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "timeout")]
        if name in ("wait", "communicate", "join", "run", "check_output") and not (
            name == "wait" and node in ignored  # just a pause: nothing follows from whether it came to its end
        ):
            bounds += [keyword.value for keyword in node.keywords if keyword.arg == "timeout"]
        for bound in bounds:
            if isinstance(bound, ast.Constant) and isinstance(bound.value, int | float) and bound.value < SHORTEST_WAIT:
                yield f"line {node.lineno}: waits for {bound.value} seconds at most, use HANG_SECONDS"


def test_nothing_depends_on_how_fast_the_machine_is() -> None:
    """No assertion on elapsed time, and no wait that a busy machine breaks off."""
    wrong = {str(path.relative_to(TESTS.parent)): found(path.read_text("utf-8")) for path in FILES}
    assert {path: lines for path, lines in wrong.items() if lines} == {}


def test_the_clock_of_the_machine_is_read_where_there_is_a_reason() -> None:
    """Who does not read it cannot measure."""
    readers = {
        str(path.relative_to(TESTS.parent))
        for path in FILES
        if any(_is_measuring(node) for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    }
    assert readers <= READERS.keys()


@pytest.mark.parametrize(
    "source",
    [
        "begun = time.monotonic()\nwork()\nassert time.monotonic() - begun < 2",
        "begin = perf_counter()\nwork()\nspent = perf_counter() - begin\nassert spent < 5",
        "def cost(text):\n    return time.process_time() - begun\nshort, long = cost(1), cost(2)\nassert long < short",
        "loop = asyncio.get_running_loop().time()\nassert asyncio.get_running_loop().time() - loop < 1",
        "assert response.elapsed < 1",
        "assert 0 < took <= 3",
        "await asyncio.wait_for(task, 5)",
        "await asyncio.wait_for(task, timeout=5)",
        "async with asyncio.timeout(0.5):\n    await task",
        "await chat.wait_for(is_alert, within=10)",
        "begin: float = time.monotonic()\nwork()\nspent: float = time.monotonic() - begin\nassert spent < 5",
        "begin = time.monotonic()\nspent = 0.0\nspent += time.monotonic() - begin\nassert spent < 5",
        "begin = datetime.now(UTC)\nwork()\nassert datetime.now(UTC) - begin < timedelta(seconds=5)",
        "assert round((clock.now() - datetime.now(UTC)).total_seconds()) == 0",
        "done, pending = await asyncio.wait(tasks, timeout=2)",
        "out, _ = process.communicate(timeout=5)",
        "process.wait(timeout=5)",
    ],
)
def test_what_must_not_be_is_found(source: str) -> None:
    """In each of the ways in which it was written here."""
    source = source if "await" not in source else f"async def test():\n    {source.replace(chr(10), chr(10) + '    ')}"
    assert len(found(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "assert clock.monotonic() - begun < 2",
        "assert gate.wait(None, Rank.REPLY) == 3.0",
        "assert len(server.calls) < 5",
        "async def test():\n    await asyncio.wait_for(task, HANG_SECONDS)",
        "before = datetime.now(UTC)\nread = clock.now()\nassert before <= read <= datetime.now(UTC)",
        "async def test():\n    await asyncio.wait((gone,), timeout=0.01)",
        "out, _ = process.communicate(timeout=HANG_SECONDS)",
    ],
)
def test_what_may_be_is_left_alone(source: str) -> None:
    """A clock that the test moves, counts, and long waits."""
    assert found(source) == []
