"""What the bot notes for itself: updates it received, small facts, and who holds which office."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from storage.columns import Moment, Number, Prose, partial
from storage.tables import metadata

updates = Table(
    "updates",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("body", Prose),  # wiped when handled
    Column("received_at", Moment, nullable=False),
    Column("finished_at", Moment),
    partial("ix_updates_unfinished", "id", where="finished_at IS NULL"),
)

facts = Table(
    "facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Prose, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("fence", Number, nullable=False),
)
