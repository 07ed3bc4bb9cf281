"""
Has articles summed up by a language model, each text once, and only what is public.

Whatever goes wrong the answer is None, and the summary is made without a model.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable

from bot.core.article import Article
from bot.core.errors import StorageError
from bot.core.ids import ArticleId
from bot.core.ports import Clock, Facts
from bot.language.codes import OWN
from bot.llm import guard
from bot.llm.client import PROMPT_VERSION, ModelClient, ModelError, ModelPolicy
from bot.llm.thrift import Breaker, DailyBudget

_log = logging.getLogger(__name__)
_SHORTEST_TEXT = 200
"""Of less there is nothing to sum up."""
_KEPT = 2_000
Detect = Callable[[str], str | None]


class ModelAbstractor:
    """Implements `bot.core.ports.Abstractor`; to be closed."""

    def __init__(self, policy: ModelPolicy, *, facts: Facts, clock: Clock, detect: Detect) -> None:
        self._policy = policy
        self._client = ModelClient(policy)
        self._budget = DailyBudget(facts, clock, policy.daily_calls)
        self._breaker = Breaker(clock)
        self._detect = detect
        self._places = asyncio.Semaphore(policy.at_once)
        self._keys: OrderedDict[tuple[ArticleId, str | None], str | None] = OrderedDict()
        self._known: OrderedDict[str, asyncio.Task[str | None]] = OrderedDict()
        self._closed = False

    async def close(self) -> None:
        """Think no further, and close all connections."""
        self._closed = True
        under_way = [task for task in self._known.values() if not task.done()]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._client.close()

    def begin(self, article: Article, language: str | None) -> bool:
        """Begin to think about an article, unless that was done; say whether `abstract` would answer at once."""
        task = self._think(article, language)
        return task is None or task.done()

    async def abstract(self, article: Article, language: str | None) -> str | None:
        """Give one or two sentences of plain text in this language (None: the article's own), or nothing."""
        task = self._think(article, language)
        if task is None:
            return None
        # Who stops waiting does not end the thinking for the others.
        await asyncio.wait((task,))
        return None if task.cancelled() else task.result()

    def _think(self, article: Article, language: str | None) -> asyncio.Task[str | None] | None:
        if self._closed or article.owner is not None:
            return None  # a reader's own feed is nobody else's business, the model's neither
        name = (article.id, language)
        if name not in self._keys:
            self._keys[name] = self._begin(article, language)
            while len(self._keys) > _KEPT:
                self._keys.popitem(last=False)
        self._keys.move_to_end(name)
        key = self._keys[name]
        if key is not None and key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key) if key is not None else None

    def _begin(self, article: Article, language: str | None) -> str | None:
        """Find out what an article is called here, and have it asked about unless its text was before."""
        text = guard.clean(article.body)
        wanted = language or article.language or self._detect(text)
        # In another language we could not tell whether the answer is in it.
        if len(text) < _SHORTEST_TEXT or wanted not in OWN:
            return None
        parts = (text, self._policy.model, str(PROMPT_VERSION), wanted)
        key = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        if key not in self._known:
            if self._breaker.is_resting or self._budget.is_spent:
                return None  # no alert waits half a second for a no
            self._known[key] = asyncio.create_task(self._ask(guard.clean(article.title), text, wanted))
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return key

    async def _ask(self, title: str, text: str, language: str) -> str | None:
        deadline = asyncio.get_running_loop().time() + self._policy.patience.total_seconds()
        try:
            async with asyncio.timeout_at(deadline):
                await self._places.acquire()
        except TimeoutError:
            return None  # others were before us for too long
        try:
            return await self._call(title, text, language, deadline)
        except Exception as error:
            _log.error("llm.broken", extra={"error": error})
            return None
        finally:
            self._places.release()

    async def _call(self, title: str, text: str, language: str, deadline: float) -> str | None:
        if self._breaker.is_resting:
            return None
        try:
            async with asyncio.timeout_at(deadline):
                if not await self._budget.spend():
                    return None
        except (StorageError, TimeoutError):
            return None
        try:
            answer = await self._client.ask(title, text, language, deadline)
        except ModelError as error:
            _log.warning("llm.failed", extra={"why": str(error)})
            if self._breaker.failed():
                _log.warning("llm.resting")
            return None
        self._breaker.succeeded()
        checked = guard.check(answer, f"{title} {text}", language, self._detect)
        if checked is None and answer:
            _log.info("llm.refused")
        return checked
