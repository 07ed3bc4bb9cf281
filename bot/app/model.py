"""The language model of a running bot, if the operator wants one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from bot.clock import WallClock
from bot.flow.anticipate import AwaitSummaryRule
from bot.flow.judge import Rule
from bot.llm.abstractor import CachedModelSummariser
from bot.llm.client import ModelPolicy
from bot.settings.model import Settings
from storage.store import Store


def open_model(
    settings: Settings,
    store: Store,
    clock: WallClock,
    detect: Callable[[str], str | None],
    stack: contextlib.AsyncExitStack,
) -> CachedModelSummariser | None:
    """Make the abstractor, closed with the stack; None when `llm.base_url` is empty. Nobody is asked yet."""
    if not settings.llm.base_url:
        return None
    policy = ModelPolicy(
        base_url=settings.llm.base_url,
        model=settings.llm.model,
        api_key=settings.llm.api_key.get_secret_value(),
        daily_calls=settings.llm.daily_calls,
    )
    model = CachedModelSummariser(policy, abstracts=store.abstracts, facts=store.facts, clock=clock, detect=detect)
    stack.push_async_callback(model.close)
    return model


def list_rules(model: CachedModelSummariser | None, clock: WallClock) -> tuple[Rule, ...]:
    """Give the rule that lets alerts wait for the model; it is to be asked last."""
    return (AwaitSummaryRule(begin=model.begin, clock=clock),) if model else ()
