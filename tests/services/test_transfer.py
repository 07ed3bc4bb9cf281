"""What a chat takes away, and what becomes of it when it comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.chat import Chat, PictureSize
from bot.core.delivery import schedule
from bot.core.errors import Refusal
from bot.core.feed import FeedWish, Origin
from bot.core.ids import ChatId, ThreadId
from bot.core.portable import MOST_BYTES, MOST_PARTS, ContentKind, SubscriptionWish
from bot.core.query import parser
from bot.core.query.matcher import Matcher
from bot.core.query.parser import MatchMode
from bot.core.subscription import Urgency
from bot.core.web_page import NothingFound
from bot.feeds import feed_lists
from bot.feeds.feed_lists import OpmlFeed
from bot.services.alerts import MatcherSync
from bot.services.feeds import FeedService
from bot.services.subscriptions import SettingsService
from bot.services.transfer import (
    ExportService,
    ImportOutcome,
    ImportPolicy,
    ImportReport,
    ImportRepositories,
    ImportService,
)
from storage.store import Store, open_store
from tests.builders import MAIN, NOW, make_wish, the_analyser
from tests.contracts.scenes import meet, subscribe
from tests.fakes.clock import FakeClock

HERE, TOPIC = ChatId(1), ThreadId(9)
POLICY = ImportPolicy(max_subscriptions=100, may_add_feeds=True, languages=("de", "en", "fr", "it"))


class NoDiscoverer:
    """Must not be asked: an import reads no page."""

    async def discover(self, wish: FeedWish) -> NothingFound:
        """Fail."""
        raise AssertionError(wish)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A store, and both services on it."""

    store: Store
    take_out: ExportService
    take_in: ImportService

    async def files(self) -> dict[str, bytes]:
        """Export the chat."""
        chat = await self.store.chats.find(HERE)
        assert chat is not None
        return {file.name.rpartition(".")[2]: file.content for file in await self.take_out(chat)}

    async def bring(self, content: bytes | dict[str, Any], thread: ThreadId = MAIN) -> ImportReport:
        """Import a file, or the document with this content."""
        if isinstance(content, dict):
            content = json.dumps({"program": "stichwort", "format": 2, **content}).encode()
        return await self.take_in(HERE, thread, content)


