"""Says what an operator can do about a database that fails, in words to stand behind the driver's own."""

from __future__ import annotations

import errno
import re
import sqlite3

import psycopg

_SQLITE = {
    sqlite3.SQLITE_PERM: "writable",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_READONLY: "writable",
    sqlite3.SQLITE_IOERR: "room",
    sqlite3.SQLITE_CORRUPT: "damage",
    sqlite3.SQLITE_FULL: "room",
    sqlite3.SQLITE_CANTOPEN: "writable",
    sqlite3.SQLITE_NOTADB: "other",
}
_POSTGRESQL = {
    "25006": "standby",
    "28000": "credentials",
    "28P01": "credentials",
    "3D000": "credentials",
    "42501": "rights",
    "53100": "room",
    "53300": "connections",
    "57P03": "wait",
}
_SYSTEM = {
    errno.EACCES: "writable",
    errno.EPERM: "writable",
    errno.EROFS: "writable",
    errno.ENOENT: "writable",
    errno.ENOSPC: "room",
    errno.EDQUOT: "room",
    errno.EFBIG: "room",
    errno.EIO: "room",
}
_REMEDIES = {
    "writable": "let this user write to the file and its folder, or name another in database.url",
    "busy": "another program holds the file; end that one",
    "room": "see that its disk has room and is sound",
    "damage": "restore a backup, or repair it as docs/operating.md says",
    "other": "name another file in database.url, or restore a backup into this one",
    "standby": "this server only reads; name the one that takes writes in database.url",
    "credentials": "see that user, password and name in database.url are right, and that the database was created",
    "rights": "let this user create and change tables in the database",
    "connections": "the server has too many connections; raise its max_connections, or end some",
    "wait": "the server is starting or stopping; wait for it",
    "away": "see that the server runs, and that host and port in database.url are right",
}
_AWAY = re.compile(
    r"refused|resolve|timeout|timed out|unreachable|no route|no such file|reset by peer|closed the conn", re.I
)


def find_remedy(error: BaseException) -> str:
    """Return what can be done about the error of a driver or the system; empty if nothing is known."""
    return _REMEDIES.get(_find_kind(error), "")


def _find_kind(error: BaseException) -> str:
    if isinstance(error, sqlite3.Error):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")
    if isinstance(error, psycopg.Error):
        if error.sqlstate:
            return _POSTGRESQL.get(error.sqlstate, "")
        if not isinstance(error, psycopg.OperationalError):
            return ""
        # What fails while connecting has no code, and what the server says is in the language it was set up in.
        return "away" if _AWAY.search(str(error)) else "credentials"
    return _SYSTEM.get(error.errno or 0, "") if isinstance(error, OSError) else ""
