"""What went wrong with a request, as an outcome with one sentence that holds no address and no secret."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import datetime

import aiohttp

from bot.core.feed import FetchFailed, FetchProblem
from bot.feeds import guard, headers

_BY_STATUS = {
    401: (FetchProblem.FORBIDDEN, "The server wants a password"),
    402: (FetchProblem.FORBIDDEN, "The server wants money"),
    403: (FetchProblem.FORBIDDEN, "The server refuses us"),
    404: (FetchProblem.NOT_FOUND, "There is nothing at this address"),
    410: (FetchProblem.GONE, "The feed was taken down for good"),
    429: (FetchProblem.THROTTLED, "The server asks us to slow down"),
    451: (FetchProblem.FORBIDDEN, "The server may not show the feed for legal reasons"),
}


def of_status(status: int, answer: Mapping[str, str], now: datetime) -> FetchFailed:
    """Say what a status other than success means."""
    fallback = (FetchProblem.HTTP_ERROR, "The server gave an answer we cannot use")
    if status >= 500:
        fallback = (FetchProblem.SERVER_ERROR, "The server has trouble")
    problem, sentence = _BY_STATUS.get(status, fallback)
    wait = headers.retry_after(answer, now) if status in (429, 503) else None
    return FetchFailed(problem=problem, detail=f"{sentence} (HTTP {status}).", status=status, retry_after=wait)


def of_exception(error: Exception) -> FetchFailed:
    """Say what an exception of the network or the library means."""
    problem, detail = _classify(error)
    return FetchFailed(problem=problem, detail=detail)


def _classify(error: Exception) -> tuple[FetchProblem, str]:
    match error:
        case guard.RefusedAddressError() | aiohttp.ClientConnectorError() if guard.is_refusal(error):
            return FetchProblem.REFUSED_ADDRESS, "The address leads to a network or port feeds may not be on."
        case TimeoutError():
            return FetchProblem.TIMEOUT, "The server did not answer in time."
        case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
            return FetchProblem.UNREACHABLE, "The proxy does not answer."
        case aiohttp.ClientConnectorDNSError() | guard.UnknownNameError():
            return FetchProblem.UNREACHABLE, "The name of the server is not known."
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return FetchProblem.UNREACHABLE, "The server's certificate or encryption is not valid."
        case aiohttp.ServerDisconnectedError():
            return FetchProblem.UNREACHABLE, "The server hung up."
        case aiohttp.ClientPayloadError():
            return FetchProblem.BROKEN, "The answer broke off or could not be unpacked."
        case aiohttp.InvalidURL() | ValueError():
            return FetchProblem.BROKEN, "The address cannot be used."
        case aiohttp.ClientOSError() | OSError():
            return FetchProblem.UNREACHABLE, "The server cannot be reached."
        case _:
            return FetchProblem.BROKEN, "The server does not speak proper HTTP."
