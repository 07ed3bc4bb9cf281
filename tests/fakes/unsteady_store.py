"""The real store behind a line that breaks when a test says so."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.core.errors import StorageError


class Unsteady:
    """Passes every call on to a repository, but for those that are to fail, before or after their work is done."""

    def __init__(self, repository: Any) -> None:
        self._repository = repository
        self._before: dict[str, list[Exception]] = {}
        self._after: dict[str, list[Exception]] = {}
        self.failed: Counter[str] = Counter()

    def break_before(self, method: str, times: int = 1, error: Exception | None = None) -> None:
        """Let the next calls of a method fail without having done anything."""
        self._before.setdefault(method, []).extend([error or StorageError("the store is away")] * times)

    def break_after(self, method: str, times: int = 1) -> None:
        """Let the next calls of a method do their work, whose confirmation is lost."""
        self._after.setdefault(method, []).extend([StorageError("the store is away")] * times)

    def mend(self) -> None:
        """Fail no more."""
        self._before.clear()
        self._after.clear()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._repository, name)

        async def call(*arguments: Any, **named: Any) -> Any:
            if self._before.get(name):
                self.failed[name] += 1
                raise self._before[name].pop(0)
            result = await method(*arguments, **named)
            if self._after.get(name):
                self.failed[name] += 1
                raise self._after[name].pop(0)
            return result

        return call
