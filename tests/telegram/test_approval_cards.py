"""The cards on which operators see who waits: one for many, grown by edits, right after every decision and restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.core.chat import AccessLevel, ChatKind
from bot.core.delivery.delivery import SendPriority
from bot.core.delivery.rate_limit import RateLimiter
from bot.core.ids import ChatId, UserId
from bot.core.process_state import SoleLeader
from bot.demo.telegram_server.faults import Effect
from bot.demo.telegram_server.messages import Message
from bot.demo.telegram_server.people import SimulatedPerson
from bot.demo.telegram_server.rate_limits import ServerRateLimits
from bot.demo.telegram_server.server import Server
from bot.i18n.catalog import Catalog
from bot.telegram.access import Authorizer
from bot.telegram.api.client import BotClient, RetryingCaller
from bot.telegram.api.rate_limiter import TelegramRateLimiter
from bot.telegram.approval_cards import ON_A_CARD, ApprovalCards
from storage.store import Store, open_store
from tests.fakes.clock import FakeClock
from tests.telegram.conftest import FAST, Desk


@dataclass
class Board:
    """Cards for two operators, brought up to date when a test says so."""

    server: Server
    store: Store
    account: BotClient
    clock: FakeClock
    olga: SimulatedPerson
    otto: SimulatedPerson
    cards: ApprovalCards = field(init=False)

    def __post_init__(self) -> None:
        self.cards = self.make()

    def make(self) -> ApprovalCards:
        """Make the cards as a new process does."""
        operators = frozenset({UserId(self.olga.id), UserId(self.otto.id)})
        return ApprovalCards(
            call=RetryingCaller(self.account, TelegramRateLimiter(RateLimiter(FAST), self.clock), self.clock),
            chats=self.store.chats,
            key_value=self.store.key_value,
            authorizer=Authorizer(chats=self.store.chats, clock=self.clock, operators=operators, is_public=False),
            catalog=Catalog.load("de"),
            clock=self.clock,
            leadership=SoleLeader(),
        )

    async def ask(self, first: int, count: int = 1) -> None:
        """Let people ask to be let in, one after the other."""
        authorizer = self.cards.authorizer
        for number in range(first, first + count):
            self.clock.move(seconds=1)
            await authorizer.note(UserId(number), AccessLevel.ASKED, f"Person {number}", "de", "/start")

    async def show(self) -> None:
        """Bring both cards up to date."""
        for operator in await self.cards.list_operators():
            assert await self.cards.show(operator)

    def shown(self, person: SimulatedPerson) -> list[Message]:
        """List the messages of an operator's chat."""
        return list(person.chat.received)

    def calls(self) -> int:
        """Count what was sent and edited."""
        return sum(len(self.server.calls.of(method)) for method in ("sendMessage", "editMessageText"))


@pytest.fixture
async def board(clock: FakeClock) -> AsyncIterator[Board]:
    """Two operators who have opened the chat."""
    store = await open_store("sqlite://")
    async with Server(limits=ServerRateLimits(enabled=False)) as server:
        account = BotClient(server.url, server.token)
        await account.open()
        olga, otto = server.person("Olga"), server.person("Otto")
        for person in (olga, otto):
            person.say("/start")
            await store.chats.meet(ChatId(person.id), ChatKind.PRIVATE, "de", clock.now())
        yield Board(server, store, account, clock, olga, otto)
        assert server.violations == []
        await account.close_all()
    await store.close()


async def test_a_crowd_is_one_card_for_each_operator(board: Board) -> None:
    """With as many as have room, and how many more there are; it grows by edits, which ring nowhere."""
    await board.ask(1000, 3)
    await board.show()
    await board.ask(1003, 397)
    await board.show()
    for operator in (board.olga, board.otto):
        (card,) = board.shown(operator)
        lines = card.text.split("\n")
        assert lines[0] == "400 Personen möchten diesen Bot benutzen:"
        assert lines[1] == "Person 1000 · 1000"
        assert lines[-1] == "Danach kommen noch 390 Personen."
        assert len(card.buttons) == ON_A_CARD
        assert card.buttons[0] == ("Zulassen Person 1000", "Sperren Person 1000")
    assert board.calls() == 4
    await board.show()
    assert board.calls() == 4, "nothing changed, nothing was called"


