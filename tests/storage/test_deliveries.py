"""Which indexes the statements on the table of deliveries use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event, text

from bot.core.delivery.delivery import DeliveryState, Finished, SendAgain
from bot.core.ids import MessageId
from storage.deliveries import in_state
from storage.store import Store
from storage.tables import deliveries
from tests.builders import NOW
from tests.contracts.scenes import LEASE, OWNER, queue_alert

Statement = tuple[str, Any]


@contextmanager
def statements(store: Store) -> Iterator[list[Statement]]:
    """Collect what is asked of the table."""
    asked: list[Statement] = []
    engine = store._database._writer.sync_engine

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, _context: Any, is_many: bool) -> None:
        if "deliveries" in statement:
            asked.append((statement, values[0] if is_many else values))

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


async def plan_of(store: Store, statement: Statement) -> str:
    """Say how the database would carry a statement out, were the table too large to be read as a whole."""
    async with store._database.write() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
        found = await connection.exec_driver_sql(explain + statement[0], statement[1])
        return "\n".join(str(row[-1]) for row in found)


async def plans_of(store: Store, asked: list[Statement], beginning: str, *parts: str) -> list[str]:
    """Give the plans of the statements that begin so and hold these parts."""
    chosen = [each for each in asked if each[0].startswith(beginning) and all(part in each[0] for part in parts)]
    assert chosen, asked
    return [await plan_of(store, each) for each in chosen]


async def test_claims_and_releases_read_along_partial_indexes(store: Store) -> None:
    """The queue in its order, what is leased by the end of its lease; never the whole table."""
    await queue_alert(store)
    with statements(store) as asked:
        await store.outbox.claim(OWNER, NOW, LEASE, 10, ())
        await store.outbox.release(OWNER, NOW)

    (ready,) = await plans_of(store, asked, "SELECT", "ORDER BY")
    assert "ix_deliveries_queued" in ready
    freed = await plans_of(store, asked, "UPDATE", "IN ('leased', 'sending')")
    assert len(freed) == 4
    for plan in freed:
        assert "ix_deliveries_lease_until" in plan


async def test_outcomes_find_their_deliveries_by_id(store: Store) -> None:
    """However many there are."""
    delivery = await queue_alert(store)
    with statements(store) as asked:
        await store.outbox.start([delivery.id], NOW)
        await store.outbox.finish(delivery, SendAgain(at=NOW), NOW)
        await store.outbox.finish(delivery, Finished(MessageId(1)), NOW)

    plans = await plans_of(store, asked, "UPDATE")
    assert len(plans) == 3
    for plan in plans:
        assert "USING INTEGER PRIMARY KEY" in plan or "Index Scan" in plan  # PostgreSQL chooses by the size of a table


async def test_the_next_message_that_is_due_is_found_by_its_time(store: Store) -> None:
    """And so is the oldest that waits."""
    await queue_alert(store)
    with statements(store) as asked:
        await store.outbox.next_due(NOW)
        await store.outbox.hasten([], NOW + timedelta(days=1))

    if asked_first := [each for each in asked if each[0].startswith("SELECT")]:  # SQLite reads on other connections
        assert "ix_deliveries_not_before" in await plan_of(store, asked_first[0])


def test_states_are_literals_in_the_order_of_the_enum() -> None:
    """However they are named: an index on a part of the table is used only for its very words."""
    both = in_state(DeliveryState.SENDING, DeliveryState.LEASED)

    assert str(both) == "deliveries.state IN ('leased', 'sending')"
    assert str(~in_state(DeliveryState.DEAD, table=deliveries.alias("told"))) == "told.state != 'dead'"
