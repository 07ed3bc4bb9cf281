"""What the bot notes for itself: updates it received, small facts, and who holds which office."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from storage.columns import Number, SafeText, UtcDateTime, partial
from storage.naming import metadata

updates = Table(
    "updates",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("body", SafeText),  # wiped when handled
    Column("received_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    partial("ix_updates_unfinished", "id", where="finished_at IS NULL"),
)

facts = Table(
    "facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", SafeText, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("fence", Number, nullable=False),
)
