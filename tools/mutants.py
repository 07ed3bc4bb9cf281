"""
Mutation testing: small mistakes put into the code, one at a time, which the tests must find.

    python tools/mutants.py [--sample 300] [--seed 1] [--only TEXT] [--jobs 2] [--list]

mutmut makes the mutants of `bot/core`, `bot/services` and `storage`. Which of them are tried follows from the seed and
from the text of each, so a change elsewhere leaves the sample as it was. Left out is what only words what went wrong,
log calls and `raise` (`[tool.mutmut]` in pyproject.toml).

Each mutant has a process of its own, forked from one that has imported the libraries and nothing of ours; it gets the
changed module from an import hook, and no file is touched. The tests of the module run first, then those that import
it, then the rest of its room (see `tests/mirror.toml`), up to the first failure. On PostgreSQL run only the tests of a
module's own, and only for mutants of `storage` that survive everything else.

A mutant that survives must stand in `tools/mutants.toml` with the reason. The command ends with 1 when one does not, or
when less than 90 per cent were killed.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import hashlib
import importlib
import importlib.util
import os
import signal
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from itertools import islice, repeat
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import libcst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import create_mutations

ROOT = Path(__file__).parents[1]
ROOMS = {"bot/core": 120, "bot/services": 90, "storage": 90}
"""How many mutants of each are tried."""
REASONS = Path(__file__).with_suffix(".toml")
LEAST_KILLED = 0.9
SURVIVED, FAILED, TIMED_OUT = 0, 1, 1_000
OUTCOMES = {SURVIVED: "survived", TIMED_OUT: "timeout"}
TIMEOUT_SECONDS = 1_800.0
"""For all tests of a mutant; one test alone has a minute, so that an endless loop is found out soon."""
LIBRARIES = (
    "pytest hypothesis sqlalchemy.ext.asyncio aiosqlite alembic.command psycopg telegram.ext "
    "aiohttp.web feedparser lxml.html selectolax.lexbor babel.messages apscheduler.schedulers.asyncio "
    "pydantic_settings Stemmer sentencex py3langid trafilatura listparser protego prometheus_client"
).split()
PYTEST = [
    "-o",
    "addopts=",
    "-q",
    "-x",
    "-p",
    "no:randomly",
    "-p",
    "no:cacheprovider",
    "--hypothesis-seed=1",
    "--timeout=60",
]
PYTEST += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # hypothesis is loaded before pytest is asked to


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mistake in one module: a text in the place of another one."""

    path: str
    name: str
    """The function, and the line before and after: what a reason is given for."""
    begin: tuple[int, int]
    end: tuple[int, int]
    """Line and column, the first of each as editors and as Python count."""
    text: str

    def rank(self, seed: int) -> bytes:
        """Give its place in the order in which mutants are chosen."""
        return hashlib.sha256(f"{seed} {self.path} {self.name}".encode()).digest()

    @property
    def code(self) -> str:
        """The whole module with the mistake in it."""
        lines = (ROOT / self.path).read_text("utf-8").splitlines(keepends=True)
        changed = lines[self.begin[0] - 1][: self.begin[1]] + self.text + lines[self.end[0] - 1][self.end[1] :]
        return "".join([*lines[: self.begin[0] - 1], changed, *lines[self.end[0] :]])

    def is_different(self) -> bool:
        """Whether this is a module still, and does something else."""
        try:
            return ast.dump(ast.parse(self.code)) != ast.dump(ast.parse((ROOT / self.path).read_text("utf-8")))
        except SyntaxError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a mutant."""

    mutant: Mutant
    outcome: str
    """`killed`, `timeout`, or `survived`."""
    seconds: float


def main() -> int:
    """Try a sample of mutants, and say which survive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=sum(ROOMS.values()))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a part of a path or of a mutant's name")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--begin", type=int, default=0, help="leave out so many of the sample")
    parser.add_argument("--list", action="store_true", help="show the sample and try nothing")
    options = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))  # where the tests find each other
    wanted = [
        mutant
        for mutant in sample(options.sample, options.seed, options.jobs)
        if options.only in f"{mutant.path} {mutant.name}"
    ]
    wanted = wanted[options.begin :]
    if options.list:
        print(*(f"{mutant.path} {mutant.name}" for mutant in wanted), sep="\n")
        return 0
    preload()
    if not all_pass(wanted):
        return 2
    results = []
    for result in attempt_all(wanted, options.jobs):
        results.append(result)
        print(f"{result.outcome} {result.seconds:.1f}s {result.mutant.path} {result.mutant.name}", flush=True)
    return judge(results)


