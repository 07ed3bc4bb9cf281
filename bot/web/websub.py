"""
The addresses that WebSub hubs call: a GET asks whether we meant it, a POST tells of a changed feed.

Each address holds a token that cannot be guessed; a POST must also be signed with the secret that this hub was given.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.services.websub import PushOutcome, WebSubSubscriber

_ANSWERS = {
    PushOutcome.TAKEN: ("taken\n", 202),
    PushOutcome.UNKNOWN: ("there is no such subscription\n", 410),
    PushOutcome.UNSIGNED: ("a signature is needed\n", 401),
    PushOutcome.FORGED: ("this is not the signature of the body\n", 403),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HubCallbacks:
    """Answers hubs."""

    subscriber: WebSubSubscriber

    async def verify(self, request: web.Request) -> web.Response:
        """Echo the challenge of a subscription that we asked for; raises `HTTPNotFound` for any other."""
        challenge = await self.subscriber.verify(request.match_info["token"], request.query)
        if challenge is None:
            raise web.HTTPNotFound
        return web.Response(text=challenge, content_type="text/plain")

    async def receive(self, request: web.Request) -> web.Response:
        """Take a push; raises `HTTPRequestEntityTooLarge`."""
        signatures = request.headers.getall("X-Hub-Signature", [])
        signature = signatures[0] if len(signatures) == 1 else None
        outcome = await self.subscriber.receive(request.match_info["token"], signature, await request.read())
        text, code = _ANSWERS[outcome]
        return web.Response(text=text, status=code)
