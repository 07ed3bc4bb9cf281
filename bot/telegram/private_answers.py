"""
Where an answer goes that is not for everybody who reads a group or a channel: a file with all that is stored.

It goes to the private chat of whoever asks. In a channel nobody is known as the asker, so it is refused there.
"""

from __future__ import annotations

from bot.core.chat import ChatState
from bot.core.ids import ChatId, ThreadId
from bot.core.repositories import ChatRepository
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, code, italic, join
from bot.telegram.commands import Request
from bot.telegram.replies import Destination

_MAIN_THREAD = ThreadId(0)


async def find_place(request: Request, chats: ChatRepository, command: str) -> Destination | Html:
    """Return where the private answer to a command goes, or the sentence that says how it can be had."""
    if request.is_private or request.place.is_managed:
        return request.answer_place
    if request.is_in_channel:
        return _refuse_in_channel(request, command)
    t = request.translation.t
    if request.requester.is_anonymous_administrator:
        return t(
            "Everybody in the group would read that. Send {command} as yourself and not as the group: the answer "
            "comes in the private chat.",
            command=code(f"/{command}"),
        )
    private = await chats.find(ChatId(request.requester.user_id))
    if private is None or private.state is not ChatState.ACTIVE:
        return t(
            "I send that in the private chat only. Open it with me, press Start, and send {command} here again.",
            command=code(f"/{command}"),
        )
    return Destination(private.id, _MAIN_THREAD)


def is_elsewhere(request: Request, place: Destination) -> bool:
    """Return whether an answer goes to another chat than the one in which it was asked for."""
    return place.chat_id != request.answer_place.chat_id


def head(request: Request, place: Destination, text: Html) -> Html:
    """Name the channel or the group that an answer in another chat is about."""
    if not is_elsewhere(request, place) or request.message is None:
        return request.head(text)
    group = request.translation.t("Group {group}", group=request.message.chat.title or "")
    return join("\n", [italic(group), text])


def sent(translation: Translation) -> Html:
    """Say in the group that the answer is in the private chat."""
    return translation.t("Sent in the private chat.")


def _refuse_in_channel(request: Request, command: str) -> Html:
    chat = request.message.chat if request.message is not None else None
    name, *rest = command.split()
    reference = f"@{chat.username}" if chat is not None and chat.username else str(request.place.chat_id)
    return request.translation.t(
        "Everybody who reads the channel would see that. Send {command} in the private chat with me.",
        command=code(" ".join(["/" + name, reference, *rest])),
    )
