"""How long others wait behind a burst: our sender, a plain queue, and python-telegram-bot's own limiter."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from benchmarks.outbound import ROOT, Readers, Telegram, make_readers, sender, store_at, telegram
from bot.core.ids import ChatId, ThreadId
from bot.i18n.markup import Html
from bot.telegram.api.client import BotClient
from bot.telegram.replies import Destination

SMALL, FEW = 12, 10
REPLIES, REPLY_GAP = 30, 0.6
_PLOT = ROOT / "docs" / "plots" / "delivery.png"
MAIN = ThreadId(0)


@dataclass(kw_only=True)
class Waits:
    """What came of one run."""

    name: str
    burst: int
    others: list[tuple[float, float]] = field(default_factory=list)
    """For each small article, when it was queued (seconds from the start) and how long its last reader waited."""
    replies: list[tuple[float, float]] = field(default_factory=list)
    open: int = 0
    """Small articles that were not out at the end; they count with the time until then."""
    floods: int = 0


Tell = Callable[[Sequence[int]], Awaitable[None]]
Reply = Callable[[int], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to send: to many at once, and to one who waits for an answer."""

    tell: Tell
    reply: Reply


@asynccontextmanager
async def ours(server: Telegram, burst: int) -> AsyncIterator[Way]:
    """Send through the outbox; the burst is an article of so many readers."""
    with tempfile.TemporaryDirectory() as folder:
        async with store_at(f"sqlite:///{folder}/bench.db") as store:
            readers = await make_readers(store)
            hot = await readers.add(server.first, burst, "Nordkorea")
            words = {server.first + burst + FEW * number: f"Rand{number}" for number in range(SMALL)}
            queries = {first: await readers.add(first, FEW, word) for first, word in words.items()}
            async with sender(store, server, rate=30) as sending:

                async def tell(chats: Sequence[int]) -> None:
                    few = len(chats) == FEW
                    article = await readers.publish(
                        queries[chats[0]] if few else hot, words[chats[0]] if few else "Nordkorea"
                    )
                    await readers.enqueue(article.id)
                    sending.deliver.wake()

                yield Way(
                    tell=tell, reply=lambda chat: sending.replies.say(Destination(ChatId(chat), MAIN), Html("Antwort"))
                )


@asynccontextmanager
async def plain_queue(server: Telegram, _: int) -> AsyncIterator[Way]:
    """Send in the order of asking, 30 a second, over our transport."""
    account = BotClient(server.url, server.token)
    await account.open()
    queue: asyncio.Queue[tuple[int, asyncio.Future[None]]] = asyncio.Queue()
    sending: set[asyncio.Task[None]] = set()

    async def send(chat: int, done: asyncio.Future[None]) -> None:
        await account.send_message(chat, "Meldung")
        done.set_result(None)

    async def work() -> None:
        while True:
            chat, done = await queue.get()
            task = asyncio.create_task(send(chat, done))
            sending.add(task)
            task.add_done_callback(sending.discard)
            await asyncio.sleep(1 / 30)

    def put(chat: int) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.put_nowait((chat, done))
        return done

    async def tell(chats: Sequence[int]) -> None:
        for chat in chats:
            put(chat)

    async def reply(chat: int) -> None:
        await put(chat)

    worker = asyncio.create_task(work())
    try:
        yield Way(tell=tell, reply=reply)
    finally:
        worker.cancel()
        await asyncio.gather(worker, *sending, return_exceptions=True)
        await account.close_all()


@asynccontextmanager
async def library(server: Telegram, _: int) -> AsyncIterator[Way]:
    """Send as the library does by itself: its transport, its limiter, with retries."""
    bot = ExtBot(
        server.token,
        base_url=f"{server.url}/bot",
        request=HTTPXRequest(connection_pool_size=256, pool_timeout=120),
        rate_limiter=AIORateLimiter(max_retries=5),
    )
    await bot.initialize()
    sending: set[asyncio.Task[None]] = set()

    async def send(chat: int) -> None:
        try:
            await bot.send_message(chat, "Meldung")
        except TelegramError:
            return  # lost: nobody keeps it

    async def tell(chats: Sequence[int]) -> None:
        for chat in chats:
            task = asyncio.create_task(send(chat))
            sending.add(task)
            task.add_done_callback(sending.discard)

    try:
        yield Way(tell=tell, reply=send)
    finally:
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        await bot.shutdown()