@asynccontextmanager
async def open_desk(policy: ImportPolicy = POLICY) -> AsyncIterator[Desk]:
    """Set up a desk on a store in memory."""
    store, clock = await open_store("sqlite://"), FakeClock()
    matcher_sync = MatcherSync(store.subscriptions, Matcher(the_analyser()))
    feed_service = FeedService(feeds=store.feeds, sources=store.sources, discoverer=NoDiscoverer(), clock=clock, most=3)
    settings_service = SettingsService(
        chats=store.chats,
        subscriptions=store.subscriptions,
        digests=store.digests,
        held=store.held,
        matcher_sync=matcher_sync,
        clock=clock,
        timezone="UTC",
    )
    take_out = ExportService(
        chats=store.chats,
        subscriptions=store.subscriptions,
        digests=store.digests,
        sources=store.sources,
        saved=store.saved,
        shared_lists=store.shared_lists,
        clock=clock,
        write_opml=lambda feeds: feed_lists.write(
            [OpmlFeed(url=feed.url, title=feed.title) for feed in feeds], title="Stichwort", now=NOW
        ),
    )
    take_in = ImportService(
        repositories=ImportRepositories(chats=store.chats, subscriptions=store.subscriptions, saved=store.saved),
        feed_service=feed_service,
        settings_service=settings_service,
        matcher_sync=matcher_sync,
        clock=clock,
        read_opml=lambda content: [(feed.url, feed.title) for feed in feed_lists.read(content)],
        find_damage=feed_lists.find_damage,
        policy=policy,
    )
    yield Desk(store=store, take_out=take_out, take_in=take_in)
    await store.close()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A desk with the chat, met."""
    async with open_desk() as opened:
        await meet(opened.store)
        yield opened


def outcomes(report: ImportReport) -> list[str]:
    """List what became of the parts: the outcome, or why it was refused."""
    return [
        str(part.refusal.reason if part.refusal and part.outcome is ImportOutcome.REFUSED else part.outcome.value)
        for part in report.parts
    ]


async def state(store: Store) -> dict[str, Any]:
    """Give all that a round trip must keep."""
    chat = await store.chats.find(HERE)
    assert chat is not None
    stored = await store.subscriptions.list_all_of(HERE)
    own = [source.feed for source in await store.sources.list_for(HERE, newest=False) if source.is_own]
    return {
        "chat": replace(chat, created_at=NOW),
        "digests": {each.thread_id: each.digest for each in await store.digests.list_of(HERE)},
        "own": [(feed.url, feed.title, feed.language, feed.origin) for feed in own],
        "off": [
            source.feed.id for source in await store.sources.list_for(HERE, newest=False) if not source.is_followed
        ],
        "keywords": [_wish(each.subscription) | {"before": each.urgency_before} for each in stored],
    }


def _wish(subscription: Any) -> dict[str, Any]:
    names = ("thread_id", "query", "mode", "urgency", "title", "headline_only", "paused", "muted_until")
    return {name: getattr(subscription, name) for name in names}


QUERIES = (
    "Nordkorea",
    '"Kim Jong Un"',
    "Putin OR Trump",
    "Bahn -Fussball",
    "=Bahn",
    "Atom*",
    "title:Kim",
    "source:srf",
)
MOMENTS = st.none() | st.integers(1, 10**6).map(lambda minutes: NOW + timedelta(minutes=minutes))
WISHES = st.builds(
    SubscriptionWish,
    query=st.sampled_from(QUERIES).map(parser.parse),
    mode=st.sampled_from(MatchMode),
    urgency=st.sampled_from(Urgency),
    urgency_before=st.none() | st.sampled_from(Urgency),
    title=st.none() | st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=20),
    headline_only=st.booleans(),
    paused=st.booleans(),
    muted_until=MOMENTS,
)
CHANGES = st.fixed_dictionaries(
    {
        "language": st.sampled_from(POLICY.languages),
        "reads": st.lists(st.sampled_from(("de", "en", "fr", "rm")), unique=True).map(tuple),
        "timezone": st.sampled_from((None, "Europe/Zurich", "UTC+05:30", "America/New_York")),
        "paused_until": MOMENTS,
        "one_per_story": st.booleans(),
        "pictures": st.sampled_from(PictureSize),
    }
)
QUIET = st.none() | st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] != pair[1])
HOURS = st.dictionaries(
    st.sampled_from((MAIN, TOPIC)), st.sampled_from(("08:00", "mon-fri 07:30", "weekly sun 18:00", "07:00, 18:00"))
)


@settings(max_examples=20, deadline=None)
@given(
    wishes=st.lists(st.tuples(st.sampled_from((MAIN, TOPIC)), WISHES), max_size=8),
    changes=CHANGES,
    quiet=QUIET,
    hours=HOURS,
    feeds=st.lists(st.sampled_from(("one", "two", "three")), unique=True),
    off=st.booleans(),
)
def test_what_was_taken_away_and_forgotten_comes_back(
    wishes: list[tuple[ThreadId, SubscriptionWish]],
    changes: dict[str, Any],
    quiet: tuple[int, int] | None,
    hours: dict[ThreadId, str],
    feeds: list[str],
    off: bool,
) -> None:
    """The same keywords in the same order, settings, sources and digest hours; a second time adds nothing."""

    async def run() -> None:
        async with open_desk() as desk:
            store = desk.store
            common = await store.feeds.add(make_wish("common"), NOW)
            chat = await meet(store)
            begin, end = quiet or (None, None)
            await store.chats.save_settings(replace(chat, quiet_from=begin, quiet_to=end, **changes), NOW)
            for thread, digest in hours.items():
                await desk.take_in.settings_service.restore_digest(HERE, thread, schedule.read(digest))
            for name in feeds:
                await store.feeds.add(make_wish(name, owner=HERE, origin=Origin.CHAT), NOW)
            await store.sources.choose(HERE, [common.id], followed=not off)
            for thread, wish in wishes:
                await _try(store, thread, wish)
            before = await state(store)
            content = (await desk.files())["json"]

            await store.chats.forget(HERE, NOW)
            await meet(store, language="fr")
            report = await desk.bring(content)

            assert {part.outcome for part in report.parts} <= {ImportOutcome.ADDED, ImportOutcome.KNOWN}
            assert await state(store) == before
            assert {*outcomes(await desk.bring(content))} <= {"known"}
            assert await state(store) == before

    asyncio.run(run())


async def _try(store: Store, thread: ThreadId, wish: SubscriptionWish) -> None:
    try:
        await store.subscriptions.restore(HERE, thread, wish, limit=100, now=NOW)
    except Refusal:
        return  # the same keyword twice


async def test_a_list_of_words_is_added_line_by_line(desk: Desk) -> None:
    """Each line says what became of it."""
    await subscribe(desk.store, 1, "Kim")

    report = await desk.bring(b'Nordkorea\nKim\n"offen\nPutin, Trump', TOPIC)

    assert report.kind is ContentKind.WORDS
    assert outcomes(report) == ["added", "added", "query.unclosed_quote", "added", "added"]
    there = await desk.store.subscriptions.list_for(HERE, TOPIC)
    assert [each.query.normal for each in there][:2] == ["Nordkorea", "Kim"]
    assert outcomes(await desk.bring(b"Nordkorea\nNORDKOREA 1", TOPIC))[0] == "known"


async def test_the_limit_of_keywords_holds() -> None:
    """What is beyond it is refused with the limit."""
    async with open_desk(replace(POLICY, max_subscriptions=2)) as desk:
        await meet(desk.store)

        assert outcomes(await desk.bring(b"a1\nb2\nc3")) == ["added", "added", "subscription.limit"]


async def test_a_very_long_list_is_read_to_its_limit(desk: Desk) -> None:
    """And says that it goes on."""
    report = await desk.bring("\n".join(f"wort{number}" for number in range(MOST_PARTS + 5)).encode())

    assert (len(report.parts), report.is_cut) == (MOST_PARTS, True)
    assert report.count(ImportOutcome.ADDED) == 100


async def test_sources_come_as_opml(desk: Desk) -> None:
    """Of everybody's they are switched on, others become the chat's own, so far as it may have some."""
    store = desk.store
    common = await store.feeds.add(make_wish("common"), NOW)
    await store.sources.choose(HERE, [common.id], followed=False)
    listed = [OpmlFeed(url=f"https://{name}.example/rss", title=name) for name in ("common", "a", "b", "c", "d")]
    content = feed_lists.write(listed, title="Mine", now=NOW)

    report = await desk.bring(content)

    assert report.kind is ContentKind.OPML
    assert outcomes(report) == ["added", "added", "added", "added", "feed.limit"]
    assert outcomes(await desk.bring(content)) == ["known", "known", "known", "known", "feed.limit"]
    own = [source.feed for source in await store.sources.list_for(HERE, newest=False) if source.is_own]
    assert [(feed.title, feed.origin, feed.owner) for feed in own] == [(name, Origin.CHAT, 1) for name in "abc"]


async def test_a_list_of_feeds_that_was_cut_says_where(desk: Desk) -> None:
    """What stands before is taken; a slip in a list that is whole hides nothing and is not mentioned."""
    feed = '<opml><body>\n<outline text="a &amp; b" xmlUrl="https://a.example/rss"/>\n'

    cut, whole = await desk.bring(f"{feed}<outline te".encode()), await desk.bring(f"{feed}&</body></opml>".encode())

    assert outcomes(cut) == ["added", "import.opml"]
    assert cut.parts[1].refusal is not None
    assert cut.parts[1].refusal.facts["line"] == 3
    assert outcomes(whole) == ["known"]


async def test_where_readers_add_no_feeds_an_import_adds_none() -> None:
    """A source of everybody's can still be switched on."""
    async with open_desk(replace(POLICY, may_add_feeds=False)) as desk:
        await meet(desk.store)
        await desk.store.feeds.add(make_wish("common"), NOW)
        listed = [{"url": "https://common.example/rss"}, {"url": "https://new.example/rss"}]

        assert outcomes(await desk.bring({"sources": {"own": listed}})) == ["known", "feed.closed"]


