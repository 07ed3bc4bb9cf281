"""`stichwort operator`: adds, removes and lists the operators of the bot."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from bot.app import database
from bot.core.errors import StorageError
from bot.core.ids import UserId
from bot.core.process_state import ExitCode
from bot.settings.model import Settings
from storage.store import Store


async def operators(settings: Settings, verb: str, user_id: int | None) -> int:
    """Add, remove or list operators; those of the configuration are listed too."""
    try:
        store = await database.open_upgraded(settings, timedelta(0))
    except StorageError as error:
        print(f"stichwort: database: {error.line}", file=sys.stderr)
        return ExitCode.DATABASE
    try:
        if user_id is None:
            return await _list(settings, store)
        return await _change(settings, store, verb, UserId(user_id))
    finally:
        await store.close()


async def _list(settings: Settings, store: Store) -> int:
    stored = set(await store.chats.list_operators())
    for each in sorted(stored | {UserId(configured) for configured in settings.telegram.operators}):
        print(f"{each}\t{'stored' if each in stored else 'in the configuration'}")
    return ExitCode.FINE


async def _change(settings: Settings, store: Store, verb: str, user_id: UserId) -> int:
    if user_id <= 0:
        print("stichwort: operator: a user id is a positive number", file=sys.stderr)
        return ExitCode.CONFIG
    is_operator = user_id in await store.chats.list_operators()
    if verb == "remove" and not is_operator:
        where = "the configuration names" if user_id in settings.telegram.operators else "nobody stored"
        print(f"stichwort: operator: {where} {user_id}; nothing was changed", file=sys.stderr)
        return ExitCode.FAILURE
    await store.chats.set_operator(user_id, verb == "add", datetime.now(UTC))
    print(f"{user_id} is {'now' if verb == 'add' else 'no longer'} an operator.")
    return ExitCode.FINE
