"""Parameters of a call: read from address, form, JSON or multipart, and parsed as the types Telegram expects."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from bot.demo.telegram_server import entities
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


def message_text(params: Params) -> Formatted:
    """Read `text`, which must show something and fit into one message."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    formatted = _parse(params, "text", "entities")
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
