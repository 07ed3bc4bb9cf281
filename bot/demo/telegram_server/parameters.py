"""
Parameters of a call: read from address, form, JSON or multipart, and parsed as the types Telegram expects.

So is `reply_markup`; command menus, one per scope and language, are kept here too.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import BodyPartReader, web

from bot.demo.telegram_server import entities
from bot.demo.telegram_server.chats import MemberStatus, SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.entities import Entity, Formatted
from bot.demo.telegram_server.rate_limits import bad_request


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file sent with the call."""

    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Params:
    """Raw parameters and files by name, and remarks on what Telegram would silently ignore."""

    raw: Mapping[str, object]
    files: Mapping[str, Upload] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def __contains__(self, name: str) -> bool:
        """Whether the parameter was sent at all."""
        return name in self.raw or name in self.files

    def text(self, name: str) -> str:
        """Read a string; absent is empty."""
        value = self.raw.get(name, "")
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """Read a whole number."""
        value = self.raw.get(name, "")
        if value == "":
            return default
        try:
            return int(str(value))
        except ValueError:
            raise bad_request(f"{name} must be an integer") from None

    def flag(self, name: str) -> bool:
        """Read a truth value; only what Telegram documents is taken, so that a typing mistake shows."""
        value = str(self.raw.get(name, "false")).lower()
        if value not in ("true", "false", "1", "0", "yes", "no"):
            raise bad_request(f"{name} must be a Boolean")
        return value in ("true", "1", "yes")

    def mapping(self, name: str) -> Mapping[str, object]:
        """Read a JSON object; absent is empty."""
        value = self._structure(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise bad_request(f"can't parse {name}: object expected")
        return value

    def sequence(self, name: str) -> tuple[object, ...]:
        """Read a JSON array; absent is empty."""
        value = self._structure(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise bad_request(f"can't parse {name}: array expected")
        return tuple(value)

    def remark_unknown(self, place: str, fields: Iterable[str], known: frozenset[str]) -> None:
        """Note the fields of a nested object that Telegram does not know."""
        if unknown := sorted(set(fields) - known):
            self.remarks.append(f"unknown in {place}: {', '.join(unknown)}")

    def chat(self) -> int | str:
        """Read the chat the call is about: an id or an @name."""
        value = self.text("chat_id").strip()
        if not value:
            raise bad_request("chat_id is empty")
        if value.removeprefix("-").isdigit():
            return int(value)
        return value

    def chat_or_none(self) -> int | str | None:
        """Read the chat if the call has one."""
        return self.chat() if self.text("chat_id").strip() else None

    def _structure(self, name: str) -> object:
        value = self.raw.get(name, "")
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON") from None


async def read(request: web.Request) -> Params:
    """Collect the parameters, the body's winning over the address's."""
    raw: dict[str, object] = dict(request.query)
    files: dict[str, Upload] = {}
    kind = request.content_type
    if kind == "application/json":
        raw |= _object(await request.read())
    elif kind == "application/x-www-form-urlencoded":
        raw |= {name: str(value) for name, value in (await request.post()).items()}
    elif kind == "multipart/form-data":
        await _parts(request, raw, files)
    return Params(raw, files)


def _object(body: bytes) -> dict[str, object]:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("JSON object expected")
    return value


async def _parts(request: web.Request, raw: dict[str, object], files: dict[str, Upload]) -> None:
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad_request("can't parse multipart request")
        content = bytes(await part.read())
        if part.filename is None:
            raw[part.name] = content.decode("utf-8", "replace")
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            files[part.name] = Upload(name=part.filename, mime=mime, content=content)


# Counted in UTF-16 units: the server's own code counts code points, but who keeps to units is safe with both.
_MOST_TEXT = 4096
_MOST_CAPTION = 1024


def message_text(params: Params, name: str = "text") -> Formatted:
    """Read the text of a message, which must show something and fit into one message."""
    if not params.text(name):
        raise bad_request("message text is empty")
    formatted = _parse(params, name, "entities")
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if entities.units(formatted.text) > _MOST_TEXT:
        raise bad_request("message is too long")
    return formatted


def caption(params: Params) -> Formatted:
    """Read `caption`, which may be absent."""
    formatted = _parse(params, "caption", "caption_entities")
    if entities.units(formatted.text) > _MOST_CAPTION:
        raise bad_request("message caption is too long")
    return formatted


_PREVIEW = frozenset({"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"})
_SIZES = frozenset({"prefer_small_media", "prefer_large_media"})


def preview_options(params: Params) -> dict[str, object]:
    """
    Read how links are previewed.

    A preview both small and large, or with options though it is switched off, is a mistake of ours that Telegram takes
    in silence.
    """
    options = dict(params.mapping("link_preview_options"))
    params.remark_unknown("link_preview_options", options, _PREVIEW)
    for name in sorted((_PREVIEW - {"url"}) & options.keys()):
        if not isinstance(options[name], bool):
            raise bad_request(f'can\'t parse link preview options: Field "{name}" must be of type Boolean')
    address = options.get("url", "")
    if not isinstance(address, str):
        raise bad_request('can\'t parse link preview options: Field "url" must be of type String')
    if address and not is_web_address(address):
        params.remarks.append("link_preview_options: the url is none")
    sizes = sorted(name for name in _SIZES if options.get(name))
    if len(sizes) > 1:
        params.remarks.append(f"link_preview_options contradict each other: {', '.join(sizes)}")
    if sizes and not address:
        params.remarks.append(f"link_preview_options: {sizes[0]} is ignored without a url")
    if options.get("is_disabled") and (sizes or address):
        params.remarks.append("link_preview_options: what is set beside is_disabled is ignored")
    return options


def is_web_address(address: str) -> bool:
    """Say whether a text is an address of the web."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, address))


def _parse(params: Params, name: str, entities_name: str) -> Formatted:
    source, mode = params.text(name), params.text("parse_mode").lower()
    if mode == "html":
        return entities.parse_html(source)
    if mode:
        # Markdown exists in Telegram, but this project speaks HTML only.
        raise bad_request("unsupported parse_mode")
    given = [_entity(one) for one in params.sequence(entities_name)]
    return entities.arrange(entities.clean(source), given)


def _entity(shape: object) -> Entity:
    if not isinstance(shape, Mapping) or not {"type", "offset", "length"} <= set(shape):
        raise bad_request("can't parse MessageEntity: fields are missing")
    return Entity(
        kind=str(shape["type"]),
        offset=int(shape["offset"]),
        length=int(shape["length"]),
        url=str(shape.get("url", "")),
        language=str(shape.get("language", "")),
    )


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


def check_keyboard(params: Params, *, inline_only: bool = False) -> Mapping[str, object]:
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
