"""Methods that change or remove what is already in a chat, and answers to presses."""

from collections.abc import Mapping

from bot.demo import entities, wire
from bot.demo.api import keyboards, sending, texts
from bot.demo.api.params import Params
from bot.demo.chats import SimulatedChat, SimulatedChatType
from bot.demo.entities import Formatted
from bot.demo.errors import bad_request
from bot.demo.messages import Message
from bot.demo.presses import CallbackAnswer
from bot.demo.world import World

_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_DELETABLE_SECONDS = 48 * 3600
_ANSWERABLE_SECONDS = 15 * 60
_MOST_ANSWER = 200
_MOST_AT_ONCE = 100


def edit_text(world: World, params: Params) -> object:
    """Replace the text, and the buttons with it."""
    formatted = texts.message_text(params)
    preview = sending.preview_options(params)
    message = _editable(world, params)
    if message.media:
        raise bad_request("there is no text in the message to edit")
    _rewrite(world, message, formatted, keyboards.check(params, inline_only=True))
    message.preview = preview
    return wire.message(world, message)


def edit_caption(world: World, params: Params) -> object:
    """Replace the caption of a file, and the buttons with it."""
    formatted = texts.caption(params)
    message = _editable(world, params)
    if not message.media:
        raise bad_request("there is no caption in the message to edit")
    _rewrite(world, message, formatted, keyboards.check(params, inline_only=True))
    return wire.message(world, message)


def edit_markup(world: World, params: Params) -> object:
    """Replace the buttons alone; readers see no "edited" mark for it."""
    message = _editable(world, params)
    markup = keyboards.check(params, inline_only=True)
    if markup == message.markup:
        raise bad_request(_UNCHANGED)
    message.rewrite(world.clock.wall(), message.text, message.entities, markup, visible=False)
    world.changed(message, "edit")
    return wire.message(world, message)


def delete_message(world: World, params: Params) -> object:
    """Delete one message."""
    chat = world.open_chat(params.chat())
    message = chat.find(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found", blame=False)
    _delete(world, chat, message)
    return True


def delete_messages(world: World, params: Params) -> object:
    """Delete several messages; those that are not there are skipped."""
    numbers = params.sequence("message_ids")
    if not 1 <= len(numbers) <= _MOST_AT_ONCE:
        raise bad_request("message identifiers are not specified" if not numbers else "too many messages to delete")
    chat = world.open_chat(params.chat())
    for number in numbers:
        if message := chat.find(int(str(number))):
            _delete(world, chat, message)
    return True


def answer_press(world: World, params: Params) -> object:
    """Answer a press once."""
    press = world.presses.get(params.text("callback_query_id"))
    if press is None or world.clock.ticks() - press.ticks > _ANSWERABLE_SECONDS:
        raise bad_request(_TOO_OLD, blame=False)
    if press.answer is not None:
        raise bad_request(_TOO_OLD)
    if entities.units(params.text("text")) > _MOST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answer = CallbackAnswer(text=params.text("text"), alert=params.flag("show_alert"), url=params.text("url"))
    press.bell.ring()
    world.journal.note(
        "answer",
        chat=press.chat_id,
        user=press.user_id,
        press=press.id,
        text=press.answer.text,
        alert=press.answer.alert,
    )
    return True


def _editable(world: World, params: Params) -> Message:
    chat = world.open_chat(params.chat())
    message = chat.find(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found", blame=False)
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _rewrite(world: World, message: Message, formatted: Formatted, markup: Mapping[str, object]) -> None:
    if (formatted.text, formatted.entities, markup) == (message.text, message.entities, message.markup):
        raise bad_request(_UNCHANGED)
    message.rewrite(world.clock.wall(), formatted.text, formatted.entities, markup, visible=True)
    world.changed(message, "edit")


def _delete(world: World, chat: SimulatedChat, message: Message) -> None:
    if world.clock.wall() - message.at > _DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone", blame=False)
    if not message.from_bot and chat.kind is not SimulatedChatType.PRIVATE and chat.bot != "administrator":
        raise bad_request("message can't be deleted", blame=False)
    message.deleted_at = world.clock.wall()
    world.changed(message, "delete")
