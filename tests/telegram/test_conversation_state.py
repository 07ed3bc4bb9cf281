"""Whatever people type, press, join and leave: the store stays consistent, and nobody waits for an answer in vain."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import exists, func, select

from bot.demo.telegram_server.chats import SimulatedChat, SimulatedChatType
from bot.demo.telegram_server.clock import HANG_SECONDS
from bot.demo.telegram_server.people import SimulatedGroup, SimulatedPerson
from bot.demo.telegram_server.rate_limits import ServerRateLimits
from bot.demo.telegram_server.server import Server
from bot.telegram.application import TelegramBot
from storage.store import Store, open_store
from storage.tables import chats, deliveries, queries, subscriptions
from tests.fakes.clock import FakeClock
from tests.fakes.web import FakeWeb
from tests.telegram import alerts
from tests.telegram.conftest import Desk, WatchedInFlight, make_application

Result = TypeVar("Result")
COMMANDS = (
    "/start", "/help", "/sub Nordkorea", "/sub Nordkorea, Stadion", "/sub", "/sub \"Kim", "/sub -Stadion", "Klima",
    "/list", "/unsub 1", "/unsub Stadion", "/unsub", "/unsub all", "/digest 08:00", "/digest off", "/digest",
    "/quiet 22:00-07:00", "/quiet off", "/pause 2h", "/resume", "/why", "/why https://news.example/1", "/settings",
    "/test Nordkorea", "/search Nordkorea", "/latest", "/feeds", "/lang fr", "/lang de", "/timezone Zürich",
    "/export", "/forget", "/privacy", "/cancel", "/nonsense", "Danke!", "x" * 3_000, "🙂", "/sub " + "a" * 400,
)  # fmt: skip
"""What is said; nothing of it may go unanswered in a private chat."""
IN_GROUP = ("/sub Nordkorea", "/list", "/unsub 1", "/why", "/pause", "/resume", "guten Morgen")
PLAIN = ("guten Morgen",)
"""What in a group is none of the bot's business."""


