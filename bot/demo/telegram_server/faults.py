"""Scripted faults: what the server does wrong on purpose, for which calls, how often, for how long."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class Effect(StrEnum):
    """The kind of fault."""

    ERROR = "error"
    """An HTTP error with a page instead of JSON; nothing is done."""
    RESET = "reset"
    """The connection is cut; nothing is done."""
    HANG = "hang"
    """Nothing is done and no answer comes, for `seconds` or as long as the caller waits; then the connection is cut."""
    SILENT = "silent"
    """The call is carried out, but its answer never comes."""
    CUT = "cut"
    """The call is carried out, and the connection is cut instead of an answer."""
    MASK = "mask"
    """The call is carried out, and answered by an HTTP error with a page."""
    SLOW = "slow"
    """The call is carried out after a delay."""
    FLOOD = "flood"
    """429 with a wait; calls before its end get 429 too, and only what comes after it meets the next such fault."""
    REFUSE = "refuse"
    """A JSON refusal with a status and description of choice; nothing is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    One scripted trouble.

    Empty `method` means every method but getUpdates, "*" truly every one; `chat_id` 0 means every chat; `times` 0
    means until cleared. `every` 100 spares 99 calls before each that it meets; `lasting` ends it after some seconds.
    """

    effect: Effect
    method: str = ""
    chat_id: int = 0
    times: int = 1
    seconds: float = 0.0
    status: int = 502
    description: str = ""
    every: int = 1
    lasting: float = 0.0


@dataclass(slots=True)
class _Waiting:
    fault: Fault
    until: float
    spared: int = 0


class Faults:
    """The scripted troubles still to come, oldest first."""

    def __init__(self, tell: Callable[[], None] = lambda: None, ticks: Callable[[], float] = time.monotonic) -> None:
        self._waiting: list[_Waiting] = []
        self._tell = tell
        self._ticks = ticks

    def add(self, fault: Fault) -> Fault:
        """Script one more."""
        until = self._ticks() + fault.lasting if fault.lasting else float("inf")
        self._waiting.append(_Waiting(fault, until))
        self._tell()
        return fault

    def clear(self, effect: Effect | None = None) -> None:
        """Drop all that are left, or those of one kind."""
        self._waiting = [one for one in self._waiting if effect not in (None, one.fault.effect)]
        self._tell()

    def __iter__(self) -> Iterator[Fault]:
        """List the faults still to come."""
        self._forget()
        return iter(tuple(one.fault for one in self._waiting))

    def take(self, method: str, chat_id: int | None, *, shut: bool = False) -> Fault | None:
        """Return the fault this call meets, if any, and use it up; while a flood lasts, no further flood is used up."""
        if not self._waiting:
            return None
        self._forget()
        for index, one in enumerate(self._waiting):
            fault = one.fault
            if not _meets(fault, method, chat_id) or (shut and fault.effect is Effect.FLOOD):
                continue
            one.spared += 1
            if one.spared < fault.every:
                continue
            one.spared = 0
            if fault.times == 1:
                del self._waiting[index]
                self._tell()
            elif fault.times > 1:
                one.fault = replace(fault, times=fault.times - 1)
            return fault
        return None

    def _forget(self) -> None:
        """Drop faults whose time is over."""
        now = self._ticks()
        if any(one.until <= now for one in self._waiting):
            self._waiting = [one for one in self._waiting if one.until > now]
            self._tell()


def _meets(fault: Fault, method: str, chat_id: int | None) -> bool:
    if fault.chat_id and fault.chat_id != chat_id:
        return False
    if fault.method in ("", "*"):
        return fault.method == "*" or method.lower() != "getupdates"
    return fault.method.lower() == method.lower()
