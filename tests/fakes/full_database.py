"""One row in every table there is, so that a test of what happens to a whole chat cannot forget one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Text, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ids import ChatId
from storage.columns import EvidenceList, IntSet, SafeText, StringList, TimeSpan, UtcDateTime, list_chat_columns
from storage.schema import metadata
from tests.builders import NOW

_VALUES: dict[type[Any], Any] = {
    BigInteger: 7,
    Integer: 7,
    Boolean: False,
    LargeBinary: b"",
    Text: "x",
    SafeText: "x",
    UtcDateTime: NOW,
    TimeSpan: timedelta(minutes=1),
    StringList: (),
    IntSet: frozenset(),
    EvidenceList: (),
}


async def fill(connection: AsyncConnection, chat_id: ChatId) -> None:
    """Put a row into every table; each column that names a chat names this one, all keys fit each other."""
    chats = dict.fromkeys(list_chat_columns(metadata), chat_id)
    keys: dict[Column[Any], Any] = {}
    for table in metadata.sorted_tables:
        row = {}
        for column in table.columns:
            referred = next((key.column for key in column.foreign_keys), None)
            if column in chats:
                row[column] = chats[column]
            elif referred is not None:
                row[column] = keys[referred]
            elif not column.nullable:
                row[column] = _VALUES[type(column.type)]
        await connection.execute(insert(table).values({column.name: value for column, value in row.items()}))
        keys |= row
