"""What a database URL of the configuration means to the drivers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from sqlalchemy.engine import URL

from bot.core.errors import StorageError

_POSTGRESQL = re.compile(
    r"postgresql://(?:(?P<user>[^:@/]*)(?::(?P<password>.*))?@)?"
    r"(?P<host>\[[^\]]*\]|[^:@/?]*)(?::(?P<port>\d+))?/(?P<name>[^/?@]+)(?:\?(?P<options>[^@]*))?",
    re.DOTALL,
)
_SQLITE = "sqlite://"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the database is."""

    is_sqlite: bool
    path: str
    """SQLite's file; empty: in memory."""
    parts: URL

    @property
    def in_memory(self) -> bool:
        """Tell whether the database ends with the process."""
        return self.is_sqlite and not self.path

    def driven_by(self, driver: str) -> URL:
        """Give the address for one driver."""
        return self.parts.set(drivername=f"{self.parts.drivername}+{driver}")


def read(url: str) -> Address:
    """
    Read a URL of the configuration.

    A password may be written as it is or percent-encoded: the last @ before the host ends it.
    """
    if url.startswith(_SQLITE):
        path = url.removeprefix(_SQLITE).removeprefix("/")
        path = "" if path == ":memory:" else path
        return Address(True, path, URL.create("sqlite", database=path or ":memory:"))
    match = _POSTGRESQL.fullmatch(url)
    if match is None:
        raise StorageError("a database is sqlite:///FILE or postgresql://user:password@host/name")
    found = match.groupdict()
    return Address(
        False,
        "",
        URL.create(
            "postgresql",
            username=unquote(found["user"]) if found["user"] else None,
            password=unquote(found["password"]) if found["password"] else None,
            host=(found["host"] or "").strip("[]") or None,
            port=int(found["port"]) if found["port"] else None,
            database=unquote(found["name"]),
            query=dict(parse_qsl(found["options"] or "")),
        ),
    )
