"""
The Bot API of the strict server: its methods, their parameters, and the way of a call (faults, limits, answer).

Telegram ignores unknown parameters; the strict server reports them, because they are always a mistake of ours.
"""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NoReturn

from aiohttp import web

from bot.demo.telegram_server import chat_methods, inline_methods, message_methods, parameters, rate_limits
from bot.demo.telegram_server.call_log import Call, Calls, Violation
from bot.demo.telegram_server.chats import SimulatedChat
from bot.demo.telegram_server.faults import Effect, Fault, Faults
from bot.demo.telegram_server.parameters import Params
from bot.demo.telegram_server.rate_limits import ApiError, ServerRateLimiter, ServerRateLimits, flood
from bot.demo.telegram_server.world import World

_SEND = (
    "business_connection_id chat_id message_thread_id direct_messages_topic_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id suggested_post_parameters reply_parameters reply_markup"
)
_EDIT = "business_connection_id chat_id message_id inline_message_id reply_markup"
_CAPTION = "caption parse_mode caption_entities"
_LINES = {
    "getMe": "",
    "logOut": "",
    "close": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "sendMessage": f"{_SEND} text parse_mode entities link_preview_options",
    "sendDocument": f"{_SEND} {_CAPTION} document thumbnail disable_content_type_detection",
    "sendPhoto": f"{_SEND} {_CAPTION} photo show_caption_above_media has_spoiler",
    "sendChatAction": "business_connection_id chat_id message_thread_id action",
    "editMessageText": f"{_EDIT} text parse_mode entities link_preview_options",
    "editMessageCaption": f"{_EDIT} {_CAPTION} show_caption_above_media",
    "editMessageReplyMarkup": _EDIT,
    "deleteMessage": "chat_id message_id",
    "deleteMessages": "chat_id message_ids",
    "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
    "answerInlineQuery": "inline_query_id results cache_time is_personal next_offset button",
    "setMyCommands": "commands scope language_code",
    "getMyCommands": "scope language_code",
    "deleteMyCommands": "scope language_code",
    "setMyName": "name language_code",
    "setMyDescription": "description language_code",
    "setMyShortDescription": "short_description language_code",
    "getChat": "chat_id",
    "getChatMember": "chat_id user_id",
    "getChatMemberCount": "chat_id",
    "getChatAdministrators": "chat_id return_bots",
    "leaveChat": "chat_id",
    "createForumTopic": "chat_id name icon_color icon_custom_emoji_id",
    "getFile": "file_id",
}
KNOWN = {method.lower(): frozenset(names.split()) for method, names in _LINES.items()}


