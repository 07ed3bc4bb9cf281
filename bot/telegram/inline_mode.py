"""
Inline mode: `@bot Nordkorea` in any chat lists the newest stories.

A query comes with each key somebody presses, and its answer is worth nothing after a few seconds. So queries are not
stored and wait in no queue of a chat: of one person the newest is looked up, those before it get an empty answer, and
few are looked up at once, so that they delay nobody who wrote to the bot. Each query is answered once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core.chat import Authorization, Chat, ChatKind, ChatState
from bot.core.delivery.delivery import Refused, RefusedReason, SendPriority
from bot.core.errors import Refusal, StorageError, without_text
from bot.core.ids import ChatId, UserId
from bot.core.ports import Clock
from bot.core.repositories import ChatRepository
from bot.i18n.catalog import Catalog
from bot.services.inline_search import InlineSearch
from bot.telegram.access import Authorizer, CommandRateLimit
from bot.telegram.api.client import CallFailed, CallPolicy, InlineResponse, RetryingCaller
from bot.telegram.api.transport import RawInlineQuery
from bot.telegram.text import inline
from bot.telegram.text.alert import AlertContext

_log = logging.getLogger(__name__)
_FORM = (RefusedReason.BAD_MARKUP, RefusedReason.TOO_LONG)
_CACHE_SECONDS = 30
_EMPTY_CACHE_SECONDS = 3
"""An empty answer may be another one soon: when the person is let in, has slowed down, or a story comes."""
_QUERIES_A_MINUTE = 60
"""Of one person: a key a second."""
_AT_ONCE = 2
"""Queries that are looked up at the same time; the others wait for a moment."""
_ANSWER_SECONDS = 8.0
"""Telegram accepts no later answer."""
_POLICY = CallPolicy(timeout=timedelta(seconds=_ANSWER_SECONDS), longest_wait=timedelta(seconds=3))
_REMEMBERED = 2_000
_NOTHING = InlineResponse(results=(), cache_seconds=_EMPTY_CACHE_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResponder:
    """Says what an inline query is answered with."""

    authorizer: Authorizer
    chats: ChatRepository
    search: InlineSearch
    catalog: Catalog
    clock: Clock
    timezone: str
    """The time zone of chats that have set none."""

    async def __call__(self, query: RawInlineQuery, *, plain: bool = False) -> InlineResponse:
        """Find the answer; it is empty for strangers of a private bot, banned people and queries nobody can read."""
        user_id = UserId(query.user_id)
        requester = await self.authorizer.identify(user_id)
        if requester.authorization is not Authorization.WELCOME:
            return _NOTHING
        chat = await self.chats.find(ChatId(user_id)) or self._newcomer(query)
        try:
            found = await self.search(chat, query.text)
        except Refusal:
            return _NOTHING
        translation = self.catalog.speak(chat.language or query.language)
        context = AlertContext(translation=translation, now=self.clock.now(), timezone=self.timezone)
        return InlineResponse(
            results=tuple(inline.results(found, context, plain=plain)),
            button=inline.button(found.query, translation),
            cache_seconds=_CACHE_SECONDS if found.stories else _EMPTY_CACHE_SECONDS,
        )

    def _newcomer(self, query: RawInlineQuery) -> Chat:
        """Stand in for the private chat of somebody who has none yet."""
        return Chat(
            id=ChatId(query.user_id),
            kind=ChatKind.PRIVATE,
            language=self.catalog.choose(query.language),
            reads=(),
            timezone=None,
            state=ChatState.ACTIVE,
            paused_until=None,
            one_per_story=True,
            created_at=self.clock.now(),
        )


class InlineQueries:
    """Takes inline queries as they come, and answers each of them once."""

    def __init__(self, respond: InlineResponder, call: RetryingCaller, clock: Clock) -> None:
        self._respond = respond
        self._call = call
        self._clock = clock
        self._limit = CommandRateLimit(clock, _QUERIES_A_MINUTE)
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._newest: dict[int, tuple[RawInlineQuery, float]] = {}
        """By person, the query that waits until the one before it is answered, and when it came."""
        self._busy: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, query: RawInlineQuery) -> None:
        """Begin to answer a query, unless it came before; nobody waits for that."""
        if query.query_id in self._seen:
            return
        self._seen[query.query_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        if self._limit.step(query.user_id):
            self._begin(self._answer(query, _NOTHING, rank=SendPriority.BULK))
            return
        came_at = self._clock.monotonic()
        if query.user_id not in self._busy:
            self._busy.add(query.user_id)
            self._begin(self._serve(query, came_at))
            return
        if (older := self._newest.get(query.user_id)) is not None:
            self._begin(self._answer(older[0], _NOTHING))
        self._newest[query.user_id] = query, came_at

    async def close(self) -> None:
        """Drop all queries that are not answered yet."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, query: RawInlineQuery, came_at: float) -> None:
        """Answer a person's query, and then the newest one that came meanwhile, until there is none."""
        try:
            while True:
                await self._look_up(query, came_at)
                if query.user_id not in self._newest:
                    return
                query, came_at = self._newest.pop(query.user_id)
        finally:
            self._busy.discard(query.user_id)

    async def _look_up(self, query: RawInlineQuery, came_at: float) -> None:
        async with self._places:
            is_late = self._clock.monotonic() - came_at > _ANSWER_SECONDS
            answer = _NOTHING if is_late else await self._find(query)
        outcome = await self._answer_with(query, answer)
        if isinstance(outcome, CallFailed) and isinstance(outcome.outcome, Refused) and outcome.outcome.reason in _FORM:
            await self._answer(query, await self._find(query, plain=True))

    async def _find(self, query: RawInlineQuery, *, plain: bool = False) -> InlineResponse:
        """Find the answer; what goes wrong is one line in the log, without what was typed."""
        try:
            return await self._respond(query, plain=plain)
        except StorageError as error:
            _log.error("inline.not_found", extra={"error": error})
        except Exception as error:
            _log.error("inline.failed", extra={"error": without_text(error)})
        return _NOTHING

    async def _answer(
        self, query: RawInlineQuery, answer: InlineResponse, *, rank: SendPriority = SendPriority.REPLY
    ) -> None:
        await self._answer_with(query, answer, rank=rank)

    async def _answer_with(
        self, query: RawInlineQuery, answer: InlineResponse, *, rank: SendPriority = SendPriority.REPLY
    ) -> object:
        """Answer within the rate of the bot; what comes too late is nobody's loss."""
        outcome = await self._call(
            lambda account: account.answer_inline(query.query_id, answer), replace(_POLICY, rank=rank)
        )
        if isinstance(outcome, CallFailed):
            _log.info("inline.not_answered", extra={"outcome": type(outcome.outcome).__name__})
        return outcome
