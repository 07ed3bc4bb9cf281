"""
Lets the language model summarise stories, each once, and only public texts.

Whenever something fails the answer is None, and the summary is made without a model. Only an answer that was stored is
shown: an alert that was sent must look the same after every edit, in this process and the next.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import assert_never

from bot.core.article import Article
from bot.core.errors import StorageError
from bot.core.ids import ArticleId
from bot.core.ports import Clock
from bot.core.repositories import KeyValueRepository
from bot.core.summary import KeptSummary, KnownSummary, SummaryRepository, SummaryTurn
from bot.language.languages import OWN
from bot.llm import answer_check
from bot.llm.client import PROMPT_VERSION, CallBudget, ModelCircuitBreaker, ModelClient, ModelError, ModelPolicy

_log = logging.getLogger(__name__)
_SHORTEST_TEXT = 200
"""Of less there is nothing to sum up."""
_REMEMBERED = 2_000
_STEP_SECONDS = 0.2
_MARGIN = timedelta(seconds=2)
"""How much longer than the patience a claim holds: what is asked in time may be written down a moment later."""
Detect = Callable[[str], str | None]


@dataclass(slots=True, eq=False)
class _Thought:
    """The state of an article's summary: being written, or written."""

    task: asyncio.Task[str | None]
    looked: asyncio.Event
    """Set when it is known whether there is an answer, or somebody has to be waited for."""


@dataclass(frozen=True, slots=True)
class _Question:
    article_id: ArticleId
    title: str
    text: str
    language: str
    key: str
    deadline: float
    """A time of the loop, for everything together."""
    looked: asyncio.Event = field(repr=False)

    @property
    def source(self) -> str:
        return f"{self.title}\n{self.text}"


class CachedModelSummariser:
    """Implements `bot.core.ports.ModelSummariser`; to be closed before the store."""

    def __init__(
        self,
        policy: ModelPolicy,
        *,
        summaries: SummaryRepository,
        key_value: KeyValueRepository,
        clock: Clock,
        detect: Detect,
    ) -> None:
        self._policy = policy
        self._summaries = summaries
        self._client = ModelClient(policy)
        self._budget = CallBudget(key_value, clock, policy.daily_calls)
        self._breaker = ModelCircuitBreaker(clock)
        self._clock = clock
        self._detect = detect
        self._places = asyncio.Semaphore(policy.at_once)
        self._thoughts: OrderedDict[ArticleId, _Thought] = OrderedDict()
        self._claimed: set[ArticleId] = set()
        self._closed = False

    async def close(self) -> None:
        """Think no further, let others think of it, and close all connections."""
        self._closed = True
        under_way = [thought.task for thought in self._thoughts.values() if not thought.task.done()]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        if self._claimed:
            with contextlib.suppress(StorageError):
                await self._summaries.release(self._claimed)
        await self._client.close()

    async def begin(self, article: Article) -> bool:
        """Begin to think about an article, unless that was done; say whether `abstract` would answer at once."""
        thought = self._think(article)
        if thought is None:
            return True
        await thought.looked.wait()
        return thought.task.done()

    async def abstract(self, article: Article) -> str | None:
        """Give one or two sentences of plain text in the article's language, or nothing."""
        thought = self._think(article)
        if thought is None:
            return None
        # Who stops waiting does not end the thinking for the others.
        await asyncio.wait((thought.task,))
        return None if thought.task.cancelled() else thought.task.result()

    def _think(self, article: Article) -> _Thought | None:
        if self._closed or article.owner is not None:
            return None  # a reader's own feed is nobody else's business, the model's neither
        if article.id not in self._thoughts:
            looked = asyncio.Event()
            self._thoughts[article.id] = _Thought(asyncio.create_task(self._find_out(article, looked)), looked)
            while len(self._thoughts) > _REMEMBERED:
                self._thoughts.popitem(last=False)
        self._thoughts.move_to_end(article.id)
        return self._thoughts[article.id]

    async def _find_out(self, article: Article, looked: asyncio.Event) -> str | None:
        try:
            question = self._question(article, looked)
            return (await self._settle(question) or None) if question else None
        except StorageError:
            return None
        except Exception as error:
            # Only its name: a fault over a text may quote it.
            _log.error("llm.broken", extra={"why": type(error).__name__})
            return None
        finally:
            looked.set()

    def _question(self, article: Article, looked: asyncio.Event) -> _Question | None:
        text = answer_check.clean(article.body)
        language = article.language or self._detect(text)
        # In another language we could not tell whether the answer is in it.
        if len(text) < _SHORTEST_TEXT or language not in OWN:
            return None
        parts = (text, self._policy.model, str(PROMPT_VERSION), language)
        return _Question(
            article_id=article.id,
            title=answer_check.clean(article.title),
            text=text,
            language=language,
            key=hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest(),
            deadline=asyncio.get_running_loop().time() + self._policy.patience.total_seconds(),
            looked=looked,
        )

    async def _settle(self, question: _Question) -> str:
        """Find out what is to be shown, once and for all; only when nobody did so before is the model asked."""
        lasting = self._policy.patience + _MARGIN
        while True:
            known = await self._summaries.claim(question.article_id, question.key, self._clock.now(), lasting)
            match known:
                case KeptSummary(text):
                    return text
                case KnownSummary(text):
                    return await self._keep(question, self._check(question, text))
                case SummaryTurn.OURS:
                    self._claimed.add(question.article_id)
                    kept = await self._keep(question, await self._ask(question))
                    self._claimed.discard(question.article_id)
                    return kept
                case SummaryTurn.BUSY:
                    question.looked.set()
                    if asyncio.get_running_loop().time() >= question.deadline:
                        return await self._keep(question, None)
                    await asyncio.sleep(_STEP_SECONDS)
                case _:
                    assert_never(known)

    async def _keep(self, question: _Question, text: str | None) -> str:
        return await self._summaries.keep(question.article_id, question.key, text or "", self._clock.now())

    def _check(self, question: _Question, answer: str) -> str | None:
        return answer_check.check(answer, question.source, question.language, self._detect)

    async def _ask(self, question: _Question) -> str | None:
        if self._breaker.is_resting:
            return None  # no alert waits half a second for a no
        try:
            async with asyncio.timeout_at(question.deadline):
                if self._places.locked():
                    question.looked.set()
                await self._places.acquire()
        except TimeoutError:
            return None  # others were before us for too long
        try:
            return await self._call(question)
        finally:
            self._places.release()

    async def _call(self, question: _Question) -> str | None:
        if self._breaker.is_resting:
            return None
        try:
            async with asyncio.timeout_at(question.deadline):
                if not await self._budget.spend():
                    return None
        except (StorageError, TimeoutError):
            return None
        question.looked.set()
        try:
            answer = await self._client.ask(question.title, question.text, question.language, question.deadline)
        except ModelError as error:
            _log.warning("llm.failed", extra={"why": str(error)})
            if self._breaker.failed():
                _log.warning("llm.resting")
            return None
        self._breaker.succeeded()
        checked = self._check(question, answer)
        if checked is None and answer:
            _log.info("llm.refused")
        return checked