class Conversation(RuleBasedStateMachine):
    """Two readers, a group of theirs, and the bot on a real store."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = FakeClock()
        self.titles = 0

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a step to its end."""
        return self.loop.run_until_complete(asyncio.wait_for(work, HANG_SECONDS))

    @initialize()
    def open(self) -> None:
        """Start the bot with an empty store."""
        self.run(self._open())

    async def _open(self) -> None:
        self.store: Store = await open_store("sqlite://")
        self.server = Server(limits=ServerRateLimits(enabled=False))
        await self.server.start()
        self.people = (self.server.person("Anna"), self.server.person("Ben", language="en"))
        self.group: SimulatedGroup = self.server.group(
            "Presse", self.people[0], kind=SimulatedChatType.GROUP, bot=False
        )
        self.group.enrol(self.people[1])
        await self._start()

    async def _start(self) -> None:
        self.bot: TelegramBot = make_application(self.server, self.store, self.clock, FakeWeb())
        await self.bot.open()
        self.running = asyncio.create_task(self.bot.run())
        await self.bot.ready.wait()

    async def _stop(self) -> None:
        self.bot.stop()
        await self.running
        await self.bot.close()

    @property
    def desk(self) -> Desk:
        """The same as other tests have it."""
        return Desk(
            server=self.server,
            store=self.store,
            application=self.bot,
            clock=self.clock,
            web=FakeWeb(),
            running=self.running,
            in_flight=WatchedInFlight(),
        )

    @rule(person=st.integers(0, 1), text=st.sampled_from(COMMANDS))
    def say(self, person: int, text: str) -> None:
        """Write to the bot; it answers."""
        self.run(self._say(self.people[person], text))

    async def _say(self, person: SimulatedPerson, text: str) -> None:
        before = len(person.chat.received) if person.id in self.server.world.chats else 0
        person.say(text)
        await self.desk.handled()
        assert len(person.chat.received) > before, f"{text[:40]!r} got no answer"

    @rule(person=st.integers(0, 1), text=st.sampled_from(IN_GROUP))
    @precondition(lambda self: self.is_in_group)
    def say_in_group(self, person: int, text: str) -> None:
        """Write in the group; a command is answered, talk is none of the bot's business."""
        self.run(self._say_in_group(self.people[person], text))

    async def _say_in_group(self, person: SimulatedPerson, text: str) -> None:
        before = len(self.group.chat.received)
        person.say(text, chat=self.group.chat)
        await self.desk.handled()
        assert (len(self.group.chat.received) > before) == (text not in PLAIN)

    @rule(person=st.integers(0, 1), at=st.integers(0, 10_000), is_group=st.booleans())
    def press(self, person: int, at: int, is_group: bool) -> None:
        """Press any button that was ever shown, also one whose message shows others by now; it is answered."""
        place = self.group.chat if is_group else self.people[person].chat
        shown = [
            (message, str(key["callback_data"]))
            for message in place.received
            for row in message.rows
            for key in row
            if "callback_data" in key
        ]
        if shown:
            message, data = shown[at % len(shown)]
            pressed = self.server.world.open_press(message, self.people[person].profile, data)
            self.run(pressed.answered())
            self.run(self.desk.handled())

    @rule(is_story=st.booleans())
    def publish(self, is_story: bool) -> None:
        """Let an article come, perhaps of the story of all others, and send its alerts."""
        self.titles += 1
        self.run(self._publish(f"Nordkorea verliert Spiel {self.titles}", 1 if is_story else 0))

    async def _publish(self, title: str, story: int) -> None:
        await alerts.publish(self.desk, title, story=story)
        await alerts.send(self.desk)

    @rule(person=st.integers(0, 1))
    def block(self, person: int) -> None:
        """Block the bot, or come back: who writes again has lifted the block."""
        self.people[person].block()
        self.run(self.desk.handled())

    @rule()
    @precondition(lambda self: not self.is_in_group)
    def invite(self) -> None:
        """Take the bot into the group."""
        self.group.invite_bot()
        self.run(self.desk.handled())

    @rule()
    @precondition(lambda self: self.is_in_group)
    def remove(self) -> None:
        """Throw the bot out of the group."""
        self.group.kick_bot()
        self.run(self.desk.handled())

    @rule()
    @precondition(lambda self: self.is_in_group and self.group.chat.kind is SimulatedChatType.GROUP)
    def upgrade(self) -> None:
        """Turn the group into a supergroup."""
        self.group = self.group.upgrade()
        self.run(self.desk.handled())

    @rule()
    def restart(self) -> None:
        """Stop the bot and start it again on the same store."""
        self.run(self._stop())
        self.run(self._start())

    @rule(hours=st.sampled_from((1, 9, 30)))
    def wait(self, hours: int) -> None:
        """Let time pass."""
        self.clock.move(hours=hours)

    @property
    def is_in_group(self) -> bool:
        """Whether the bot may write in the group."""
        return _is_reachable(self.group.chat)

    @invariant()
    def nobody_waits(self) -> None:
        """Every press has its answer, every update is handled, and Telegram had to refuse nothing."""
        if hasattr(self, "server"):
            assert [press.data for press in self.server.world.presses.values() if press.answer is None] == []
            assert self.server.violations == []
            assert self.run(self.store.inbox.list_unfinished()) == ()

    @invariant()
    def the_store_is_consistent(self) -> None:
        """Numbers are given once, queries are shared by somebody or retired, and nothing names a chat that is gone."""
        if hasattr(self, "server"):
            self.run(self._check_store())

    async def _check_store(self) -> None:
        used = exists().where(subscriptions.c.query_id == queries.c.id)
        last = select(func.max(subscriptions.c.number)).where(subscriptions.c.chat_id == chats.c.id).scalar_subquery()
        is_known = exists().where(chats.c.id == deliveries.c.chat_id)
        receiver = (subscriptions.c.chat_id, subscriptions.c.thread_id, queries.c.normal)
        same = select(*receiver).join(queries, queries.c.id == subscriptions.c.query_id).group_by(*receiver)
        none: tuple[Any, ...] = (
            select(queries.c.id).where(queries.c.retired == used),
            select(chats.c.id).where(last > chats.c.last_number),
            select(deliveries.c.id).where(~is_known),
            same.having(func.count() > 1),
        )
        async with self.store._database.read() as connection:
            for wrong in none:
                assert (await connection.execute(wrong)).all() == [], str(wrong)

    def teardown(self) -> None:
        """Stop everything."""
        if hasattr(self, "running"):
            self.run(self._stop())
            self.run(self.server.stop())
            self.run(self.store.close())
        self.loop.close()


def _is_reachable(place: SimulatedChat) -> bool:
    return place.bot.inside and not place.moved_to


TestConversation = Conversation.TestCase
TestConversation.settings = settings(
    max_examples=6,
    stateful_step_count=18,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # what fails is shown as it happened: to find a shorter one would take minutes
)
