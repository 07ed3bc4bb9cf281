"""The demo world as plain JSON, for other processes and for the page."""

from bot.demo.telegram_server.chats import SimulatedChat
from bot.demo.telegram_server.inline_queries import InlineQuery
from bot.demo.telegram_server.messages import CallbackPress, Edit, Message, Profile
from bot.demo.telegram_server.world import World


def message(one: Message) -> dict[str, object]:
    """Show a message with everything that became of it."""
    return {
        "id": one.message_id,
        "chat": one.chat_id,
        "at": one.at,
        "from": one.sender.name,
        "from_id": one.sender.id,
        "bot": one.from_bot,
        "via": one.via_bot.username if one.via_bot else None,
        "text": one.text,
        "marked": one.marked,
        "entities": [entity.to_wire() for entity in one.entities],
        "buttons": [list(row) for row in one.rows],
        "asks": _asks(one),
        "reply_to": one.reply_to or None,
        "thread": one.thread_id or None,
        "silent": one.silent,
        "preview": dict(one.preview),
        "document": one.document and {"name": one.document.name, "file_id": one.document.file_id},
        "photo": one.photo and {"file_id": one.photo.file_id, "width": one.photo.width, "height": one.photo.height},
        "service": dict(one.service),
        "edited_at": one.edited_at,
        "deleted_at": one.deleted_at,
        "edits": [_edit(edit) for edit in one.edits],
    }


def chat(world: World, one: SimulatedChat) -> dict[str, object]:
    """Show a chat with its transcript."""
    return {
        "id": one.id,
        "kind": one.kind.value,
        "title": one.title,
        "username": one.username,
        "bot": one.bot.value,
        "met": one.met,
        "members": [
            _profile(world.profiles[number]) | {"standing": standing.value} for number, standing in one.members.items()
        ],
        "topics": [
            {"thread": thread, "name": name, "closed": thread in one.closed} for thread, name in one.topics.items()
        ],
        "moved_to": one.moved_to or None,
        **{name: getattr(one, name) for name in ("deactivated", "deleted", "unknown", "silenced", "forum")},
        "menu": menu(world, one),
        "messages": [message(each) for each in one.transcript],
    }


def menu(world: World, one: SimulatedChat) -> list[dict[str, str]]:
    """Show the command menu as the chat's first member sees it."""
    profile = world.profiles[next(iter(one.members), world.bot.id)]
    seen = world.menus.seen_by(one, profile.id, profile.language)
    return [{"command": name, "description": description} for name, description in seen]


def press(one: CallbackPress) -> dict[str, object]:
    """Show a press and its answer."""
    answer = one.answer and {"text": one.answer.text, "alert": one.answer.alert, "url": one.answer.url}
    return {"id": one.id, "user": one.user_id, "chat": one.chat_id, "message": one.message_id, "answer": answer}


def inline(one: InlineQuery) -> dict[str, object]:
    """Show an inline query and its answer."""
    answer = one.answer
    button = answer and answer.button
    return {
        "id": one.id,
        "query": one.query,
        "results": [
            {"id": result.id, "title": result.title, "description": result.description, "url": result.url}
            for result in (answer.results if answer else ())
        ],
        "button": button and {"text": button.text, "start_parameter": button.start_parameter},
        "cache_time": answer and answer.cache_time,
    }


def world(one: World) -> dict[str, object]:
    """Show everything, with the number of the last change it contains."""
    return {
        "change": one.journal.number,
        "life": one.journal.life,
        "now": one.clock.wall(),
        "bot": {"id": one.bot.id, "username": one.bot.username, "polling": one.inbox.polled},
        "waiting_updates": len(one.inbox),
        "people": [_profile(profile) for profile in one.profiles.values() if not profile.is_bot],
        "presses": len(one.presses),
        "chats": [chat(one, each) for each in one.chats.values()],
    }


def menus(one: World) -> dict[str, object]:
    """Show the command menus of all chats."""
    return {str(number): menu(one, each) for number, each in one.chats.items()}


def _profile(one: Profile) -> dict[str, object]:
    return {"id": one.id, "name": one.name, "language": one.language}


def _asks(one: Message) -> str | None:
    """Return the hint of a message that opens the reader's keyboard."""
    return str(one.markup.get("input_field_placeholder", "")) if one.markup.get("force_reply") else None


def _edit(edit: Edit) -> dict[str, object]:
    buttons = edit.markup.get("inline_keyboard", [])
    return {
        "until": edit.until,
        "text": edit.text,
        "entities": [one.to_wire() for one in edit.entities],
        "buttons": buttons,
    }
