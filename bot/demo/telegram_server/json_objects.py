"""The objects of the Bot API as JSON: users, chats, messages and members."""

from typing import Protocol

from bot.demo.telegram_server.chats import MemberStatus, SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.inline_queries import InlineQuery
from bot.demo.telegram_server.messages import Message, Profile, StoredFile

ANONYMOUS = Profile(id=1_087_968_824, name="Group", username="GroupAnonymousBot", is_bot=True)
ADMINISTRATOR_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_post_messages",
    "can_edit_messages",
    "can_pin_messages",
    "can_manage_topics",
)
TELEGRAM = Profile(id=777_000, name="Telegram")
"""Who repeats the posts of a channel in its discussion group."""
_LIMITED_RIGHTS = (
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_send_messages",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_manage_topics",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_edit_tag",
    "can_react_to_messages",
)


class ChatLookup(Protocol):
    """Where a message's chat is looked up."""

    @property
    def chats(self) -> dict[int, SimulatedChat]:
        """All chats by id."""


def user(profile: Profile) -> dict[str, object]:
    """Shape a User."""
    shape: dict[str, object] = {"id": profile.id, "is_bot": profile.is_bot, "first_name": profile.name}
    if profile.username:
        shape["username"] = profile.username
    if profile.language:
        shape["language_code"] = profile.language
    return shape


def chat(one: SimulatedChat) -> dict[str, object]:
    """Shape a Chat."""
    shape: dict[str, object] = {"id": one.id, "type": one.kind.value}
    shape["first_name" if one.kind is SimulatedChatType.PRIVATE else "title"] = one.title
    if one.username:
        shape["username"] = one.username
    if one.forum:
        shape["is_forum"] = True
    return shape


def full_chat(one: SimulatedChat) -> dict[str, object]:
    """Shape a ChatFullInfo."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    linked = {"linked_chat_id": one.linked} if one.linked else {}
    return chat(one) | {
        **linked,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def member(profile: Profile, standing: MemberStatus, lacks: frozenset[str] = frozenset()) -> dict[str, object]:
    """Shape a ChatMember of any status; an administrator has all rights but those that are named."""
    shape: dict[str, object] = {"user": user(profile), "status": standing.value}
    if standing is MemberStatus.CREATOR:
        shape["is_anonymous"] = False
    elif standing is MemberStatus.ADMINISTRATOR:
        rights = {right: right not in lacks for right in ADMINISTRATOR_RIGHTS}
        shape |= {"is_anonymous": False, "can_be_edited": False, **rights}
    elif standing is MemberStatus.RESTRICTED:
        shape |= {"is_member": True, "until_date": 0, **dict.fromkeys(_LIMITED_RIGHTS, False)}
    elif standing is MemberStatus.KICKED:
        shape["until_date"] = 0
    return shape


def message(world: ChatLookup, one: Message, *, nested: bool = False) -> dict[str, object]:
    """Shape a Message; the message it replies to is shown one level deep."""
    place = world.chats[one.chat_id]
    shape: dict[str, object] = {"message_id": one.message_id, "date": int(one.at), "chat": chat(place)}
    if one.anonymous:
        shape |= {"from": user(ANONYMOUS), "sender_chat": chat(place)}
    elif one.posted is not None:
        shape |= {"from": user(TELEGRAM), "sender_chat": chat(world.chats[one.posted[0]]), "is_automatic_forward": True}
    elif place.kind is SimulatedChatType.CHANNEL:
        shape["sender_chat"] = chat(place)
    else:
        shape["from"] = user(one.sender)
    shape |= _content(one)
    if one.thread_id:
        shape |= {"message_thread_id": one.thread_id, "is_topic_message": True}
    answered = place.find(one.reply_to) if one.reply_to and not nested else None
    if answered is not None:
        shape["reply_to_message"] = message(world, answered, nested=True)
    if one.rows:
        shape["reply_markup"] = one.markup
    if one.preview:
        shape["link_preview_options"] = one.preview
    if one.protected:
        shape["has_protected_content"] = True
    if one.forwarded_from is not None:
        shape["forward_origin"] = {"type": "user", "date": int(one.at), "sender_user": user(one.forwarded_from)}
    if one.posted is not None:
        channel, post = world.chats[one.posted[0]], one.posted[1]
        shape["forward_origin"] = {"type": "channel", "date": int(one.at), "chat": chat(channel), "message_id": post}
    if one.via_bot is not None:
        shape["via_bot"] = user(one.via_bot)
    if one.edited_at is not None:
        shape["edit_date"] = int(one.edited_at)
    return shape | dict(one.service)


def _content(one: Message) -> dict[str, object]:
    shape: dict[str, object] = {}
    if one.document is not None:
        shape["document"] = document(one.document)
    if one.photo is not None:
        shape["photo"] = [photo(one.photo)]
    if one.location is not None:
        shape["location"] = {"latitude": one.location[0], "longitude": one.location[1]}
    if one.text:
        shape["caption" if one.media else "text"] = one.text
        if one.entities:
            shape["caption_entities" if one.media else "entities"] = [entity.to_wire() for entity in one.entities]
    return shape


def inline_query(one: InlineQuery, by: Profile, chat_type: str) -> dict[str, object]:
    """Shape an InlineQuery."""
    return {"id": one.id, "from": user(by), "query": one.query, "offset": one.offset, "chat_type": chat_type}


def document(file: StoredFile) -> dict[str, object]:
    """Shape a Document."""
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_id[-12:],
        "file_name": file.name,
        "mime_type": file.mime,
        "file_size": len(file.content),
    }


def photo(file: StoredFile) -> dict[str, object]:
    """Shape a PhotoSize."""
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_id[-12:],
        "width": file.width,
        "height": file.height,
        "file_size": len(file.content),
    }
