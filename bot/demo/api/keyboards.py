"""What Telegram accepts as `reply_markup`."""

from collections.abc import Mapping

from bot.demo.api.params import Params
from bot.demo.errors import bad_request

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