async def _run(name: str, way: Callable[[Telegram, int], object], burst: int, seconds: float) -> Waits:
    made = Waits(name=name, burst=burst)
    async with telegram(burst + SMALL * FEW + REPLIES) as server:
        async with way(server, burst) as sending:  # type: ignore[attr-defined] # each is a context of its own kind
            await sending.tell(range(server.first, server.first + burst))
            start = time.time()
            others = server.first + burst
            small = [range(others + FEW * number, others + FEW * (number + 1)) for number in range(SMALL)]
            queued: list[float] = []
            asking = [
                asyncio.create_task(_ask(sending.reply, others + SMALL * FEW + n, n, made)) for n in range(REPLIES)
            ]
            for chats in small:
                queued.append(time.time())
                await sending.tell(chats)
                await asyncio.sleep(1.5)
            await asyncio.sleep(max(0.0, seconds - (time.time() - start)))
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
            end = time.time()
        came = {chat: ended for chat, _, ended, status in await server.sends() if status == 200}
        tally = await server.ask("/_demo/tally")
    for chats, at in zip(small, queued, strict=True):
        made.open += any(chat not in came for chat in chats)
        made.others.append((at - start, max(came.get(chat, end) for chat in chats) - at))
    made.floods = sum(count for what, count in tally["calls"].items() if what.endswith("429"))
    return made


async def _ask(reply: Reply, chat: int, number: int, made: Waits) -> None:
    await asyncio.sleep(number * REPLY_GAP)
    at = time.perf_counter()
    try:
        await reply(chat)
    finally:
        made.replies.append((number * REPLY_GAP, time.perf_counter() - at))


async def compare() -> None:
    """Run all ways on a short burst, and ours on a long one."""
    found = [
        await _run("Stichwort", ours, 100_000, 25),
        await _run("Stichwort", ours, 600, 25),
        await _run("plain queue", plain_queue, 600, 30),
        await _run("AIORateLimiter, stock transport", library, 600, 30),
    ]
    for one in found:
        others, replies = [wait for _, wait in one.others], sorted(wait for _, wait in one.replies)
        print(
            f"{one.name}, burst to {one.burst:,}: an article with {FEW} readers is out after median "
            f"{statistics.median(others):.2f} s, worst {max(others):.2f} s ({one.open} of {SMALL} not out at the end); "
            f"a reply takes median {statistics.median(replies):.2f} s, worst {replies[-1]:.2f} s; "
            f"{one.floods} times 429"
        )
    _draw(found, _PLOT)


def _draw(found: Sequence[Waits], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(11, 4.5), sharey=True)
    for one in found:
        label = f"{one.name}, burst to {one.burst:,}"
        wide = 3 if one.name == "Stichwort" else 1.5
        for axes, points in ((panels[0], one.others), (panels[1], sorted(one.replies))):
            axes.plot(*zip(*points, strict=True), marker="o", markersize=3, linewidth=wide, label=label)
    panels[0].set(title=f"An article with {FEW} readers", ylabel="seconds until the last reader has it")
    panels[1].set(title="A reply")
    for axes in panels:
        axes.set(yscale="log", xlabel="seconds after the burst was queued")
        axes.grid(visible=True, which="major", alpha=0.3)
    panels[1].legend(fontsize="small")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120, bbox_inches="tight")
    pyplot.close(figure)


async def flood() -> None:
    """Send to 300 healthy chats, without and with one that Telegram holds up, in turn."""
    waits: dict[bool, list[float]] = {False: [], True: []}
    for flooded, _ in itertools.product((False, True), range(2)):
        waits[flooded].append(await _healthy(flooded=flooded))
    without, beside = (statistics.mean(waits[key]) for key in (False, True))
    print(
        f"300 healthy chats wait on average {without:.3f} s each; beside one chat that gets 429 for everything "
        f"{beside:.3f} s: {1000 * (beside - without):+.0f} ms"
    )


async def _healthy(*, flooded: bool) -> float:
    count, own = 300, 20
    with tempfile.TemporaryDirectory() as folder:
        async with telegram(count + 1) as server, store_at(f"sqlite:///{folder}/bench.db") as store:
            readers: Readers = await make_readers(store)
            hot = await readers.add(server.first, count, "Nordkorea")
            lone = await readers.add(server.last, 1, "Putin")
            if flooded:
                fault = {"effect": "flood", "method": "sendMessage", "chat_id": server.last, "seconds": 2, "times": 0}
                await server.ask("/_demo/faults", fault)
                for _ in range(own):
                    await readers.enqueue((await readers.publish(lone, "Putin")).id)
            await readers.enqueue((await readers.publish(hot, "Nordkorea")).id)
            start = time.time()
            async with sender(store, server, rate=30):
                await asyncio.sleep(count / 30 + 6)
            came = [
                ended - start
                for chat, _, ended, status in await server.sends()
                if status == 200 and chat != server.last
            ]
    assert len(came) == count, len(came)
    return statistics.mean(came)