async def test_a_source_that_is_not_there_cannot_be_switched_off(desk: Desk) -> None:
    """The document is of another bot."""
    off = {"sources": {"switched_off": [{"url": "https://other.example/rss"}]}}

    assert outcomes(await desk.bring(off)) == ["import.no_such_source"]


async def test_the_opml_has_what_is_followed_and_no_password_of_the_operator(desk: Desk) -> None:
    """The chat's own feeds are whole; what is switched off is left out."""
    store = desk.store
    paid = make_wish("paid", url="https://user:secret@paid.example/rss")
    await store.feeds.add(paid, NOW)
    off = await store.feeds.add(make_wish("off"), NOW)
    await store.feeds.add(make_wish("own", url="https://me:mine@own.example/rss", owner=HERE, origin=Origin.CHAT), NOW)
    await store.sources.choose(HERE, [off.id], followed=False)

    files = await desk.files()

    listed = [feed.url for feed in feed_lists.read(files["opml"])]
    assert listed == ["https://paid.example/rss", "https://me:mine@own.example/rss"]
    assert b"secret" not in files["json"] + files["opml"]


async def test_a_new_language_must_be_one_the_bot_speaks(desk: Desk) -> None:
    """Everything else of the document is taken."""
    report = await desk.bring({"chat": {"language": "rm", "timezone": "Europe/Zurich"}})

    assert outcomes(report) == ["import.value", "added"]
    assert (await _chat(desk)).language == "de"