def sample(number: int, seed: int, jobs: int) -> list[Mutant]:
    """Choose mutants, from each room its share, at most one of each place in the code."""
    chosen: list[Mutant] = []
    with ProcessPoolExecutor(jobs) as pool:
        for room, share in ROOMS.items():
            files = [path for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]
            mutants = [mutant for part in pool.map(make_mutants, files, repeat(seed)) for mutant in part]
            mutants.sort(key=lambda mutant: mutant.rank(seed))
            different = filter(Mutant.is_different, mutants)
            chosen += islice(different, round(number * share / sum(ROOMS.values())))
    return chosen


def make_mutants(path: Path, seed: int) -> list[Mutant]:
    """Make the mutants of a module; of several for one place in the code, the first in the order of choice."""
    source = path.read_text("utf-8")
    module, mutations, _, _ = create_mutations(str(path), source)
    ranges = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    lines = source.splitlines()
    places: dict[libcst.CSTNode, list[Mutant]] = {}
    for mutation in mutations:
        function, place = mutation.contained_by_top_level_function, ranges.get(mutation.original_node)
        if not isinstance(function, libcst.FunctionDef) or not isinstance(place, CodeRange):
            continue
        begin, end, text = place.start, place.end, _write(mutation.mutated_node)
        old = "\n".join(lines[begin.line - 1 : end.line])
        new = lines[begin.line - 1][: begin.column] + text + lines[end.line - 1][end.column :]
        mutant = Mutant(
            path=str(path.relative_to(ROOT)),
            name=f"{function.name.value}: {' '.join(old.split())} => {' '.join(new.split())}",
            begin=(begin.line, begin.column),
            end=(end.line, end.column),
            text=text,
        )
        places.setdefault(mutation.original_node, []).append(mutant)
    return [min(mutants, key=lambda mutant: mutant.rank(seed)) for mutants in places.values()]


def _write(node: libcst.CSTNode) -> str:
    """Write a node without the parentheses around it, which its place in the code does not hold."""
    bare = node.with_changes(lpar=(), rpar=()) if getattr(node, "lpar", ()) else node
    return libcst.Module([]).code_for_node(bare).strip()


def preload() -> None:
    """Import what takes long and is not ours."""
    for name in LIBRARIES:
        importlib.import_module(name)
    ours = [name for name in sys.modules if name.split(".")[0] in ("bot", "storage", "tests")]
    assert not ours, f"imported too early: {ours}"


def list_tests(path: str) -> list[str]:
    """List the test files that concern a module, the likeliest first."""
    room = [Path("tests") / path.removeprefix("bot/").split("/")[0]]
    room += [Path("tests/contracts")] if path.startswith("storage/") else []
    name = path.removesuffix(".py").replace("/", ".")
    files = sorted(str(file) for folder in room for file in folder.rglob("test_*.py"))
    near = [file for file in files if _imports(Path(file), name)]
    return list(dict.fromkeys([*own_tests(path), *near, *files]))


def own_tests(path: str) -> list[str]:
    """List the test files of a module's name, and those that the table of the mirror names instead."""
    mirror = tomllib.loads((ROOT / "tests" / "mirror.toml").read_text("utf-8"))
    below = Path(path.removeprefix("bot/"))
    places = [below.parent, *([Path("contracts")] if path.startswith("storage/") else [])]
    named = [f"tests/{place}/test_{below.name}" for place in places]
    return [file for file in (*named, *mirror["through"].get(path, ())) if Path(file).exists()]


def _imports(file: Path, module: str) -> bool:
    package, _, name = module.rpartition(".")
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module == module or (node.module == package and any(alias.name == name for alias in node.names)))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
    )


def all_pass(mutants: Iterable[Mutant]) -> bool:
    """Run the same tests without any mistake: what fails then kills nothing."""
    everything = sorted({file for mutant in mutants for file in list_tests(mutant.path)})
    run = Run(lambda: run_pytest(everything, on_postgres=()))
    while run.code is None:
        time.sleep(0.1)
        run.look(TIMEOUT_SECONDS)
    if run.code != SURVIVED:
        print(f"the tests fail without any mutant: {run.last_line()}", file=sys.stderr)
    return run.code == SURVIVED


def attempt_all(mutants: Iterable[Mutant], jobs: int) -> Iterator[Result]:
    """Run the tests that concern each mutant, some mutants at a time."""
    waiting, running = list(mutants)[::-1], dict[int, tuple[Mutant, Run]]()
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            run = Run(lambda mutant=mutant: run_mutated(mutant))  # type: ignore[misc]
            running[run.child] = (mutant, run)
        time.sleep(0.05)
        for child, (mutant, run) in list(running.items()):
            run.look(TIMEOUT_SECONDS)
            if run.code is not None:
                del running[child]
                yield Result(mutant=mutant, outcome=OUTCOMES.get(run.code, "killed"), seconds=run.seconds)


