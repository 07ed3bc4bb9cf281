"""The repository of updates from Telegram."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Table, delete, select, text, update

from storage.columns import Number, SafeText, UtcDateTime, partial
from storage.engine import Database, in_chunks, insert
from storage.schema import metadata

_KEPT = 10_000

_updates = Table(
    "updates",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),
    Column("body", SafeText),  # wiped when handled
    Column("received_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    partial("ix_updates_unfinished", "id", where="finished_at IS NULL"),
)


class SqlUpdateRepository:
    """Implements `bot.core.repositories.UpdateRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def receive(self, updates: Sequence[tuple[int, str]], now: datetime) -> tuple[int, ...]:
        bodies = dict(updates)
        values = [{"id": update_id, "body": body, "received_at": now} for update_id, body in bodies.items()]
        new: set[int] = set()
        async with self._database.write() as connection:
            for some in in_chunks(values):
                made = insert(connection, _updates).values(some)
                kept = await connection.scalars(made.on_conflict_do_nothing().returning(_updates.c.id))
                new.update(kept)
        return tuple(update_id for update_id in bodies if update_id in new)

    async def finish(self, update_ids: Sequence[int], now: datetime) -> None:
        done = update(_updates).values(body=None, finished_at=now)
        async with self._database.write() as connection:
            for some in in_chunks(update_ids):
                await connection.execute(done.where(_updates.c.id.in_(some)))

    async def list_unfinished(self) -> tuple[tuple[int, str], ...]:
        open_ones = select(_updates.c.id, _updates.c.body).where(text("updates.finished_at IS NULL"))
        async with self._database.read() as connection:
            found = await connection.execute(open_ones.order_by(_updates.c.id))
            return tuple((row.id, row.body or "") for row in found)

    async def purge(self, *, keep: int = _KEPT) -> int:
        """Forget all but the newest handled updates, by which a repeated one is known; returns how many."""
        oldest_kept = select(_updates.c.id).order_by(_updates.c.id.desc()).offset(keep - 1).limit(1).scalar_subquery()
        old = delete(_updates).where(_updates.c.id < oldest_kept, _updates.c.finished_at.is_not(None))
        async with self._database.write() as connection:
            return (await connection.execute(old)).rowcount
