"""
Writes an SQLite database as SQL, to be kept as what a version of the schema left.

    python tools/dump_database.py bot.db > tests/data/databases/0029.sql

A bot that was really used writes the best ones: a few chats, keywords, articles and alerts. Tests upgrade and restore
every file of that folder. At each release the schema of that release gets one.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

if __name__ == "__main__":
    with closing(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)) as connection:
        print(*connection.iterdump(), sep="\n")
