"""Reads the parameters of a call from an HTTP request: address, form, JSON or multipart."""

import json

from aiohttp import BodyPartReader, web

from bot.demo.api.params import Params, Upload
from bot.demo.errors import bad_request


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
