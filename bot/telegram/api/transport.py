"""
HTTP transport for python-telegram-bot over aiohttp, and a lenient reader of Telegram's answers.

Why not the library's own: it costs five times the CPU, and it does not tell a request that surely never left from one
whose answer was lost. Whether a retry may show the reader a message twice depends on that.

The library raises where a field is missing that it expects. A message that was sent would then count as not sent and be
sent again, for ever; a press or a command would be lost for a field nobody uses. So only what the bot needs must be
there.
"""

from __future__ import annotations

import functools
import inspect
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeGuard, cast

import aiohttp
from telegram import Bot, ChatMemberAdministrator, ChatMemberBanned, ChatMemberOwner, ChatMemberRestricted, Update
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

_CONNECT_TIMEOUT = 10.0
_FINE = b'{"ok":true,"result":'
_SPOKEN_WAIT = re.compile(r"retry after (\d{1,9})", re.IGNORECASE)
_LONGEST_WAIT = 86_400.0


class NotConnectedError(NetworkError):
    """No connection came about: Telegram surely has not seen the request."""


class UnclearError(NetworkError):
    """The request left, and no usable answer came: Telegram may have carried it out."""


class FloodError(TelegramError):
    """Telegram's 429: not carried out, and not to be tried before `delay` has passed."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(f"flood control, {delay.total_seconds():g} s")
        self.delay = delay


class Transport(BaseRequest):
    """One connection pool; errors name what happened and never an address, which holds the token."""

    __slots__ = ("_proxy", "_read_timeout", "_session")

    def __init__(self, *, read_timeout: timedelta = timedelta(seconds=35), proxy: str | None = None) -> None:
        self._read_timeout = read_timeout.total_seconds()
        self._proxy = proxy or None
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer unless a call says otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; how many calls run at once is decided by those who make them."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30))

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call and return status and body; what is no answer of Telegram's is raised."""
        if self._session is None:
            raise NotConnectedError("the transport is not open")
        wait = self._read_timeout if isinstance(read_timeout, DefaultValue) else read_timeout
        timeout = aiohttp.ClientTimeout(
            total=wait and wait + _CONNECT_TIMEOUT, sock_connect=_CONNECT_TIMEOUT, sock_read=wait
        )
        try:
            async with self._session.request(
                method, url, data=_form(request_data), timeout=timeout, proxy=self._proxy, allow_redirects=False
            ) as response:
                status, headers, body = response.status, response.headers, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise NotConnectedError(_name(error)) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            raise UnclearError(_name(error)) from None
        if method == "GET" and 200 <= status <= 299:
            return status, body  # a file
        return _answer(status, headers.get("Retry-After"), body)

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Read a body, without writing it to a log when it cannot be read."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise UnclearError("the answer is not Telegram's")
        return cast(JSONDict, answer)


def _answer(status: int, retry_after: str | None, body: bytes) -> tuple[int, bytes]:
    """Sort out what the library would not tell apart, and give it nothing it would stumble over."""
    if status >= 500 or 300 <= status < 400:
        raise UnclearError(f"HTTP {status}")
    is_success = 200 <= status <= 299
    if is_success and body.startswith(_FINE):
        return status, body
    try:
        answer = Transport.parse_json_payload(body)
    except UnclearError:
        if status == 429:
            raise FloodError(_delay({}, retry_after)) from None
        if is_success:
            raise
        answer = {}
    if is_success and answer.get("ok", "result" in answer) is True:
        return status, json.dumps({"ok": True, "result": answer.get("result", True)}).encode()
    return _refusal(status, retry_after, answer)


def _refusal(status: int, retry_after: str | None, answer: Mapping[str, Any]) -> tuple[int, bytes]:
    """Give a refusal as Telegram writes it; what it says of itself is truer than the status it came with."""
    said = answer.get("error_code")
    code = said if isinstance(said, int) and 400 <= said <= 599 else status
    if code == 429:
        raise FloodError(_delay(answer, retry_after))
    if not {"ok", "error_code", "description"} & answer.keys():
        # Something between us and Telegram speaks; its 401 or 404 says nothing about our token.
        raise UnclearError(f"HTTP {status} without an answer of Telegram's")
    if not 400 <= code <= 499:
        raise UnclearError(f"HTTP {code}, not done")
    moved = _number(_parameters(answer).get("migrate_to_chat_id"))
    return code, json.dumps(
        {
            "ok": False,
            "error_code": code,
            "description": str(answer.get("description") or ""),
            "parameters": {"migrate_to_chat_id": int(moved)} if moved else {},
        }
    ).encode()