async def test_who_was_decided_on_disappears_from_every_card_and_the_next_move_up(board: Board) -> None:
    """Whoever decided, and how."""
    await board.ask(1000, 12)
    await board.show()
    await board.store.chats.set_access(UserId(1000), AccessLevel.APPROVED, board.clock.now())
    await board.store.chats.set_access(UserId(1005), AccessLevel.BANNED, board.clock.now())
    await board.show()
    for operator in (board.olga, board.otto):
        (card,) = board.shown(operator)
        lines = card.text.split("\n")
        assert lines[:3] == [
            "Person 1000 kann den Bot jetzt benutzen.",
            "Person 1005 ist gesperrt und bekommt keine Antwort mehr.",
            "10 Personen möchten diesen Bot benutzen:",
        ]
        assert [row[0] for row in card.buttons] == [
            f"Zulassen Person {number}" for number in range(1001, 1012) if number != 1005
        ]
    for number in range(1001, 1012):
        await board.store.chats.set_access(UserId(number), AccessLevel.APPROVED, board.clock.now())
    await board.show()
    (card,) = board.shown(board.olga)
    assert (card.buttons, card.text.count("kann den Bot jetzt benutzen")) == ((), 5)


async def test_who_comes_when_a_card_is_old_or_done_gets_a_new_one(board: Board) -> None:
    """An edit rings nowhere: after an hour nobody would see it. The old card loses its buttons."""
    await board.ask(1)
    await board.show()
    board.clock.move(minutes=61)
    await board.ask(2)
    await board.show()
    old, new = board.shown(board.olga)
    assert (old.text, old.buttons) == ("Die Liste der Wartenden geht unten weiter.", ())
    assert len(new.buttons) == 2
    for number in (1, 2):
        await board.store.chats.set_access(UserId(number), AccessLevel.APPROVED, board.clock.now())
    await board.show()
    await board.ask(3)
    await board.show()
    *_, done, newest = board.shown(board.olga)
    assert done.text.endswith("Person 2 kann den Bot jetzt benutzen.")
    assert newest.text.startswith("Person 3 möchte")


async def test_a_new_process_goes_on_with_the_card_that_is_there(board: Board) -> None:
    """Who asked while the process died is on it; where nothing changed, nothing is called."""
    await board.ask(1)
    await board.show()
    board.cards = board.make()
    await board.show()
    assert board.calls() == 2
    await board.ask(2)
    await board.show()
    assert [len(board.shown(operator)) for operator in (board.olga, board.otto)] == [1, 1]
    assert len(board.shown(board.otto)[0].buttons) == 2


async def test_a_card_the_operator_deleted_comes_again(board: Board) -> None:
    """Whoever waits is not forgotten."""
    await board.ask(1)
    await board.show()
    words = "Bad Request: message to edit not found"
    board.server.fault(Effect.REFUSE, "editMessageText", status=400, description=words, chat_id=board.olga.id)
    await board.ask(2)
    await board.show()
    assert len(board.shown(board.olga)[-1].buttons) == 2


async def test_cards_go_after_everything_else(private_desk: Desk) -> None:
    """While what may wait gets nowhere, an operator is answered; then there is one card for all."""
    olga = private_desk.server.person("Olga", user_id=77)
    await olga.ask("/start")
    strangers = [private_desk.server.person(f"Stranger {number}") for number in range(30)]
    async with private_desk.application.connection.rate_limiter._turns[SendPriority.BULK]:
        for stranger in strangers:
            stranger.say("/start")
        assert (await olga.ask("/help")).text
        assert not any("Stranger" in message.text for message in olga.chat.received)
    for stranger in strangers:
        await stranger.chat.wait_until(lambda chat: len(chat.received) == 1)
    card = await olga.chat.wait_for(lambda message: "30 Personen" in message.text)
    assert (
        len([message for message in olga.chat.received if message.buttons and "Zulassen" in str(message.buttons)]) == 1
    )
    await olga.press("Sperren Stranger 3", message=card).answered()
    assert card.text.startswith("Stranger 3 ist gesperrt")
    assert "Zulassen Stranger 3" not in str(card.buttons)
