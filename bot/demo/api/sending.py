"""Methods that put a new message into a chat."""

import struct

from bot.demo import wire
from bot.demo.api import keyboards, texts
from bot.demo.api.params import Params, Upload
from bot.demo.chats import MemberStatus, SimulatedChat, SimulatedChatType
from bot.demo.errors import bad_request
from bot.demo.messages import Message, StoredFile
from bot.demo.world import World

_PREVIEW = frozenset({"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"})
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


def send_message(world: World, params: Params) -> object:
    """Send a text."""
    formatted = texts.message_text(params)
    preview = preview_options(params)
    message = _prepare(world, params, "text messages")
    message.text, message.entities, message.preview = formatted.text, formatted.entities, preview
    return wire.message(world, world.store(message))


def send_document(world: World, params: Params) -> object:
    """Send a file."""
    formatted = texts.caption(params)
    message = _prepare(world, params, "documents")
    message.document = _file(world, params, "document")
    message.text, message.entities = formatted.text, formatted.entities
    return wire.message(world, world.store(message))


def send_photo(world: World, params: Params) -> object:
    """Send a picture."""
    formatted = texts.caption(params)
    message = _prepare(world, params, "photos")
    message.photo = _file(world, params, "photo", picture=True)
    message.text, message.entities = formatted.text, formatted.entities
    return wire.message(world, world.store(message))


def send_chat_action(world: World, params: Params) -> object:
    """Show "is typing…" for a while."""
    if params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = world.open_chat(params.chat())
    world.journal.note("action", chat=chat.id, action=params.text("action"))
    return True


def preview_options(params: Params) -> dict[str, object]:
    """Read how links are previewed."""
    options = dict(params.mapping("link_preview_options"))
    params.remark_unknown("link_preview_options", options, _PREVIEW)
    return options


def _prepare(world: World, params: Params, what: str) -> Message:
    """Check everything that all kinds of message share, and make one that is not stored yet."""
    markup = keyboards.check(params)
    chat = world.open_chat(params.chat())
    if chat.kind is SimulatedChatType.CHANNEL and chat.bot is not MemberStatus.ADMINISTRATOR:
        raise bad_request("need administrator rights in the channel chat", blame=False)
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
    if thread and (thread not in chat.topics or thread in chat.closed):
        raise bad_request("message thread not found", blame=False)
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
    if not upload.content.startswith(_PICTURES):
        raise bad_request("IMAGE_PROCESS_FAILED")
    if upload.content.startswith(_PICTURES[0]):
        width, height = struct.unpack(">II", upload.content[16:24])
        return int(width), int(height)
    return _SOME_SIDE, _SOME_SIDE
