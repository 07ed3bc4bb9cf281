"""
Approval cards: one message per operator that lists everybody who asks for access, with buttons for each.

A card shows the stored list and is edited when that list has changed: a crowd of strangers costs a few edits, a restart
loses nothing, and who is approved or banned by anybody disappears from every card. It is sent after everything that
somebody waits for.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from telegram import InlineKeyboardMarkup

from bot.core.chat import AccessLevel, Chat, ChatState, Person
from bot.core.delivery.delivery import Refused, SendPriority
from bot.core.errors import StorageError, without_text
from bot.core.ids import ChatId, UserId
from bot.core.ports import Clock
from bot.core.process_state import Leadership
from bot.core.repositories import ChatRepository, KeyValueRepository
from bot.i18n.catalog import Catalog, Translation
from bot.i18n.markup import Html, bold, code, join
from bot.telegram import keyboards
from bot.telegram.access import Authorizer
from bot.telegram.api import errors
from bot.telegram.api.client import CallFailed, CallPolicy, RetryingCaller
from bot.telegram.text import alert

APPROVE, BAN = "approve", "ban"
ON_A_CARD = 10
"""Most persons with buttons on one card; the next ones follow when these are decided on."""
_DECIDED = 5
"""Most persons named of those already decided on."""
_FRESH = timedelta(hours=1)
"""For this long new persons are added by edits, which notify nobody; after it a new card is sent."""
_CALL_TIMEOUT = timedelta(seconds=15)
_GAP_SECONDS = 3.0
_LOOK_SECONDS = 5.0
_OPERATORS_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """The card in one operator's chat."""

    message: int = 0
    """The message id; 0 where there is no card, or none that may be edited."""
    sent_at: float = 0.0
    waiting: tuple[int, ...] = ()
    decided: tuple[int, ...] = ()
    look: str = ""
    """A hash of what the card shows."""


