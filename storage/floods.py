"""Floods: until when Telegram will not hear of a chat, or of the bot, also after a restart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ids import ChatId
from storage.diary import facts
from storage.engine import insert
from storage.tables import chats

_FACT = "flood"


async def note(connection: AsyncConnection, chat_id: ChatId | None, until: datetime) -> None:
    """Write a flood down."""
    if chat_id is not None:
        await connection.execute(update(chats).where(chats.c.id == chat_id).values(flooded_until=until))
        return
    made = insert(connection, facts).values(key=_FACT, value=until.isoformat())
    await connection.execute(made.on_conflict_do_update(index_elements=["key"], set_={"value": made.excluded.value}))


async def load(connection: AsyncConnection, now: datetime) -> Mapping[ChatId | None, datetime]:
    """Read those that have not ended."""
    wanted = select(chats.c.id, chats.c.flooded_until).where(chats.c.flooded_until > now)
    found: dict[ChatId | None, datetime] = {ChatId(row[0]): row[1] for row in await connection.execute(wanted)}
    noted = await connection.scalar(select(facts.c.value).where(facts.c.key == _FACT))
    if noted is not None and (until := datetime.fromisoformat(noted)) > now:
        found[None] = until
    return found
