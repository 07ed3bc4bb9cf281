"""
HTTP to Telegram for python-telegram-bot, over aiohttp.

Why not the library's own: it costs five times the CPU, and it does not tell a request that surely never left from one
whose answer was lost, on which it depends whether trying again may show the reader a message twice.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

_CONNECT_TIMEOUT = 10.0
_FINE = b'{"ok":true,"result":'
_SPOKEN_WAIT = re.compile(r"retry after (\d{1,9})", re.IGNORECASE)
_LONGEST_WAIT = 86_400.0


class NotConnectedError(NetworkError):
    """No connection came about: Telegram surely has not seen the request."""


class UnclearError(NetworkError):
    """The request left, and no usable answer came: Telegram may have carried it out."""


class FloodError(TelegramError):
    """Telegram's 429: not carried out, and not to be tried before `delay` has passed."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(f"flood control, {delay.total_seconds():g} s")
        self.delay = delay


class Transport(BaseRequest):
    """One connection pool; errors name what happened and never an address, which holds the token."""

    __slots__ = ("_proxy", "_read_timeout", "_session")

    def __init__(self, *, read_timeout: timedelta = timedelta(seconds=35), proxy: str | None = None) -> None:
        self._read_timeout = read_timeout.total_seconds()
        self._proxy = proxy or None
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer unless a call says otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; how many calls run at once is decided by those who make them."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30))

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call and return status and body; what is no answer of Telegram's is raised."""
        if self._session is None:
            raise NotConnectedError("the transport is not open")
        wait = self._read_timeout if isinstance(read_timeout, DefaultValue) else read_timeout
        timeout = aiohttp.ClientTimeout(
            total=wait and wait + _CONNECT_TIMEOUT, sock_connect=_CONNECT_TIMEOUT, sock_read=wait
        )
        try:
            async with self._session.request(
                method, url, data=_form(request_data), timeout=timeout, proxy=self._proxy, allow_redirects=False
            ) as response:
                status, headers, body = response.status, response.headers, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise NotConnectedError(_name(error)) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            raise UnclearError(_name(error)) from None
        if method == "GET" and 200 <= status <= 299:
            return status, body  # a file
        return _answer(status, headers.get("Retry-After"), body)

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Read a body, without writing it to a log when it cannot be read."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise UnclearError("the answer is not Telegram's")
        return cast(JSONDict, answer)


def _answer(status: int, retry_after: str | None, body: bytes) -> tuple[int, bytes]:
    """Sort out what the library would not tell apart, and give it nothing it would stumble over."""
    if status >= 500 or 300 <= status < 400:
        raise UnclearError(f"HTTP {status}")
    is_success = 200 <= status <= 299
    if is_success and body.startswith(_FINE):
        return status, body
    try:
        answer = Transport.parse_json_payload(body)
    except UnclearError:
        if status == 429:
            raise FloodError(_delay({}, retry_after)) from None
        if is_success:
            raise
        answer = {}
    if is_success and answer.get("ok", "result" in answer) is True:
        return status, json.dumps({"ok": True, "result": answer.get("result", True)}).encode()
    return _refusal(status, retry_after, answer)


def _refusal(status: int, retry_after: str | None, answer: Mapping[str, Any]) -> tuple[int, bytes]:
    """Give a refusal as Telegram writes it; what it says of itself is truer than the status it came with."""
    said = answer.get("error_code")
    code = said if isinstance(said, int) and 400 <= said <= 599 else status
    if code == 429:
        raise FloodError(_delay(answer, retry_after))
    if not {"ok", "error_code", "description"} & answer.keys():
        # Something between us and Telegram speaks; its 401 or 404 says nothing about our token.
        raise UnclearError(f"HTTP {status} without an answer of Telegram's")
    if not 400 <= code <= 499:
        raise UnclearError(f"HTTP {code}, not done")
    moved = _number(_parameters(answer).get("migrate_to_chat_id"))
    return code, json.dumps(
        {
            "ok": False,
            "error_code": code,
            "description": str(answer.get("description") or ""),
            "parameters": {"migrate_to_chat_id": int(moved)} if moved else {},
        }
    ).encode()


def _parameters(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    found = answer.get("parameters")
    return found if isinstance(found, dict) else {}


def _delay(answer: Mapping[str, Any], retry_after: str | None) -> timedelta:
    """Find how long to wait: among the parameters, in the header, in the words; a second when nobody says."""
    spoken = _SPOKEN_WAIT.search(str(answer.get("description") or ""))
    told = (_parameters(answer).get("retry_after"), retry_after, spoken and spoken[1])
    seconds = next((each for each in map(_number, told) if each is not None), 1.0)
    return timedelta(seconds=min(max(seconds, 1.0), _LONGEST_WAIT))


def _number(value: object) -> float | None:
    """Read a number, also one that came as a string."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _form(request_data: RequestData | None) -> aiohttp.FormData | None:
    if request_data is None or not (request_data.json_parameters or request_data.contains_files):
        return None
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    if request_data.contains_files:
        for name, parts in request_data.multipart_data.items():
            file_name, content, mime = cast(tuple[str, Any, str], parts)
            form.add_field(name, content, filename=file_name, content_type=mime)
    return form


def _name(error: Exception) -> str:
    """Say what happened without the address, which the library's texts may hold."""
    system = getattr(error, "os_error", error)
    reason = getattr(system, "strerror", None)
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__