@dataclass(slots=True, kw_only=True)
class ApprovalCards:
    """Keeps the cards equal to the stored list; `run` does so after each change, `show` at once for one operator."""

    call: RetryingCaller
    chats: ChatRepository
    key_value: KeyValueRepository
    authorizer: Authorizer
    catalog: Catalog
    clock: Clock
    leadership: Leadership
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    _bell: asyncio.Event = field(default_factory=asyncio.Event)
    _locks: dict[ChatId, asyncio.Lock] = field(default_factory=dict)
    _reachable: tuple[float, tuple[Chat, ...]] = (float("-inf"), ())

    def refresh(self) -> None:
        """Signal that the list of waiting persons has changed."""
        self._bell.set()

    async def list_operators(self) -> tuple[Chat, ...]:
        """List the chats of operators who can be written to: those who have opened the chat with the bot."""
        looked_at, known = self._reachable
        if known and self.clock.monotonic() - looked_at < _OPERATORS_SECONDS:
            return known  # a crowd asks this for each of its people
        found = [await self.chats.find(ChatId(operator)) for operator in await self.authorizer.list_operators()]
        reachable = tuple(chat for chat in found if chat is not None and chat.state is ChatState.ACTIVE)
        self._reachable = self.clock.monotonic(), reachable
        return reachable

    async def run(self) -> None:
        """Update the cards after each change and when this process takes over; runs until cancelled."""
        was_ours = False
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS if was_ours or self._bell.is_set() else 0.5):
                    await self._bell.wait()
            is_ours = self.leadership.is_ours()
            if is_ours and (self._bell.is_set() or not was_ours):
                self._bell.clear()
                if not await self._show_all():
                    self._bell.set()
                await self.pause(_GAP_SECONDS)
            elif not is_ours:
                await self.pause(0.5)
            was_ours = is_ours

    async def _show_all(self) -> bool:
        try:
            shown = [await self.show(operator) for operator in await self.list_operators()]
        except StorageError:
            return False
        except Exception as error:
            logging.getLogger(__name__).error("approval_card.failed", extra={"error": without_text(error)})
            return True
        return all(shown)

    async def is_current(self, chat_id: ChatId, message_id: int) -> bool:
        """Return whether a message is the card that is kept up to date."""
        return (await self._load(chat_id)).message == message_id

    async def show(self, operator: Chat, rank: SendPriority = SendPriority.BULK) -> bool:
        """Update one operator's card; returns False when that has to be tried again."""
        async with self._locks.setdefault(operator.id, asyncio.Lock()):
            card = await self._load(operator.id)
            people, total = await self.chats.list_waiting(ON_A_CARD)
            waiting = tuple(person.id for person in people)
            is_old = self.clock.now() - datetime.fromtimestamp(card.sent_at, self.clock.now().tzinfo) >= _FRESH
            is_news = bool(set(waiting) - set(card.waiting))
            before = card
            if is_news and (is_old or not card.waiting):
                card = _Card()
            gone = tuple(user_id for user_id in card.waiting if user_id not in waiting)
            card = replace(card, waiting=waiting, decided=(*card.decided, *gone)[-_DECIDED:])
            text, keyboard = await self._write(self.catalog.speak(operator.language), card, people, total)
            look = hashlib.sha256(f"{text}{keyboard.to_json() if keyboard else ''}".encode()).hexdigest()[:16]
            if not text or look == card.look:
                return True
            return await self._put(operator, before, replace(card, look=look), (text, keyboard), rank)

    async def _put(
        self,
        operator: Chat,
        before: _Card,
        card: _Card,
        shown: tuple[Html, InlineKeyboardMarkup | None],
        rank: SendPriority,
    ) -> bool:
        """Edit the card, or send a new one; a card the operator has deleted is sent anew."""
        policy = CallPolicy(chat=operator.id, rank=rank, timeout=_CALL_TIMEOUT)
        if card.message:
            edited = await self._edit(operator.id, card.message, shown, policy)
            if edited is None:
                await self._save(operator.id, card)
                return True
            if not isinstance(edited.outcome, Refused):
                return False
            if not card.waiting:
                await self._save(operator.id, _Card())
                return True

        sent = await self.call(
            lambda account: account.send_text(operator.id, shown[0], buttons=shown[1]), replace(policy, counts=True)
        )
        if isinstance(sent, CallFailed):
            return not sent.may_pass
        await self._save(operator.id, replace(card, message=sent.message_id, sent_at=self.clock.now().timestamp()))
        if before.message and before.waiting:
            said = self.catalog.speak(operator.language).t("The list of people waiting continues below.")
            await self._edit(operator.id, before.message, (said, None), replace(policy, rank=SendPriority.BULK))
        return True

    async def _edit(
        self, chat_id: ChatId, message_id: int, shown: tuple[Html, InlineKeyboardMarkup | None], policy: CallPolicy
    ) -> CallFailed | None:
        edited = await self.call(
            lambda account: account.edit_text(chat_id, message_id, shown[0], buttons=shown[1]), policy
        )
        if not isinstance(edited, CallFailed) or errors.is_unchanged(edited.outcome):
            return None
        return edited

    async def _write(
        self, translation: Translation, card: _Card, people: tuple[Person, ...], total: int
    ) -> tuple[Html, InlineKeyboardMarkup | None]:
        """Write who was decided on and who waits, with two buttons for each."""
        lines = [line for user_id in card.decided if (line := await self._tell_decided(translation, UserId(user_id)))]
        if total == 1 and len(people) == 1:
            lines.append(
                translation.t(
                    "{name} would like to use this bot. ID: {id}", name=named(people[0]), id=code(str(people[0].id))
                )
            )
        elif people:
            lines.append(
                translation.n(
                    "{count} person would like to use this bot:", "{count} people would like to use this bot:", total
                )
            )
            lines += [join("", (named(person), Html(" · "), code(str(person.id)))) for person in people]
        if total > len(people) > 0:
            more = total - len(people)
            lines.append(
                translation.n("And {count} more person after these.", "And {count} more people after these.", more)
            )
        return join("\n", lines), keyboards.keyboard([_row(translation, person, alone=total == 1) for person in people])

    async def _tell_decided(self, translation: Translation, user_id: UserId) -> Html | None:
        person = await self.chats.find_person(user_id)
        if person is None or person.access in (AccessLevel.STRANGER, AccessLevel.ASKED):
            return None
        return decision(translation, person)

    async def _load(self, chat_id: ChatId) -> _Card:
        stored: dict[str, Any] = json.loads(await self.key_value.get(f"approval_card.{chat_id}") or "{}")
        card = _Card(**stored)
        return replace(card, waiting=tuple(card.waiting), decided=tuple(card.decided))

    async def _save(self, chat_id: ChatId, card: _Card) -> None:
        await self.key_value.set(f"approval_card.{chat_id}", json.dumps(asdict(card)))


def named(person: Person) -> Html:
    """Return a person's name as written by the owner, or the id where there is none."""
    return bold(_plain_name(person))


def decision(translation: Translation, person: Person) -> Html:
    """Return the sentence on what was decided about a person."""
    if person.access is AccessLevel.BANNED:
        return translation.t("{name} is banned and will get no more answers.", name=named(person))
    return translation.t("{name} can use the bot now.", name=named(person))


def _plain_name(person: Person) -> str:
    return alert.cut(alert.tidy(person.name), 100) or str(person.id)


def _row(translation: Translation, person: Person, *, alone: bool) -> list[Any]:
    """
    Make two buttons for a person; with several persons each button has the name, because rows move with each decision.
    """
    name = "" if alone else f" {alert.cut(_plain_name(person), 24)}"
    return [
        keyboards.button(translation.label("Approve") + name, APPROVE, person.id),
        keyboards.button(translation.label("Ban") + name, BAN, person.id),
    ]
