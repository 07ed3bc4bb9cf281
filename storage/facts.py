"""The shelf of small things to remember."""

from __future__ import annotations

from sqlalchemy import select

from storage.diary import facts
from storage.engine import Database, insert


class SqlKeyValueRepository:
    """Implements `bot.core.shelves.Facts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """Look a fact up."""
        async with self._database.read() as connection:
            return await connection.scalar(select(facts.c.value).where(facts.c.key == key))

    async def set(self, key: str, value: str) -> None:
        """Write a fact down."""
        async with self._database.write() as connection:
            made = insert(connection, facts).values(key=key, value=value)
            await connection.execute(made.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
