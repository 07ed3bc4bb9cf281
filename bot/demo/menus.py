"""The bot's command menus, one per scope and language, and which of them a person sees."""

from collections.abc import Mapping

from bot.demo.chats import MemberStatus, SimulatedChat, SimulatedChatType

Menu = tuple[tuple[str, str], ...]
Scope = tuple[str, int, int]

DEFAULT: Scope = ("default", 0, 0)


class Menus:
    """What the bot set, kept exactly as set."""

    def __init__(self) -> None:
        self._menus: dict[tuple[Scope, str], Menu] = {}

    def put(self, scope: Scope, language: str, menu: Menu) -> None:
        """Set a menu; an empty one takes it away."""
        if menu:
            self._menus[scope, language] = menu
        else:
            self._menus.pop((scope, language), None)

    def exact(self, scope: Scope, language: str) -> Menu:
        """Return the menu set for exactly this scope and language."""
        return self._menus.get((scope, language), ())

    def all(self) -> Mapping[tuple[Scope, str], Menu]:
        """Return everything that is set."""
        return dict(self._menus)

    def seen_by(self, chat: SimulatedChat, user_id: int, language: str) -> Menu:
        """Return the menu a person sees in a chat: the narrowest scope first, the own language before the others."""
        for scope in _scopes(chat, user_id):
            for code in (language, ""):
                if menu := self.exact(scope, code):
                    return menu
        return ()


def _scopes(chat: SimulatedChat, user_id: int) -> tuple[Scope, ...]:
    here: Scope = ("chat", chat.id, 0)
    if chat.kind is SimulatedChatType.PRIVATE:
        return (here, ("all_private_chats", 0, 0), DEFAULT)
    member: Scope = ("chat_member", chat.id, user_id)
    everywhere: tuple[Scope, ...] = (("all_group_chats", 0, 0), DEFAULT)
    if chat.members.get(user_id) in (MemberStatus.CREATOR, MemberStatus.ADMINISTRATOR):
        administrators: Scope = ("chat_administrators", chat.id, 0)
        return (member, administrators, here, ("all_chat_administrators", 0, 0), *everywhere)
    return (member, here, *everywhere)
