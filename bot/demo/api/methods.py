"""The methods the server knows, and which of them count against the limits."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.demo.api import commands, directory, editing, receiving, sending, signatures
from bot.demo.api.params import Params
from bot.demo.world import World

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
    "getMe": directory.get_me,
    "logOut": directory.say_goodbye,
    "close": directory.say_goodbye,
    "getUpdates": receiving.get_updates,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.webhook_info,
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "sendPhoto": sending.send_photo,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_text,
    "editMessageCaption": editing.edit_caption,
    "editMessageReplyMarkup": editing.edit_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "answerCallbackQuery": editing.answer_press,
    "setMyCommands": commands.set_commands,
    "getMyCommands": commands.get_commands,
    "deleteMyCommands": commands.delete_commands,
    "setMyName": directory.set_about,
    "setMyDescription": directory.set_about,
    "setMyShortDescription": directory.set_about,
    "getChat": directory.get_chat,
    "getChatMember": directory.get_member,
    "getChatMemberCount": directory.count_members,
    "getChatAdministrators": directory.get_administrators,
    "leaveChat": directory.leave,
    "getFile": directory.get_file,
}
_IN_CHAT = frozenset({"sendMessage", "sendDocument", "sendPhoto"})
_FOR_BOT = _IN_CHAT | {"editMessageText", "editMessageCaption", "editMessageReplyMarkup", "answerCallbackQuery"}

METHODS = {
    name.lower(): Method(
        name=name,
        run=run,
        known=signatures.KNOWN[name.lower()],
        counts=name in _FOR_BOT,
        counts_in_chat=name in _IN_CHAT,
    )
    for name, run in _HANDLERS.items()
}


def find(name: str) -> Method | None:
    """Return a method; Telegram does not care about capitals in its name."""
    return METHODS.get(name.lower())