async def _chat(desk: Desk) -> Chat:
    chat = await desk.store.chats.find(HERE)
    assert chat is not None
    return chat


async def test_the_clock_of_the_digest_is_the_new_one(desk: Desk) -> None:
    """Settings come before the hours that depend on them."""
    await desk.bring({"chat": {"timezone": "America/New_York"}, "digests": [{"hours": "08:00"}]})

    (receiver,) = await desk.store.digests.list_of(HERE)
    assert receiver.next_due is not None
    assert receiver.next_due.hour == 13


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"program": "stichwort", "format": 2}', "import.empty"),
        (b"<opml><body/></opml>", "import.empty"),
        (b"<opml><body><outline", "import.opml"),
        (b"x" * (MOST_BYTES + 1), "import.size"),
        (b"\0\0", "import.kind"),
    ],
    ids=["document", "opml", "cut opml", "large", "binary"],
)
async def test_a_file_with_nothing_in_it_changes_nothing(desk: Desk, content: bytes, reason: str) -> None:
    """It is refused as a whole."""
    before = await state(desk.store)

    with pytest.raises(Refusal) as refused:
        await desk.bring(content)

    assert refused.value.reason == reason
    assert await state(desk.store) == before


async def test_a_past_that_is_too_large_for_an_import_is_a_file_of_its_own(desk: Desk) -> None:
    """What comes back with /import stays small enough for it."""
    for number in range(30):
        await desk.store.outbox.enqueue_notice(HERE, MAIN, f"key {number}", "x" * 200_000, NOW)

    names = [file.name for file in await desk.take_out(await _chat(desk))]

    assert names == ["stichwort-2026-01-05.json", "stichwort-2026-01-05-stored.json", "stichwort-2026-01-05.opml"]
    assert len((await desk.take_out(await _chat(desk)))[0].content) < MOST_BYTES
