"""Methods that send, edit and delete messages, and that answer presses of buttons."""

import struct
from collections.abc import Mapping

from bot.demo.telegram_server import entities, json_objects, mini_app, parameters
from bot.demo.telegram_server.chats import SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.entities import Formatted
from bot.demo.telegram_server.messages import CallbackAnswer, Message, StoredFile
from bot.demo.telegram_server.parameters import Params, Upload
from bot.demo.telegram_server.rate_limits import bad_request
from bot.demo.telegram_server.world import World

_REPLY = frozenset(
    {
        "message_id",
        "chat_id",
        "allow_sending_without_reply",
        "quote",
        "quote_parse_mode",
        "quote_entities",
        "quote_position",
    }
)
_ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note".split()
)
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_SOME_SIDE = 320
_MOST_PICTURE_BYTES = 10 * 1024 * 1024
_MOST_SIDES = 10_000
"""Width and height together, in pixels."""
_MOST_RATIO = 20
"""Of the longer side to the shorter one."""


def send_message(world: World, params: Params) -> object:
    """Send a text."""
    formatted = parameters.message_text(params)
    preview = parameters.preview_options(params)
    message = _prepare(world, params, "text messages")
    message.text, message.entities, message.preview = formatted.text, formatted.entities, preview
    return json_objects.message(world, world.store(message))


def send_document(world: World, params: Params) -> object:
    """Send a file."""
    formatted = parameters.caption(params)
    message = _prepare(world, params, "documents")
    message.document = _file(world, params, "document")
    message.text, message.entities = formatted.text, formatted.entities
    return json_objects.message(world, world.store(message))


def send_photo(world: World, params: Params) -> object:
    """Send a picture."""
    formatted = parameters.caption(params)
    message = _prepare(world, params, "photos")
    message.photo = _file(world, params, "photo", picture=True)
    message.text, message.entities = formatted.text, formatted.entities
    return json_objects.message(world, world.store(message))


def send_chat_action(world: World, params: Params) -> object:
    """Show "is typing…" for a while."""
    if params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = world.open_chat(params.chat())
    world.journal.note("action", chat=chat.id, action=params.text("action"))
    return True


def _prepare(world: World, params: Params, what: str) -> Message:
    """Check everything that all kinds of message share, and make one that is not stored yet."""
    markup = parameters.check_keyboard(params)
    chat = world.open_chat(params.chat())
    if chat.kind is SimulatedChatType.CHANNEL:
        if not chat.bot_may("can_post_messages"):
            raise bad_request("need administrator rights in the channel chat", blame=False)
        if markup and "inline_keyboard" not in markup:
            raise bad_request("inline keyboard expected")
    mini_app.check_buttons(markup, is_private=chat.kind is SimulatedChatType.PRIVATE)
    if not chat.may_write:
        raise bad_request(f"not enough rights to send {what} to the chat", blame=False)
    message = world.new_message(chat, world.bot)
    message.markup = markup
    message.thread_id = _thread(chat, params)
    message.reply_to = _reply(chat, params)
    message.silent = params.flag("disable_notification")
    message.protected = params.flag("protect_content")
    if not world.light:
        message.params = dict(params.raw)
    return message


def _thread(chat: SimulatedChat, params: Params) -> int:
    thread = params.integer("message_thread_id")
    if thread and thread not in chat.topics:
        raise bad_request("message thread not found", blame=False)
    if thread in chat.closed and not chat.bot_may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED", blame=False)
    return thread


def _reply(chat: SimulatedChat, params: Params) -> int:
    reply = params.mapping("reply_parameters")
    if not reply:
        return 0
    params.remark_unknown("reply_parameters", reply, _REPLY)
    number = int(str(reply.get("message_id", 0)))
    if chat.find(number) is not None:
        return number
    if reply.get("allow_sending_without_reply"):
        return 0
    raise bad_request("message to be replied not found", blame=False)


def _file(world: World, params: Params, name: str, *, picture: bool = False) -> StoredFile:
    reference = params.text(name)
    upload = params.files.get(reference.removeprefix("attach://") if reference else name)
    if upload is None:
        if kept := world.files.get(reference):
            return kept
        raise bad_request(f"there is no {name} in the request" if not reference else "wrong file identifier specified")
    if not upload.content:
        raise bad_request("file must be non-empty")
    size = _picture_size(upload) if picture else (0, 0)
    return world.keep_file(upload.name, upload.mime, upload.content, size)


def _picture_size(upload: Upload) -> tuple[int, int]:
    if len(upload.content) > _MOST_PICTURE_BYTES:
        raise bad_request("file is too big")
    if not upload.content.startswith(_PICTURES):
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = _SOME_SIDE, _SOME_SIDE
    if upload.content.startswith(_PICTURES[0]):
        width, height = map(int, struct.unpack(">II", upload.content[16:24].ljust(8, b"\0")))
    if not min(width, height) or width + height > _MOST_SIDES or max(width, height) > _MOST_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


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
    formatted = parameters.message_text(params)
    preview = parameters.preview_options(params)
    message = _editable(world, params)
    if message.media:
        raise bad_request("there is no text in the message to edit")
    _rewrite(world, message, formatted, parameters.check_keyboard(params, inline_only=True))
    message.preview = preview
    return json_objects.message(world, message)


def edit_caption(world: World, params: Params) -> object:
    """Replace the caption of a file, and the buttons with it."""
    formatted = parameters.caption(params)
    message = _editable(world, params)
    if not message.media:
        raise bad_request("there is no caption in the message to edit")
    _rewrite(world, message, formatted, parameters.check_keyboard(params, inline_only=True))
    return json_objects.message(world, message)


def edit_markup(world: World, params: Params) -> object:
    """Replace the buttons alone; readers see no "edited" mark for it."""
    message = _editable(world, params)
    markup = parameters.check_keyboard(params, inline_only=True)
    mini_app.check_buttons(markup, is_private=message.chat_id > 0)
    if markup == message.markup:
        raise bad_request(_UNCHANGED)
    message.rewrite(world.clock.wall(), message.text, message.entities, markup, visible=False)
    world.changed(message, "edit")
    return json_objects.message(world, message)


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
    if chat.kind is SimulatedChatType.CHANNEL and not chat.bot_may("can_post_messages", "can_edit_messages"):
        raise bad_request("message can't be edited", blame=False)
    return message


def _rewrite(world: World, message: Message, formatted: Formatted, markup: Mapping[str, object]) -> None:
    mini_app.check_buttons(markup, is_private=message.chat_id > 0)
    if (formatted.text, formatted.entities, markup) == (message.text, message.entities, message.markup):
        raise bad_request(_UNCHANGED)
    message.rewrite(world.clock.wall(), formatted.text, formatted.entities, markup, visible=True)
    world.changed(message, "edit")


def _may_delete(chat: SimulatedChat, message: Message) -> bool:
    if chat.kind is SimulatedChatType.PRIVATE or chat.bot_may("can_delete_messages"):
        return True
    return message.from_bot and (chat.kind is not SimulatedChatType.CHANNEL or chat.bot_may("can_post_messages"))


def _delete(world: World, chat: SimulatedChat, message: Message) -> None:
    if world.clock.wall() - message.at > _DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone", blame=False)
    if not _may_delete(chat, message):
        raise bad_request("message can't be deleted", blame=False)
    message.deleted_at = world.clock.wall()
    world.changed(message, "delete")