Handler = Callable[[World, Params], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method: how it is done, what it knows, whether it counts for the bot and for the chat."""

    name: str
    run: Handler
    known: frozenset[str]
    counts: bool
    counts_in_chat: bool


_HANDLERS: dict[str, Handler | Callable[[World, Params], Awaitable[object]]] = {
    "getMe": chat_methods.get_me,
    "logOut": chat_methods.say_goodbye,
    "close": chat_methods.say_goodbye,
    "getUpdates": chat_methods.get_updates,
    "setWebhook": chat_methods.set_webhook,
    "deleteWebhook": chat_methods.delete_webhook,
    "getWebhookInfo": chat_methods.webhook_info,
    "sendMessage": message_methods.send_message,
    "sendDocument": message_methods.send_document,
    "sendPhoto": message_methods.send_photo,
    "sendChatAction": message_methods.send_chat_action,
    "editMessageText": message_methods.edit_text,
    "editMessageCaption": message_methods.edit_caption,
    "editMessageReplyMarkup": message_methods.edit_markup,
    "deleteMessage": message_methods.delete_message,
    "deleteMessages": message_methods.delete_messages,
    "answerCallbackQuery": message_methods.answer_press,
    "answerInlineQuery": inline_methods.answer_inline,
    "setMyCommands": chat_methods.set_commands,
    "getMyCommands": chat_methods.get_commands,
    "deleteMyCommands": chat_methods.delete_commands,
    "setMyName": chat_methods.set_about,
    "setMyDescription": chat_methods.set_about,
    "setMyShortDescription": chat_methods.set_about,
    "getChat": chat_methods.get_chat,
    "getChatMember": chat_methods.get_member,
    "getChatMemberCount": chat_methods.count_members,
    "getChatAdministrators": chat_methods.get_administrators,
    "leaveChat": chat_methods.leave,
    "createForumTopic": chat_methods.create_topic,
    "getFile": chat_methods.get_file,
}
_IN_CHAT = frozenset({"sendMessage", "sendDocument", "sendPhoto"})
_ANSWERS = frozenset({"answerCallbackQuery", "answerInlineQuery"})
_FOR_BOT = _IN_CHAT | {"editMessageText", "editMessageCaption", "editMessageReplyMarkup", *_ANSWERS}

METHODS = {
    name.lower(): Method(
        name=name,
        run=run,
        known=KNOWN[name.lower()],
        counts=name in _FOR_BOT,
        counts_in_chat=name in _IN_CHAT,
    )
    for name, run in _HANDLERS.items()
}


def find(name: str) -> Method | None:
    """Return a method; Telegram does not care about capitals in its name."""
    return METHODS.get(name.lower())


_GRACE_SECONDS = 0.5
_FOR_EVER = 3600.0
_HIDDEN = frozenset({Effect.SILENT, Effect.CUT, Effect.MASK})


class BotApi:
    """The server's side of the Bot API for one bot."""

    def __init__(self, world: World, allowances: ServerRateLimits) -> None:
        self.world = world
        self.limiter = ServerRateLimiter(allowances, world.clock.ticks)
        self.faults = Faults(lambda: world.journal.note("faults"), world.clock.ticks)
        self.calls = Calls(world.clock)
        self.violations: list[Violation] = []
        self._polls: list[web.Request] = []

    def routes(self) -> tuple[web.RouteDef, ...]:
        """Return the addresses of the Bot API."""
        return (
            web.route("*", "/bot{token:[^/]+}/{method}", self.handle),
            web.get("/file/bot{token:[^/]+}/documents/{file_id}", self.download),
        )

    def hang_up(self) -> None:
        """Cut the connections of everybody who waits for updates."""
        for request in tuple(self._polls):
            _abort(request)

    def blame(self, call: Call, kind: str, detail: str) -> None:
        """Record a mistake of the bot."""
        at = self.world.clock.wall()
        self.violations.append(Violation(at=at, method=call.method, kind=kind, detail=detail, params=call.params))
        self.world.journal.note("violation", method=call.method, kind_of=kind, detail=detail)

    async def download(self, request: web.Request) -> web.Response:
        """Hand out a file."""
        file = self.world.files.get(request.match_info["file_id"])
        if request.match_info["token"] != self.world.token or file is None:
            return _failed(ApiError(404, "Not Found"))
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method = find(request.match_info["method"])
        name = method.name if method else request.match_info["method"]
        try:
            params = await parameters.read(request)
            chat = self._chat(params)
            failure = None
        except ApiError as error:
            params, chat, failure = Params({}), None, error
        call = self.calls.open(name, {} if self.world.light else params.raw, chat.id if chat else None)
        try:
            if failure is not None:
                raise failure
            return await self._serve(request, call, method, params, chat)
        except ApiError as error:
            self.calls.close(call, error.code, error.description)
            if error.blame:
                self.blame(call, "refused", error.description)
            return _failed(error)
        except asyncio.CancelledError:
            self.calls.close(call, 0, call.outcome if call.outcome != "open" else "caller gone")
            raise
        except Exception as error:
            self.blame(call, "not understood", repr(error))
            raise

    async def _serve(
        self, request: web.Request, call: Call, method: Method | None, params: Params, chat: SimulatedChat | None
    ) -> web.StreamResponse:
        if request.match_info["token"] != self.world.token:
            raise ApiError(401, "Unauthorized", blame=False)
        fault = self.faults.take(call.method, call.chat_id, shut=self.limiter.shut_for(call.chat_id)[0] > 0)
        if fault is not None and (answer := await self._suffer(request, call, fault)):
            return answer
        if method is None:
            raise ApiError(404, "Not Found")
        for unknown in sorted((set(params.raw) | set(params.files)) - method.known):
            # A multipart body may carry a file under a name of its own, which another parameter refers to.
            if f"attach://{unknown}" not in json.dumps(params.raw):
                self.blame(call, "unknown parameter", unknown)
        self._limit(call, method, params, chat)
        try:
            result = await self._run(request, method, params)
        except ApiError:
            if fault is None or fault.effect not in _HIDDEN:
                raise
            result = None
        for remark in params.remarks:
            self.blame(call, "unknown parameter", remark)
        if fault is not None and fault.effect in _HIDDEN:
            return await self._lose(request, call, fault)
        self.calls.close(call, 200, "ok")
        return web.json_response({"ok": True, "result": result})

    async def _run(self, request: web.Request, method: Method, params: Params) -> object:
        result = method.run(self.world, params)
        if not inspect.isawaitable(result):
            return result
        self._polls.append(request)
        try:
            return await result
        finally:
            self._polls = [other for other in self._polls if other is not request]

    def _chat(self, params: Params) -> SimulatedChat | None:
        reference = params.chat_or_none()
        return self.world.find_chat(reference) if reference is not None else None

    def _limit(self, call: Call, method: Method, params: Params, chat: SimulatedChat | None) -> None:
        if not method.counts:
            return
        left, running = self.limiter.shut_for(call.chat_id)
        if left > 0:
            # What was on its way when the wait began is forgiven.
            raise flood(rate_limits.whole_seconds(left), blame=running > _GRACE_SECONDS)
        wait = self.limiter.admit(
            call.chat_id if method.counts_in_chat else None,
            group=chat is not None and chat.is_group,
            paid=params.flag("allow_paid_broadcast"),
        )
        if wait > 0:
            raise flood(rate_limits.whole_seconds(wait), blame=True)

    async def _suffer(self, request: web.Request, call: Call, fault: Fault) -> web.Response | None:
        """Do what a fault does before the call is carried out."""
        if fault.effect is Effect.ERROR:
            self.calls.close(call, fault.status, "scripted error")
            return _page(fault.status)
        if fault.effect is Effect.HANG:
            await asyncio.sleep(fault.seconds or _FOR_EVER)
            self.calls.close(call, 0, "scripted silence")
            await _cut(request)
        if fault.effect is Effect.RESET:
            self.calls.close(call, 0, "scripted reset")
            await _cut(request)
        if fault.effect is Effect.FLOOD:
            self.limiter.close(fault.chat_id or None, fault.seconds)
            self.world.journal.note("faults")
            raise flood(rate_limits.whole_seconds(fault.seconds), blame=False)
        if fault.effect is Effect.REFUSE:
            raise ApiError(fault.status, fault.description, blame=False)
        if fault.effect is Effect.SLOW:
            await asyncio.sleep(fault.seconds)
        return None

    async def _lose(self, request: web.Request, call: Call, fault: Fault) -> web.Response:
        """Let the answer to a call that was carried out get lost."""
        self.calls.close(call, fault.status if fault.effect is Effect.MASK else 0, "scripted loss")
        if fault.effect is Effect.MASK:
            return _page(fault.status)
        if fault.effect is Effect.SILENT:
            # Without a length of its own the silence lasts until the caller gives up.
            await asyncio.sleep(fault.seconds or _FOR_EVER)
        return await _cut(request)


def _page(status: int) -> web.Response:
    """Answer as a proxy before Telegram does."""
    page = f"<html><head><title>{status}</title></head><body>nginx</body></html>"
    return web.Response(status=status, text=page, content_type="text/html")


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _cut(request: web.Request) -> NoReturn:
    _abort(request)
    # The lost connection cancels this handler.
    await asyncio.Event().wait()
    raise AssertionError("a cut connection came back")


def _failed(error: ApiError) -> web.Response:
    body: dict[str, object] = {"ok": False, "error_code": error.code, "description": error.description}
    headers = {}
    if error.parameters:
        body["parameters"] = error.parameters
    if "retry_after" in error.parameters:
        headers["Retry-After"] = str(error.parameters["retry_after"])
    return web.json_response(body, status=error.code, headers=headers)