def _parameters(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    found = answer.get("parameters")
    return found if isinstance(found, dict) else {}


def _delay(answer: Mapping[str, Any], retry_after: str | None) -> timedelta:
    """Find how long to wait: among the parameters, in the header, in the words; a second when nobody says."""
    spoken = _SPOKEN_WAIT.search(str(answer.get("description") or ""))
    told = (_parameters(answer).get("retry_after"), retry_after, spoken and spoken[1])
    seconds = next((number for number in map(_number, told) if number is not None), 1.0)
    return timedelta(seconds=min(max(seconds, 1.0), _LONGEST_WAIT))


def _number(value: object) -> float | None:
    """Read a number, also one that came as a string."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _form(request_data: RequestData | None) -> aiohttp.FormData | None:
    if request_data is None or not (request_data.json_parameters or request_data.contains_files):
        return None
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    if request_data.contains_files:
        for name, parts in request_data.multipart_data.items():
            file_name, content, mime = cast(tuple[str, Any, str], parts)
            form.add_field(name, content, filename=file_name, content_type=mime)
    return form


def _name(error: Exception) -> str:
    """Say what happened without the address, which the library's texts may hold."""
    system = getattr(error, "os_error", error)
    reason = getattr(system, "strerror", None)
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__


Raw = Mapping[str, Any]

_ANONYMOUS = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Telegram's stand-in for administrators who speak as the group."""
_SENT = {"date": 1, "chat": {"id": 0, "type": "private"}}
_LATEST = 2**35
_MESSAGE = (
    "message_id date from chat sender_chat text message_thread_id is_topic_message migrate_to_chat_id"
    " migrate_from_chat_id reply_to_message via_bot"
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
        return {**_user({**known, "id": number, "is_bot": True}), "username": _name_lenient(known)}
    return answer


def is_number(value: object) -> TypeGuard[int]:
    """Say whether a value can be an id of Telegram's."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62


def is_update(raw: object) -> bool:
    """Say whether something is an update: one that Telegram numbered."""
    number = _dict(raw).get("update_id")
    return is_number(number) and number >= 0


def update(raw: Raw, bot: Bot) -> Update:
    """Read an update; should a part of it be beyond reading, what the bot cannot do without is read alone."""
    try:
        return Update.de_json(_update(raw, slim=False), bot)
    except Exception:  # the library's own, of many kinds
        return Update.de_json(_update(raw, slim=True), bot)


def queue_key(raw: Raw) -> object:
    """Give the key within which updates keep their order: the chat, or whoever the update is from."""
    for kind in ("message", "channel_post", "callback_query", "my_chat_member"):
        content = _dict(raw.get(kind))
        place = (
            _dict(content.get("chat")) or _dict(_dict(content.get("message")).get("chat")) or _dict(content.get("from"))
        )
        if is_number(place.get("id")):
            return place["id"]
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPress:
    """What is read of a press before it is handled."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RawInlineQuery:
    """What is read of an inline query."""

    query_id: str
    user_id: int
    language: str | None
    """Of the person, as Telegram tells it."""
    text: str


def inline_query(raw: Raw) -> RawInlineQuery | None:
    """Read an inline query, if an update is one that somebody can be answered to."""
    query = _dict(raw.get("inline_query"))
    sender, text = _dict(query.get("from")), query.get("query", "")
    if "id" not in query or not is_number(sender.get("id")) or not isinstance(text, str):
        return None
    language = sender.get("language_code")
    return RawInlineQuery(
        query_id=str(query["id"]),
        user_id=sender["id"],
        language=language if isinstance(language, str) else None,
        text=text,
    )


def is_spoken(raw: Raw) -> bool:
    """Say whether an update is what somebody wrote, and not a change of the chat itself."""
    message = _dict(raw.get("message")) or _dict(raw.get("channel_post"))
    return bool(message) and "migrate_to_chat_id" not in message and "migrate_from_chat_id" not in message


def _update(raw: Raw, *, slim: bool) -> dict[str, Any]:
    read: dict[str, Any] = {"update_id": raw["update_id"]}
    if message := _dict(raw.get("message")):
        read["message"] = _message(message, slim=slim)
    elif post := _dict(raw.get("channel_post")):
        read["message"] = _message(_as_channel(post), slim=slim)
    elif query := _dict(raw.get("callback_query")):
        read["callback_query"] = _query(query, slim=slim)
    elif change := _dict(raw.get("my_chat_member")):
        read["my_chat_member"] = _change(change)
    return read


def _as_channel(post: Raw) -> dict[str, Any]:
    """
    Return a post of a channel as a message of the channel itself.

    Whoever can post is an administrator with the right to do so: the name that a post may be signed with adds nothing.
    """
    return {**post, "from": None, "sender_chat": post.get("chat")}


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
    via = _dict(raw.get("via_bot"))
    kept["via_bot"] = _user(via) if is_number(via.get("id")) else None
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
    wanted = (
        parameter.name
        for parameter in named
        if parameter.default is parameter.empty or parameter.name.startswith("can_")
    )
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


def _name_lenient(raw: Raw) -> str:
    name = raw.get("username")
    return name if isinstance(name, str) else ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
