"""The export of everything that is stored of a chat."""

from __future__ import annotations

import json

from bot.core.ids import ChatId
from storage import chat_rows, columns, tables
from storage.store import Store
from tests.contracts.test_chat_erasure import OTHER, WHO, live, share


async def test_every_table_that_names_a_chat_is_in_the_export(store: Store) -> None:
    """But for the texts of publishers; as values of JSON, and nothing of anybody else."""
    await live(store, WHO)
    await live(store, OTHER)
    await share(store)

    listed = await store.chats.list_rows(ChatId(WHO))

    metadata = tables.metadata
    naming = (*columns.list_chat_columns(metadata), *columns.list_person_columns(metadata))
    assert {*listed} == {column.table.name for column in naming if column.table not in chat_rows.LEFT_OUT}
    assert json.loads(json.dumps(listed)) == listed
    assert str(OTHER) not in json.dumps(listed)
    assert listed["people"][0]["name"] == "Anna"
    assert [row["thread_id"] for row in listed["subscriptions"]] == [0, 0]


async def test_a_chat_without_anything_has_no_rows(store: Store) -> None:
    """Looking makes none."""
    assert await store.chats.list_rows(ChatId(WHO)) == {}
