"""From the text parameters of a call to the text Telegram would show."""

from collections.abc import Mapping

from bot.demo import entities
from bot.demo.api import html
from bot.demo.api.params import Params
from bot.demo.entities import Entity, Formatted
from bot.demo.errors import bad_request

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
        return html.parse(source)
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
