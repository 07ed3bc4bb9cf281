"""
Delivery of updates to a webhook, as Telegram does it.

An update counts as delivered by an answer of 2xx; after any other it comes again, later each time. Within a chat the
next one waits for it, and at most `max_connections` requests are open at once.
"""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from itertools import islice
from urllib.parse import urlsplit

import aiohttp

from bot.demo.telegram_server.clock import ServerClock
from bot.demo.telegram_server.parameters import Params
from bot.demo.telegram_server.rate_limits import bad_request
from bot.demo.telegram_server.world import SimulatedWebhook, UpdateQueue

_PORTS = (443, 80, 88, 8443)
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_LONGEST_SECRET = 256
_CONNECTIONS = 40
_MOST_CONNECTIONS = 100
_ANSWER_SECONDS = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
"""Seconds; Telegram waits longer, and tests do not have that time."""
_LOOK_AHEAD = 1_000
"""Waiting updates that are looked through for one of a chat that is not busy."""


def read_webhook(params: Params) -> SimulatedWebhook | None:
    """Read the parameters of setWebhook; an empty address is none. Loopback is taken as by a local Bot API server."""
    url = params.text("url")
    if not url:
        return None
    parts = urlsplit(url)
    is_local = _is_local(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not is_local and (parts.port or 443) not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    secret = params.text("secret_token")
    if len(secret) > _LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    most = params.integer("max_connections", _CONNECTIONS)
    if not 1 <= most <= _MOST_CONNECTIONS:
        params.remarks.append(f"max_connections: {most} is ignored")
        most = _CONNECTIONS
    return SimulatedWebhook(url=url, secret=secret, max_connections=most)


def _is_local(url: str) -> bool:
    return (urlsplit(url).hostname or "").startswith("127.")


def describe(inbox: UpdateQueue) -> Mapping[str, object]:
    """Describe the webhook as getWebhookInfo does."""
    webhook = inbox.webhook
    shape: dict[str, object] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(inbox),
    }
    if webhook is not None:
        shape["max_connections"] = webhook.max_connections
    if inbox.allowed:
        shape["allowed_updates"] = sorted(inbox.allowed)
    if inbox.failure is not None:
        at, why = inbox.failure
        shape |= {"last_error_date": int(at), "last_error_message": why}
    return shape


class WebhookDelivery:
    """Posts the waiting updates to the webhook, as long as one is set."""

    def __init__(self, inbox: UpdateQueue, clock: ServerClock) -> None:
        self.delivers_twice = False
        """Whether each update is posted again after it was taken, as after a lost answer."""
        self._inbox = inbox
        self._clock = clock
        self._busy: dict[object, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS)) as session:
            try:
                while True:
                    if self._inbox.webhook is not None:
                        self._start_some(session, self._inbox.webhook)
                    await self._inbox.bell.wait()
            finally:
                for task in self._busy.values():
                    task.cancel()
                await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def _start_some(self, session: aiohttp.ClientSession, webhook: SimulatedWebhook) -> None:
        for update in islice(self._inbox.waiting, _LOOK_AHEAD):
            if len(self._busy) >= webhook.max_connections:
                return
            if (key := _queue_key(update)) not in self._busy:
                self._busy[key] = asyncio.create_task(self._deliver(session, webhook, update, key))

    async def _deliver(
        self, session: aiohttp.ClientSession, webhook: SimulatedWebhook, update: Mapping[str, object], key: object
    ) -> None:
        """Post one update until it is taken or the webhook is another one."""
        pause = _FIRST_PAUSE
        try:
            while self._inbox.webhook == webhook:
                if (why := await self._post(session, webhook, update)) is None:
                    if self.delivers_twice:
                        await self._post(session, webhook, update)
                    self._inbox.confirm_one(update)
                    return
                self._inbox.failure = self._clock.wall(), why
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._inbox.until_changed(webhook), pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
        finally:
            del self._busy[key]
            self._inbox.bell.ring()

    async def _post(
        self, session: aiohttp.ClientSession, webhook: SimulatedWebhook, update: Mapping[str, object]
    ) -> str | None:
        """Post an update once; returns what went wrong, in Telegram's words."""
        if not _is_local(webhook.url):
            return "Failed to resolve host: this server reaches loopback only"
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        try:
            async with session.post(webhook.url, json=update, headers=headers, allow_redirects=False) as answer:
                if answer.ok and answer.status < 300:
                    return None
                return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except (aiohttp.ClientError, OSError):
            return "Connection refused"


def _queue_key(update: Mapping[str, object]) -> object:
    """Return what updates are delivered one after the other: a chat, else a person, else nothing they share."""
    for payload in update.values():
        if not isinstance(payload, Mapping):
            continue
        message = payload.get("message", payload)
        for name, owner in (("chat", message), ("chat", payload), ("from", payload)):
            place = owner.get(name) if isinstance(owner, Mapping) else None
            if isinstance(place, Mapping):
                return place["id"]
    return update["update_id"]