class Run:
    """Some work in a process group of its own."""

    def __init__(self, work: Callable[[], int]) -> None:
        self.code: int | None = None
        """How it ended, if it has."""
        self.seconds = 0.0
        self._begun = time.monotonic()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - as long as we are
        self.child = os.fork()
        if self.child == 0:
            self._end_with(work)

    def look(self, timeout: float) -> None:
        """See whether it has ended, and end it when it takes too long."""
        pid, status = os.waitpid(self.child, os.WNOHANG)
        self.seconds = time.monotonic() - self._begun
        if pid:
            self.code = os.waitstatus_to_exitcode(status)
        elif self.seconds > timeout:
            self.code = TIMED_OUT
        if self.code is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child, signal.SIGKILL)
            if not pid:
                os.waitpid(self.child, 0)

    def last_line(self) -> str:
        """Give the end of what it wrote."""
        self._output.seek(0)
        lines = self._output.read().decode(errors="replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "")

    def _end_with(self, work: Callable[[], int]) -> None:
        code = FAILED
        try:
            os.setsid()
            os.dup2(self._output.fileno(), 1)
            os.dup2(self._output.fileno(), 2)
            code = work()
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


def run_mutated(mutant: Mutant) -> int:
    """Run tests with the mistake in place of the module."""
    sys.meta_path.insert(0, Replacing(mutant))
    own = own_tests(mutant.path) if mutant.path.startswith("storage/") else ()
    return run_pytest(list_tests(mutant.path), on_postgres=own)


def run_pytest(files: Sequence[str], *, on_postgres: Collection[str]) -> int:
    """Run tests in the order of these files; no test at all is as good as a success."""
    import pytest

    with tempfile.TemporaryDirectory() as folder:
        code = pytest.main([*PYTEST, f"--basetemp={folder}/tests", *files], [CheapFirst(on_postgres)])
    return SURVIVED if code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else FAILED


class CheapFirst:
    """Leaves PostgreSQL to the end, and runs only the tests of some files there."""

    def __init__(self, on_postgres: Collection[str]) -> None:
        self._on_postgres = on_postgres

    def pytest_configure(self) -> None:
        """Let a random test end with the first example that fails, however long it is."""
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutants", settings(), phases=phases, database=None)
        settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Choose the tests, and order them."""
        kinds = [(item, _database_of(item)) for item in items]
        cheap = [item for item, kind in kinds if kind != "postgresql"]
        dear = [
            item for item, kind in kinds if kind == "postgresql" and item.nodeid.split("::")[0] in self._on_postgres
        ]
        items[:] = [*cheap, *dear]


def _database_of(item: Any) -> str:
    """Give the database on which a test runs, empty when it has no choice and needs no server."""
    values = set(map(str, item.callspec.params.values())) if hasattr(item, "callspec") else set()
    found = next((kind for kind in ("file", "sqlite", "postgresql") if kind in values), "")
    return "postgresql" if not found and any("postgres" in name for name in item.fixturenames) else found


class Replacing(MetaPathFinder):
    """Finds one module of ours with a mistake in it."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._name = mutant.path.removesuffix(".py").replace("/", ".")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Give the changed module under its name."""
        if fullname != self._name:
            return None
        file = str(ROOT / self._mutant.path)
        return importlib.util.spec_from_file_location(fullname, file, loader=Loading(fullname, file, self._mutant.code))


class Loading(SourceFileLoader):
    """Loads a text in place of a file."""

    def __init__(self, fullname: str, path: str, code: str) -> None:
        super().__init__(fullname, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        """Compile the text."""
        return compile(self._code, self.path, "exec", dont_inherit=True)


def judge(results: Sequence[Result]) -> int:
    """Tell how many were killed, and which survived without a reason."""
    reasons = read_reasons()
    counted = Counter(result.outcome for result in results)
    killed = counted["killed"] + counted["timeout"]
    share = killed / max(len(results), 1)
    survivors = [result.mutant for result in results if result.outcome == "survived"]
    unexplained = [mutant for mutant in survivors if f"{mutant.path} {mutant.name}" not in reasons]
    for mutant in unexplained:
        print(f"no test notices, and no reason is given: {mutant.path} {mutant.name}", file=sys.stderr)
    print(f"{killed} of {len(results)} killed ({share:.1%}), {len(survivors) - len(unexplained)} survive for a reason")
    return int(bool(unexplained) or share < LEAST_KILLED)


def read_reasons() -> dict[str, str]:
    """Read why a mutant may survive, by its path and name."""
    survivors = tomllib.loads(REASONS.read_text("utf-8"))["survivor"]
    return {survivor["mutant"]: survivor["reason"] for survivor in survivors}


if __name__ == "__main__":
    sys.exit(main())
