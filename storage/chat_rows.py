"""
The rows that name a chat, as values of JSON: for the export of all that is stored about it.

Which tables have such rows is read from the metadata. The texts of articles belong to their publishers, and where a
fan-out stands says nothing about a reader; these tables are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Table, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ids import ChatId
from storage import archive_tables, columns, tables
from storage.schema import metadata

LEFT_OUT = frozenset((tables.articles, tables.tellings, tables.fanouts, archive_tables.archived))


async def list_rows(connection: AsyncConnection, chat_id: ChatId) -> Mapping[str, Sequence[Mapping[str, object]]]:
    """List the rows by table; tables without any are left out."""
    naming = list(columns.list_chat_columns(metadata))
    if chat_id > 0:
        naming += columns.list_person_columns(metadata)
    by_table: dict[Table, list[Column[Any]]] = {}
    for column in naming:
        if column.table not in LEFT_OUT:
            by_table.setdefault(column.table, []).append(column)
    listed = {}
    for table, named in by_table.items():
        theirs = select(table).where(or_(*(column == chat_id for column in named))).order_by(*table.primary_key)
        found = (await connection.execute(theirs)).mappings()
        if rows := [{name: _plain(value) for name, value in row.items()} for row in found]:
            listed[table.name] = rows
    return listed


def _plain(value: Any) -> object:
    """Return a stored value as JSON has it."""
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case frozenset():
            return sorted(value)
        case tuple():
            return list(value)
        case _:
            return value
