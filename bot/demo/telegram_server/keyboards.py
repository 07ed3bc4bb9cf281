"""What Telegram accepts as `reply_markup`, and the bot's command menus, one per scope and language."""

from collections.abc import Mapping

from bot.demo.telegram_server.chats import MemberStatus, SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.parameters import Params
from bot.demo.telegram_server.rate_limits import bad_request

_ACTIONS = frozenset(
    {
        "callback_data",
        "url",
        "copy_text",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "callback_game",
        "pay",
    }
)
_DECORATION = frozenset({"text", "style", "icon_custom_emoji_id"})
_STYLES = frozenset({"danger", "success", "primary"})
_KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
_MOST_DATA = 64
_MOST_BUTTONS = 100
_MOST_COPIED = 256


def check(params: Params, *, inline_only: bool = False) -> Mapping[str, object]:
    """Return the markup as it is stored, or refuse it; an inline keyboard without buttons is none."""
    markup = params.mapping("reply_markup")
    if not markup:
        return {}
    kind = next((one for one in _KINDS if one in markup), "")
    if not kind:
        raise bad_request("object expected as reply markup")
    if kind == "inline_keyboard":
        return _inline(params, markup)
    if inline_only:
        raise bad_request("inline keyboard expected")
    return markup


def _inline(params: Params, markup: Mapping[str, object]) -> Mapping[str, object]:
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    params.remark_unknown("the inline keyboard", markup, frozenset({"inline_keyboard"}))
    for row in rows:
        for button in row:
            _button(params, button)
    if sum(len(row) for row in rows) > _MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else {}


def _button(params: Params, button: object) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    params.remark_unknown("an inline button", button, _ACTIONS | _DECORATION)
    actions = _ACTIONS & set(button)
    if len(actions) != 1:
        raise bad_request("Text buttons are unallowed in the inline keyboard")
    if button.get("style", "primary") not in _STYLES:
        raise bad_request("BUTTON_STYLE_INVALID")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= _MOST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and "." not in str(button["url"]) and not str(button["url"]).startswith("tg://"):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    copied = button.get("copy_text", {"text": "-"})
    if not isinstance(copied, dict) or not 1 <= len(str(copied.get("text", ""))) <= _MOST_COPIED:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


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
