"""
Turns: in which order the deliveries of one rank go, so that articles share Telegram's rate like cars at a roundabout.

Each alert gets a number when it is queued, and the lowest goes first, which one index answers however many wait. The
alerts of an article get numbers from the turn on that is being served at that moment, about one each. So an article
with ten readers is done after ten rounds beside one with a hundred thousand, and nobody gains by having come early.

Where in the article's numbers a chat stands comes from its id and from the hour: readers who are last now are not
last for ever, while two articles of one hour reach a reader in the order in which they came.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.diary import facts
from storage.engine import insert

_FACT = "turn"
_CIRCLE = 1_000_003
_STRIDE = 618_035
"""Prime to the circle, and far from both ends: neighbours in id land far apart."""
_SMALL, _TOGETHER = 40, 4
"""An article with few readers costs those of a large one next to nothing, and need not wait for them."""


async def current(connection: AsyncConnection) -> int:
    """Give the turn that is being served; whoever queues something to share the rate fairly begins here."""
    return int(await connection.scalar(select(facts.c.value).where(facts.c.key == _FACT)) or 0)


async def reach(connection: AsyncConnection, turn: int) -> None:
    """Note that the queue got this far; it never goes back."""
    if turn > await current(connection):
        made = insert(connection, facts).values(key=_FACT, value=str(turn))
        await connection.execute(
            made.on_conflict_do_update(index_elements=["key"], set_={"value": made.excluded.value})
        )


def spread(first: int, size: int, chat_id: ColumnElement[int], moment: datetime) -> ColumnElement[Any]:
    """Give each chat its turn among about `size` turns from `first` on; of a small article several go in one turn."""
    size = size if size > _SMALL else -(-size // _TOGETHER)
    hour = int(moment.timestamp()) // 3600
    place = ((func.abs(chat_id) % _CIRCLE + literal(hour % _CIRCLE)) * _STRIDE) % _CIRCLE
    return literal(first) + place * literal(max(1, size)) // _CIRCLE
