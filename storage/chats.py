"""The repository of chats and persons, and the export of all that is stored about one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Table, and_, delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.chat import AccessLevel, Chat, ChatKind, ChatState, PendingQuestion, Person
from bot.core.delivery.delivery import UnsentReason
from bot.core.ids import ChatId, ThreadId, UserId
from storage import archive_index, channels, chat_moves, columns, erasure, rows, tables, unreachable_chats
from storage.engine import Database, insert
from storage.schema import metadata
from storage.tables import chats, pendings, people

_SETTINGS = ("language", "reads", "timezone", "paused_until", "quiet_from", "quiet_to", "one_per_story", "pictures")
_ASKED = text("people.access = 'asked'")
_IS_OPERATOR = text("is_operator")
"""As the partial index has it; SQLite's dialect would write `= 1` behind it, and the index would not be used."""


class SqlChatRepository:
    """Implements `bot.core.repositories.ChatRepository`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, chat_id: ChatId) -> Chat | None:
        async with self._database.read() as connection:
            return await _find(connection, chat_id)

    async def meet(self, chat_id: ChatId, kind: ChatKind, language: str | None, now: datetime) -> Chat:
        wanted = select(chats).where(chats.c.id == chat_id)
        async with self._database.read() as connection:
            known = (await connection.execute(wanted)).mappings().one_or_none()
        if known is not None and known["kind"] == kind and not known["strikes"]:
            return rows.chat(known)  # the usual case costs no write
        new = {"id": chat_id, "kind": kind, "language": language, "state": ChatState.ACTIVE}
        times = {"state_at": now, "created_at": now}
        async with self._database.write() as connection:
            made = insert(connection, chats).values(new | times)
            made = made.on_conflict_do_update(index_elements=["id"], set_={"kind": kind})
            await connection.execute(made)
            met = (await connection.execute(wanted)).mappings().one()
            if met["strikes"]:
                await unreachable_chats.find_again(connection, chat_id, now)
            return rows.chat(met)

    async def set_language(self, chat_id: ChatId, language: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(chats).where(chats.c.id == chat_id).values(language=language))

    async def set_state(
        self, chat_id: ChatId, state: ChatState, now: datetime, reason: UnsentReason | None = None
    ) -> None:
        same = chats.c.id == chat_id
        async with self._database.write() as connection:
            locked = select(chats).where(same).with_for_update()
            before = (await connection.execute(locked)).mappings().one_or_none()
            if before is None:
                return
            if state is ChatState.ACTIVE and before["strikes"]:
                await unreachable_chats.find_again(connection, chat_id, now)
            if before["state"] == state:
                return
            if state is ChatState.ACTIVE:
                await unreachable_chats.gather(connection, before, now)
                await channels.restore(connection, chat_id, now)
            else:
                await unreachable_chats.leave(connection, chat_id, reason or UnsentReason(state), now)
            # Who goes from one way of being away to another is owed what he missed since the first.
            since = now if ChatState.ACTIVE in (state, before["state"]) else before["state_at"]
            fresh = {"state": state, "state_at": since, "strikes": 0, "struck_at": None}
            await connection.execute(update(chats).where(same).values(fresh))
        if state is ChatState.ACTIVE:  # whose readers were sought at that very moment found it still away
            async with self._database.write() as connection:
                await unreachable_chats.gather(connection, before, now)

    async def count_active(self) -> int:
        counted = select(func.count()).select_from(chats).where(chats.c.state == ChatState.ACTIVE)
        async with self._database.read() as connection:
            return await connection.scalar(counted) or 0

    async def move(self, old: ChatId, new: ChatId, now: datetime) -> None:
        async with self._database.write() as connection:
            await chat_moves.move_chat(connection, old, new, now)

    async def save_settings(self, chat: Chat, now: datetime) -> None:
        settings = {name: getattr(chat, name) for name in _SETTINGS}
        async with self._database.write() as connection:
            same = update(chats).where(chats.c.id == chat.id)
            await connection.execute(same.values(release_at=now, **settings))

    async def list_rows(self, chat_id: ChatId) -> Mapping[str, Sequence[Mapping[str, object]]]:
        async with self._database.read() as connection:
            return await _list_rows(connection, chat_id)

    async def forget(self, chat_id: ChatId, now: datetime) -> None:
        for _ in range(2):  # a fan-out that began before the first commit may still queue an alert, until it ends
            async with self._database.write() as connection:
                await erasure.erase(connection, chat_id, now)

    async def find_person(self, user_id: UserId) -> Person | None:
        async with self._database.read() as connection:
            found = await connection.execute(select(people).where(people.c.id == user_id))
            row = found.mappings().one_or_none()
            if row is None and await erasure.is_banned(connection, user_id):
                return Person(id=user_id, access=AccessLevel.BANNED, is_operator=False, name="", language=None)
        return None if row is None else rows.person(row)

    async def save_person(self, person: Person, now: datetime) -> None:
        await self._save(
            person.id,
            now,
            access=person.access,
            is_operator=person.is_operator,
            name=person.name,
            language=person.language,
            asked=person.asked,
        )

    async def set_access(self, user_id: UserId, access: AccessLevel, now: datetime) -> None:
        await self._save(user_id, now, access=access, **({} if access is AccessLevel.APPROVED else {"asked": None}))

    async def list_waiting(self, limit: int) -> tuple[tuple[Person, ...], int]:
        first = select(people).where(_ASKED).order_by(people.c.changed_at, people.c.id).limit(limit)
        all_of_them = select(func.count()).select_from(people).where(_ASKED)
        async with self._database.read() as connection:
            found = tuple(map(rows.person, (await connection.execute(first)).mappings()))
            return found, await connection.scalar(all_of_them) or 0

    async def set_operator(self, user_id: UserId, is_operator: bool, now: datetime) -> None:
        if is_operator:
            await self._save(user_id, now, is_operator=True, access=AccessLevel.APPROVED)
            return
        async with self._database.write() as connection:
            ended = {"is_operator": False, "changed_at": now}
            await connection.execute(update(people).where(people.c.id == user_id).values(ended))

    async def _save(self, user_id: UserId, now: datetime, **values: Any) -> None:
        unknown = {
            "access": AccessLevel.STRANGER,
            "is_operator": False,
            "name": "",
            "language": None,
            "created_at": now,
        }
        changed = values | {"changed_at": now}
        async with self._database.write() as connection:
            made = insert(connection, people).values(unknown | changed | {"id": user_id})
            await connection.execute(made.on_conflict_do_update(index_elements=["id"], set_=changed))
            await erasure.lift_ban(connection, user_id)

    async def list_operators(self) -> tuple[UserId, ...]:
        operators = select(people.c.id).where(_IS_OPERATOR).order_by(people.c.id)
        async with self._database.read() as connection:
            return tuple(UserId(each) for each in await connection.scalars(operators))

    async def ask(self, pending: PendingQuestion) -> None:
        who = {"chat_id": pending.chat_id, "user_id": pending.user_id}
        what = {"thread_id": pending.thread_id, "kind": pending.kind, "expires_at": pending.expires_at}
        async with self._database.write() as connection:
            made = insert(connection, pendings).values(who | what)
            await connection.execute(made.on_conflict_do_update(index_elements=list(who), set_=what))

    async def find_pending(
        self, chat_id: ChatId, thread_id: ThreadId, user_id: UserId, now: datetime
    ) -> PendingQuestion | None:
        where = and_(pendings.c.chat_id == chat_id, pendings.c.thread_id == thread_id, pendings.c.user_id == user_id)
        async with self._database.read() as connection:
            row = (await connection.execute(select(pendings.c.kind, pendings.c.expires_at).where(where))).one_or_none()
        if row is None:
            return None
        pending = PendingQuestion(
            chat_id=chat_id, thread_id=thread_id, user_id=user_id, kind=row.kind, expires_at=row.expires_at
        )
        if row.expires_at > now:
            return pending
        await self.drop_pending(pending)
        return None

    async def drop_pending(self, pending: PendingQuestion) -> None:
        same = (
            pendings.c.chat_id == pending.chat_id,
            pendings.c.thread_id == pending.thread_id,
            pendings.c.user_id == pending.user_id,
            pendings.c.kind == pending.kind,
            pendings.c.expires_at == pending.expires_at,
        )
        async with self._database.write() as connection:
            await connection.execute(delete(pendings).where(*same))


async def _find(connection: AsyncConnection, chat_id: ChatId) -> Chat | None:
    row = (await connection.execute(select(chats).where(chats.c.id == chat_id))).mappings().one_or_none()
    return None if row is None else rows.chat(row)


LEFT_OUT = frozenset((tables.articles, tables.tellings, tables.fanouts, archive_index.archived))
"""
What an export of a chat leaves out: texts belong to their publishers, and where a fan-out stands tells nothing of a
reader. Which other tables name a chat is read from the metadata.
"""


async def _list_rows(connection: AsyncConnection, chat_id: ChatId) -> Mapping[str, Sequence[Mapping[str, object]]]:
    """List the rows that name a chat, by table and as values of JSON; tables without any are left out."""
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
