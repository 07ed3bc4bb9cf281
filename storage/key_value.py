"""The repositories of small facts and of leases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Column, ColumnElement, Table, Text, and_, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.process_state import Lease
from storage.columns import Number, UtcDateTime
from storage.engine import Database, insert
from storage.schema import metadata
from storage.tables import facts

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("fence", Number, nullable=False),
)


class SqlKeyValueRepository:
    """Implements `bot.core.repositories.KeyValueRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        async with self._database.read() as connection:
            return await connection.scalar(select(facts.c.value).where(facts.c.key == key))

    async def set(self, key: str, value: str) -> None:
        async with self._database.write() as connection:
            made = insert(connection, facts).values(key=key, value=value)
            await connection.execute(made.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class SqlLeaseRepository:
    """Implements `bot.core.process_state.LeaseRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, name: str, owner: str, lasting: timedelta, *, instead_of: str | None = None) -> Lease:
        wanted = select(leases).where(leases.c.name == name)
        async with self._database.read() as connection:
            row, now = (await connection.execute(wanted)).one_or_none(), await _moment(connection)
        if row is not None and row.until > now and row.owner not in (owner, instead_of):
            return Lease(name, row.owner, row.fence)  # nearly always so: whoever waits must not write
        async with self._database.write() as connection:
            fresh = {"name": name, "owner": "", "until": _BEGINNING, "fence": 0}
            await connection.execute(insert(connection, leases).values(fresh).on_conflict_do_nothing())
            row, now = (await connection.execute(wanted.with_for_update())).one(), await _moment(connection)
            is_ours = row.owner == owner and row.until > now
            if row.until > now and not is_ours and row.owner != instead_of:
                return Lease(name, row.owner, row.fence)
            taken = Lease(name, owner, row.fence if is_ours else row.fence + 1)
            values = {"owner": owner, "until": now + lasting, "fence": taken.fence}
            await connection.execute(update(leases).where(leases.c.name == name).values(values))
            return taken

    async def renew(self, lease: Lease, lasting: timedelta) -> bool:
        async with self._database.write() as connection:
            until = await _moment(connection) + lasting
            renewed = await connection.execute(update(leases).where(_same(lease)).values(until=until))
            return bool(renewed.rowcount)

    async def release(self, lease: Lease) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(leases).where(_same(lease)).values(owner="", until=_BEGINNING))


def _same(lease: Lease) -> ColumnElement[bool]:
    return and_(leases.c.name == lease.name, leases.c.owner == lease.owner, leases.c.fence == lease.fence)


async def _moment(connection: AsyncConnection) -> datetime:
    """Tell the time: the server's where several machines meet, this machine's for a file."""
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    microseconds = cast(func.extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)
    found: int = (await connection.execute(select(microseconds))).scalar_one()
    return _BEGINNING + timedelta(microseconds=found)
