"""
Reads what a Bot API server says as leniently as can be: only what the bot needs must be there.

The library raises where a field is missing that it expects. A message that is out would then count as not sent, and go
out again, for ever; a press or a command would be lost for a field nobody looks at.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from telegram import Bot, ChatMemberAdministrator, ChatMemberBanned, ChatMemberOwner, ChatMemberRestricted, Update

Raw = Mapping[str, Any]

_ANONYMOUS = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Telegram's stand-in for administrators who speak as the group."""
_SENT = {"date": 1, "chat": {"id": 0, "type": "private"}}
_LATEST = 2**35
_MESSAGE = (
    "message_id date from chat sender_chat text message_thread_id is_topic_message migrate_to_chat_id"
    " migrate_from_chat_id reply_to_message"
).split()
_RANKS = {
    "creator": ChatMemberOwner,
    "administrator": ChatMemberAdministrator,
    "restricted": ChatMemberRestricted,
    "kicked": ChatMemberBanned,
}
_OUTSIDE = "left"


def result(endpoint: str, answer: Any, token: str) -> Any:
    """Give the result of a call as the library can read it; of messages that is their number and no more."""
    if endpoint.startswith("edit"):
        return True  # Telegram shows the changed message, or says just that
    if endpoint.startswith("send"):
        number = answer.get("message_id") if isinstance(answer, dict) else None
        return {"message_id": number if is_number(number) else 0, **_SENT}
    if endpoint == "getMe":
        own = token.partition(":")[0]
        known = _dict(answer)
        number = known.get("id") if is_number(known.get("id")) else int(own) if own.isdecimal() else 0
        return {**_user({**known, "id": number, "is_bot": True}), "username": _name(known)}
    return answer


def is_number(value: object) -> TypeGuard[int]:
    """Say whether a value can be an id of Telegram's."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62


def update(raw: Raw, bot: Bot) -> Update:
    """Read an update; should a part of it be beyond reading, what the bot cannot do without is read alone."""
    try:
        return Update.de_json(_update(raw, slim=False), bot)
    except Exception:  # the library's own, of many kinds
        return Update.de_json(_update(raw, slim=True), bot)


def lane(raw: Raw) -> object:
    """Give what an update must keep its order with: its chat, or whoever it is from."""
    for kind in ("message", "callback_query", "my_chat_member"):
        content = _dict(raw.get(kind))
        place = (
            _dict(content.get("chat")) or _dict(_dict(content.get("message")).get("chat")) or _dict(content.get("from"))
        )
        if is_number(place.get("id")):
            return place["id"]
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPress:
    """A press as far as it matters before its turn comes."""

    query_id: str
    user_id: int
    chat_id: int | None
    language: str | None
    """Of whoever pressed, as Telegram tells it."""


def press(raw: Raw) -> RawPress | None:
    """Read who pressed a button where, if an update is a press."""
    query = _dict(raw.get("callback_query"))
    if "id" not in query:
        return None
    chat = _dict(_dict(query.get("message")).get("chat")).get("id")
    sender = _dict(query.get("from"))
    user, language = sender.get("id", chat), sender.get("language_code")
    return RawPress(
        query_id=str(query["id"]),
        user_id=user if is_number(user) else 0,
        chat_id=chat if is_number(chat) else None,
        language=language if isinstance(language, str) else None,
    )


def is_spoken(raw: Raw) -> bool:
    """Say whether an update is what somebody wrote, and not a change of the chat itself."""
    message = _dict(raw.get("message"))
    return bool(message) and "migrate_to_chat_id" not in message and "migrate_from_chat_id" not in message


def _update(raw: Raw, *, slim: bool) -> dict[str, Any]:
    read: dict[str, Any] = {"update_id": raw["update_id"]}
    if message := _dict(raw.get("message")):
        read["message"] = _message(message, slim=slim)
    elif query := _dict(raw.get("callback_query")):
        read["callback_query"] = _query(query, slim=slim)
    elif change := _dict(raw.get("my_chat_member")):
        read["my_chat_member"] = _change(change)
    return read


def _message(raw: Raw, *, slim: bool, depth: int = 0) -> dict[str, Any]:
    kept = {key: raw[key] for key in _MESSAGE if key in raw} if slim else dict(raw)
    chat = _chat(raw)
    date = raw.get("date")
    kept |= {
        "message_id": raw.get("message_id") if is_number(raw.get("message_id")) else 0,
        "date": date if isinstance(date, int) and 0 <= date < _LATEST else 1,
        "chat": chat,
    }
    sender = _dict(raw.get("from"))
    speaks_as = _dict(raw.get("sender_chat"))
    if not sender and chat["type"] == "private":
        sender = {"id": chat["id"], "first_name": chat.get("first_name")}
    elif not sender and speaks_as.get("id") == chat["id"]:
        sender = _ANONYMOUS
    kept["from"] = _user(sender) if is_number(sender.get("id")) else None
    kept["sender_chat"] = _chat({"chat": speaks_as}) if is_number(speaks_as.get("id")) else None
    answered = _dict(raw.get("reply_to_message"))
    kept["reply_to_message"] = None
    if is_number(_dict(answered.get("chat")).get("id")) and depth == 0:
        kept["reply_to_message"] = _message(answered, slim=slim, depth=1)
    return {key: value for key, value in kept.items() if value is not None}


def _query(raw: Raw, *, slim: bool) -> dict[str, Any]:
    message = _dict(raw.get("message"))
    kept: dict[str, Any] = {"id": str(raw["id"]), "chat_instance": str(raw.get("chat_instance", ""))}
    if isinstance(raw.get("data"), str):
        kept["data"] = raw["data"]
    if is_number(_dict(message.get("chat")).get("id")):
        kept["message"] = _message(message, slim=slim)
    sender = _dict(raw.get("from")) or {"id": _dict(message.get("chat")).get("id")}
    return {**kept, "from": _user(sender)}


def _change(raw: Raw) -> dict[str, Any]:
    chat = _chat(raw)
    return {
        "chat": chat,
        "from": _user(_dict(raw.get("from")) or {"id": chat["id"]}),
        "date": 1,
        "old_chat_member": _member(_dict(raw.get("old_chat_member")) or {"status": _OUTSIDE}),
        "new_chat_member": _member(_dict(raw["new_chat_member"])),
    }


def _member(raw: Raw) -> dict[str, Any]:
    """Fill in the rights that are not named: nobody has them; a restricted member is one unless told otherwise."""
    rights = dict.fromkeys(_rights(str(raw.get("status"))), False)
    return {**rights, "is_member": True, **raw, "user": _user({"id": 0, **_dict(raw.get("user"))})}


@functools.cache
def _rights(status: str) -> tuple[str, ...]:
    rank = _RANKS.get(status)
    if rank is None:
        return ()
    named = inspect.signature(rank).parameters.values()
    wanted = (each.name for each in named if each.default is each.empty or each.name.startswith("can_"))
    return tuple(name for name in wanted if name not in ("user", "status"))


def _chat(raw: Raw) -> dict[str, Any]:
    chat = _dict(raw.get("chat"))
    if not is_number(chat.get("id")):
        raise ValueError("an update without a chat")
    return {**chat, "type": chat.get("type") or ("private" if chat["id"] > 0 else "supergroup")}


def _user(raw: Raw) -> dict[str, Any]:
    named = {key: value for key, value in raw.items() if value is not None}
    if not isinstance(named.get("language_code", ""), str):
        del named["language_code"]
    return {"is_bot": False, "first_name": "", **named}


def _name(raw: Raw) -> str:
    name = raw.get("username")
    return name if isinstance(name, str) else ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
