"""Scripted trouble: what the server does wrong on purpose, for which calls, how often."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class Effect(StrEnum):
    """What goes wrong."""

    ERROR = "error"
    """An HTTP error with a page instead of JSON; nothing is done."""
    RESET = "reset"
    """The connection is cut; nothing is done."""
    SILENT = "silent"
    """The call is carried out, but its answer never comes."""
    CUT = "cut"
    """The call is carried out, and the connection is cut instead of an answer."""
    SLOW = "slow"
    """The call is carried out after a delay."""
    FLOOD = "flood"
    """429 with a wait; calls before its end get 429 too."""
    REFUSE = "refuse"
    """A JSON refusal with a status and description of choice; nothing is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    One scripted trouble.

    Empty `method` means every method but getUpdates, "*" truly every one; `chat_id` 0 means every chat; `times` 0
    means until cleared.
    """

    effect: Effect
    method: str = ""
    chat_id: int = 0
    times: int = 1
    seconds: float = 0.0
    status: int = 502
    description: str = ""


class Faults:
    """The scripted troubles still to come, oldest first."""

    def __init__(self, tell: Callable[[], None] = lambda: None) -> None:
        self._waiting: list[Fault] = []
        self._tell = tell

    def add(self, fault: Fault) -> Fault:
        """Script one more."""
        self._waiting.append(fault)
        self._tell()
        return fault

    def clear(self, effect: Effect | None = None) -> None:
        """Drop all that are left, or those of one kind."""
        self._waiting = [fault for fault in self._waiting if effect not in (None, fault.effect)]
        self._tell()

    def __iter__(self) -> Iterator[Fault]:
        """List what is left."""
        return iter(tuple(self._waiting))

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """Return the fault this call meets, if any, and use it up."""
        for index, fault in enumerate(self._waiting):
            if not _meets(fault, method, chat_id):
                continue
            if fault.times == 1:
                del self._waiting[index]
                self._tell()
            elif fault.times > 1:
                self._waiting[index] = replace(fault, times=fault.times - 1)
            return fault
        return None


def _meets(fault: Fault, method: str, chat_id: int | None) -> bool:
    if fault.chat_id and fault.chat_id != chat_id:
        return False
    if fault.method in ("", "*"):
        return fault.method == "*" or method.lower() != "getupdates"
    return fault.method.lower() == method.lower()
